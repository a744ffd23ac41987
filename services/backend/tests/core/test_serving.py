"""`python -m wattwise_backend serve`, as the supervisor starts it: from an empty database to signed in."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx2
import psycopg
import pytest

PATIENCE_S = 120
TOKENS = {"operator": "ww_operator-of-a-test", "consumption": "ww_consumption-of-a-test"}


@pytest.fixture
def empty_database(database_url: str) -> Iterator[str]:
    name = f"serving_{os.getpid()}"
    with psycopg.connect(database_url, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    with psycopg.connect(database_url, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def environment(empty_database: str, tmp_path: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return os.environ | {
        "DATABASE_URL": empty_database,
        "WATTWISE_HOME": str(tmp_path),
        "WATTWISE_BACKEND_PORT": str(port),
        "WATTWISE_SECRET_KEY": "x" * 50,
        "WATTWISE_SERVICE_TOKENS": json.dumps(TOKENS),
        "WATTWISE_FIRST_LOGIN": json.dumps({"email": "owner@wattwise.local", "password": "a long password 1"}),
    }


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "wattwise_backend", "serve"], env=environment)
    try:
        yield f"http://127.0.0.1:{environment['WATTWISE_BACKEND_PORT']}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def ask(address: str, token: str = "") -> tuple[int, bytes]:
    answer = httpx2.get(address, headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=30)
    return answer.status_code, answer.content


def wait_until_well(served: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if ask(f"{served}/api/health/")[0] == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    pytest.fail("the backend did not come up")


def test_an_empty_database_becomes_a_platform_with_a_first_login(served: str, empty_database: str) -> None:
    wait_until_well(served)
    status, organizations = ask(f"{served}/data/organizations/", TOKENS["operator"])
    assert (status, [each["slug"] for each in json.loads(organizations)]) == (200, ["home"])
    assert ask(f"{served}/data/organizations/", "ww_somebody-else")[0] == 401
    with psycopg.connect(empty_database) as link:
        rows = link.execute("SELECT email, is_operator, role FROM users JOIN members ON user_id = users.id").fetchall()
    assert rows == [("owner@wattwise.local", True, "owner")]
    assert b"swagger" in ask(f"{served}/api/docs/")[1]
    assert ask(f"{served}/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")[0] == 200


def test_starting_without_a_secret_says_what_to_set(environment: dict[str, str]) -> None:
    del environment["WATTWISE_SECRET_KEY"]
    command = [sys.executable, "-m", "wattwise_backend", "serve"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ended.returncode == 1
    assert "WATTWISE_SECRET_KEY is not set" in ended.stderr
