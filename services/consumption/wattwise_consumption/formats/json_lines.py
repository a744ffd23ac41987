"""Read one JSON object per line as tables, block by block."""

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import polars as pl

from wattwise_consumption.archives import CutOff
from wattwise_consumption.csv_cells import MOST_COLUMNS
from wattwise_consumption.problems import BadFile

from .json_columns import columns_of, flat, holds_table
from .json_shapes import JsonTable, tables_in, too_deep

BLOCK_BYTES = 10_000_000
LONGEST_LINE_BYTES = 40_000_000


def lines_of(stream: BinaryIO) -> Iterator[list[JsonTable]]:
    """The tables of each block of NDJSON. A line that is no JSON object raises `BadFile` with its number."""
    rest, line = b"", 1
    cut_off: CutOff | None = None
    while True:
        try:
            piece = stream.read(BLOCK_BYTES)
        except CutOff as problem:
            piece, cut_off = b"", problem
        text = rest + piece
        end = text.rfind(b"\n") + 1 if piece or cut_off else len(text)
        if text[:end].strip():
            yield _block_of_lines(text[:end], line)
        line += text.count(b"\n", 0, end)
        rest = text[end:]
        if len(rest) > LONGEST_LINE_BYTES:
            raise BadFile(
                f"Line {line} is longer than {LONGEST_LINE_BYTES // 1_000_000} MB.", "Write one object per line."
            )
        if not piece:
            break
    if cut_off is not None:
        raise cut_off


def _block_of_lines(text: bytes, first_line: int) -> list[JsonTable]:
    frame = _flat_lines(text)
    if frame is not None:
        return [_table(frame, list(range(first_line, first_line + frame.height)))]
    records, lines = _lines_one_by_one(text, first_line)
    try:
        nested = any(holds_table(value) for record in records for value in record.values())
    except RecursionError:
        raise too_deep() from None
    if nested:
        return tables_in(records)
    columns, _ = columns_of([flat(record) for record in records], keep_first=True)
    return [_table(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), lines)]


def _flat_lines(text: bytes) -> pl.DataFrame | None:
    """The fast way; None where records are nested, lines blank or broken, or one name holds several kinds of values."""
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    try:
        frame = pl.read_ndjson(io.BytesIO(text), infer_schema_length=None)
    except pl.exceptions.PolarsError:
        return None
    if frame.height != lines or any(kind.is_nested() for kind in frame.dtypes) or frame.width > MOST_COLUMNS:
        return None
    return frame.select(pl.all().cast(pl.String))


def _lines_one_by_one(text: bytes, first_line: int) -> tuple[list[dict[str, Any]], list[int]]:
    records: list[dict[str, Any]] = []
    lines: list[int] = []
    for number, line in enumerate(text.split(b"\n"), start=first_line):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise BadFile(f"Line {number} is not valid JSON.", "Export it again, or repair the line.") from None
        if not isinstance(record, dict):
            raise BadFile(f"Line {number} is not a JSON object.", "Write one object per line.")
        records.append(record)
        lines.append(number)
    return records, lines


def _table(frame: pl.DataFrame, lines: list[int]) -> JsonTable:
    within = pl.Series([0], dtype=pl.Int32).new_from_index(0, frame.height)
    return JsonTable((), frame, within, ({},), pl.Series("line", lines, dtype=pl.Int64))
