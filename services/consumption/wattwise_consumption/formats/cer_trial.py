"""The files of Ireland's smart metering trial, 2009 to 2011: a meter, a code of five digits and kWh in each row, no header.

Three digits of the code count the days (1 is 2009-01-01), two the half hours of the local day from 1.
https://www.ucd.ie/issda/data/commissionforenergyregulationcer/
"""

import re
from collections.abc import Iterator

import polars as pl

from wattwise_consumption import csv_cells, sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.sniff import Dialect
from wattwise_contract.recipes import DecimalSign, ImportKind, Recipe

from .cells import table_from
from .format import Bounds, FileFormat, Table

_ROW = re.compile(r"\d{4} (?P<day>[1-7]\d{2})(?P<slot>0[1-9]|[1-4]\d|50) \d*\.?\d+")
_ROWS_LOOKED_AT = 50
_SAYS = Recipe(
    kind=ImportKind.READINGS, meter_column="meter", time_column="date", value_column="kWh", unit="kWh",
    decimal_sign=DecimalSign.POINT,
)  # fmt: skip


def _recognises(head: bytes, name: str) -> bool:
    if not sniff.is_text(head):
        return False
    rows = sniff.text_of(head).splitlines()[:_ROWS_LOOKED_AT]
    whole = rows[:-1] if len(head) >= sniff.HEAD_BYTES and len(rows) > 1 else rows
    return len(whole) > 1 and all(_ROW.fullmatch(row.strip()) for row in whole)


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    dialect = Dialect("utf-8", " ", ("meter", "code", "kWh"), 0, has_header=False, lone_cr=False)
    day = pl.col("c1").str.slice(0, 3).cast(pl.Int64, strict=False)
    date = pl.date(2008, 12, 31) + pl.duration(days=day)
    with member.open() as stream:
        for cells in csv_cells.blocks_of(stream, dialect):
            rows = cells.select(
                pl.col("c0").alias("meter"),
                date.cast(pl.String).alias("date"),
                pl.col("c1").str.slice(3, 2).alias("period"),
                pl.col("c2").alias("kWh"),
                "line",
            )
            yield table_from(rows, _SAYS)


CER = FileFormat("CER trial", _recognises, _tables)
