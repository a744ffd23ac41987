"""What happened to series that their readings alone do not tell: gaps, overlaps, spikes and values that got stuck."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

from wattwise_contract.imports import SeriesEvent, SeriesEventKind
from wattwise_contract.quantities import Quantity

from . import grid
from .meaning import SERIES, Rhythm

MOST_EVENTS = 1_000
_MOST_STRETCHES = 1_000_000
_ADD_UP = [quantity.value for quantity in Quantity if quantity.adds_up]
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

    def look_at(self, readings: pl.DataFrame, rhythm: Rhythm) -> None:
        """Readings of a block, sorted by series and time, with `file` (the place in the block's list of files)."""
        if readings.is_empty():
            return
        steps = rhythm.known.select(*SERIES, "step")
        self._keep_stretches(_stretches(readings, steps, first_file=self._files))
        self._files += int(readings["file"].max() or 0) + 1  # type: ignore[arg-type]  # of integers
        self.add(_spikes(readings))
        self.add(_stuck(readings, steps))

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


def _stretches(readings: pl.DataFrame, steps: pl.DataFrame, *, first_file: int) -> pl.DataFrame:
    """From where to where each series is without a gap, within each file."""
    series = readings.select(pl.struct(SERIES).rle_id()).to_series().to_numpy()
    moments = readings["starts_at"].dt.epoch("us").to_numpy()
    files = readings["file"].to_numpy()
    firsts = np.flatnonzero(np.diff(series, prepend=-1))
    own = readings[firsts].select(SERIES).join(steps, on=SERIES, how="left", nulls_equal=True, maintain_order="left")
    step = own["step"].fill_null(grid.DAY).to_numpy()[series]
    broken = np.ones(len(series), dtype=np.bool_)
    broken[1:] = (np.diff(series) != 0) | (2 * np.diff(moments) > 3 * step[1:]) | (np.diff(files) != 0)
    starts = np.flatnonzero(broken)
    ends = np.append(starts[1:], len(series)) - 1
    return pl.DataFrame(
        {
            "meter_key": readings["meter_key"].gather(starts),
            "quantity": readings["quantity"].gather(starts),
            "starts_at": readings["starts_at"].gather(starts),
            "ends_at": pl.Series(moments[ends] + step[ends]).cast(pl.Datetime("us", "UTC")),
            "file": pl.Series(files[starts].astype(np.int64) + first_file),
            "step": pl.Series(step[starts]),
        }
    )


def _gaps(stretches: pl.DataFrame) -> pl.DataFrame:
    """Where no stretch of a series is, between its first and its last reading."""
    reached = pl.col("ends_at").cum_max().shift().over(SERIES).alias("reached")
    # Months and days differ in length: only what is missing a whole one is a gap.
    missing = (pl.col("starts_at") - pl.col("reached")).dt.total_microseconds() * 2 > pl.col("step")
    gaps = stretches.with_columns(reached).filter(missing)
    number = ((pl.col("starts_at") - pl.col("reached")).dt.total_microseconds() / pl.col("step")).round().cast(pl.Int64)
    text = pl.format("{} readings are missing: nothing was put in their place.", number)
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


def _spikes(readings: pl.DataFrame) -> list[SeriesEvent]:
    """Values far above anything that their series has otherwise."""
    rows = readings.lazy().filter(pl.col("quantity").is_in(_ADD_UP))
    highest = rows.group_by(SERIES).agg(
        pl.len(), pl.col("value").max().alias("most"), pl.col("value").mean().alias("mean")
    )
    suspects = highest.filter((pl.col("len") >= _ENOUGH) & (pl.col("most") > 8 * pl.col("mean"))).collect()
    if suspects.is_empty():
        return []
    some = readings.join(suspects.select(*SERIES, "most"), on=SERIES, nulls_equal=True, maintain_order="left")
    usual = some.group_by(SERIES).agg(
        usual=pl.col("value").filter(pl.col("value") < pl.col("most")).quantile(0.999),
        next=pl.col("value").top_k(2).min(),
    )
    spiky = usual.filter((pl.col("next") > 0) | (pl.col("usual") > 0))
    found = some.filter(pl.col("value") == pl.col("most")).join(spiky, on=SERIES, nulls_equal=True)
    found = found.filter((pl.col("value") > 20 * pl.col("usual")) & (pl.col("value") > 10 * pl.col("next")))
    return [
        _event(
            row,
            SeriesEventKind.SPIKE,
            f"{row['value']:,.6g} is far above the next highest, {row['next']:,.6g}: kept as it is.",
        )
        for row in found.to_dicts()
    ]


def _stuck(readings: pl.DataFrame, steps: pl.DataFrame) -> list[SeriesEvent]:
    """The same value, not zero, for a day or longer, of energy measured more often than hourly."""
    values = readings["value"].to_numpy()
    same = np.zeros(len(values), dtype=np.bool_)
    same[1:] = (values[1:] == values[:-1]) & (values[1:] != 0)
    if int(same.sum()) < 24:
        return []
    begins = np.flatnonzero(same & ~np.append(False, same[:-1])) - 1
    lasts = np.flatnonzero(same & ~np.append(same[1:], False))
    long = lasts - begins >= 24  # the shortest day that can be told: an hour's readings are looked at, too
    begins, lasts = begins[long], lasts[long]
    first, last = readings[begins], readings[lasts]
    runs = first.select(*SERIES, "starts_at", "value").with_columns(
        last["starts_at"].alias("last_at"), last["meter_key"].alias("last_key"), last["quantity"].alias("last_quantity")
    )
    runs = runs.join(steps, on=SERIES, nulls_equal=True, maintain_order="left")
    until = pl.col("last_at") + pl.duration(microseconds="step")
    found = runs.with_columns(until.alias("ends_at")).filter(
        (pl.col("meter_key") == pl.col("last_key"))
        & (pl.col("quantity") == pl.col("last_quantity"))
        & pl.col("quantity").is_in(_ADD_UP)
        & (pl.col("step") < grid.HOUR)
        & (pl.col("ends_at") - pl.col("starts_at") >= pl.duration(days=1))
    )
    return [
        _event(row, SeriesEventKind.STUCK, f"The same value, {row['value']:,.6g}, again and again: kept as it is.")
        for row in found.to_dicts()
    ]


def _event(row: dict[str, Any], kind: SeriesEventKind, text: str) -> SeriesEvent:
    return SeriesEvent(
        meter_key=row["meter_key"],
        quantity=Quantity(row["quantity"]),
        kind=kind,
        starts_at=row["starts_at"],
        ends_at=row.get("ends_at"),
        text=text,
    )
