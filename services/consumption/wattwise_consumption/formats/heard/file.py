"""The file of messages that were heard: a line about the piece of time that it is, then a line for each message.

It holds the messages as they came, with the description of their topics as it was then; a source's present description
goes over it, so that an import can be read again by a better one."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import TypeAdapter, ValidationError

from wattwise_consumption import grid
from wattwise_consumption.archives import Member
from wattwise_consumption.formats.cells import table_from
from wattwise_consumption.formats.format import Bounds, FileFormat, Table, Window
from wattwise_consumption.problems import BadFile
from wattwise_contract.imports import RejectedRow
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Measure, Recipe, StampMarks

from .messages import Heard
from .payloads import SECOND
from .rows import Reading, Rows, Trouble, rows_of
from .topics import Topic
from .windows import Plan, planned

_MARK = '{"wattwise_heard":'
_TOPICS = TypeAdapter(tuple[Topic, ...])
_SHOWN = 60  # values that a sample shows
_LONGEST = 200  # characters of a payload that a rejected row shows
_RETAINED = (
    "{:,} messages that the broker had kept (retained) say no time of their own: when they were measured is not known, "
    "and they were left out."
)
_TOLD_TWICE = Trouble(
    0, "Another topic tells this meter's {} already, as {}.", "Give the meters of one of the two topics other keys."
)


@dataclass(frozen=True)
class Piece:
    """A piece of time of a source, from `since` (µs, None: the beginning) to `until`; of a sample, there is no line yet
    that it goes to, and whatever was heard is read."""

    reading: Reading
    since: int | None
    until: int | None


def write_piece(path: Path, piece: Piece, lines: Iterable[str]) -> None:
    """`lines`: those of messages (see `Heard.line`)."""
    reading = piece.reading
    head = {
        "wattwise_heard": 1, "zone": reading.zone, "step": reading.step, "held_for": reading.held_for,
        "since": piece.since, "until": piece.until,
        "topics": [topic.model_dump(mode="json", exclude_defaults=True) for topic in reading.topics],
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(head, ensure_ascii=False, separators=(",", ":")) + "\n")
        file.writelines(f"{line}\n" for line in lines)


def _recognises(head: bytes, name: str) -> bool:
    return head.startswith(_MARK.encode())


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    with member.open() as stream:
        lines = stream.read().decode("utf-8").splitlines()
    piece = _piece(lines[0], bounds)
    messages = [Heard.from_line(line) for line in lines[1:]]
    found = rows_of(messages, piece.reading)
    plan = _plan(found, piece)
    told, twice = _told_once(plan.rows)
    rejected = tuple(_rejected(member.name, messages, [*found.troubles, *plan.late, *twice]))
    notes: tuple[str, ...] = (_RETAINED.format(found.retained),) if found.retained else ()
    notes += tuple(_shown(plan.rows, messages)) if piece.until is None else ()
    tables = [_table(rows, piece.reading) for rows in _by_meaning(told)] or [Table((), pl.DataFrame())]
    for number, table in enumerate(tables):
        first = number == 0
        yield Table(
            table.names, table.cells, says=table.says, says_last=True, windows=_windows(told) if first else {},
            notes=notes if first else (), rejected=rejected if first else (),
        )  # fmt: skip


def _piece(line: str, bounds: Bounds) -> Piece:
    try:
        said: dict[str, Any] = json.loads(line)
        topics = _TOPICS.validate_python(list(bounds.topics) or said["topics"])
        reading = Reading(topics, said["zone"], said["step"], said["held_for"])
        return Piece(reading, said["since"], said["until"])
    except (ValidationError, ValueError, KeyError, TypeError):
        raise BadFile("The file's first line is not as Wattwise writes it.", "Listen to the source anew.") from None


def _plan(found: Rows, piece: Piece) -> Plan:
    if piece.until is not None:
        return planned(found, piece.reading, since=piece.since, until=piece.until)
    no_line = [pl.lit(None, dtype=pl.Int64).alias(name) for name in ("starts_at", "ends_at")]
    span = pl.col("at").max() - pl.col("at").min()
    is_held = pl.col("measure") == Measure.INSTANT.value
    lasts = pl.when(is_held).then(pl.min_horizontal("lasts", span.clip(lower_bound=SECOND))).otherwise("lasts")
    return Plan(found.frame.with_columns(*no_line, lasts.alias("lasts")), [], [], has_news=True)


def _told_once(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Trouble]]:
    """(the rows of each meter's first measure, those of another one)."""
    first = pl.col("measure").first().over("meter", "quantity")
    others = rows.filter(pl.col("measure") != first).unique(["meter", "quantity", "measure"], maintain_order=True)
    troubles = [
        Trouble(message, _TOLD_TWICE.reason.format(Quantity(quantity).value.replace("_", " "), kept), _TOLD_TWICE.remedy)
        for message, quantity, kept in others.join(
            rows.unique(["meter", "quantity"], keep="first"), on=["meter", "quantity"], suffix="_kept"
        ).select("message", "quantity", "measure_kept").iter_rows()
    ]  # fmt: skip
    return rows.filter(pl.col("measure") == first), troubles


def _by_meaning(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Energy that came at any time of an interval is added up; else, the last message for a time is right."""
    adds_up = (pl.col("measure") == Measure.INTERVAL.value) & ~pl.col("is_own")
    key = ["measure", "quantity", "unit", "name", "meter", "at"]
    sums = rows.with_columns(pl.when(adds_up).then(pl.col("number").sum().over(key)).alias("sum"))
    texts = pl.when(adds_up & (pl.len().over(key) > 1)).then(pl.col("sum").cast(pl.String)).otherwise("text")
    single = sums.with_columns(texts.alias("text")).filter(~adds_up | pl.struct(key).is_last_distinct())
    for _, some in single.group_by(["measure", "quantity", "unit", "name"], maintain_order=True):
        yield some


def _table(rows: pl.DataFrame, reading: Reading) -> Table:
    says = Recipe(
        kind=ImportKind.READINGS, consumer_column="consumer", meter_column="meter", time_column="time",
        value_column=rows["name"].item(0), quantity=Quantity(rows["quantity"].item(0)), unit=rows["unit"].item(0),
        measure=Measure(rows["measure"].item(0)), resolution=grid.resolution_of(reading.step), timezone=reading.zone,
        stamps_in="UTC", stamp_marks=StampMarks.START, decimal_sign=DecimalSign.POINT,
    )  # fmt: skip
    time = pl.col("at").cast(pl.Datetime("us")).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").alias("time")
    value = pl.col("text").str.strip_chars().str.replace(",", ".", literal=True).alias(says.value_column)
    return table_from(rows.select("consumer", "meter", time, value, (pl.col("message") + 2).alias("line")), says)


def _windows(rows: pl.DataFrame) -> dict[tuple[str, str], Window]:
    series = rows.unique(["meter", "quantity"], keep="first", maintain_order=True)
    of_register = pl.col("measure") == Measure.REGISTER.value
    columns = series.with_columns(pl.when(of_register).then(0).otherwise("lasts").alias("lasts"))
    found = {
        (meter, quantity): Window(starts_at, ends_at, lasts)
        for meter, quantity, starts_at, ends_at, lasts in columns.select(
            "meter", "quantity", "starts_at", "ends_at", "lasts"
        ).iter_rows()
    }
    # Net power is parted into what was taken and what was fed in.
    fed_in = {
        (meter, Quantity.ELECTRICITY_EXPORT.value): window
        for (meter, quantity), window in found.items()
        if quantity == Quantity.ELECTRICITY_IMPORT
    }
    return fed_in | found


def _rejected(file: str, messages: Sequence[Heard], troubles: list[Trouble]) -> Iterator[RejectedRow]:
    for trouble in sorted(troubles, key=lambda trouble: trouble.message):
        heard = messages[trouble.message]
        yield RejectedRow(
            file=file, line=trouble.message + 2, column=heard.topic[:_LONGEST], value=heard.payload[:_LONGEST],
            reason=trouble.reason, remedy=trouble.remedy,
        )  # fmt: skip


def _shown(rows: pl.DataFrame, messages: Sequence[Heard]) -> Iterator[str]:
    """For a person who looks at a sample: what each meter said last."""
    last = rows.unique(["meter", "quantity", "measure"], keep="last", maintain_order=True)
    for row in last.head(_SHOWN).to_dicts():
        heard = messages[row["message"]]
        yield f"{heard.topic}: {row['text'].strip()} {row['unit']}, as {row['measure']} of the meter “{row['meter']}”."
    if last.height > _SHOWN:
        yield f"And {last.height - _SHOWN:,} meters more."


HEARD = FileFormat("messages heard", _recognises, _tables)
