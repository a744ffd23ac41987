"""What a kind of file is to the rest of the worker."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from pydantic import JsonValue

from wattwise_consumption.archives import Member
from wattwise_contract.imports import RejectedRow
from wattwise_contract.recipes import Recipe
from wattwise_timeseries.moments import Moments
from wattwise_timeseries.registers import Flags


@dataclass(frozen=True)
class Window:
    """What is wanted of a series that is told in pieces: the readings from `starts_at` to `ends_at` (microseconds since
    1970, None: all), which are whole now. `lasts`: how long a value is held at most, or how long each one is, if known."""

    starts_at: int | None
    ends_at: int | None
    lasts: int = 0

    def holds(self, moments: Moments) -> Flags:
        after = np.ones(moments.size, dtype=np.bool_) if self.starts_at is None else moments >= self.starts_at
        return after if self.ends_at is None else after & (moments < self.ends_at)


@dataclass(frozen=True)
class Table:
    """Some rows of one table of a file.

    `cells`: text columns c0, c1, … for `names`; `line` (Int64, as an editor counts, 0 where files have no lines);
    `extra` (text beyond the last column, else null). Blocks of one table come one after the other."""

    names: tuple[str, ...]
    cells: pl.DataFrame
    delimiter: str = ""  # of CSV: numbers hold no such character unquoted
    says: Recipe = Recipe()
    part: str = ""  # which table of the file it is, such as a sheet's name; empty where there is one
    titles: tuple[str, ...] = ()  # what stands above its header in one cell
    notes: tuple[str, ...] = ()  # sentences for the receipt: what of the file was left out, or taken for granted
    says_last: bool = False  # what it says goes over what a recipe says: it is somebody's own description of it
    windows: dict[tuple[str, str], Window] = field(
        default_factory=dict
    )  # of series (meter, quantity), if not all is wanted
    rejected: tuple[RejectedRow, ...] = ()  # what of the file could not even be put into cells


@dataclass(frozen=True)
class Bounds:
    """How much a format may hold in memory, and which table of a file is wanted (see Recipe.table)."""

    json_bytes: int = 300_000_000
    table: str = ""
    memory_bytes: int = 3_000_000_000  # of the process that reads a workbook, a Parquet or an HDF5 file
    topics: tuple[JsonValue, ...] = ()  # how messages that were heard are understood by now, see formats/heard


@dataclass(frozen=True)
class FileFormat:
    """`recognises(head, name)`: the first sniff.HEAD_BYTES, unpacked, and the file's name. `tables` raises `BadFile`,
    and yields what is sound before it where a file is cut off."""

    name: str  # as people call it
    recognises: Callable[[bytes, str], bool]
    tables: Callable[[Member, Bounds], Iterator[Table]]


@dataclass(frozen=True)
class Block:
    """A table's rows with their file. Blocks of one `kind` may be read together."""

    file: str
    table: Table
    format_name: str

    @property
    def names(self) -> tuple[str, ...]:
        return self.table.names

    @property
    def cells(self) -> pl.DataFrame:
        return self.table.cells

    @property
    def delimiter(self) -> str:
        return self.table.delimiter

    @property
    def text_bytes(self) -> int:
        return int(self.cells.estimated_size())

    @property
    def kind(self) -> tuple[tuple[str, ...], str, str]:
        return self.names, self.delimiter, self.table.says.model_dump_json(exclude_defaults=True)


def with_file_numbers(batch: list[Block]) -> tuple[list[str], pl.DataFrame]:
    """(file names, cells of all blocks with `file` as the place in that list)."""
    places: dict[str, int] = {}
    numbered = [
        block.cells.with_columns(pl.lit(places.setdefault(block.file, len(places)), dtype=pl.Int32).alias("file"))
        for block in batch
    ]
    return list(places), numbered[0] if len(numbered) == 1 else pl.concat(numbered)
