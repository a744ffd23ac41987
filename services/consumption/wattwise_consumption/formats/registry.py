"""The kinds of files there are, and the blocks of any file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from wattwise_consumption import sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.media import told_medium
from wattwise_consumption.problems import BadFile
from wattwise_consumption.unfolding import unfolded
from wattwise_contract.quantities import Quantity

from .aemo_tables import AEMO
from .badc import BADC
from .cer_trial import CER
from .columnar import COLUMNAR
from .delimited import CSV
from .dsmr_p1 import P1
from .entsoe_xml import ENTSOE
from .excel import EXCEL
from .format import Block, Bounds, FileFormat, Table
from .green_button import GREEN_BUTTON
from .half_hour_flows import FLOWS
from .hdf5 import HDF5
from .heard import HEARD
from .influx_csv import INFLUX_CSV
from .json_records import JSON, JSON_LINES
from .line_protocol import LINE_PROTOCOL
from .mscons import MSCONS
from .nem12 import NEM12
from .own_columns import without_own_columns
from .xml_rows import XML_ROWS

_LEAVE_MEDIA_OPEN = (EXCEL.name, COLUMNAR.name, HDF5.name, CSV.name)  # others have words of their own for it
_IN_WATT_HOURS = re.compile(r"(?:[abc]_)?total_act(?:_ret)?_energy")  # Shelly's
# The most particular first: CSV takes any text.
FORMATS: tuple[FileFormat, ...] = (
    EXCEL,
    COLUMNAR,
    HDF5,
    NEM12,
    AEMO,
    BADC,
    MSCONS,
    GREEN_BUTTON,
    ENTSOE,
    XML_ROWS,
    P1,
    LINE_PROTOCOL,
    INFLUX_CSV,
    HEARD,
    FLOWS,
    CER,
    JSON_LINES,
    JSON,
    CSV,
)


def blocks_of(member: Member, bounds: Bounds) -> Iterator[Block]:
    """The blocks of a file, in order. Raises `BadFile`; where it is `CutOff`, the sound rows were yielded before."""
    said: dict[tuple[str, tuple[str, ...]], Quantity | None] = {}
    for block in blocks_as_they_are(member, bounds):
        table = unfolded(without_own_columns(block.table))
        leaves_open = block.format_name in _LEAVE_MEDIA_OPEN
        table = _in_known_units(table)
        yield replace(block, table=_of_its_medium(table, member.name, said) if leaves_open else table)


def blocks_as_they_are(member: Member, bounds: Bounds) -> Iterator[Block]:
    """Like `blocks_of`, with the columns that Wattwise itself wrote beside a file's own."""
    with member.open() as stream:
        head = stream.read(sniff.HEAD_BYTES)
    form = format_of(head, member.name)
    for table in form.tables(member, bounds):
        name = f"{member.name}/{table.part}" if table.part else member.name
        yield Block(name, table, form.name)


def _in_known_units(table: Table) -> Table:
    """The table with the unit that its names stand for with their vendor, though they do not say it."""
    if table.says.unit or not any(_IN_WATT_HOURS.fullmatch(name.strip().lower()) for name in table.names):
        return table
    return replace(table, says=table.says.model_copy(update={"unit": "Wh"}))


def _of_its_medium(table: Table, file: str, said: dict[tuple[str, tuple[str, ...]], Quantity | None]) -> Table:
    """The table with what it is of, where that stands around it. `said`: what was found for earlier blocks of a table."""
    if table.says.quantity is not Quantity.ELECTRICITY_IMPORT:
        return table
    key, note = (table.part, table.names), ""
    if key not in said:
        name = PurePosixPath(file).name.partition(".")[0] + "."  # and “export.csv” is no sheet called so
        places = [("What stands above the table", "; ".join(table.titles))] if table.titles else []
        places += [("The sheet's name", table.part)] if table.part else []
        said[key], note = told_medium(table.names, table.cells, [*places, ("The file's name", name)])
    quantity = said[key]
    if quantity is None:
        return table
    notes = (*table.notes, note) if note else table.notes
    return replace(table, says=table.says.model_copy(update={"quantity": quantity}), notes=notes)


def format_of(head: bytes, name: str) -> FileFormat:
    """Raises `BadFile` for what is no table of readings or consumers, saying what it is."""
    for form in FORMATS:
        if form.recognises(head, name):
            return form
    raise BadFile(*sniff.refusal(head))
