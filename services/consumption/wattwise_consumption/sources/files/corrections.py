"""Rows that people put right: read from the files they send back, and put in the places of the rejected ones."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from wattwise_consumption import sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.formats import Block, Bounds, blocks_as_they_are
from wattwise_consumption.formats.own_columns import BEYOND, FILE, LINE, is_own, text_as_it_was
from wattwise_consumption.problems import BadFile
from wattwise_consumption.row_numbers import number_in
from wattwise_contract.imports import RejectedRow

MOST_BYTES = 64_000_000  # of one corrected file, unpacked
_AGAIN = "Download the rejected rows again, and keep their header and the columns wattwise_file and wattwise_line."
_Row = tuple[int, tuple[str | None, ...]]  # its number; its cells and what lies beyond them


@dataclass(frozen=True)
class CorrectedRow:
    """`cells`: by the names of the file's columns, as they were written; `said_in`: where a person finds it."""

    file: str
    number: int
    names: tuple[str, ...]
    cells: tuple[str | None, ...]
    beyond: str | None
    said_in: str
    line: int


@dataclass
class Corrections:
    """`removed`: the rejected rows, by file, of which the corrected ones take the places. Whatever is in neither was
    read without a fault before."""

    removed: dict[str, set[int]]
    rows: dict[str, list[CorrectedRow]]
    placed: dict[str, set[int]] = field(default_factory=dict)  # the rejected rows that were met in the blocks
    _names: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = field(default_factory=dict)

    def applied(self, block: Block) -> Block:
        """The block without the rejected rows, and with the corrected ones in their places. Raises `BadFile`."""
        removed = self.removed.get(block.file)
        if not removed:
            return block
        lines = block.cells["line"]
        here = set(lines.filter(lines.is_in(list(removed))).to_list())
        if not here:
            return block
        self.placed.setdefault(block.file, set()).update(here)
        rows = [self._cells_of(row, block) for row in self.rows.get(block.file, ()) if row.number in here]
        kept = block.cells.filter(~pl.col("line").is_in(list(here)))
        columns = [f"c{number}" for number in range(len(block.names))]
        schema = dict.fromkeys(["line", *columns, "extra"], pl.String) | {"line": pl.Int64}
        corrected = pl.DataFrame([(number, *cells) for number, cells in rows], schema=schema, orient="row")
        cells = pl.concat([kept, corrected.select(kept.columns)]).sort("line", maintain_order=True)
        return replace(block, table=replace(block.table, cells=cells))

    def _cells_of(self, row: CorrectedRow, block: Block) -> _Row:
        key = (row.names, block.names)
        if key not in self._names:
            self._names[key] = _places(row, block.names)
        return row.number, (*(row.cells[place] for place in self._names[key]), row.beyond)


def _places(row: CorrectedRow, wanted: tuple[str, ...]) -> list[int]:
    """Where each column of a table stands in a corrected file. Raises `BadFile`."""
    names, wished = [name.strip() for name in row.names], [name.strip() for name in wanted]
    if names == wished:
        return list(range(len(names)))
    missing = [name for name in wished if names.count(name) != 1]
    if missing:
        raise BadFile(f"{row.said_in}: the column “{missing[0]}” of {row.file} is missing, or there twice.", _AGAIN)
    return [names.index(name) for name in wished]


def corrected_rows_in(member: Member, bounds: Bounds) -> Iterator[CorrectedRow | RejectedRow]:
    """The rows of a file that somebody sent back; a rejected one where it says no row. Raises `BadFile`."""
    for names, records in _tables_of(member, bounds):
        own = {name.strip().lower(): place for place, name in enumerate(names) if is_own(name)}
        if not {FILE, LINE} <= set(own):
            raise BadFile(f"{member.name} does not say which rejected rows it puts right.", _AGAIN)
        kept = [place for place, name in enumerate(names) if not is_own(name)]
        called = tuple(names[place] for place in kept)
        for line, cells in records:
            file, number = cells[own[FILE]] or "", number_in(cells[own[LINE]] or "")
            if not file or number is None:
                yield RejectedRow(
                    file=member.name, line=line, column=LINE, value=cells[own[LINE]] or "",
                    reason="The row does not say which rejected row it puts right.", remedy=_AGAIN,
                )  # fmt: skip
                continue
            beyond = cells[own[BEYOND]] if BEYOND in own else None
            own_cells = tuple(cells[place] for place in kept)
            yield CorrectedRow(file, number, called, own_cells, beyond, member.name, line)


_Records = Iterable[tuple[int, list[str | None]]]


def _tables_of(member: Member, bounds: Bounds) -> Iterator[tuple[list[str], _Records]]:
    with member.open() as stream:
        head = stream.read(sniff.HEAD_BYTES)
    if sniff.is_text(head) and not sniff.is_markup(head):
        yield _text_table(member, head)
        return
    for block in blocks_as_they_are(member, bounds):
        columns = [f"c{number}" for number in range(len(block.names))]
        rows = block.cells.select("line", *columns).iter_rows()
        yield list(block.names), ((line, [_cell(text) for text in cells]) for line, *cells in rows)


def _text_table(member: Member, head: bytes) -> tuple[list[str], _Records]:
    """Its header is known beforehand: nothing of it has to be guessed, but what stands between the cells."""
    with member.open() as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadFile(f"{member.name} is larger than {MOST_BYTES // 1_000_000} MB.", "Send it in several files.")
    text = content.decode(sniff.encoding_of(head), errors="replace").removeprefix("\ufeff")
    delimiter = max(",;\t|", key=text[:100_000].partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = next(reader, [])
    return names, _records_of(reader, len(names), member.name)


def _records_of(reader: Iterator[list[str]], width: int, name: str) -> _Records:
    before = 1
    try:
        for cells in reader:
            line, before = before + 1, getattr(reader, "line_num", before + 1)
            if any(cell.strip() for cell in cells):
                filled: list[str | None] = [_cell(cell) for cell in cells[:width]]
                yield line, filled + [None] * (width - len(filled))
    except csv.Error:
        raise BadFile(f"{name}: line {before + 1} cannot be read as CSV.", "Check its quotes.") from None


def _cell(text: str | None) -> str | None:
    return text_as_it_was(text) or None if text is not None else None
