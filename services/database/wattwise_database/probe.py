"""Is the database there, and which one is it?"""

import time
from dataclasses import dataclass

import psycopg


class NotReady(Exception):
    """The database did not answer in time; the text carries its last word."""


@dataclass(frozen=True)
class Edition:
    """What a database says about itself; `timescaledb` is None where the extension is not installed."""

    postgresql: str
    timescaledb: str | None
    license: str | None


def ready(url: str, *, timeout_s: float = 60.0) -> Edition:
    """Wait until the role of this URL can work in its database, and return what it is. Raises NotReady."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return describe(url)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise NotReady(f"The database did not answer within {timeout_s:.0f} seconds: {error}") from error
            time.sleep(0.1)


def describe(url: str) -> Edition:
    """Ask the database which edition it is. Raises psycopg.OperationalError when it does not answer."""
    with psycopg.connect(url, connect_timeout=3) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version'),"
            " (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'),"
            " current_setting('timescaledb.license', true)"
        ).fetchone()
    if row is None:
        raise NotReady("The database answered without a word.")
    return Edition(row[0].split()[0], row[1], row[2])
