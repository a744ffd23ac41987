"""The blocks of an import's files, kept in memory so that they can be understood in several ways."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import polars as pl
from polars.exceptions import PolarsError

from wattwise_consumption.formats import Block
from wattwise_consumption.layout import Layout, sample_of
from wattwise_consumption.meaning import Meaning
from wattwise_consumption.problems import BadFile
from wattwise_consumption.readings import Batch
from wattwise_consumption.row_numbers import lines
from wattwise_consumption.sources import ConsumersPart, Order, ReadingsPart
from wattwise_contract.imports import ImportSummary, RejectedRow
from wattwise_contract.meters import MeterWanted
from wattwise_contract.recipes import Recipe

from .reader import ReadingsReader, Slice
from .source import FilesSource

_KEY = ["meter_key", "quantity", "starts_at"]


@dataclass(frozen=True)
class Collected:
    """`refused`: the files and members that no format could read. `is_sample`: there is more than `blocks`."""

    blocks: list[Block]
    refused: list[RejectedRow]
    is_sample: bool = False


@dataclass(frozen=True)
class Understood:
    """How one shape of table was understood: `recipe` is the person's, over what the format says."""

    layout: Layout
    recipe: Recipe
    block: Block
    sample: pl.DataFrame


@dataclass(frozen=True)
class Look:
    """What an import of the collected blocks under `recipe` would store.

    `readings`: meter_key, quantity, starts_at (UTC µs), value, quality, file (its name), line; none twice."""

    recipe: Recipe
    readings: pl.DataFrame
    meters: list[MeterWanted]
    read: int
    duplicate: int
    rejected: int
    rejected_rows: list[RejectedRow]
    refused: list[RejectedRow]
    consumers: int
    summary: ImportSummary
    understood: list[Understood] = field(default_factory=list)
    apart: frozenset[str] = frozenset()  # the measures of series that are not taken as they are (see gathering.py)


class NothingUnderstood(BadFile):
    """No file of an import can be understood; `refused` says why of each."""

    def __init__(self, reason: str, remedy: str, refused: list[RejectedRow]) -> None:
        super().__init__(reason, remedy)
        self.refused = refused


def collected(
    order: Order, *, most_bytes: int, most_rows: int, progress: Callable[[float, str], None] = lambda *_: None
) -> Collected:
    """The blocks of all files, or of their beginning where they are larger."""
    source = _Looking(order, Collected([], []))
    blocks: list[Block] = []
    size = rows = 0
    with closing(source.blocks_of_files()) as coming:
        for block in coming:
            if blocks and (size + block.text_bytes > most_bytes or rows > most_rows):
                return Collected(blocks, source.refused, is_sample=True)
            blocks.append(block)
            size, rows = size + block.text_bytes, rows + block.cells.height * max(len(block.names) // 4, 1)
            progress(min(size / most_bytes, 1.0), f"Read {block.file}")
    return Collected(blocks, source.refused)


def look_at(order: Order, found: Collected, recipe: Recipe) -> Look:
    """Raises `NothingUnderstood` where nothing of the files can be understood under this recipe."""
    task = order.task.model_copy(update={"recipe": recipe})
    source = _Looking(Order(task, order.surroundings, order.now, order.scratch, order.limits), found)
    try:
        return source.look(recipe)
    except BadFile as problem:
        told = source.refused or [RejectedRow(file="", line=0, reason=problem.reason, remedy=problem.remedy)]
        raise NothingUnderstood(problem.reason, problem.remedy, told) from problem
    except PolarsError as error:
        reason, remedy = f"The files could not be understood ({str(error).splitlines()[0]}).", "Save them as plain CSV."
        names = dict.fromkeys(block.file for block in found.blocks)
        told = [RejectedRow(file=name, line=0, reason=reason, remedy=remedy) for name in names]
        raise NothingUnderstood(reason, remedy, [*source.refused, *told]) from error


class _TracingReader(ReadingsReader):
    """A reader whose readings also say where they stood, and which keeps what it understood."""

    understood: dict[tuple[tuple[str, ...], str, str], Understood]

    def _layout(self, block: Block, cells: pl.DataFrame, recipe: Recipe) -> Layout:
        layout = super()._layout(block, cells, recipe)
        if block.kind not in self.understood:
            self.understood[block.kind] = Understood(layout, recipe, block, sample_of(cells))
        return layout

    def _slices(self, read: Batch, layout: Layout, meaning: Meaning, files: list[str]) -> Iterator[Slice]:
        origins = _origins(read.readings, files)
        first = 0
        for readings, meters, notes in super()._slices(read, layout, meaning, files):
            yield readings.hstack(origins[first : first + readings.height]), meters, notes
            first += readings.height

    def apart(self) -> frozenset[str]:
        return frozenset(self._rhythm.apart["measure"].drop_nulls().unique().to_list())

    def traced(self) -> pl.DataFrame:
        nowhere = pl.DataFrame(schema={"file": pl.String, "line": pl.Int64})
        return self.no_readings().hstack(nowhere)


class _Looking(FilesSource):
    """Reads blocks that were collected before."""

    def __init__(self, order: Order, found: Collected) -> None:
        super().__init__(order)
        self._found = found
        self._refused = list(found.refused)
        self._tracing = _TracingReader(
            order.task.recipe,
            organization_timezone=order.task.organization_timezone,
            now=order.now,
            rows_per_part=order.limits.rows_per_part,
        )
        self._tracing.understood = {}
        self._reader = self._tracing

    @property
    def refused(self) -> list[RejectedRow]:
        return self._refused

    def blocks_of_files(self) -> Generator[Block]:
        yield from super()._blocks()

    def _blocks(self) -> Iterator[Block]:
        yield from self._found.blocks

    def look(self, recipe: Recipe) -> Look:
        parts = list(self.parts())
        readings = [part for part in parts if isinstance(part, ReadingsPart)]
        frames = [part.readings for part in readings if part.readings.height] or [self._tracing.traced()]
        every = pl.concat(frames)
        # Of what two parts hold, the later one is what stays.
        single = every if len(frames) == 1 else every.unique(_KEY, keep="last", maintain_order=True)
        notes = [part.notes if isinstance(part, ReadingsPart) else part.details.notes for part in parts]
        details = [part.details for part in parts if isinstance(part, ConsumersPart)]
        return Look(
            recipe=recipe, readings=single, meters=[meter for part in readings for meter in part.meters],
            read=sum(note.read for note in notes),
            duplicate=sum(note.duplicate for note in notes) + every.height - single.height,
            rejected=sum(note.rejected_count for note in notes),
            rejected_rows=[row for note in notes for row in note.rejected], refused=self._refused,
            consumers=sum(len(part.consumers) for part in details), summary=self.summary(),
            understood=list(self._tracing.understood.values()), apart=self._tracing.apart(),
        )  # fmt: skip


def _origins(readings: pl.DataFrame, files: list[str]) -> pl.DataFrame:
    """`file` and `line` of readings; empty and 0 for those that were made of several rows."""
    if "line" not in readings.columns or "file" not in readings.columns:
        nowhere = readings.with_columns(pl.lit("").alias("file"), pl.lit(0, pl.Int64).alias("line"))
        return nowhere.select("file", "line")
    names = pl.lit(pl.Series(files, dtype=pl.String)).gather(pl.col("file"))
    return readings.select(names.alias("file"), lines())
