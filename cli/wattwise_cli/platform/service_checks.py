"""What a support person would ask of the running services."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime

import wattwise_database
from wattwise_cli.platform import health
from wattwise_cli.platform.checks import Finding, failed, ok, warning
from wattwise_cli.platform.health import ServiceStatus, Unanswered
from wattwise_cli.platform.home import Home
from wattwise_cli.platform.secrets import Secrets
from wattwise_cli.platform.services import environment
from wattwise_cli.platform.settings import Settings

MANY_ENDS = 3


def check_services(home: Home, settings: Settings, secrets: Secrets, *, now: datetime) -> Iterator[Finding]:
    """Look at each service, the database's edition and migrations, and the pages."""
    found = health.statuses(home, settings, secrets, now=now)
    yield from (_service(one, home) for one in found)
    if not any(one.is_up for one in found):
        return
    yield _edition(secrets.database_url(settings))
    yield _migrations(home, settings, secrets)
    yield _pages(settings)


def _service(one: ServiceStatus, home: Home) -> Finding:
    name = f"service {one.service}"
    log = f"Read why: ./wattwise logs {one.service} --home {home.folder}"
    if one.state == "stopped":
        return failed(name, "stopped", f"Start it: ./wattwise up --detach --home {home.folder}")
    if not one.is_up:
        return failed(name, f"{one.state}: {one.detail or 'no reason known'}", log)
    if one.restarts >= MANY_ENDS:
        return warning(name, f"{one.state}, but it ended {one.restarts} times since the start", log)
    heartbeat = f", heartbeat at {one.last_heartbeat:%H:%M:%S} UTC" if one.last_heartbeat else ""
    return ok(name, f"{one.state}{f', {one.version}' if one.version else ''}{heartbeat}")


def _edition(url: str) -> Finding:
    try:
        edition = wattwise_database.ready(url, timeout_s=0)
    except wattwise_database.NotReady as error:
        return failed("database edition", str(error), "Read why: ./wattwise logs database")
    if edition.timescaledb is None:
        return failed(
            "database edition",
            f"PostgreSQL {edition.postgresql} without TimescaleDB",
            "As a superuser of that server: CREATE EXTENSION timescaledb (and preload it: shared_preload_libraries).",
        )
    return ok(
        "database edition",
        f"PostgreSQL {edition.postgresql}, TimescaleDB {edition.timescaledb} ({edition.license} edition)",
    )


def _migrations(home: Home, settings: Settings, secrets: Secrets) -> Finding:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "wattwise_backend", "manage", "migrate", "--check"],
        env=environment("backend", home=home, settings=settings, secrets=secrets),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().split("\n")[-1]
        return failed(
            "migrations",
            last or "some are not applied",
            "The backend applies them when it starts: ./wattwise stop, then ./wattwise up",
        )
    return ok("migrations", "all applied")


def _pages(settings: Settings) -> Finding:
    try:
        health.get(f"{settings.url}/")
        return ok("pages", f"served at {settings.url}")
    except Unanswered as error:
        return failed("pages", f"{settings.url}: {error}", "Build them anew: ./wattwise stop, then ./wattwise up")
