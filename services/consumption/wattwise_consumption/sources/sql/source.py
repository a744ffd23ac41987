"""The SQL source: what a query answers, in Arrow files, from where the last one ended."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from wattwise_consumption.fetching import CannotFetch, Cursor, Fetched, FetchOrder, schema_of
from wattwise_contract.sources import SourceKindInfo

from .columns import batch_of
from .config import SqlSettings
from .database import connected, rows_of

ROWS_PER_FILE = 200_000
_ROWS_OF_A_SAMPLE = 20_000
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class SqlSource:
    """The cursor is the highest value of the column that grows; it moves when all that the query answered is landed."""

    Settings = SqlSettings
    info = SourceKindInfo(
        kind="sql", title="SQL database", every="PT1H", settings_schema=schema_of(SqlSettings),
        description="What a query answers: PostgreSQL, MySQL, MariaDB, or a SQLite file.",
    )  # fmt: skip

    def __init__(self, order: FetchOrder[SqlSettings]) -> None:
        self._order = order
        self._settings = order.settings

    def probe(self) -> Iterator[Fetched]:
        with connected(self._order) as connection:
            answers = rows_of(connection, self._settings.query, self._since({}), most=_ROWS_OF_A_SAMPLE)
            with closing(answers):
                for names, rows in answers:
                    yield Fetched("query.arrow", iter([batch_of(names, rows)]))
                    return

    def fetch(self, cursor: Cursor) -> Iterator[Fetched]:
        newest: Any = None
        with connected(self._order) as connection:
            answers = rows_of(connection, self._settings.query, self._since(cursor), most=ROWS_PER_FILE)
            with closing(answers):
                for number, (names, rows) in enumerate(answers, start=1):
                    self._order.check()
                    newest = self._newest(newest, names, rows)
                    message = f"Read {(number - 1) * ROWS_PER_FILE + len(rows):,} rows"
                    yield Fetched(f"query-{number}.arrow", iter([batch_of(names, rows)]), cursor, message=message)
        if newest is not None:
            yield Fetched(cursor=_cursor_at(newest))

    def _since(self, cursor: Cursor) -> dict[str, Any]:
        """The parameter :since, as the column that grows has it."""
        start = self._settings.start
        since: Any = datetime(start.year, start.month, start.day, tzinfo=UTC) if start else _BEGINNING
        if "since" in cursor:  # a day that somebody wants to see again
            since = datetime.fromisoformat(str(cursor["since"])).replace(tzinfo=UTC)
        elif "newest" in cursor:
            since = _value_of(cursor)
        if isinstance(since, datetime) and self._settings.url.startswith("sqlite"):
            since = f"{since:%Y-%m-%d %H:%M:%S}"
        return {"since": since}

    def _newest(self, newest: Any, names: Sequence[str], rows: Sequence[Any]) -> Any:
        column = self._settings.newest_column
        if not column:
            return newest
        if column not in names:
            raise CannotFetch(f"The query answers no column {column}.", f"It answers: {', '.join(names)}.")
        place = list(names).index(column)
        values = [row[place] for row in rows if row[place] is not None]
        return max([*values, *([newest] if newest is not None else [])], default=None)


def _cursor_at(newest: Any) -> Cursor:
    if isinstance(newest, datetime):
        return {"newest": newest.isoformat(), "kind": "time"}
    if isinstance(newest, str):
        return {"newest": newest, "kind": "text"}
    return {"newest": str(newest), "kind": "number"}


def _value_of(cursor: Cursor) -> Any:
    text = str(cursor["newest"])
    match cursor.get("kind"):
        case "time":
            return datetime.fromisoformat(text)
        case "number":
            return int(text) if text.lstrip("-").isdigit() else float(text)
        case _:
            return text
