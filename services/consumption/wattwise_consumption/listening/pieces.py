"""Complete messages, cut off the spool at the lines of the resolution, become imports."""

from datetime import UTC, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import structlog
from pydantic import JsonValue

from wattwise_client import Wattwise
from wattwise_consumption.formats.heard import (
    Cutting,
    Heard,
    Piece,
    Reading,
    cutting,
    lag_of,
    line_before,
    microseconds,
    write_piece,
)
from wattwise_contract.sources import Cut, ListenerTask

from .spool import Spool

log = structlog.get_logger(__name__)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ACKNOWLEDGED = 60_000_000  # µs after which the broker has heard of it
_AGAIN = timedelta(seconds=5)


class Pieces:
    """Of one source. `since`: the line up to which earlier cuts went (µs), `through`: the last message that they held."""

    def __init__(
        self, api: Wattwise, task: ListenerTask, reading: Reading, *, grace: int, scratch: Path | None
    ) -> None:
        self._api = api
        self._task = task
        self._reading = reading
        self._grace = grace
        self._scratch = scratch
        until, through = task.cursor.get("until"), task.cursor.get("through")
        self.since = until if isinstance(until, int) else None
        self.through = through if isinstance(through, int) else 0
        self._looked_at: int | None = None  # the last line up to which all was looked at
        self._again_at = _EPOCH

    def line_at(self, now: datetime, lag: int = 0) -> int:
        """The last line up to which everything should be here."""
        moment = microseconds(now) - self._grace - lag
        return int(line_before(pl.Series([moment], dtype=pl.Int64), self._reading).item())

    def is_due(self, now: datetime) -> bool:
        line = self.line_at(now)
        return now >= self._again_at and line != self._looked_at and (self.since is None or line > self.since)

    def cut(self, spool: Spool, now: datetime, filters: list[str]) -> bool:
        """Whether an import was made. Where what is coming in is still from before, it goes only so far."""
        spooled = list(spool.read())
        lag = lag_of(_latest([heard for _, heard in spooled], self._grace), self._reading)
        until = self.line_at(now, lag)
        self._looked_at = self._looked_at if lag else until
        self._again_at = now + _AGAIN
        if self.since is not None and until <= self.since:
            return False
        found = cutting(spooled, self._reading, through=self.through, since=self.since, until=until)
        if found is None:
            return False
        through = spooled[-1][0] if spooled else self.through
        recent = spool.recent(since=microseconds(now) - _ACKNOWLEDGED)
        cursor: dict[str, JsonValue] = {"until": until, "through": through, "filters": [*filters], "recent": recent}
        self._make(
            found, until, Cut(through_id=through, keep_ids=found.kept, cursor=cursor, name=_name(until), sha256="")
        )
        self.since, self.through = until, through
        spool.count = len(found.kept)
        return True

    def _make(self, found: Cutting, until: int, cut: Cut) -> None:
        with TemporaryDirectory(prefix="wattwise-heard-", dir=self._scratch) as folder:
            path = Path(folder) / "piece.ndjson"
            write_piece(path, Piece(self._reading, self.since, until), (heard.line() for heard in found.messages))
            with path.open("rb") as file:
                sha256 = file_digest(file, "sha256").hexdigest()
            made = self._api.work.cut(self._task, cut.model_copy(update={"sha256": sha256}), path)
        log.info(
            "cut off", source=self._task.source_id, import_id=made, messages=len(found.messages), kept=len(cut.keep_ids)
        )


def _latest(messages: list[Heard], grace: int) -> list[Heard]:
    """What came within the grace before the last message."""
    return [heard for heard in messages if heard.at >= messages[-1].at - grace][-2_000:]


def _name(until: int) -> str:
    return f"heard until {_EPOCH + timedelta(microseconds=until):%Y-%m-%dT%H%MZ}.ndjson"
