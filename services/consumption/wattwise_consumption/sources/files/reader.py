"""Read blocks of text cells as readings, remembering what earlier blocks of the import taught."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import polars as pl

from wattwise_consumption import grid
from wattwise_consumption.formats import Block, with_file_numbers
from wattwise_consumption.layout import Layout, layout_of, sample_of, still_fits
from wattwise_consumption.meaning import DEFAULT_STEP, SERIES, Meaning, Rhythm
from wattwise_consumption.plain import is_plain, plain_batch_of
from wattwise_consumption.problems import SENTENCES, Problem
from wattwise_consumption.readings import Batch, batch_of
from wattwise_contract.imports import PartNotes, RejectedRow
from wattwise_contract.meters import MeterWanted
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Recipe, StampMarks

from .naming import key_from

_MOST_REJECTS = 1_000
_OF_NOBODY = (Quantity.TEMPERATURE, Quantity.PRICE, Quantity.CARBON_INTENSITY)
_COLUMNS = ["meter_key", "quantity", "starts_at", "value", "quality"]
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "meter_key": pl.String, "quantity": pl.String, "starts_at": pl.Datetime("us", "UTC"), "value": pl.Float64,
    "quality": pl.Int16,
}  # fmt: skip
Slice = tuple[pl.DataFrame, list[MeterWanted], PartNotes]


class ReadingsReader:
    """Reads the blocks of one import, in order."""

    def __init__(self, recipe: Recipe, *, organization_timezone: str, now: datetime, rows_per_part: int) -> None:
        self._recipe = recipe
        self._organization_timezone = organization_timezone
        self._now = now
        self._rows_per_part = rows_per_part
        self._rhythm = Rhythm()
        self._layouts: dict[tuple[tuple[str, ...], str, str], Layout] = {}
        self._seen = pl.DataFrame(schema={"meter_key": pl.String, "quantity": pl.String})
        self._findings: dict[str, None] = {}
        self._warnings: dict[str, None] = {}
        self.read_any = False

    def knows(self, block: Block) -> bool:
        return block.kind in self._layouts

    def no_readings(self) -> pl.DataFrame:
        return pl.DataFrame(schema=_SCHEMA)

    def read(self, batch: list[Block]) -> Iterator[Slice]:
        """Slices of readings, with the meters that are new and the account of every row. Raises `BadFile`."""
        files, cells = with_file_numbers(batch)
        recipe = self._recipe.stated_over(batch[0].table.says)
        layout = self._layout(batch[0], cells, recipe)
        meaning = Meaning.of(
            recipe,
            organization_timezone=self._organization_timezone,
            now=self._now,
            delimiter=batch[0].delimiter,
            stamps=layout.stamps,
        )
        keys = [key_from(name) for name in files]
        plain = plain_batch_of(cells, layout, meaning, self._rhythm, file_keys=keys) if is_plain(recipe) else None
        read = plain or batch_of(cells, layout, meaning, self._rhythm, file_keys=keys)
        self.read_any = True
        self._findings |= dict.fromkeys(layout.findings)
        self._warnings |= dict.fromkeys(note for block in batch for note in block.table.notes)
        self._warnings |= dict.fromkeys([*read.warnings, *_end_marks_doubt(layout, batch[0], recipe)])
        yield from self._slices(read, layout, meaning, files)

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
        stamps_in = self._recipe.stamps_in or zone
        marks = "end" if self._recipe.stamp_marks is StampMarks.END else "start"
        formats = [layout.stamps for layout in self._layouts.values()]
        absolute = all(each.epoch_us or (each.offset_patterns and not each.patterns) for each in formats)
        where = "say their own distance from UTC" if absolute else f"are in {stamps_in}"
        sentences.append(f"Stamps mark the {marks} of intervals and {where}; the meters are in {zone}.")
        return sentences

    def warnings(self) -> list[str]:
        return list(self._warnings)

    def _layout(self, block: Block, cells: pl.DataFrame, recipe: Recipe) -> Layout:
        known = self._layouts.get(block.kind)
        sample = sample_of(cells)
        if known is not None and still_fits(known, sample):
            return known
        layout = layout_of(block.names, sample, recipe)
        self._layouts[block.kind] = layout
        return layout

    def _slices(self, read: Batch, layout: Layout, meaning: Meaning, files: list[str]) -> Iterator[Slice]:
        rejected = _rejected_rows(read.rejected, layout, block_files=files)
        readings = read.readings
        for first in range(0, max(readings.height, 1), self._rows_per_part):
            some = readings[first : first + self._rows_per_part]
            account = first == 0
            notes = PartNotes(
                file=files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more",
                read=some.height + (read.duplicate + read.rejected.height if account else 0),
                duplicate=read.duplicate if account else 0,
                rejected_count=read.rejected.height if account else 0,
                rejected=rejected if account else [],
            )
            yield some.select(_COLUMNS), self._new_meters(some, meaning, layout), notes

    def _new_meters(self, readings: pl.DataFrame, meaning: Meaning, layout: Layout) -> list[MeterWanted]:
        found = readings.select(*SERIES, "consumer_key").unique(SERIES, maintain_order=True)
        new = found.join(self._seen, on=SERIES, how="anti", maintain_order="left")
        self._seen = pl.concat([self._seen, new.select(SERIES)])
        steps = self._rhythm.known.select(*SERIES, "step")
        rows = new.join(steps, on=SERIES, how="left", maintain_order="left").to_dicts()
        return [_meter(row, meaning, layout) for row in rows]


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


def _rejected_rows(rejected: pl.DataFrame, layout: Layout, *, block_files: list[str]) -> list[RejectedRow]:
    rows = []
    for row in rejected.head(_MOST_REJECTS).to_dicts():
        reason, remedy = SENTENCES[Problem(row["problem"])]
        column = layout.time_name if row["column"] == "time" else row["column"]
        rows.append(
            RejectedRow(
                file=block_files[row["file"]],
                line=row["line"],
                column=column,
                value=row["value"][:200],
                reason=reason,
                remedy=remedy,
            )
        )
    return rows


def _end_marks_doubt(layout: Layout, block: Block, recipe: Recipe) -> list[str]:
    """A header that says “end” where stamps were taken for starts."""
    name = layout.time_name
    if recipe.stamp_marks is StampMarks.END or layout.stamps.is_period or not layout.time_says_end:
        return []
    return [
        f"“{name}” sounds like the ends of intervals, but was read as their starts. Say so if it is not: stamp marks “end”."
    ]
