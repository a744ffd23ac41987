"""JSON documents, and JSON with one object per line."""

from collections.abc import Iterator

from wattwise_consumption import json_cells, sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile

from .cells import table_from
from .format import Bounds, FileFormat, Table
from .json_meanings import documents_of_readings, plain_table


def _document(member: Member, bounds: Bounds) -> Iterator[Table]:
    with member.open() as stream:
        tables = json_cells.tables_of(stream, most_bytes=bounds.json_bytes)
    if bounds.table:
        tables = [table for table in tables if table.path == bounds.table.strip(".$ ")] or _no_such(bounds, tables)
    readings = documents_of_readings(tables)
    if readings:
        yield from readings
    else:  # perhaps details of consumers, which the largest table has
        largest = max(tables, key=lambda table: table.frame.height)
        yield table_from(*plain_table(largest))


def _no_such(bounds: Bounds, tables: list[json_cells.JsonTable]) -> list[json_cells.JsonTable]:
    known = ", ".join(f"“{table.path}”" for table in tables[:20])
    raise BadFile(f"The document has no table “{bounds.table}”.", f"Its tables are {known}.")


def _lines(member: Member, bounds: Bounds) -> Iterator[Table]:
    with member.open() as stream:
        for names, cells in json_cells.lines_of(stream):
            yield Table(names, cells)


def _starts_like_json(head: bytes, name: str) -> bool:
    return sniff.is_text(head) and sniff.text_of(head).lstrip()[:1] in ("{", "[")


def _has_an_object_per_line(head: bytes, name: str) -> bool:
    if not _starts_like_json(head, name):
        return False
    lines = sniff.text_of(head).lstrip().split("\n", 2)
    return len(lines) > 1 and lines[0].strip().startswith("{") and lines[0].strip().endswith("}")


JSON = FileFormat("JSON", _starts_like_json, _document)
JSON_LINES = FileFormat("JSON lines", _has_an_object_per_line, _lines)
