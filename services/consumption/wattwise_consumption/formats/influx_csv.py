"""InfluxDB's annotated CSV, as its queries answer: a row for each point of a field, tables one after the other.

https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/ — the fields are those of line protocol.
"""

import csv
from collections.abc import Iterator

import polars as pl

from wattwise_consumption import sniff, vocabulary
from wattwise_consumption.archives import Member

from .cells import with_notes_at_the_end
from .format import Bounds, FileFormat, Table
from .line_protocol import Known, tables_by_field
from .text_lines import lines_of

_OWN = {"", "result", "table", "_start", "_stop", "_time", "_value", "_field", "_measurement"}
_IDS = f"{vocabulary.METER};{vocabulary.CONSUMER}"
_NEEDED = {"_time", "_value", "_field"}
_COLUMNS = ["measurement", "meter", "field", "value", "time"]
Row = tuple[str, str, str, str, str, int]


def _recognises(head: bytes, name: str) -> bool:
    if not sniff.is_text(head):
        return False
    first = [line for line in sniff.text_of(head[:20_000]).splitlines() if line.strip() and not line.startswith("#")][
        :1
    ]
    return any(set(_cells(line)) >= _NEEDED for line in first)


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    yield from with_notes_at_the_end(_by_field(member), "InfluxDB CSV")


def _by_field(member: Member) -> Iterator[Table]:
    known: Known = {}
    header: list[str] = []
    with member.open() as stream:
        for lines in lines_of(stream):
            rows: list[Row] = []
            broken: list[tuple[str, int]] = []
            for text, line in zip(lines["text"].to_list(), lines["line"].to_list(), strict=True):
                if not text.strip() or text.startswith("#"):
                    continue
                cells = _cells(text)
                if set(cells) >= _NEEDED:
                    header = cells
                elif not cells:
                    broken.append((text, line))
                elif header:
                    rows.append(_row(dict(zip(header, cells, strict=False)), line))
            schema = {**dict.fromkeys(_COLUMNS, pl.String), "line": pl.Int64}
            long = pl.DataFrame(rows, schema=schema, orient="row")
            refused = pl.DataFrame(broken, schema={"text": pl.String, "line": pl.Int64}, orient="row")
            yield from tables_by_field(long, refused, known)


def _row(said: dict[str, str], line: int) -> Row:
    """measurement, meter, field, value, time, line. The tag that names meters is the key, else all tags are."""
    tags = {name: text for name, text in said.items() if name not in _OWN and text}
    ranks = {name: rank for name in tags if (rank := vocabulary.rank_among(name, _IDS)) is not None}
    measurement = said.get("_measurement") or "meter"
    meter = tags[min(ranks, key=lambda name: ranks[name])] if ranks else " ".join(tags.values()) or measurement
    return measurement, meter, said.get("_field", ""), said.get("_value", ""), said.get("_time", ""), line


def _cells(line: str) -> list[str]:
    """Nothing where it is no CSV."""
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


INFLUX_CSV = FileFormat("InfluxDB CSV", _recognises, _tables)
