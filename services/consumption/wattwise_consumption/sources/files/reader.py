"""Read blocks of text cells as readings, remembering what earlier blocks of the import taught."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from wattwise_consumption import grid, vocabulary
from wattwise_consumption.converting import converted, sentences_about
from wattwise_consumption.distinct import run_starts
from wattwise_consumption.events import Events
from wattwise_consumption.formats import Block, Window, with_file_numbers
from wattwise_consumption.gathering import Gathered, may_have_several_rhythms
from wattwise_consumption.judging import blamed_cells
from wattwise_consumption.layout import Layout, layout_of, register_names, sample_of, still_fits
from wattwise_consumption.marks import with_marks
from wattwise_consumption.meaning import DEFAULT_STEP, SERIES, Meaning, Rhythm
from wattwise_consumption.plain import is_plain, plain_batch_of
from wattwise_consumption.readings import Batch, batch_of
from wattwise_consumption.row_numbers import lines
from wattwise_consumption.samples import with_sampled_power
from wattwise_contract.imports import PartNotes, RejectedRow, SeriesEvent
from wattwise_contract.meters import MeterWanted
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import NegativeValues, Recipe

from .naming import key_from
from .only import Only
from .rejects import Rejects, told_of

_MOST_REJECTS = 1_000
_OF_NOBODY = (Quantity.TEMPERATURE, Quantity.PRICE, Quantity.CARBON_INTENSITY)
_COLUMNS = ["meter_key", "quantity", "starts_at", "value", "quality"]
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "meter_key": pl.String, "quantity": pl.String, "starts_at": pl.Datetime("us", "UTC"), "value": pl.Float64,
    "quality": pl.Int16,
}  # fmt: skip
Slice = tuple[pl.DataFrame, list[MeterWanted], PartNotes]


class ReadingsReader:
    """Reads the blocks of one import, in order. With `only`, all rows are read, but just those are answered."""

    def __init__(
        self,
        recipe: Recipe,
        *,
        organization_timezone: str,
        now: datetime,
        rows_per_part: int,
        rejects: Rejects | None = None,
        only: Only | None = None,
    ) -> None:
        self._recipe = recipe
        self._organization_timezone = organization_timezone
        self._now = now
        self._rows_per_part = rows_per_part
        self._rejects = rejects or Rejects(most_bytes=0)
        self._only = only
        self._rhythm = Rhythm()
        self._layouts: dict[tuple[tuple[str, ...], str, str], Layout] = {}
        self._seen = pl.DataFrame(schema={"meter_key": pl.String, "quantity": pl.String})
        self._findings: dict[str, None] = {}
        self._stamps_in: dict[str, None] = {}  # zones that stamps were taken for
        self._marks: dict[str, None] = {}
        self._warnings: dict[str, None] = {}
        self._gathered = Gathered()
        self._windows: dict[tuple[str, str], Window] = {}
        self._events = Events()
        self._last: tuple[Layout, Meaning] | None = None
        self.read_any = False

    def knows(self, block: Block) -> bool:
        return block.kind in self._layouts

    def no_readings(self) -> pl.DataFrame:
        return pl.DataFrame(schema=_SCHEMA)

    def read(self, batch: list[Block]) -> Iterator[Slice]:
        """Slices of readings, with the meters that are new and the account of every row. Raises `BadFile`."""
        files, cells = with_file_numbers(batch)
        if refused := [row for block in batch for row in block.table.rejected]:
            self._rejects.add_unreadable(len(refused))
            yield self.no_readings(), [], _notes_of(refused, batch[0].file)
        if cells.is_empty():
            self.read_any = True
            return
        recipe = _recipe_for(batch[0], self._recipe)
        layout = self._layout(batch[0], cells, recipe)
        if layout.is_net:
            recipe = recipe.stated_over(Recipe(negative_values=NegativeValues.EXPORT))
        meaning = Meaning.of(
            recipe,
            organization_timezone=self._organization_timezone,
            now=self._now,
            delimiter=batch[0].delimiter,
            stamps=layout.stamps,
            marks_found=layout.marks,
            register_columns=register_names(layout),
            zone_found=vocabulary.zone_said_in(layout.time_name),
        )
        self._stamps_in[meaning.stamps_in] = None
        self._marks[meaning.marks.value] = None
        keys = [key_from(name) for name in files]
        read = self._plainly(cells, layout, meaning, recipe, keys)
        read = read or batch_of(cells, layout, meaning, self._rhythm, file_keys=keys)
        self._events.look_at(read.readings, self._rhythm, read.firsts)
        self._events.add(read.events)
        if read.gathered is not None and read.gathered.height:
            self._gather(batch, read.gathered, files)
            self._last = layout, meaning
        self.read_any = True
        self._findings |= dict.fromkeys(layout.findings)
        self._warnings |= dict.fromkeys(note for block in batch for note in block.table.notes)
        self._warnings |= dict.fromkeys(read.warnings)
        if self._only is not None:
            read = self._only.of_batch(read, cells, files, layout, meaning)
        self._rejects.add(batch[0].names, cells, files, told_of(read.rejected, layout, files))
        yield from self._slices(read, layout, meaning, files)

    def left(self) -> Iterator[Slice]:
        """Slices of what could only be read when all was there: registers, and meters of several rhythms."""
        rows = self._gathered.taken()
        if rows.is_empty() or self._last is None:
            return
        layout, meaning = self._last
        found = converted(rows, meaning, self._rhythm.known, self._windows)
        self._findings |= dict.fromkeys(sentences_about(rows, found))
        self._warnings |= found.doubts
        steps = found.readings.select(*SERIES, "step").unique(SERIES, maintain_order=True)
        self._rhythm.learn(
            steps.with_columns(pl.lit(0, pl.Int64).alias("phase"), pl.lit(0, pl.Int64).alias("local_phase"))
        )
        self._events.look_at(found.readings.with_columns(pl.lit(0, pl.Int32).alias("file")), self._rhythm)
        self._events.add(found.events)
        rejected = blamed_cells(found.rejected.with_columns(pl.lit(None, pl.String).alias("extra")))
        readings, duplicate, files = found.readings, found.duplicate, self._gathered.files
        if self._only is not None:
            readings, duplicate = self._only.near(rows, files, readings), 0
            rejected = self._only.of_rejected(rejected, files)
        self._rejects.add_without_cells(told_of(rejected, layout, files))
        batch = Batch(readings, rejected, readings.height + duplicate + rejected.height, duplicate, ())
        yield from self._slices(batch, layout, meaning, files)

    def events(self) -> tuple[list[SeriesEvent], dict[str, int]]:
        """(the first 1,000, how many there are of each kind)."""
        return self._events.all()

    def interpretation(self) -> list[str]:
        if not self.read_any:
            return []
        sentences = list(self._findings)
        steps = self._rhythm.known["step"].value_counts(sort=True) if self._rhythm.known.height else None
        if steps is not None:
            usual = int(steps["step"].item(0))
            odd = self._rhythm.known.height - int(steps["count"].item(0))
            others = f", with {odd} at another rhythm" if odd else ""
            meters = "1 meter" if self._rhythm.known.height == 1 else f"{self._rhythm.known.height:,} meters"
            sentences.append(f"{meters}, read {grid.described(usual)}{others}.")
        zone = self._recipe.timezone or self._organization_timezone
        formats = [layout.stamps for layout in self._layouts.values()]
        absolute = all(each.epoch_us or (each.offset_patterns and not each.patterns) for each in formats)
        where = "say their own distance from UTC" if absolute else f"are in {' or '.join(self._stamps_in)}"
        sentences.append(
            f"Stamps mark the {' or '.join(self._marks)} of intervals and {where}; the meters are in {zone}."
        )
        return sentences

    def warnings(self) -> list[str]:
        return list(self._warnings)

    def _gather(self, batch: list[Block], rows: pl.DataFrame, files: list[str]) -> None:
        self._gathered.add(rows, files)
        self._windows |= {series: window for block in batch for series, window in block.table.windows.items()}

    def _plainly(
        self, cells: pl.DataFrame, layout: Layout, meaning: Meaning, recipe: Recipe, keys: list[str]
    ) -> Batch | None:
        """The short way through an ordinary table; None where this one is not."""
        if not is_plain(recipe) or not layout.is_plain or self._rhythm.apart.height:
            return None
        known = self._rhythm.known
        read = plain_batch_of(cells, layout, meaning, self._rhythm, file_keys=keys)
        if read is None or not may_have_several_rhythms(read.readings):
            return read
        self._rhythm.known = known
        return None

    def _layout(self, block: Block, cells: pl.DataFrame, recipe: Recipe) -> Layout:
        known = self._layouts.get(block.kind)
        if known is not None and still_fits(known, cells):
            return known
        layout = with_marks(layout_of(block.names, sample_of(cells), recipe), cells)
        layout = with_sampled_power(layout, cells, recipe)
        self._layouts[block.kind] = layout
        return layout

    def _slices(self, read: Batch, layout: Layout, meaning: Meaning, files: list[str]) -> Iterator[Slice]:
        rejected = _rejected_rows(read.rejected, layout, block_files=files)
        readings = read.readings
        # Of 260,000 rows, say, no part of 10,000 is left over.
        count = max(round(readings.height / self._rows_per_part), 1)
        size = max(-(-readings.height // count), 1)
        for first in range(0, max(readings.height, 1), size):
            some = readings[first : first + size]
            account = first == 0
            notes = PartNotes(
                file=files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more",
                read=some.height + (read.duplicate + read.rejected.height if account else 0),
                duplicate=read.duplicate if account else 0,
                rejected_count=read.rejected.height if account else 0,
                rejected=rejected if account else [],
            )
            new = self._new_meters(_one_of_each(read, first, some), meaning, layout)
            yield some.select(_COLUMNS), new, notes

    def _new_meters(self, readings: pl.DataFrame, meaning: Meaning, layout: Layout) -> list[MeterWanted]:
        found = readings.select(*SERIES, "consumer_key").unique(SERIES, maintain_order=True)
        new = found.join(self._seen, on=SERIES, how="anti", maintain_order="left")
        self._seen = pl.concat([self._seen, new.select(SERIES)])
        steps = self._rhythm.known.select(*SERIES, "step")
        rows = new.join(steps, on=SERIES, how="left", maintain_order="left").to_dicts()
        return [_meter(row, meaning, layout) for row in rows]


def _one_of_each(read: Batch, first: int, some: pl.DataFrame) -> pl.DataFrame:
    """A row of each series in a slice that starts at `first` of the readings."""
    if read.firsts is None:
        return some[run_starts(some, SERIES)]
    within = read.firsts[(read.firsts > first) & (read.firsts < first + some.height)]
    return read.readings[np.append(first, within)] if some.height else some


def _meter(row: dict[str, Any], meaning: Meaning, layout: Layout) -> MeterWanted:
    quantity = Quantity(row["quantity"])
    of_nobody = quantity in _OF_NOBODY and not layout.consumer
    return MeterWanted(
        meter_key=row["meter_key"],
        consumer_key="" if of_nobody else row["consumer_key"] or "",
        quantity=quantity,
        timezone=meaning.zone,
        resolution=grid.resolution_of(row["step"] or DEFAULT_STEP),
    )


def _recipe_for(block: Block, recipe: Recipe) -> Recipe:
    """What the format says of the table, and a person's recipe over it, or under it."""
    says = block.table.says
    if not block.table.says_last:
        return recipe.stated_over(says)
    left = {"negative_values": recipe.negative_values, "calorific_values": recipe.calorific_values}
    return says.model_copy(update=left)


def _notes_of(refused: list[RejectedRow], file: str) -> PartNotes:
    return PartNotes(file=file, read=len(refused), rejected_count=len(refused), rejected=refused[:_MOST_REJECTS])


def _rejected_rows(rejected: pl.DataFrame, layout: Layout, *, block_files: list[str]) -> list[RejectedRow]:
    told = told_of(rejected.head(_MOST_REJECTS), layout, block_files).with_columns(lines())
    return [RejectedRow.model_validate(row) for row in told.to_dicts()]
