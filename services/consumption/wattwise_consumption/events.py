"""What happened to series that their readings alone do not tell: gaps, overlaps, spikes and values that got stuck."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from wattwise_contract.imports import STUCK_BELOW, STUCK_FOR, SeriesEvent, SeriesEventKind
from wattwise_contract.quantities import Quantity

from . import grid
from .distinct import Column, run_starts
from .meaning import SERIES, Rhythm

MOST_EVENTS = 1_000
_MOST_STRETCHES = 1_000_000
_ADD_UP = [quantity.value for quantity in Quantity if quantity.adds_up]
_DAY_OF_HOURS = 24
_MICROSECOND = timedelta(microseconds=1)
_STUCK_FOR, _STUCK_BELOW = STUCK_FOR // _MICROSECOND, STUCK_BELOW // _MICROSECOND
_ENOUGH = 100  # readings of a series before one of them can stand out


class Events:
    """Collects what happened over all blocks of an import, in whatever order they come."""

    def __init__(self) -> None:
        self._events: list[SeriesEvent] = []
        self._counts: Counter[str] = Counter()
        self._stretches: list[pl.DataFrame] = []
        self._stretches_kept = 0
        self._files = 0

    def add(self, events: Iterable[SeriesEvent]) -> None:
        for event in events:
            self._counts[event.kind.value] += 1
            if len(self._events) < MOST_EVENTS:
                self._events.append(event)

    def look_at(self, readings: pl.DataFrame, rhythm: Rhythm, firsts: Column | None = None) -> None:
        """Readings of a block, sorted by series and time, with `file` (the place in the block's list of files); `firsts`
        are the places where each series begins, if known."""
        if readings.is_empty():
            return
        firsts = run_starts(readings, SERIES) if firsts is None else firsts
        block = _Block(readings, rhythm.known.select(*SERIES, "step"), firsts)
        self._keep_stretches(block.stretches(first_file=self._files))
        self._files += int(block.files.max()) + 1
        self.add(block.spikes())
        self.add(block.stuck())

    def all(self) -> tuple[list[SeriesEvent], dict[str, int]]:
        """(the first 1,000 events, how many there are of each kind)."""
        counts = self._counts.copy()
        events = list(self._events)
        if self._stretches:
            stretches = pl.concat(self._stretches).sort(*SERIES, "starts_at")
            for found in (_gaps(stretches), _overlaps(stretches)):
                for kind, number in found.group_by("kind").len().iter_rows():
                    counts[kind] += number
                events += [SeriesEvent(**row) for row in found.head(MOST_EVENTS).to_dicts()]
        return events[:MOST_EVENTS], dict(counts)

    def _keep_stretches(self, stretches: pl.DataFrame) -> None:
        if self._stretches_kept < _MOST_STRETCHES:
            self._stretches.append(stretches)
            self._stretches_kept += stretches.height


class _Block:
    """Readings in columns, with where each series begins: one look at all of them has to be quick."""

    def __init__(self, readings: pl.DataFrame, steps: pl.DataFrame, firsts: Column) -> None:
        self.readings = readings
        self.values = readings["value"].to_numpy()
        self.moments = readings["starts_at"].to_physical().to_numpy()
        self.files = readings["file"].to_numpy()
        self.firsts = firsts
        self.series = readings[self.firsts].select(SERIES)
        known = self.series.join(steps, on=SERIES, how="left", nulls_equal=True, maintain_order="left")["step"]
        self.steps = known.fill_null(grid.DAY).to_numpy()
        self.adds_up = self.series["quantity"].is_in(_ADD_UP).to_numpy()
        self.sizes = np.diff(np.append(self.firsts, readings.height))

    def stretches(self, *, first_file: int) -> pl.DataFrame:
        """From where to where each series is without a gap, within each file."""
        if (self.steps == self.steps[0]).all():
            step: Any = self.steps[0]
        else:
            step = np.repeat(self.steps, self.sizes)[1:]
        broken = np.concatenate(([True], (2 * np.diff(self.moments) > 3 * step) | (np.diff(self.files) != 0)))
        broken[self.firsts] = True
        starts = np.flatnonzero(broken)
        ends = np.append(starts[1:], len(broken)) - 1
        of = np.searchsorted(self.firsts, starts, side="right") - 1
        return self.series[of].with_columns(
            pl.Series("starts_at", self.moments[starts]).cast(pl.Datetime("us", "UTC")),
            pl.Series("ends_at", self.moments[ends] + self.steps[of]).cast(pl.Datetime("us", "UTC")),
            pl.Series("file", self.files[starts].astype(np.int64) + first_file),
            pl.Series("step", self.steps[of]),
        )

    def spikes(self) -> list[SeriesEvent]:
        """Values far above anything that their series has otherwise."""
        most = np.maximum.reduceat(self.values, self.firsts)
        mean = np.add.reduceat(self.values, self.firsts) / self.sizes
        suspects = np.flatnonzero(self.adds_up & (self.sizes >= _ENOUGH) & (most > 8 * mean))
        return [event for suspect in suspects for event in self._spike_of(int(suspect))]

    def _spike_of(self, suspect: int) -> list[SeriesEvent]:
        first = int(self.firsts[suspect])
        values = self.values[first : first + int(self.sizes[suspect])]
        place = int(values.argmax())
        others = np.delete(values, place)
        following = float(others.max())
        if following <= 0 or values[place] <= 10 * following or values[place] <= 20 * np.quantile(others, 0.999):
            return []
        text = f"{values[place]:,.6g} is far above the next highest, {following:,.6g}: kept as it is."
        return [_event(self.readings.row(first + place, named=True), SeriesEventKind.SPIKE, text)]

    def stuck(self) -> list[SeriesEvent]:
        """The same value, not zero, for a day or longer, of energy measured more often than hourly."""
        same = np.concatenate(([False], (self.values[1:] == self.values[:-1]) & (self.values[1:] != 0)))
        same[self.firsts] = False
        if int(same.sum()) < _DAY_OF_HOURS:
            return []
        begins = np.flatnonzero(same & ~np.append(False, same[:-1])) - 1
        lasts = np.flatnonzero(same & ~np.append(same[1:], False))
        of = np.searchsorted(self.firsts, begins, side="right") - 1
        ends = self.moments[lasts] + self.steps[of]
        long = (ends - self.moments[begins] >= _STUCK_FOR) & (self.steps[of] < _STUCK_BELOW) & self.adds_up[of]
        rows = self.readings[begins[long]].with_columns(pl.Series("ends_at", ends[long]).cast(pl.Datetime("us", "UTC")))
        return [
            _event(row, SeriesEventKind.STUCK, f"The same value, {row['value']:,.6g}, again and again: kept as it is.")
            for row in rows.to_dicts()
        ]


def _gaps(stretches: pl.DataFrame) -> pl.DataFrame:
    """Where no stretch of a series is, between its first and its last reading."""
    reached = pl.col("ends_at").cum_max().shift().over(SERIES).alias("reached")
    # Months and days differ in length: only what is missing a whole one is a gap.
    missing = (pl.col("starts_at") - pl.col("reached")).dt.total_microseconds() * 2 > pl.col("step")
    gaps = stretches.with_columns(reached).filter(missing)
    number = ((pl.col("starts_at") - pl.col("reached")).dt.total_microseconds() / pl.col("step")).round().cast(pl.Int64)
    several = pl.format("{} readings are missing: nothing was put in their place.", number)
    one = pl.lit("One reading is missing: nothing was put in its place.")
    text = pl.when(number == 1).then(one).otherwise(several)
    return gaps.select(
        *SERIES, kind=pl.lit(SeriesEventKind.GAP.value), starts_at="reached", ends_at="starts_at", text=text
    )


def _overlaps(stretches: pl.DataFrame) -> pl.DataFrame:
    """Where two stretches of a series speak for the same time."""
    reached = pl.col("ends_at").cum_max().shift().over(SERIES).alias("reached")
    beside = pl.col("file").shift().over(SERIES)
    overlaps = stretches.with_columns(reached, beside.alias("beside")).filter(
        (pl.col("starts_at") < pl.col("reached")) & (pl.col("file") != pl.col("beside"))
    )
    return overlaps.select(
        *SERIES,
        kind=pl.lit(SeriesEventKind.OVERLAP.value),
        starts_at="starts_at",
        ends_at=pl.min_horizontal("reached", "ends_at"),
        text=pl.lit("Two files or blocks of the import speak for the same time: the later one was kept."),
    )


def _event(row: dict[str, Any], kind: SeriesEventKind, text: str) -> SeriesEvent:
    return SeriesEvent(
        meter_key=row["meter_key"],
        quantity=Quantity(row["quantity"]),
        kind=kind,
        starts_at=row["starts_at"],
        ends_at=row.get("ends_at"),
        text=text,
    )
