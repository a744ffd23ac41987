"""Every table within uploaded files, as blocks of text cells, whatever the files are."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from wattwise_consumption import csv_cells, json_cells, sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile


@dataclass(frozen=True)
class Block:
    """Some rows of a file. Blocks with the same `names` and `delimiter` are of one kind and may be read together."""

    file: str
    names: tuple[str, ...]
    cells: pl.DataFrame  # see csv_cells
    delimiter: str  # empty for JSON
    is_first: bool  # of its file
    text_bytes: int

    @property
    def kind(self) -> tuple[tuple[str, ...], str]:
        return self.names, self.delimiter


def blocks_of(member: Member, *, most_json_bytes: int) -> Iterator[Block]:
    """The blocks of a file, in order. Raises `BadFile`; where it is `CutOff`, the sound rows were yielded before."""
    with member.open() as stream:
        head = stream.read(sniff.HEAD_BYTES)
    form = sniff.format_of(head)
    is_first = True
    for names, cells, delimiter in _tables(member, form, head, most_json_bytes):
        yield Block(member.name, names, cells, delimiter, is_first, int(cells.estimated_size()))
        is_first = False


def _tables(
    member: Member, form: sniff.Format, head: bytes, most_json_bytes: int
) -> Iterator[tuple[tuple[str, ...], pl.DataFrame, str]]:
    with member.open() as stream:
        if form is sniff.Format.JSON:
            yield *json_cells.names_and_cells(stream, most_bytes=most_json_bytes), ""
        elif form is sniff.Format.JSON_LINES:
            for names, cells in json_cells.lines_of(stream):
                yield names, cells, ""
        else:
            dialect = sniff.dialect_of(head)
            rows = 0
            for cells in csv_cells.blocks_of(stream, dialect):
                rows += cells.height
                yield dialect.names, cells, dialect.delimiter
            if rows == 0:
                raise BadFile("The file has a header, but no rows.", "Export it again, for a time with readings.")


def with_file_numbers(batch: list[Block]) -> tuple[list[str], pl.DataFrame]:
    """(file names, cells of all blocks with `file` as the place in that list)."""
    names = list(dict.fromkeys(block.file for block in batch))
    numbered = [
        block.cells.with_columns(pl.lit(names.index(block.file), dtype=pl.Int32).alias("file")) for block in batch
    ]
    return names, pl.concat(numbered)
