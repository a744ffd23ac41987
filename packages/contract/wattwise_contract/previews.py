"""Previews: what an import would store, under each way to understand its files."""

from datetime import date

from pydantic import Field

from .imports import RejectedRow, SeriesEvent
from .message import Message, UtcDatetime
from .quantities import Quantity
from .recipes import ImportKind, Recipe


class PreviewedFile(Message):
    name: str
    format: str = ""  # as people call it, such as "CSV" or "Green Button"
    refused: str = ""  # why it cannot be read, with the remedy; empty where it can
    rows: int = 0


class PreviewedReading(Message):
    meter_key: str
    quantity: Quantity
    starts_at: UtcDatetime
    local_time: str  # on the meter's clock, such as 2026-10-25 01:30 BST
    value: float
    unit: str
    quality: int = 0
    file: str = ""
    line: int = 0


class PreviewedDay(Message):
    """The readings of one local day, all meters of `quantity` together."""

    day: date
    quantity: Quantity
    value: float
    readings: int


class PreviewedMeter(Message):
    meter_key: str
    consumer_key: str = ""
    quantity: Quantity
    resolution: str
    readings: int
    total: float  # the mean, where the quantity does not add up
    first_at: UtcDatetime
    last_at: UtcDatetime


class Interpretation(Message):
    """One way to understand the files, and what an import with its recipe would store."""

    recipe: Recipe  # with nothing left open that matters
    label: str  # in a few words: "Day first: 03/04 is 3 April"
    because: str = ""  # why this way, in a sentence
    kind: ImportKind
    read: int = 0
    readings_count: int = 0
    duplicate: int = 0
    rejected: int = 0
    consumers: int = 0  # for details
    meters_count: int = 0
    meters: list[PreviewedMeter] = Field(default_factory=list)  # the first 200
    readings: list[PreviewedReading] = Field(default_factory=list)  # the first 50, and the last 10
    days: list[PreviewedDay] = Field(default_factory=list)  # the first 400
    rejected_rows: list[RejectedRow] = Field(default_factory=list)  # the first 50
    totals: dict[str, float] = Field(default_factory=dict)  # by unit
    first_reading_at: UtcDatetime | None = None
    last_reading_at: UtcDatetime | None = None
    findings: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    events: list[SeriesEvent] = Field(default_factory=list)  # the first 50


class Preview(Message):
    """What an import would store, before it stores anything: the likeliest interpretation first, then those that the
    files allow as well and that give something else."""

    files: list[PreviewedFile]
    interpretations: list[Interpretation]
    is_sample: bool = False  # only the beginning of the files was read
    columns: list[str] = Field(default_factory=list)  # the names in the first file, to choose from
