"""Messages as rows: one for each value that they say of a meter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import polars as pl

from wattwise_consumption.units import unit_in
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure, Recipe, StampMarks
from wattwise_timeseries.calendars import utc_offsets
from wattwise_timeseries.resolutions import Resolution

from .messages import Heard
from .payloads import Said, Unread, said_in
from .telegrams import said_in_format
from .topics import HeardMeasure, Payload, Topic, key_of

SCHEMA = {
    "message": pl.Int64, "meter": pl.String, "consumer": pl.String, "quantity": pl.String, "measure": pl.String,
    "unit": pl.String, "name": pl.String, "at": pl.Int64, "is_own": pl.Boolean, "text": pl.String,
    "number": pl.Float64, "lasts": pl.Int64, "is_end": pl.Boolean, "is_old": pl.Boolean,
}  # fmt: skip
_AT_ONCE = 20_000  # messages
OF_NOBODY = (Quantity.TEMPERATURE, Quantity.PRICE, Quantity.CARBON_INTENSITY)  # unless a consumer is named
LENGTHS = (HeardMeasure.INTERVAL.value, HeardMeasure.POWER.value)  # of which each value has a length


@dataclass(frozen=True)
class Reading:
    """How a source's messages are read: its topics, the zone of its meters and of stamps without one, its resolution and
    how long a power is held, both in microseconds."""

    topics: tuple[Topic, ...]
    zone: str
    step: int
    held_for: int


@dataclass(frozen=True)
class Trouble:
    """What of a message could not be read; `message` is its place."""

    message: int
    reason: str
    remedy: str


@dataclass
class Rows:
    """`frame`: message (its place), meter, consumer, quantity, measure, unit, name (of the value), at (µs: the start of
    what has a length), is_own (the time is the message's own), text, number, lasts (µs), is_old. `troubles` are those of
    messages that are not old. `retained`: how many were kept by the broker without a time of their own."""

    frame: pl.DataFrame
    troubles: list[Trouble] = field(default_factory=list)
    retained: int = 0


def rows_of(messages: Sequence[Heard], reading: Reading) -> Rows:
    found = Rows(pl.DataFrame(schema=SCHEMA))
    frames = [found.frame]
    for first in range(0, len(messages), _AT_ONCE):
        frames.append(_rows_of_some(messages[first : first + _AT_ONCE], first, reading, found))
    found.frame = _on_their_lines(pl.concat(frames), reading.zone)
    return found


def _rows_of_some(messages: Sequence[Heard], first: int, reading: Reading, found: Rows) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = []
    for topic in reading.topics:
        for place, said, levels, says, consumer in _values(messages, topic, ZoneInfo(reading.zone)):
            heard = messages[place]
            if isinstance(said, Unread):
                found.troubles += [] if heard.is_old else [Trouble(first + place, said.reason, said.remedy)]
            elif said.at is None and heard.is_retained:
                found.retained += not heard.is_old
            else:
                rows.append(_row(first + place, heard, said, topic, levels, says, consumer, reading))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _values(
    messages: Sequence[Heard], topic: Topic, zone: ZoneInfo
) -> Iterator[tuple[int, Said | Unread, dict[str, str], Recipe, str]]:
    """(place, value, levels of its topic, what its format says, its consumer there)."""
    fitting = list(_fitting(messages, topic))
    if topic.payload in (Payload.P1, Payload.LINE_PROTOCOL):
        for found in said_in_format([messages[place] for place, _ in fitting], topic.payload, zone):
            place, levels = fitting[found.place]
            yield place, found.said, levels, found.says, found.consumer
        return
    for place, levels in fitting:
        for said in said_in(messages[place], topic, zone):
            yield place, said, levels, Recipe(), ""


def _fitting(messages: Sequence[Heard], topic: Topic) -> Iterator[tuple[int, dict[str, str]]]:
    """A message without bytes says that a topic is no longer used: nothing was measured."""
    known: dict[str, dict[str, str] | None] = {}
    for place, heard in enumerate(messages):
        if heard.topic not in known:
            known[heard.topic] = topic.levels_of(heard.topic)
        levels = known[heard.topic]
        if levels is not None and heard.payload.strip():
            yield place, levels


def _row(
    place: int, heard: Heard, said: Said, topic: Topic, levels: dict[str, str], says: Recipe, consumer: str,
    reading: Reading,
) -> tuple[object, ...]:  # fmt: skip
    in_format = topic.payload in (Payload.P1, Payload.LINE_PROTOCOL)
    levels = levels | {"key": said.key}
    meter = said.key if in_format and not topic.meter else key_of(topic.meter, levels, heard.topic)
    quantity = says.quantity if topic.payload is Payload.P1 else topic.quantity
    owner = consumer if in_format else "" if quantity in OF_NOBODY else meter
    measure = says.measure if topic.payload is Payload.P1 else Measure(topic.measure.value)
    unit = says.unit if topic.payload is Payload.P1 else topic.unit or _unit(says.value_column, quantity, measure)
    lasts = reading.held_for if measure is Measure.INSTANT else _length(topic, reading)
    marks_end = topic.marks is StampMarks.END or (topic.marks is StampMarks.AUTO and said.at is None)
    return (
        place, meter, key_of(topic.consumer, levels, heard.topic) if topic.consumer else owner, quantity.value, measure.value, unit, says.value_column or "value", heard.at if said.at is None else said.at,
        said.at is not None, said.text, said.number, lasts, marks_end, heard.is_old,
    )  # fmt: skip


def _unit(name: str, quantity: Quantity, measure: Measure) -> str:
    """Where none is said: the header's, watts of power, else what the quantity is stored in."""
    named = unit_in(name) if name else None
    if named is not None:
        return named.name
    is_power = measure in (Measure.INSTANT, Measure.POWER) and quantity.unit == "kWh"
    return "W" if is_power else quantity.unit


def _length(topic: Topic, reading: Reading) -> int:
    return Resolution.parse(topic.covers).microseconds if topic.covers else reading.step


def _on_their_lines(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """What has a length starts on a line of its own grid, the nearest one: a message comes a little before or after."""
    of_length = pl.col("measure").is_in(LENGTHS)
    if not frame.select(of_length.any()).item():
        return frame
    offset = pl.Series("offset", utc_offsets(frame["at"].to_numpy(), timezone=zone))
    line = (pl.col("at") + offset + pl.col("lasts") // 2) // pl.col("lasts") * pl.col("lasts") - offset
    start = line - pl.when("is_end").then("lasts").otherwise(0)
    return frame.with_columns(pl.when(of_length).then(start).otherwise("at").alias("at"))
