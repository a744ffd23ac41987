"""BADC-CSV, the files of the UK's environmental archive (MIDAS weather): names and units of columns above the data.

https://help.ceda.ac.uk/article/105-badc-csv
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from wattwise_consumption import csv_cells, sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile
from wattwise_consumption.sniff import Dialect
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Recipe

from .cells import table_from, with_notes_at_the_end
from .format import Bounds, FileFormat, Table

_UNITS = {"degc": "°C", "celsius": "°C", "degree_celsius": "°C"}  # as they write it → ours


@dataclass
class _Head:
    """What stands above the data."""

    station: str = ""
    time: str = ""
    units: dict[str, str] = field(default_factory=dict)  # column → unit
    titles: dict[str, str] = field(default_factory=dict)  # column → its long name
    names: tuple[str, ...] = ()
    first_row: int = 0


def _recognises(head: bytes, name: str) -> bool:
    return sniff.is_text(head) and sniff.text_of(head).lstrip().lower().startswith("conventions,g,badc-csv")


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    yield from with_notes_at_the_end(_rows_of(member), "BADC-CSV")


def _rows_of(member: Member) -> Iterator[Table]:
    with member.open() as stream:
        first_bytes = stream.read(sniff.HEAD_BYTES)
    head = _head_of(sniff.text_of(first_bytes))
    value = _value_column(head)
    says = Recipe(
        kind=ImportKind.READINGS, meter_column="station", time_column=head.time, value_column=value,
        quantity=Quantity.TEMPERATURE, unit=_UNITS[head.units[value].lower()], stamps_in="UTC",
        decimal_sign=DecimalSign.POINT,
    )  # fmt: skip
    dialect = Dialect(sniff.encoding_of(first_bytes), ",", head.names, head.first_row, has_header=True, lone_cr=False)
    with member.open() as stream:
        for cells in csv_cells.blocks_of(stream, dialect):
            rows = cells.filter(~pl.col("c0").str.to_lowercase().str.starts_with("end data").fill_null(value=False))
            named = rows.select(
                pl.lit(head.station or "station").alias("station"),
                *(pl.col(f"c{number}").alias(name) for number, name in enumerate(head.names)),
                "line",
            )
            yield table_from(named, says)


def _head_of(text: str) -> _Head:
    head = _Head()
    lines = text.splitlines()
    for number, cells in enumerate(csv.reader(lines)):
        if [cell.strip().lower() for cell in cells] == ["data"] and number + 1 < len(lines):
            head.names = tuple(name.strip() for name in next(csv.reader([lines[number + 1]])))
            head.first_row = number + 2
            break
        _take(head, [cell.strip() for cell in cells])
    if not head.names:
        raise BadFile("The BADC-CSV file has no “data” line.", "Download it again.")
    head.time = head.time if head.time in head.names else head.names[0]
    return head


def _take(head: _Head, cells: list[str]) -> None:
    label, said = cells[0] if cells else "", [*cells[1:], "", "", ""]
    if label == "observation_station" and said[0] == "G":
        head.station = said[1]
    elif label == "coordinate_variable":
        head.time = said[0]
    elif label == "long_name" and said[0] != "G":
        head.titles[said[0]], head.units[said[0]] = said[1], said[2]


def _value_column(head: _Head) -> str:
    """The air's temperature, before that of anything else."""
    known = [name for name in head.names if head.units.get(name, "").lower() in _UNITS]
    air = [name for name in known if "air" in head.titles[name].lower().split()]
    if not known:
        measured = ", ".join(f"{title} ({head.units[name]})" for name, title in list(head.titles.items())[:12])
        raise BadFile("The weather file holds no temperatures.", f"It holds {measured}: these are not kept.")
    return (air or known)[0]


BADC = FileFormat("BADC-CSV", _recognises, _tables)
