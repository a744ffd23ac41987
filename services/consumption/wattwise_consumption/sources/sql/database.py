"""Connections to databases of others: only to read, only where the operator allows, never for longer than agreed."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from wattwise_consumption.fetching import CannotFetch, FetchOrder, NotNow
from wattwise_consumption.folders import allowed_path

from .config import SqlSettings

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "sqlite": "sqlite",
}
_PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306}
_CONNECT_SECONDS = 15
_LONGEST_REASON = 300


@contextmanager
def connected(order: FetchOrder[SqlSettings]) -> Iterator[Connection]:
    """A transaction that may only read. Raises CannotFetch, NotNow; neither tells a password."""
    url = _url_of(order.settings)
    engine = create_engine(
        _with_driver(url, order), poolclass=NullPool, connect_args=_arguments(url, order), hide_parameters=True
    )
    try:
        with engine.connect() as connection:
            _only_read(connection, url.drivername, seconds=order.settings.most_seconds)
            yield connection
    except OperationalError as error:
        raise NotNow(f"The database did not do it: {_reason(error)}", "Check its address, user and password.") from None
    except DBAPIError as error:
        raise CannotFetch(f"The database refused the query: {_reason(error)}", "Correct the query.") from None
    except SQLAlchemyError as error:
        raise CannotFetch(f"The query cannot be asked: {_reason(error)}", "Correct the query.") from None
    finally:
        engine.dispose()


def rows_of(
    connection: Connection, query: str, parameters: dict[str, Any], *, most: int
) -> Generator[tuple[Sequence[str], Sequence[Any]]]:
    """(names, at most so many rows), streamed."""
    statement = text(query)
    known = {name: value for name, value in parameters.items() if name in statement.compile().params}
    result = connection.execution_options(stream_results=True, yield_per=most).execute(statement, known)
    with closing(result):
        names = list(result.keys())
        for rows in result.partitions(most):
            yield names, rows


def _url_of(settings: SqlSettings) -> URL:
    try:
        url = make_url(settings.url)
    except ArgumentError:
        raise CannotFetch(
            "This is no address of a database.", "Write it as postgresql://user@host:5432/name."
        ) from None
    if url.drivername not in _DRIVERS:
        raise CannotFetch(
            f"{url.drivername} is no kind of database that can be read.", f"There are: {', '.join(sorted(_DRIVERS))}."
        )
    if url.query:
        raise CannotFetch("The address has options behind a question mark.", "Leave them out.")
    if url.drivername != "sqlite" and not url.host:
        raise CannotFetch("The address names no host.", "Write it as postgresql://user@host:5432/name.")
    password = settings.password.get_secret_value()
    return url.set(password=password) if password else url


def _with_driver(url: URL, order: FetchOrder[SqlSettings]) -> URL:
    if url.drivername != "sqlite":
        return url.set(drivername=_DRIVERS[url.drivername])
    file = allowed_path(url.database or "", order.folders)
    if not file.is_file():
        raise NotNow(f"There is no file {url.database}.", "Check its spelling.")
    return URL.create("sqlite", database=f"file:{quote(str(file))}", query={"mode": "ro", "uri": "true"})


def _arguments(url: URL, order: FetchOrder[SqlSettings]) -> dict[str, Any]:
    """How the driver connects: to the very address that was allowed."""
    if url.drivername == "sqlite":
        return {}
    address = order.guard.check(str(url.host), url.port or _PORTS[url.drivername])
    if url.drivername == "postgresql":
        return {"hostaddr": address, "connect_timeout": _CONNECT_SECONDS, "application_name": "wattwise"}
    return {"host": address, "connect_timeout": _CONNECT_SECONDS, "local_infile": False}


def _only_read(connection: Connection, kind: str, *, seconds: int) -> None:
    statements = {
        "postgresql": (
            "SET TRANSACTION READ ONLY", f"SET LOCAL statement_timeout = {seconds * 1000}", "SET LOCAL TIME ZONE 'UTC'",
        ),
        "sqlite": ("PRAGMA query_only = ON",),
    }.get(kind, ("SET SESSION TRANSACTION READ ONLY", "SET time_zone = '+00:00'"))  # fmt: skip
    for statement in statements:
        connection.execute(text(statement))
    if kind in ("mysql", "mariadb"):
        connection.commit()  # what it says holds from the next transaction on


def _reason(error: SQLAlchemyError) -> str:
    """The driver's own words, in one line, without the statement and its parameters."""
    said = str(error.orig) if isinstance(error, DBAPIError) and error.orig is not None else str(error)
    return " ".join(said.split())[:_LONGEST_REASON].rstrip(".") + "."
