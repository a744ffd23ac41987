"""JSON documents, and JSON with one object per line."""

import json
from collections.abc import Iterator

from wattwise_consumption import sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import Recipe

from .cells import table_from
from .facts import names_a_fact
from .format import Bounds, FileFormat, Table
from .json_lines import lines_of
from .json_meanings import documents_of_readings
from .json_shapes import JsonTable, tables_in

_MOST_COMMAS = 50_000_000  # of a document: what it holds takes many times more memory than its text


def _document(member: Member, bounds: Bounds) -> Iterator[Table]:
    tables = tables_in(_parsed(member, bounds.json_bytes))
    if not tables:
        raise BadFile("The JSON holds no list of records.", "Export a list of objects, one per reading or consumer.")
    if bounds.table:
        tables = [table for table in tables if table.path == bounds.table.strip(".$ ")] or _no_such(bounds, tables)
    yield from documents_of_readings(tables)


def _parsed(member: Member, most_bytes: int) -> object:
    with member.open() as stream:
        data = stream.read(most_bytes + 1)
    if len(data) > most_bytes or data.count(b",") + data.count(b"[") > _MOST_COMMAS:
        size = f"{most_bytes // 1_000_000} MB" if len(data) > most_bytes else f"{_MOST_COMMAS:,} values"
        raise BadFile(f"The JSON document is larger than {size}.", "Write one object per line (NDJSON).")
    try:
        return json.loads(data.decode(sniff.encoding_of(data[:65_536])))
    except (ValueError, RecursionError) as error:
        raise BadFile(f"This is not valid JSON ({_place_of(error)}).", "Export it again.") from None


def _place_of(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "its text is damaged"


def _no_such(bounds: Bounds, tables: list[JsonTable]) -> list[JsonTable]:
    known = ", ".join(f"“{table.path}”" for table in tables[:20])
    raise BadFile(f"The document has no table “{bounds.table}”.", f"Its tables are {known}.")


def _lines(member: Member, bounds: Bounds) -> Iterator[Table]:
    with member.open() as stream:
        for tables in lines_of(stream):
            plain = all(table.lines is not None for table in tables)
            if plain and not any("." in name or names_a_fact(name) for name in tables[0].own):
                yield table_from(tables[0].frame.with_columns(tables[0].lines), Recipe())
            else:
                yield from documents_of_readings(tables)


def _starts_like_json(head: bytes, name: str) -> bool:
    return sniff.is_text(head) and sniff.text_of(head).lstrip()[:1] in ("{", "[")


def _has_an_object_per_line(head: bytes, name: str) -> bool:
    if not _starts_like_json(head, name):
        return False
    lines = sniff.text_of(head).lstrip().split("\n", 2)
    return len(lines) > 1 and lines[0].strip().startswith("{") and lines[0].strip().endswith("}")


JSON = FileFormat("JSON", _starts_like_json, _document)
JSON_LINES = FileFormat("JSON lines", _has_an_object_per_line, _lines)
