"""The environment is read once; what is wrong with it is said in a sentence."""

from pathlib import Path

import pytest

from wattwise_database import configuration, settings
from wattwise_database.configuration import GIB, Resources
from wattwise_database.testing import running_database

URL = "postgresql://wattwise:secret@127.0.0.1:5517/wattwise"


def test_the_address_may_come_from_a_private_file(tmp_path: Path):
    file = tmp_path / "url"
    file.write_text(f"{URL}\n")
    file.chmod(0o600)
    read = settings.read({"WATTWISE_HOME": "/srv/w", "DATABASE_URL_FILE": str(file)})
    assert (read.port, read.password, read.folder) == (5517, "secret", Path("/srv/w/data/postgresql"))


def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path):
    file = tmp_path / "url"
    file.write_text(URL)
    file.chmod(0o644)
    with pytest.raises(settings.WrongSettings, match="chmod 600"):
        settings.read({"WATTWISE_HOME": "/srv/w", "DATABASE_URL_FILE": str(file)})


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "WATTWISE_HOME"),
        ({"WATTWISE_HOME": "/srv/w"}, "DATABASE_URL"),
        ({"WATTWISE_HOME": "/srv/w", "DATABASE_URL": "postgresql://somebody:x@127.0.0.1:1/wattwise"}, "must look like"),
    ],
)
def test_what_is_missing_is_named(environment: dict[str, str], named: str):
    with pytest.raises(settings.WrongSettings, match=named):
        settings.read(environment)


@pytest.mark.parametrize(
    ("memory_gib", "disk_gib", "expected"),
    [(1, 100, ("256MB", "4GB")), (4, 12, ("1024MB", "1GB")), (64, 500, ("2048MB", "4GB")), (0.125, 2, ("64MB", "1GB"))],
)
def test_memory_and_disk_set_the_buffers_and_the_log(memory_gib: float, disk_gib: int, expected: tuple[str, str]):
    text = configuration.write(Resources(int(memory_gib * GIB), disk_gib * GIB), host="127.0.0.1", port=1)
    found = dict(line.split(" = ") for line in text.split("\n") if line.startswith(("shared_buffers", "max_wal_size")))
    assert (found["shared_buffers"], found["max_wal_size"]) == expected


def test_a_test_database_is_there_quickly_and_gone_afterwards():
    import psycopg

    with running_database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE test_readings")
        scheduled = connection.execute("SELECT scheduled FROM timescaledb_information.jobs WHERE job_id = 3").fetchone()
        assert scheduled == (False,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
