"""Where readings and details come from. A source is a folder here that says `SOURCE = …`, or anybody's package; see
`kinds`.

One that fetches brings files (see `fetching`), which are landed and then read like uploaded ones. Others are handed an
import's task and yield parts, in an order and with keys that are the same on every attempt; what they found out is
their summary, ready when the last part was taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import polars as pl

from wattwise_contract.imports import (
    DetailsPart,
    ImportFile,
    ImportSummary,
    ImportTask,
    PartNotes,
    RejectedFile,
    RejectedRow,
)
from wattwise_contract.meters import AttributeDefinition, MeterWanted


@dataclass(frozen=True)
class ReadingsPart:
    """`readings`: meter_key, quantity, starts_at (UTC µs), value, quality. `meters` has each (meter_key, quantity) that
    no earlier part had."""

    key: str
    readings: pl.DataFrame
    meters: list[MeterWanted]
    notes: PartNotes
    progress: float  # of the whole source, 0..1, once this part is stored
    message: str = ""


@dataclass(frozen=True)
class ConsumersPart:
    key: str
    details: DetailsPart
    progress: float
    message: str = ""


Part = ReadingsPart | ConsumersPart


class Surroundings(Protocol):
    """What a source may ask of the platform."""

    def fetch_file(self, file: ImportFile, import_id: int, to: Path) -> Path: ...
    def fetch_rejected_rows(self, import_id: int, to: Path) -> Path: ...
    def consumer_keys(self) -> frozenset[str]: ...
    def definitions(self) -> list[AttributeDefinition]: ...


class Source(Protocol):
    def parts(self) -> Iterator[Part]: ...
    def summary(self) -> ImportSummary: ...
    def note_rejected(self, key: str, cells: list[RejectedRow]) -> None:
        """What of a stored part of consumers' details did not fit."""

    def rejected_rows(self, folder: Path) -> tuple[RejectedFile, Path] | None:
        """All rejected rows, whole, in a file; asked for when all parts were taken."""


@dataclass(frozen=True)
class Order:
    """All that a source is made from."""

    task: ImportTask
    surroundings: Surroundings
    now: datetime
    scratch: Path
    limits: "SourceLimits" = field(default_factory=lambda: SourceLimits())


@dataclass(frozen=True)
class SourceLimits:
    """Bounds on what one import may unfold to, see settings."""

    unpacked_bytes: int = 20_000_000_000
    json_bytes: int = 300_000_000
    rows_per_part: int = 250_000
    memory_bytes: int = 3_000_000_000
