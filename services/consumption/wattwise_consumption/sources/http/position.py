"""How far fetching has come: what a cursor of the HTTP source says, and how it moves."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from pydantic import JsonValue

from wattwise_consumption.fetching import Cursor

from .paging import Page
from .windows import Window

_MOST_REMEMBERED = 64


@dataclass(frozen=True)
class Position:
    """`since`: everything before was fetched. `window` and `page`: what is asked for next, where one is under way.
    `newest`: the newest time that any answer had. `bodies`: marks of the answers that came last, `etag` and `modified`
    of the file at a plain address."""

    since: datetime | None = None
    window: Window | None = None
    page: Page = Page()
    newest: datetime | None = None
    bodies: tuple[str, ...] = ()
    etag: str = ""
    modified: str = ""

    @classmethod
    def at(cls, cursor: Cursor) -> "Position":
        """{} is the very beginning; {"since": "2026-01-01"} is what a person says."""
        window: Any = cursor.get("window")
        page: Any = cursor.get("page")
        return cls(
            since=_moment(cursor.get("since")),
            window=Window(_sure(window[0]), _sure(window[1]), is_last=bool(window[2])) if window else None,
            page=Page(**page) if page else Page(),
            newest=_moment(cursor.get("newest")),
            bodies=tuple(map(str, _list(cursor.get("bodies")))),
            etag=str(cursor.get("etag") or ""),
            modified=str(cursor.get("modified") or ""),
        )

    @property
    def cursor(self) -> Cursor:
        window = self.window
        written: dict[str, JsonValue] = {
            "since": _text(self.since),
            "window": [_text(window.since), _text(window.until), window.is_last] if window else None,
            "page": self.page.state if window else None,
            "newest": _text(self.newest),
            "bodies": list(self.bodies),
            "etag": self.etag,
            "modified": self.modified,
        }
        return {name: value for name, value in written.items() if value}

    def in_window(self, window: Window, page: Page) -> "Position":
        return replace(self, window=window, page=page)

    def remembering(self, mark: str) -> "Position":
        return replace(self, bodies=(*(one for one in self.bodies if one != mark), mark)[-_MOST_REMEMBERED:])

    def having_seen(self, newest: datetime | None) -> "Position":
        return self if newest is None else replace(self, newest=max(newest, self.newest or newest))

    def past(self, window: Window, *, follows_times: bool) -> "Position":
        """After a whole window. Where times are followed, the last one moves no further than the newest reading: what
        is not there yet will be asked for again."""
        since: datetime | None = window.until
        if window.is_last and follows_times:
            since = min(window.until, self.newest) if self.newest else self.since
        return replace(self, since=since, window=None, page=Page())


def _moment(text: object) -> datetime | None:
    """Of a cursor's text, or of a date that a person gave."""
    if not text:
        return None
    found = datetime.fromisoformat(str(text)) if "T" in str(text) else date.fromisoformat(str(text))
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _sure(text: object) -> datetime:
    found = _moment(text)
    if found is None:
        raise ValueError(f"no moment: {text!r}")
    return found


def _text(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []
