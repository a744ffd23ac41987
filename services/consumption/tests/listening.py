"""A source that is listened to, without a broker: messages are spooled, cut off at lines, and each piece is imported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from wattwise_consumption.formats.heard import Heard, Piece, Reading, Topic, cutting, write_piece
from wattwise_contract.recipes import Recipe

MINUTE = 60_000_000
START = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def us(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@dataclass
class Listening:
    """`pieces` are what each cut imported."""

    topics: Sequence[dict]
    import_files: Callable
    folder: Path
    minutes: int = 15
    held_minutes: int = 60
    zone: str = "UTC"
    recipe: Recipe | None = None
    spool: list[tuple[int, Heard]] = field(default_factory=list)
    through: int = 0
    since: int | None = None
    pieces: list = field(default_factory=list)
    heard: int = 0

    @property
    def reading(self) -> Reading:
        topics = tuple(Topic.model_validate(topic) for topic in self.topics)
        return Reading(topics, self.zone, self.minutes * MINUTE, self.held_minutes * MINUTE)

    def hear(self, topic: str, payload: object, minutes: float, *, retained: bool = False) -> None:
        """A message that comes so long after START."""
        self.heard += 1
        at = us(START) + round(minutes * MINUTE)
        self.spool.append((self.heard, Heard(topic, str(payload), at, retained)))

    def cut(self, minutes: float):
        """Up to a line so long after START; the import, if there was anything."""
        until = us(START) + round(minutes * MINUTE)
        cut = cutting(self.spool, self.reading, through=self.through, since=self.since, until=until)
        if cut is None:
            return None
        path = self.folder / f"piece-{len(self.pieces)}.ndjson"
        write_piece(path, Piece(self.reading, self.since, until), (heard.line() for heard in cut.messages))
        self.through, self.since = self.spool[-1][0], until
        self.spool = [(number, heard) for number, heard in self.spool if number in cut.kept]
        self.pieces.append(self.import_files(path, zone=self.zone, recipe=self.recipe or Recipe()))
        return self.pieces[-1]

    @property
    def readings(self) -> pl.DataFrame:
        return pl.concat(piece.readings for piece in self.pieces)

    @property
    def rejected(self) -> list:
        return [row for piece in self.pieces for row in piece.rejected]

    def stored_twice(self) -> int:
        key = ["meter_key", "quantity", "starts_at"]
        return self.readings.height - self.readings.unique(key).height

    def kwh(self, meter: str = "", quantity: str = "electricity_import") -> float:
        rows = self.readings.filter(pl.col("quantity") == quantity)
        return float(rows.filter(pl.col("meter_key") == meter if meter else True)["value"].sum())
