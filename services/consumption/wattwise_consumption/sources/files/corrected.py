"""An import of corrected rows: the files whose rows were rejected are read once more, with the corrected rows in the
places of the rejected ones, and just what comes of those is stored.

So every row is understood as if it had been right from the start: by the columns, formats, rhythms and neighbouring
counts of all the others (docs/adr/0008)."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import polars as pl

from wattwise_consumption.archives import Limits, members_of
from wattwise_consumption.formats import Block, Bounds
from wattwise_consumption.problems import BadFile
from wattwise_consumption.row_numbers import text_of
from wattwise_consumption.sources import Order, Part, ReadingsPart
from wattwise_contract.imports import FilesOf, FixTask, ImportSummary, PartNotes, RejectedRow

from .corrections import CorrectedRow, Corrections, corrected_rows_in
from .only import Only
from .rejects import Rejects
from .source import FilesSource

_NO_SUCH_ROW = (
    "No such row was rejected, or it is in no file of that import any more.",
    "Leave the columns wattwise_file and wattwise_line as they were.",
)
_MOST_REJECTS = 1_000
_MOST_ROWS = 1_000_000
_Rows = dict[str, list[CorrectedRow]]


class CorrectedFiles(FilesSource):
    """Parts of what the corrected rows are read as; `fixes` says which rows they put right."""

    def __init__(self, order: Order, fixes: FixTask) -> None:
        super().__init__(order)
        self._fixes = fixes
        self._files_read = fixes.original
        self._corrections = Corrections({}, {})
        self._mine: _Rows = {}
        self._unplaced: list[RejectedRow] = []
        self._not_right: dict[str, set[int]] = {}
        self._still_rejected: dict[str, set[int]] = {}
        self._rejects = Rejects(numbers=self._still_rejected)

    def parts(self) -> Iterator[Part]:
        """Raises `BadFile` where a corrected file cannot be read, or holds nothing."""
        self._read_corrections()
        for part in super().parts():
            if (part.notes if isinstance(part, ReadingsPart) else part.details.notes).read:
                yield part
        self._miss_rows_without_a_place()
        if self._unplaced:
            count, listed = len(self._unplaced), self._unplaced[:_MOST_REJECTS]
            notes = PartNotes(read=count, rejected_count=count, rejected=listed)
            yield ReadingsPart("unplaced-rows", self._reader.no_readings(), [], notes, 1.0, "Some rows have no place")

    def summary(self) -> ImportSummary:
        found = super().summary()
        put_right = {
            file: {row.number for row in rows}
            - self._still_rejected.get(file, set())
            - self._not_right.get(file, set())
            for file, rows in self._mine.items()
        }
        count = sum(len({row.number for row in rows}) for rows in self._mine.values())
        told = f"{count:,} corrected rows took their places among the rows of import {self._fixes.original.import_id}."
        return ImportSummary(
            kind=found.kind,
            interpretation=[told, *found.interpretation],
            put_right={file: [text_of(number) for number in sorted(rows)] for file, rows in put_right.items() if rows},
        )

    def _read_corrections(self) -> None:
        rejected = self._numbers_rejected_before()
        own = FilesOf(import_id=self._order.task.id, files=self._order.task.files)
        for count, row in enumerate(chain.from_iterable(self._rows_of(own)), start=1):
            if count > _MOST_ROWS:
                raise BadFile(
                    f"The files hold more than {_MOST_ROWS:,} rows.", "Send back only the rows to be put right."
                )
            if isinstance(row, CorrectedRow) and row.number in rejected.get(row.file, ()):
                self._mine.setdefault(row.file, []).append(row)
            else:
                self._unplaced.append(_unplaced(row, *_NO_SUCH_ROW) if isinstance(row, CorrectedRow) else row)
        if not (self._mine or self._unplaced):
            raise BadFile("The corrected file holds no rows.", "Send the rows that were put right.")
        rows = {file: list(mine) for file, mine in self._mine.items()}
        # Of a row that was put right several times the latest counts.
        for files in reversed(self._fixes.earlier):
            _add_absent(rows, chain.from_iterable(self._rows_of(files)))
        self._corrections = Corrections(rejected, rows)
        frame = [(file, row.number) for file, mine in self._mine.items() for row in mine]
        schema = {"file_name": pl.String, "line": pl.Int64}
        self._only = Only(pl.DataFrame(frame, schema=schema, orient="row").unique())
        self._reader = self._new_reader()

    def _numbers_rejected_before(self) -> dict[str, set[int]]:
        path = self._order.scratch / "rejected-before"
        self._order.surroundings.fetch_rejected_rows(self._fixes.original.import_id, path)
        numbers: dict[str, set[int]] = {}
        for row in self._rows_in(path, "the rejected rows"):
            if isinstance(row, CorrectedRow):
                numbers.setdefault(row.file, set()).add(row.number)
        return numbers

    def _rows_of(self, files: FilesOf) -> Iterator[Iterator[CorrectedRow | RejectedRow]]:
        for file in files.files:
            path = self._order.scratch / f"corrected-{files.import_id}-{file.number}"
            self._order.surroundings.fetch_file(file, files.import_id, path)
            yield self._rows_in(path, file.name)

    def _rows_in(self, path: Path, name: str) -> Iterator[CorrectedRow | RejectedRow]:
        limits = Limits(unpacked_bytes=self._order.limits.unpacked_bytes)
        bounds = Bounds(memory_bytes=self._order.limits.memory_bytes)
        with members_of(path, name=name, limits=limits) as members:
            for member in members:
                yield from corrected_rows_in(member, bounds)
        path.unlink(missing_ok=True)

    def _blocks(self) -> Iterator[Block]:
        for block in super()._blocks():
            corrected = self._corrections.applied(block)
            if corrected.cells.height:
                yield corrected

    def _refuse(self, name: str, problem: BadFile) -> None:
        """That a file of the first import cannot be read, or not to its end, was told there."""

    def _not_understood(self, batch: list[Block], problem: BadFile) -> None:
        for block in batch:
            numbers = set(block.cells["line"].to_list())
            here = [row for row in self._mine.get(block.file, ()) if row.number in numbers]
            self._unplaced += [_unplaced(row, problem.reason, problem.remedy) for row in here]
            self._not_right.setdefault(block.file, set()).update(row.number for row in here)

    def _miss_rows_without_a_place(self) -> None:
        for file, rows in self._mine.items():
            lost = [row for row in rows if row.number not in self._corrections.placed.get(file, ())]
            self._unplaced += [_unplaced(row, *_NO_SUCH_ROW) for row in lost]
            self._not_right.setdefault(file, set()).update(row.number for row in lost)


def _unplaced(row: CorrectedRow, reason: str, remedy: str) -> RejectedRow:
    return RejectedRow(
        file=row.said_in, line=row.line, column="wattwise_line", value=text_of(row.number), reason=reason, remedy=remedy
    )


def _add_absent(rows: _Rows, others: Iterable[CorrectedRow | RejectedRow]) -> None:
    known = {(file, row.number) for file, those in rows.items() for row in those}
    for row in others:
        if isinstance(row, CorrectedRow) and (row.file, row.number) not in known:
            rows.setdefault(row.file, []).append(row)
