"""Payloads that are written in a format of files: whole P1 telegrams, and InfluxDB's line protocol."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from wattwise_consumption.archives import Member
from wattwise_consumption.formats.dsmr_p1 import P1
from wattwise_consumption.formats.format import Bounds, Table
from wattwise_consumption.formats.line_protocol import LINE_PROTOCOL
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import Recipe

from .messages import Heard
from .payloads import Said, Unread, checked_time, said_number, time_in
from .topics import Payload


@dataclass(frozen=True)
class InFormat:
    """A value of the message at a place in the list that was given; `says` has its quantity, unit and measure."""

    place: int
    said: Said | Unread
    consumer: str = ""
    name: str = ""
    says: Recipe = Recipe()


def said_in_format(messages: Sequence[Heard], payload: Payload, zone: ZoneInfo) -> Iterator[InFormat]:
    """Every value of these messages, all of one kind of payload."""
    texts = [heard.payload.strip() + "\n" for heard in messages]
    form = P1 if payload is Payload.P1 else LINE_PROTOCOL
    first_lines = np.cumsum([1, *(text.count("\n") for text in texts)])
    content = "".join(texts).encode()
    silent = set(range(len(messages)))
    try:
        for table in form.tables(Member("payloads", lambda: io.BytesIO(content)), Bounds()):
            for found in _values_of(table, messages, first_lines, zone):
                silent.discard(found.place)
                yield found
    except BadFile:  # of no payload anything can be kept: each is told below
        pass
    for place in sorted(silent):
        yield InFormat(place, Unread(f"The payload is no {form.name}.", "Say how this topic's payload is written."))


def _values_of(table: Table, messages: Sequence[Heard], first_lines: np.ndarray, zone: ZoneInfo) -> Iterator[InFormat]:
    columns = {name: f"c{number}" for number, name in enumerate(table.names)}
    value = table.says.value_column
    names = {"meter": columns["meter"], "time": columns["time"], "value": columns[value]}
    names |= {"consumer": columns.get("consumer", columns["meter"])}
    texts = table.cells.select(*(pl.col(column).alias(name) for name, column in names.items()), "line")
    own_zone = ZoneInfo(table.says.stamps_in) if table.says.stamps_in else zone
    for meter, time, text, consumer, line in texts.iter_rows():
        place = int(np.searchsorted(first_lines, line, side="right")) - 1
        said = _said(messages[place], meter or "", time, text, own_zone)
        yield InFormat(place, said, consumer or "", value, table.says)


def _said(heard: Heard, meter: str, time: str | None, text: str | None, zone: ZoneInfo) -> Said | Unread:
    try:
        if meter == "unknown" and text and " " in text:  # what P1 says of a telegram that is no good
            raise Unread(f"The telegram is no good: {text}.", "Look at the cable; the next telegram is read by itself.")
        at = checked_time(time_in(time, zone), heard) if time else None
        return Said(said_number(text), text or "", at, meter)
    except Unread as problem:
        return problem
