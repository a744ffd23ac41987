"""Files of Australia's market operator: C rows are remarks, an I row names the columns of the D rows below it.

Stamps are in Eastern Standard Time and mark the ends of intervals.
"""

import re
from collections.abc import Iterator

import polars as pl

from wattwise_consumption import csv_cells, sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile
from wattwise_consumption.sniff import Dialect
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Measure, Recipe, StampMarks

from .cells import table_from, with_notes_at_the_end
from .format import Bounds, FileFormat, Table
from .nem_streams import EASTERN

_LOOK = re.compile(r'^"?C"?,[^\n]*\n(?:"?C"?,[^\n]*\n)*"?I"?,[^,\n]+,[^,\n]*,', re.IGNORECASE)
_WIDTH = 300
_MOST_KINDS = 300
_TIMES = ("INTERVAL_DATETIME", "SETTLEMENTDATE", "INTERVAL_END", "DATETIME")
_METERS = ("REGIONID", "DUID", "NMI", "INTERCONNECTORID")
_POWERS = ("OPERATIONAL_DEMAND", "TOTALDEMAND", "DEMAND", "SCADAVALUE", "POWER", "MW")
_PRICES = ("RRP", "PRICE")


def _recognises(head: bytes, name: str) -> bool:
    return sniff.is_text(head) and _LOOK.match(sniff.text_of(head).replace("\r", "")) is not None


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    yield from with_notes_at_the_end(_sections(member), "AEMO")


def _sections(member: Member) -> Iterator[Table]:
    with member.open() as stream:
        encoding = sniff.encoding_of(stream.read(sniff.HEAD_BYTES))
    names = tuple(f"column {number}" for number in range(1, _WIDTH + 1))
    dialect = Dialect(encoding, ",", names, 0, has_header=False, lone_cr=False)
    header: pl.DataFrame | None = None
    with member.open() as stream:
        for block in csv_cells.blocks_of(stream, dialect):
            rows = block if header is None else pl.concat([header, block])
            is_header = (pl.col("c0").str.to_uppercase() == "I").fill_null(value=False)
            headers = rows.filter(is_header)
            header = headers.tail(1) if headers.height else header
            yield from _tables_of(rows.with_columns(is_header.cum_sum().alias("section")), headers)


def _tables_of(rows: pl.DataFrame, headers: pl.DataFrame) -> Iterator[Table]:
    """The sections below the same header together: there may be thousands."""
    cells = [name for name in headers.columns if name != "line"]
    kinds: dict[tuple[str | None, ...], int] = {}
    numbers = [kinds.setdefault(row, len(kinds)) for row in headers.select(cells).iter_rows()]
    _check_count(len(kinds))
    kind = pl.col("section").replace_strict(range(1, len(numbers) + 1), numbers, default=None, return_dtype=pl.Int64)
    sections = rows.filter(pl.col("section") > 0).with_columns(kind.alias("kind"))
    for part in sections.partition_by("kind", maintain_order=True):
        yield from _section(part)


def _check_count(kinds: int) -> None:
    if kinds > _MOST_KINDS:
        raise BadFile(f"The file has {kinds:,} kinds of tables.", f"{_MOST_KINDS} is the most; split it.")


def _section(part: pl.DataFrame) -> Iterator[Table]:
    """The D rows below an I row, where they have a time and something that is kept."""
    cells = part.select(pl.col("^c\\d+$")).row(0)
    width = max((number for number, cell in enumerate(cells) if cell is not None), default=0) + 1
    names = [str(cell or f"column {number}").strip() for number, cell in enumerate(cells[:width])]
    upper = ["", "", "", "", *(name.upper() for name in names[4:])]  # after the kind of row and the table's name
    where = f"{names[1]} {names[2]}" if width > 2 else names[-1]
    time, meter = _first_of(_TIMES, upper), _first_of(_METERS, upper)
    values = [(name, kind) for kind in (_POWERS, _PRICES) if (name := _first_of(kind, upper))]
    data = part.filter(pl.col("c0").str.to_uppercase() == "D")
    for value, kind in values if time else []:
        columns = {"time": time, "value": value} | ({"meter": meter} if meter else {})
        rows = data.select(*(pl.col(f"c{upper.index(name)}").alias(label) for label, name in columns.items()), "line")
        yield table_from(rows, _says(is_price=kind is _PRICES, has_meter=bool(meter)))
    if not (time and values):
        yield table_from(
            data.select("line").clear(),
            Recipe(),
            notes=(f"The table {where} was not read: it holds no demand or price.",),
        )


def _first_of(wanted: tuple[str, ...], names: list[str]) -> str:
    return next((name for name in wanted if name in names), "")


def _says(*, is_price: bool, has_meter: bool) -> Recipe:
    return Recipe(
        kind=ImportKind.READINGS, meter_column="meter" if has_meter else "", time_column="time", value_column="value",
        quantity=Quantity.PRICE if is_price else Quantity.ELECTRICITY_IMPORT, unit="AUD/MWh" if is_price else "MW",
        measure=Measure.INTERVAL if is_price else Measure.POWER, stamps_in=EASTERN, stamp_marks=StampMarks.END,
        decimal_sign=DecimalSign.POINT,
    )  # fmt: skip


AEMO = FileFormat("AEMO tables", _recognises, _tables)
