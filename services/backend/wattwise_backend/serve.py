"""Starting the service: wait for the database, migrate, fill in what an empty platform needs, become the web server."""

import logging
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import django
from django.core.management import call_command
from django.db import OperationalError, connection

from .environment import Environment

log = logging.getLogger("wattwise.backend")

_START_LOCK = 0x57_61_74_74  # one backend at a time migrates; the others wait for it
_PATIENCE_S = 0.3
_MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "16000000", "MALLOC_TRIM_THRESHOLD_": "64000000"}
_UPLOADS_LAST = timedelta(days=1)  # what a killed backend left of an upload goes after that


def serve() -> NoReturn:
    """Start and never come back: the process becomes gunicorn's, so that its pid stays."""
    environment = Environment()
    if not environment.secret_key.get_secret_value():
        sys.exit("WATTWISE_SECRET_KEY is not set. Set it to a long random text; `./wattwise up` makes one.")
    django.setup()
    _wait_for_database()
    _prepare(environment, now=datetime.now(UTC))  # noqa: TID251  (a process's start)
    connection.close()
    # Bodies of some megabytes come and go by the thousand: malloc would keep the largest ones of each thread for ever.
    for name, value in _MALLOC.items():
        os.environ.setdefault(name, value)
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *web_server(environment)])  # noqa: S606  (fixed words)


def _wait_for_database() -> None:
    said = False
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            if not said:
                log.warning("waiting for the database: %s", error)
                said = True
            time.sleep(_PATIENCE_S)
        else:
            return


def _prepare(environment: Environment, *, now: datetime) -> None:
    from .accounts.bootstrap import ensure_first_login, ensure_home, ensure_service_tokens
    from .consumers.operations import add_built_in_definitions
    from .platform.uploads import forget_broken_uploads

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_START_LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=0)
            home = ensure_home(timezone=environment.timezone, now=now)
            add_built_in_definitions(home)
            if login := environment.first_login:
                ensure_first_login(
                    organization=home, email=login.email, password=login.password.get_secret_value(), now=now
                )
            tokens = {service: text.get_secret_value() for service, text in environment.service_tokens.items()}
            ensure_service_tokens(tokens, now=now)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_START_LOCK])
    environment.files_folder.mkdir(parents=True, exist_ok=True)
    forget_broken_uploads(older_than=now - _UPLOADS_LAST)


def web_server(environment: Environment) -> list[str]:
    return [
        "wattwise_backend.wsgi:application",
        f"--bind={environment.backend_host}:{environment.backend_port}",
        "--worker-class=wattwise_backend.web.Worker",
        f"--workers={environment.backend_processes}",
        f"--threads={environment.backend_threads}",
        "--preload",
        "--timeout=120",
        "--graceful-timeout=15",
        "--keep-alive=75",
        "--log-level=warning",
    ]
