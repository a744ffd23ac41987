"""Read a CSV stream as frames of text cells, block by block, so that memory stays flat in the size of the file.

A frame has the columns `c0` … `cN` (text or null), `extra` (what lies beyond the header's last column) and `line`
(1-based, as a text editor counts). Rows that are blank in every cell are left out: they are layout, not data.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, Literal

import numpy as np
import polars as pl

from .ahead import ahead
from .archives import CutOff
from .problems import BadFile
from .sniff import Dialect

BLOCK_BYTES = 8_000_000
_LONGEST_LINE_BYTES = 40_000_000
MOST_COLUMNS = 3_000
_MOST_CELLS = 4_000_000  # at once
_SPARSEST = 100  # cells for each that is there


def blocks_of(stream: BinaryIO, dialect: Dialect) -> Iterator[pl.DataFrame]:
    """The cells of a file in blocks of about eight megabytes of text. Where the file is cut off, the sound rows before
    the cut are yielded first, then `CutOff` is raised."""
    if len(dialect.names) > MOST_COLUMNS:
        raise BadFile(f"The table has {len(dialect.names):,} columns.", f"{MOST_COLUMNS:,} is the most; split it.")
    first = stream.read(BLOCK_BYTES)
    blocks = _blocks_of(chain([first], iter(lambda: stream.read(BLOCK_BYTES), b"")), dialect)
    # To start a thread for each of thousands of small files takes longer than to read them.
    yield from blocks if len(first) < BLOCK_BYTES else ahead(blocks, by=1)


def _blocks_of(pieces: Iterator[bytes], dialect: Dialect) -> Iterator[pl.DataFrame]:
    line = 1
    texts = chain.from_iterable(_narrowed(text, dialect) for text in _text_blocks(_utf8(pieces, dialect)))
    for text in texts:
        skipped = dialect.first_row if line == 1 else 0
        rows = _without_lines(text, skipped)
        lines = _line_ends(rows)
        yield _cells_of(rows, dialect, first_line=line + skipped, lines=lines)
        line += skipped + lines


def column_names(dialect: Dialect) -> list[str]:
    return [f"c{number}" for number in range(len(dialect.names))]


def _utf8(pieces: Iterator[bytes], dialect: Dialect) -> Iterator[bytes]:
    """Pieces of UTF-8 text with LF ends, without a mark at the start."""
    decoder = codecs.getincrementaldecoder(dialect.encoding)(errors="replace")
    plain = dialect.encoding == "utf-8"
    for piece in pieces:
        data = piece if plain else decoder.decode(piece).encode()
        yield data.replace(b"\r", b"\n") if dialect.lone_cr else data


def _text_blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join pieces, and cut them at ends of records: never inside a quoted field."""
    text = b""
    try:
        for piece in pieces:
            text += piece
            if len(text) < BLOCK_BYTES:
                continue
            end = _end_of_records(text)
            if not end and len(text) > _LONGEST_LINE_BYTES:
                raise BadFile("A line is longer than forty megabytes.", "Check that this is a table of text.")
            yield from [text[:end]] if end else []
            text = text[end:]
    except CutOff:
        sound = text[: text.rfind(b"\n") + 1]  # the last row may have lost digits
        yield from [sound] if sound else []
        raise
    if text:
        yield text if text.endswith(b"\n") else text + b"\n"


def _narrowed(text: bytes, dialect: Dialect) -> Iterator[bytes]:
    """The same in pieces that take no more memory in wide tables than in others. Raises `BadFile` where nearly all rows
    are far shorter than the header."""
    width, lines = len(dialect.names), _line_ends(text)
    cells = lines * width
    given = lines + text.count(dialect.delimiter.encode())
    if cells > max(_MOST_CELLS, given * _SPARSEST):
        raise BadFile(
            f"The header has {width:,} columns, but nearly all rows have few of them.",
            "Export rows that are as long as the header.",
        )
    size, start = len(text) * _MOST_CELLS // max(cells, 1), 0
    while start + size < len(text):
        end = start + _end_of_records(text[start : start + size])
        end = end if end > start else text.find(b"\n", start + size) + 1 or len(text)
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _end_of_records(text: bytes) -> int:
    """Just behind the last line end that is outside quotes; the last line end of all where quotes never close."""
    last = end = text.rfind(b"\n") + 1
    quotes = text.count(b'"', 0, end)
    for _ in range(1000):
        if end == 0 or quotes % 2 == 0:
            break
        before = text.rfind(b"\n", 0, end - 1) + 1
        quotes -= text.count(b'"', before, end)
        end = before
    return end or last


def _line_ends(text: bytes) -> int:
    return text.count(b"\n")


def _without_lines(text: bytes, count: int) -> bytes:
    start = 0
    for _ in range(count):
        start = text.find(b"\n", start) + 1
    return text[start:]


def _cells_of(text: bytes, dialect: Dialect, *, first_line: int, lines: int) -> pl.DataFrame:
    names = [*column_names(dialect), "extra"]
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]] | list[int]
    cells = _by_polars(text, dialect, names[:-1], encoding="utf8")
    if cells is not None:
        cells = cells.with_columns(pl.lit(None, pl.String).alias("extra"))
    if cells is None:  # a row has more fields than the header
        cells = _by_polars(text, dialect, names, encoding="utf8")
    if cells is None:
        cells = _by_polars(text, dialect, names, encoding="utf8-lossy")
    numbers = _record_lines(text, first_line) if b'"' in text else np.arange(first_line, first_line + lines)
    if cells is None or cells.height != len(numbers):
        cells, numbers = _by_csv_module(text, dialect, names, first_line)
    cells = cells.with_columns(pl.Series("line", numbers, dtype=pl.Int64))
    if any(cells[name].null_count() == 0 for name in names[:-1]):  # then no row is blank
        return cells
    return cells.filter(~pl.all_horizontal(pl.col(names).is_null()))


def _by_polars(
    text: bytes, dialect: Dialect, names: list[str], *, encoding: Literal["utf8", "utf8-lossy"]
) -> pl.DataFrame | None:
    """The fast way; None where the quoting is not by the book, or the text not by the encoding's. With `extra` among the
    names, what lies beyond it is cut off; without, a row with more fields answers None."""
    try:
        return pl.read_csv(
            text,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            separator=dialect.delimiter,
            quote_char='"' if b'"' in text else None,
            truncate_ragged_lines=names[-1] == "extra",
            encoding=encoding,
        )
    except pl.exceptions.PolarsError:
        return None


def _record_lines(text: bytes, first_line: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The line on which each record starts, where quoted fields may hold line ends."""
    data = np.frombuffer(text, dtype=np.uint8)
    line_ends = np.flatnonzero(data == ord("\n"))
    inside_quotes = np.cumsum(data == ord('"'), dtype=np.int64)[line_ends] % 2 == 1
    ends = np.flatnonzero(~inside_quotes)
    return np.concatenate([[0], ends[:-1] + 1]) + first_line if len(ends) else np.array([], dtype=np.int64)


def _by_csv_module(text: bytes, dialect: Dialect, names: list[str], first_line: int) -> tuple[pl.DataFrame, list[int]]:
    """The patient way, for quotes that are not by the book: it reads anything."""
    decoded = text.decode(errors="replace")
    if text.count(b'"') % 2:  # a quote that never closes would swallow the rest of the block
        decoded = decoded.replace('"', "")
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=dialect.delimiter)
    width = len(names)
    rows: list[list[str | None]] = []
    lines: list[int] = []
    before = 0
    csv.field_size_limit(_LONGEST_LINE_BYTES)
    try:
        for row in reader:
            cells = [cell.strip().strip('"') or None for cell in row[:width]]
            rows.append(cells + [None] * (width - len(cells)))
            lines.append(first_line + before)
            before = reader.line_num
    except csv.Error:
        raise BadFile(f"Line {first_line + before} cannot be read as CSV.", "Check its quotes.") from None
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), lines
