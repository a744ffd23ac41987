"""The kinds of files there are, and the blocks of any file."""

from collections.abc import Iterator
from dataclasses import replace

from wattwise_consumption import sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile
from wattwise_consumption.unfolding import unfolded

from .aemo_tables import AEMO
from .badc import BADC
from .cer_trial import CER
from .columnar import COLUMNAR
from .delimited import CSV
from .dsmr_p1 import P1
from .entsoe_xml import ENTSOE
from .excel import EXCEL
from .format import Block, Bounds, FileFormat
from .green_button import GREEN_BUTTON
from .half_hour_flows import FLOWS
from .hdf5 import HDF5
from .heard import HEARD
from .json_records import JSON, JSON_LINES
from .line_protocol import LINE_PROTOCOL
from .nem12 import NEM12
from .own_columns import without_own_columns

# The most particular first: CSV takes any text.
FORMATS: tuple[FileFormat, ...] = (
    EXCEL,
    COLUMNAR,
    HDF5,
    NEM12,
    AEMO,
    BADC,
    GREEN_BUTTON,
    ENTSOE,
    P1,
    LINE_PROTOCOL,
    HEARD,
    FLOWS,
    CER,
    JSON_LINES,
    JSON,
    CSV,
)


def blocks_of(member: Member, bounds: Bounds) -> Iterator[Block]:
    """The blocks of a file, in order. Raises `BadFile`; where it is `CutOff`, the sound rows were yielded before."""
    for block in blocks_as_they_are(member, bounds):
        yield replace(block, table=unfolded(without_own_columns(block.table)))


def blocks_as_they_are(member: Member, bounds: Bounds) -> Iterator[Block]:
    """Like `blocks_of`, with the columns that Wattwise itself wrote beside a file's own."""
    with member.open() as stream:
        head = stream.read(sniff.HEAD_BYTES)
    form = format_of(head, member.name)
    for table in form.tables(member, bounds):
        name = f"{member.name}/{table.part}" if table.part else member.name
        yield Block(name, table, form.name)


def format_of(head: bytes, name: str) -> FileFormat:
    """Raises `BadFile` for what is no table of readings or consumers, saying what it is."""
    for form in FORMATS:
        if form.recognises(head, name):
            return form
    raise BadFile(*sniff.refusal(head))
