"""JSON documents, and JSON with one object per line."""

from collections.abc import Iterator

from wattwise_consumption import json_cells, sniff
from wattwise_consumption.archives import Member

from .format import Bounds, FileFormat, Table


def _document(member: Member, bounds: Bounds) -> Iterator[Table]:
    with member.open() as stream:
        yield Table(*json_cells.names_and_cells(stream, most_bytes=bounds.json_bytes))


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
