"""Turn uploaded files into parts: small files are put together, large ones are read in blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import polars as pl
from polars.exceptions import PolarsError
from pydantic import JsonValue

from wattwise_consumption.archives import Limits, members_of
from wattwise_consumption.columns import NoTimeColumn
from wattwise_consumption.details import details_layout_of, details_part, with_lines
from wattwise_consumption.formats import Block, Bounds, blocks_of, with_file_numbers
from wattwise_consumption.layout import holds_consumers, sample_of
from wattwise_consumption.problems import BadFile
from wattwise_consumption.row_numbers import RowNumbers, lines
from wattwise_consumption.sources import ConsumersPart, Order, Part, ReadingsPart
from wattwise_contract.imports import (
    DetailsPart,
    FilesOf,
    ImportFile,
    ImportSummary,
    PartNotes,
    RejectedFile,
    RejectedRow,
    SourceKind,
)
from wattwise_contract.recipes import ImportKind
from wattwise_contract.sources import Brings, SourceKindInfo

from .only import Only
from .reader import ReadingsReader, Slice
from .rejects import TOLD, Rejects, told_in

BATCH_BYTES = 12_000_000  # of text cells: about 250,000 readings
_CONSUMERS_PER_PART = 2_000


class FilesSource:
    """Parts of the files of an import. The same files give the same parts with the same keys, always."""

    info = SourceKindInfo(
        kind=SourceKind.FILES, title="Files", brings=Brings.UPLOADS,
        description="Readings or consumers' details in files that people upload.",
    )  # fmt: skip

    def __init__(self, order: Order) -> None:
        self._order = order
        self._recipe = order.task.recipe
        self._files_read = FilesOf(import_id=order.task.id, files=order.task.files)
        self._rejects = Rejects()
        self._only: Only | None = None
        self._reader = self._new_reader()
        self._refused: list[RejectedRow] = []
        self._details_findings: list[str] = []
        # Of parts that are not stored yet: their rows, and the file's names of details.
        self._details: dict[str, tuple[Block, dict[str, str]]] = {}
        self._misfits: list[tuple[Block, pl.DataFrame]] = []
        self._bytes_done = 0
        self._number = 0

    def _new_reader(self) -> ReadingsReader:
        return ReadingsReader(
            self._recipe,
            organization_timezone=self._order.task.organization_timezone,
            now=self._order.now,
            rows_per_part=self._order.limits.rows_per_part,
            rejects=self._rejects,
            only=self._only,
        )

    def parts(self) -> Iterator[Part]:
        """Raises `BadFile` where not one file could be read."""
        for batch in _batches(self._blocks()):
            for part in self._parts_of(batch):
                self._number += 1
                yield part
        yield from self._readings_of(self._reader.left(), "Converted what belongs together")
        if self._refused:
            if self._number == 0:
                raise BadFile(f"{self._refused[0].file}: {self._refused[0].reason}", self._refused[0].remedy)
            yield self._refusals()

    def summary(self) -> ImportSummary:
        kind = ImportKind.READINGS if self._reader.read_any else ImportKind.CONSUMERS
        events, events_count = self._reader.events()
        refused = [f"{row.file} was refused: {row.reason}" for row in self._refused[:20]]
        return ImportSummary(
            kind=kind,
            interpretation=[*self._reader.interpretation(), *self._details_findings],
            warnings=[*refused, *self._reader.warnings()],
            events=events,
            events_count=events_count,
        )

    def note_rejected(self, key: str, cells: list[RejectedRow]) -> None:
        """The rows of a stored part whose details did not fit their definitions are rejected rows, too."""
        block, names = self._details.pop(key)
        if cells:
            told = told_in(cells).with_columns(pl.lit(block.file).alias("file"), pl.col("column").replace(names))
            numbers = block.cells.select(pl.col("line").alias("number"), lines())
            told = told.join(numbers, on="line").with_columns(pl.col("number").alias("line")).select(list(TOLD))
            self._misfits.append((block, told))

    def rejected_rows(self, folder: Path) -> tuple[RejectedFile, Path] | None:
        """The rejected rows, whole, in a file; to be asked for when all parts were taken."""
        for block, told in self._misfits:
            self._rejects.add(block.names, with_file_numbers([block])[1], [block.file], told)
        if self._rejects.waits:
            refused = list(self._refused)
            self._rejects.find(self._blocks())
            self._refused = refused  # not once more
        return self._rejects.written(folder, self._order.task.id)

    def _blocks(self) -> Iterator[Block]:
        """The rows' `line` is their number, see `row_numbers`."""
        numbers = RowNumbers()
        for file in self._files_read.files:
            for block in self._blocks_of_file(file, self._files_read.import_id):
                cells = numbers.numbered(block.file, block.cells)
                yield replace(block, table=replace(block.table, cells=cells))
            self._bytes_done += file.bytes

    def _blocks_of_file(self, file: ImportFile, import_id: int) -> Iterator[Block]:
        path = self._order.scratch / f"file-{import_id}-{file.number}"
        self._order.surroundings.fetch_file(file, import_id, path)
        try:
            allowed = self._order.limits
            limits = Limits(unpacked_bytes=allowed.unpacked_bytes)
            topics = cast("list[JsonValue]", self._order.task.config.get("topics", []))
            bounds = Bounds(allowed.json_bytes, self._recipe.table, allowed.memory_bytes, tuple(topics))
            with members_of(path, name=file.name, limits=limits) as members:
                for member in members:
                    try:
                        yield from blocks_of(member, bounds)
                    except BadFile as problem:
                        self._refuse(member.name, problem)
        except BadFile as problem:
            self._refuse(file.name, problem)
        finally:
            path.unlink(missing_ok=True)

    def _refuse(self, name: str, problem: BadFile) -> None:
        self._refused.append(RejectedRow(file=name, line=0, reason=problem.reason, remedy=problem.remedy))

    def _not_understood(self, batch: list[Block], problem: BadFile) -> None:
        self._refuse(batch[0].file, problem)

    def _parts_of(self, batch: list[Block]) -> Iterator[Part]:
        """The parts of some blocks of one kind. A fault that may be one file's is looked for file by file."""
        try:
            yield from self._understood(batch)
        except BadFile as problem:
            if len({block.file for block in batch}) == 1:
                self._not_understood(batch, problem)
                return
            of_files: dict[str, list[Block]] = {}
            for block in batch:
                of_files.setdefault(block.file, []).append(block)
            for blocks in of_files.values():
                yield from self._parts_of(blocks)

    def _understood(self, batch: list[Block]) -> list[Part]:
        kind = batch[0].table.says.kind if self._recipe.kind is ImportKind.AUTO else self._recipe.kind
        if kind is ImportKind.CONSUMERS:
            return list(self._consumers(batch))
        automatic, first = kind is ImportKind.AUTO, batch[0]
        is_new = automatic and not self._reader.knows(first)
        if is_new and holds_consumers(first.names, sample_of(first.cells), self._recipe):
            return list(self._consumers(batch))
        try:
            return list(self._readings(batch))
        except NoTimeColumn:
            if automatic:
                return list(self._consumers(batch))
            raise
        except PolarsError as error:
            raise BadFile(
                f"The file could not be understood ({str(error).splitlines()[0]}).",
                "Save it as plain CSV, and tell us.",
            ) from error

    def _readings(self, batch: list[Block]) -> Iterator[ReadingsPart]:
        return self._readings_of(self._reader.read(batch), f"Read {batch[-1].file}")

    def _readings_of(self, slices: Iterable[Slice], message: str) -> Iterator[ReadingsPart]:
        key = f"readings-{self._number:05d}"
        for slice_number, (readings, meters, notes) in enumerate(slices):
            yield ReadingsPart(f"{key}-{slice_number}", readings, meters, notes, self._progress(), message)

    def _consumers(self, batch: list[Block]) -> Iterator[ConsumersPart]:
        surroundings = self._order.surroundings
        for block in batch:
            layout = details_layout_of(
                block.names,
                block.cells,
                self._recipe,
                consumer_keys=surroundings.consumer_keys(),
                definitions=surroundings.definitions(),
            )
            self._details_findings = self._details_findings or list(layout.findings)
            for first in range(0, block.cells.height, _CONSUMERS_PER_PART):
                cells = self._counting(block.file, block.cells[first : first + _CONSUMERS_PER_PART])
                create = self._recipe.create_consumers
                part = self._told(block, details_part(cells, layout, file=block.file, create_consumers=create))
                key = f"details-{self._number:05d}-{block.file[-80:]}-{first}"
                names = {detail.definition.key: detail.name for detail in layout.details}
                self._details[key] = replace(block, table=replace(block.table, cells=cells)), names
                yield ConsumersPart(key, part, self._progress(), f"Read {block.file}")

    def _counting(self, file: str, cells: pl.DataFrame) -> pl.DataFrame:
        return cells if self._only is None else self._only.of_cells(file, cells)

    def _told(self, block: Block, part: DetailsPart) -> DetailsPart:
        """The part with its rows' lines, and not their numbers; the rejected ones are kept whole."""
        if part.notes.rejected:
            files, cells = with_file_numbers([block])
            self._rejects.add(block.names, cells, files, told_in(part.notes.rejected))
        return with_lines(part)

    def _refusals(self) -> ReadingsPart:
        """Files that could not be read count as one rejected row each, so that nothing is dropped in silence."""
        notes = PartNotes(read=len(self._refused), rejected_count=len(self._refused), rejected=self._refused[:1000])
        return ReadingsPart("refused-files", self._reader.no_readings(), [], notes, 1.0, "Some files were refused")

    def _progress(self) -> float:
        total = sum(file.bytes for file in self._files_read.files)
        return min(self._bytes_done / total, 1.0) if total else 0.0


def _batches(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Neighbouring blocks of one kind, up to a part's size."""
    batch: list[Block] = []
    size = 0
    for block in blocks:
        if batch and (block.kind != batch[0].kind or size + block.text_bytes > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(block)
        size += block.text_bytes
    if batch:
        yield batch
