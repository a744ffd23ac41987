"""Queries on somebody's own database: SQLite here, and a real PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from pydantic import ValidationError
from sqlalchemy.dialects import mysql

from wattwise_consumption.fetching import CannotFetch, Cursor, Fetched, FetchOrder, NotNow
from wattwise_consumption.guard import Guard
from wattwise_consumption.sources.sql import SqlSource
from wattwise_consumption.sources.sql.columns import batch_of
from wattwise_consumption.sources.sql.config import SqlSettings
from wattwise_contract.recipes import Recipe
from wattwise_database.testing import running_database

NOW = datetime(2026, 7, 1, tzinfo=UTC)
QUERY = "SELECT meter, at, kwh FROM readings WHERE at > :since ORDER BY at"
MIDNIGHT = datetime(2026, 3, 29, tzinfo=UTC)


def ordered(tmp_path: Path, guard: Guard | None = None, **settings: Any) -> SqlSource:
    order = FetchOrder(
        settings=SqlSettings.model_validate({"query": QUERY, "newest_column": "at"} | settings), recipe=Recipe(),
        now=NOW, timezone="UTC", scratch=tmp_path, guard=guard or Guard(), folders=(tmp_path,),
    )  # fmt: skip
    return SqlSource(order)


def brought(coming: Iterator[Fetched]) -> tuple[list[dict[str, Any]], Cursor]:
    rows: list[dict[str, Any]] = []
    cursor: Cursor = {}
    for fetched in coming:
        cursor = fetched.cursor
        if fetched.content is not None:
            assert not isinstance(fetched.content, Path)
            for batch in fetched.content:
                assert isinstance(batch, pa.RecordBatch)
                rows += batch.to_pylist()
    return rows, cursor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "meters.db"
    with sqlite3.connect(place) as database:
        database.execute("CREATE TABLE readings (meter TEXT, at TEXT, kwh REAL)")
        rows = [("cellar", f"2026-03-29 {hour:02}:00:00", hour / 10) for hour in range(24)]
        database.executemany("INSERT INTO readings VALUES (?, ?, ?)", rows)
    return place


def test_what_is_new_since_the_last_time_is_asked_for_and_nothing_else(tmp_path: Path, file: Path) -> None:
    source = ordered(tmp_path, url=f"sqlite:///{file}")
    rows, cursor = brought(source.fetch({}))
    assert len(rows) == 24
    assert sum(row["kwh"] for row in rows) == pytest.approx(27.6)
    assert cursor == {"newest": "2026-03-29 23:00:00", "kind": "text"}
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO readings VALUES ('cellar', '2026-03-30 00:00:00', 5.0)")
    later, cursor = brought(source.fetch(cursor))
    assert [row["kwh"] for row in later] == [5.0]
    assert brought(source.fetch(cursor))[0] == []
    again, _ = brought(source.fetch({"since": "2026-03-30"}))
    assert again == []  # the query says: later than


def test_a_file_is_only_read_and_only_inside_the_folders_that_the_operator_named(tmp_path: Path, file: Path) -> None:
    with pytest.raises(CannotFetch, match="WATTWISE_SOURCES_MAY_READ"):
        brought(ordered(tmp_path, url="sqlite:////etc/passwd").fetch({}))
    link = tmp_path / "link.db"
    link.symlink_to("/etc/passwd")
    with pytest.raises(CannotFetch, match="no place that sources may read"):
        brought(ordered(tmp_path, url=f"sqlite:///{link}").fetch({}))
    with pytest.raises(NotNow, match="There is no file"):
        brought(ordered(tmp_path, url=f"sqlite:///{tmp_path}/gone.db").fetch({}))
    before = file.read_bytes()
    with pytest.raises((CannotFetch, NotNow)):
        brought(
            ordered(
                tmp_path,
                url=f"sqlite:///{file}",
                query="WITH x AS (SELECT 1) INSERT INTO readings SELECT 1,2,3",
                newest_column="",
            ).fetch({})
        )
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "query", ["DELETE FROM readings", "SELECT 1; DROP TABLE readings", "UPDATE readings SET kwh = 0"]
)
def test_a_query_that_is_no_single_select_is_refused(query: str) -> None:
    with pytest.raises(ValidationError, match="one SELECT"):
        SqlSettings(url="sqlite:////x.db", query=query)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mssql://sa@host/name", "no kind of database"),
        ("postgresql+psycopg2://u@host/name", "no kind of database"),
        ("postgresql://u@host/name?host=/tmp", "options behind a question mark"),
        ("postgresql:///name", "names no host"),
        ("not an address", "no address of a database"),
        ("postgresql://u@127.0.0.1/name", "WATTWISE_SOURCES_MAY_REACH"),
        ("mysql://u@169.254.169.254/name", "private network"),
    ],
)
def test_addresses_that_may_not_be_reached_are_told_with_the_remedy(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(CannotFetch, match=said):
        brought(ordered(tmp_path, url=url).fetch({}))


def test_a_column_that_is_not_there_and_a_query_that_is_wrong_are_named(tmp_path: Path, file: Path) -> None:
    with pytest.raises(CannotFetch, match="no column when. It answers: meter, at, kwh"):
        brought(ordered(tmp_path, url=f"sqlite:///{file}", newest_column="when").fetch({}))
    with pytest.raises((CannotFetch, NotNow), match="no such table: reading"):
        brought(ordered(tmp_path, url=f"sqlite:///{file}", query="SELECT * FROM reading").fetch({}))


def test_numbers_times_and_texts_keep_their_kind_and_nulls_stay() -> None:
    rows = [(Decimal("0.25"), MIDNIGHT, date(2026, 3, 29), "a", None), (None, None, None, None, None)]
    batch = batch_of(["kwh", "at", "day", "meter", "nothing"], rows)
    assert batch.to_pylist()[0] == {"kwh": 0.25, "at": MIDNIGHT, "day": "2026-03-29", "meter": "a", "nothing": None}
    assert batch.to_pylist()[1] == dict.fromkeys(["kwh", "at", "day", "meter", "nothing"])
    naive = batch_of(["at"], [(datetime(2026, 3, 29, 1, 30),)])  # noqa: DTZ001 - as databases without zones answer
    assert naive.to_pylist() == [{"at": "2026-03-29T01:30:00"}]
    with pytest.raises(CannotFetch, match="The column raw holds bytes"):
        batch_of(["raw"], [(b"x",)])


def test_the_queries_parameter_is_bound_by_every_dialect(tmp_path: Path) -> None:
    from sqlalchemy import text

    assert "%(since)s" in str(text(QUERY).compile(dialect=mysql.dialect(paramstyle="pyformat")))


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with running_database() as url:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("CREATE TABLE readings (meter text, at timestamptz, kwh numeric(10, 3))")
            with database.cursor().copy("COPY readings FROM STDIN") as copy:
                for number in range(1000):
                    copy.write_row(("cellar", MIDNIGHT + timedelta(minutes=30 * number), Decimal(number) / 1000))
            database.execute("CREATE FUNCTION slow() RETURNS int LANGUAGE sql AS 'SELECT pg_sleep(5)::text::int'")
        yield url


@pytest.mark.integration
def test_postgresql_is_read_in_a_transaction_that_may_only_read(tmp_path: Path, postgres: str) -> None:
    here = Guard.allowing(["127.0.0.1"])
    parts = psycopg.conninfo.conninfo_to_dict(postgres)
    url = f"postgresql://{parts['user']}@127.0.0.1:{parts['port']}/{parts['dbname']}"
    secret = {"password": parts.get("password", "")}
    source = ordered(tmp_path, guard=here, url=url, **secret)
    rows, cursor = brought(source.fetch({}))
    assert len(rows) == 1000
    assert sum(row["kwh"] for row in rows) == pytest.approx(499.5)
    assert rows[0]["at"] == MIDNIGHT
    assert cursor["kind"] == "time"
    assert brought(source.fetch(cursor))[0] == []
    assert len(brought(source.fetch({"since": "2026-04-01"}))[0]) == 1000 - 3 * 48 - 1
    sample, _ = brought(source.probe())
    assert len(sample) == 1000
    writing = ordered(
        tmp_path,
        guard=here,
        url=url,
        query="WITH gone AS (DELETE FROM readings RETURNING *) SELECT * FROM gone",
        **secret,
    )
    with pytest.raises((CannotFetch, NotNow), match="read-only transaction|data-modifying"):
        brought(writing.fetch({}))
    endless = ordered(tmp_path, guard=here, url=url, query="SELECT pg_sleep(5), now() AS at", most_seconds=1, **secret)
    with pytest.raises((CannotFetch, NotNow), match="statement timeout"):
        brought(endless.fetch({}))


@pytest.mark.integration
def test_a_wrong_password_is_told_and_never_shown(tmp_path: Path, postgres: str) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(postgres)
    url = f"postgresql://nobody@127.0.0.1:{parts['port']}/{parts['dbname']}"
    with pytest.raises(NotNow, match="did not do it") as caught:
        brought(ordered(tmp_path, guard=Guard.allowing(["127.0.0.1"]), url=url, password="hunter2-hunter2").fetch({}))
    assert "hunter2" not in str(caught.value)
