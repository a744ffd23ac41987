"""A real PostgreSQL with TimescaleDB in a home of its own: started, killed, started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from wattwise_database import NotReady, ready
from wattwise_embedded.child import free_port

PASSWORD = "kilo'watt hour"
ENCODED = "kilo%27watt%20hour"


@dataclass
class Server:
    home: Path
    port: int
    password: str = ENCODED

    @property
    def url(self) -> str:
        return f"postgresql://wattwise:{self.password}@127.0.0.1:{self.port}/wattwise"

    def start(self) -> subprocess.Popen[str]:
        environment = os.environ | {"WATTWISE_HOME": str(self.home), "DATABASE_URL": self.url}
        return subprocess.Popen(
            [sys.executable, "-m", "wattwise_database"],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of this module; its tests follow one another as a day in its life."""
    home = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="wattwise-database-test-"))
    home.chmod(0o755)
    yield Server(home, free_port())
    shutil.rmtree(home)


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> str:
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    return errors


def test_a_kill_while_the_folder_is_being_made_leaves_nothing_half_made(server: Server):
    process = server.start()
    new = server.home / "data/postgresql.new"
    while not (new / "data/base").exists():
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)  # the launcher and initdb alike
    process.communicate()
    assert not (server.home / "data/postgresql").exists()

    process = server.start()
    edition = ready(server.url, timeout_s=20)
    stop(process)
    assert (edition.postgresql[:3], edition.license) == ("17.", "apache")
    assert edition.timescaledb is not None
    assert not new.exists()


def test_committed_readings_survive_a_kill_and_the_process_is_postgresql_itself(server: Server):
    process = server.start()
    ready(server.url, timeout_s=20)
    assert Path(f"/proc/{process.pid}/comm").read_text().strip() == "postgres"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE readings (meter_id int, starts_at timestamptz, value double precision)")
        connection.execute("SELECT create_hypertable('readings', by_range('starts_at'))")
        connection.execute(
            "INSERT INTO readings SELECT 1, '2024-01-01Z'::timestamptz + n * interval '30 min', 0.5 FROM generate_series(0, 999) n"
        )
    stop(process, signal.SIGKILL)

    process = server.start()
    ready(server.url, timeout_s=20)
    with psycopg.connect(server.url) as connection:
        row = connection.execute(
            "SELECT count(*), sum(value), max(starts_at) AT TIME ZONE 'Asia/Kathmandu' FROM readings"
        ).fetchone()
    assert row is not None
    assert (row[0], row[1], row[2].isoformat()) == (1000, 500.0, "2024-01-22T01:15:00")
    stop(process)


def test_a_second_start_is_refused_in_a_sentence(server: Server):
    process = server.start()
    ready(server.url, timeout_s=20)
    second = server.start()
    _, errors = second.communicate(timeout=10)
    assert second.returncode == 1
    assert "A database is already running on" in errors
    assert "./wattwise stop" in errors
    stop(process)


def test_nobody_comes_in_without_the_password_and_the_superuser_not_at_all(server: Server):
    process = server.start()
    ready(server.url, timeout_s=20)
    for user, password in (("wattwise", "wrong"), ("postgres", "postgres"), ("postgres", "")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host="127.0.0.1", port=server.port, user=user, password=password, dbname="wattwise")
    with psycopg.connect(server.url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, False, False)
    command = Path(f"/proc/{process.pid}/cmdline").read_bytes() + Path(f"/proc/{process.pid}/environ").read_bytes()
    assert PASSWORD.encode() not in command
    assert ENCODED.encode() not in command
    errors = stop(process)
    assert PASSWORD not in errors


def test_a_changed_password_holds_from_the_next_start(server: Server):
    changed = replace(server, password="another")
    process = changed.start()
    ready(changed.url, timeout_s=20)
    with pytest.raises(NotReady, match="password"):
        ready(server.url, timeout_s=0)
    stop(process)


def test_a_stale_process_file_of_another_program_does_not_block_the_start(server: Server):
    """After a reboot the number in postmaster.pid may belong to anybody; here it is this test's own."""
    file = server.home / "data/postgresql/postmaster.pid"
    file.write_text(f"{os.getpid()}\n{file.parent}\n0\n{server.port}\n\n\n\n")
    process = server.start()
    assert ready(server.url, timeout_s=20).timescaledb is not None
    stop(process)


def test_the_data_belong_to_an_ordinary_user_alone(server: Server):
    status = (server.home / "data/postgresql").stat()
    assert status.st_mode & 0o777 == 0o700
    assert status.st_uid != 0
