"""Turn gathered rows into readings on each meter's grid. No energy is made or lost on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import numpy as np
import polars as pl

from wattwise_contract.imports import SeriesEvent, SeriesEventKind
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DuplicateRule, Measure, StampMarks
from wattwise_timeseries.moments import Moments
from wattwise_timeseries.registers import Happening, Places, register_differences

from . import grid
from .edges import Lines, lines_of_the_clock, lines_through
from .formats import Window
from .gathering import RESAMPLE
from .meaning import SERIES, Meaning
from .problems import Problem
from .rhythms import Intervals, coarsest_common, looks_like_power, off_the_lines, on_lines, own_lengths

_LONGEST_SPREAD = 400 * grid.DAY  # over which a count's rise is spread evenly
_HELD_FOR = 10  # usual distances, that an instant's power is taken to last at most
_READINGS: dict[str, pl.DataType | type[pl.DataType]] = {
    "meter_key": pl.String, "quantity": pl.String, "consumer_key": pl.String, "starts_at": pl.Datetime("us", "UTC"),
    "value": pl.Float64, "quality": pl.Int16, "step": pl.Int64,
}  # fmt: skip
NO_WINDOWS: Mapping[tuple[str, str], Window] = MappingProxyType({})
_LIKE_POWER = (
    "Readings of short intervals are as large as those of long ones: the values look like power, but were read as "
    "energy. If they are power, say so: measure “power”."
)
_SAID = {
    Happening.RESET: "The register began again from zero: what it has counted since was kept.",
    Happening.ROLLOVER: "The register passed its last digit and went on from zero: the difference was taken across it.",
    Happening.METER_SWAP: "The register went on at another count, as of another meter: nothing is known of this interval.",
    Happening.GLITCH: "The count left its course and came back: the reading was rejected.",
}


@dataclass
class Converted:
    """`readings` as of a `Batch`, with the `step` of each; `rejected`: rows with their `problem`."""

    readings: pl.DataFrame
    rejected: pl.DataFrame
    duplicate: int
    rows: int
    events: list[SeriesEvent] = field(default_factory=list)
    doubts: dict[str, None] = field(default_factory=dict)


def converted(
    rows: pl.DataFrame, meaning: Meaning, known: pl.DataFrame, windows: Mapping[tuple[str, str], Window] = NO_WINDOWS
) -> Converted:
    """Readings of gathered rows (see `gathering.ROWS`), which are sorted by series and time. `known`: the `step` of
    series that were met before. `windows`: of series of which not all is wanted."""
    found = Converted(pl.DataFrame(schema=_READINGS), _with_problem(rows.clear(), Problem.OFF_THE_GRID), 0, rows.height)
    frames, rejected = [], []
    steps = {(key, quantity): step for key, quantity, step in known.select(*SERIES, "step").iter_rows()}
    for series in rows.partition_by([*SERIES, "register"], maintain_order=True):
        single, refused = _single(series, meaning.duplicates)
        found.duplicate += series.height - single.height - refused.height
        own = (series["meter_key"].item(0), series["quantity"].item(0))
        conversion = _Conversion(single, meaning, steps.get(own, 0), windows.get(own))
        frames.append(conversion.readings())
        rejected += [refused, conversion.rejected]
        found.events += conversion.events
        found.doubts |= conversion.doubts
    if frames:
        found.readings, found.rejected = _registers_summed(pl.concat(frames)), pl.concat(rejected)
    return found


def sentences_about(rows: pl.DataFrame, found: Converted) -> list[str]:
    """What was done with gathered rows, as people are told."""
    what = {
        Measure.REGISTER.value: "are the running count of a register: differences were taken",
        Measure.INSTANT.value: "are power at their stamps: each was held until the next one",
        RESAMPLE: "were brought to one resolution, without any energy lost",
    }
    by_measure = rows.group_by("measure", maintain_order=True).agg(pl.len(), meters=pl.struct(SERIES).n_unique())
    return [
        f"{row['len']:,} values of {row['meters']:,} {'meter' if row['meters'] == 1 else 'meters'} {what[row['measure']]}."
        for row in by_measure.to_dicts()
    ] + [f"They make {found.readings.height:,} {'reading' if found.readings.height == 1 else 'readings'}."]


def _registers_summed(readings: pl.DataFrame) -> pl.DataFrame:
    """What the registers of one meter (its tariffs) counted, together."""
    key = [*SERIES, "starts_at"]
    if not readings.select(pl.struct(key).is_duplicated().any()).item():
        return readings
    together = readings.group_by(key).agg(
        pl.col("consumer_key").first(), pl.col("value").sum(), pl.col("quality").max(), pl.col("step").max()
    )
    return together.select(readings.columns).sort(key)


def _single(series: pl.DataFrame, rule: DuplicateRule) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(one row for each time, the rows rejected by the rule). Counts are never summed."""
    if rule is DuplicateRule.REJECT:
        again = series["starts_at"].is_duplicated()
        return series.filter(~again), _with_problem(series.filter(again), Problem.CONTRADICTED)
    if rule is DuplicateRule.SUM and series["measure"].item(0) == RESAMPLE:
        series = series.with_columns(pl.col("value").sum().over("starts_at"))
    single = series.unique("starts_at", keep="first" if rule is DuplicateRule.FIRST else "last", maintain_order=True)
    return single, _with_problem(series.clear(), Problem.CONTRADICTED)


def _with_problem(rows: pl.DataFrame, problem: Problem) -> pl.DataFrame:
    return rows.with_columns(pl.lit(problem.value).alias("problem"))


class _Conversion:
    """Of one series. `rejected` and `events` are complete when `readings` has answered."""

    def __init__(self, rows: pl.DataFrame, meaning: Meaning, known_step: int, window: Window | None = None) -> None:
        self._rows = rows
        self._meaning = meaning
        self._window = window
        self._wanted = meaning.step or known_step
        self._is_level = not Quantity(rows["quantity"].item(0)).adds_up if rows.height else False
        self.rejected = _with_problem(rows.clear(), Problem.GLITCH)
        self.events: list[SeriesEvent] = []
        self.doubts: dict[str, None] = {}

    def readings(self) -> pl.DataFrame:
        if not self._rows.height:
            return pl.DataFrame(schema=_READINGS)
        measure = self._rows["measure"].item(0)
        if measure == Measure.REGISTER:
            intervals, lines = self._of_register()
        elif measure == Measure.INSTANT:
            intervals, lines = self._of_instants()
        else:
            intervals, lines = self._of_several_rhythms()
        return self._on(lines, intervals)

    def _of_register(self) -> tuple[Intervals, Lines]:
        at, values = _moments(self._rows), self._rows["value"].to_numpy()
        found = register_differences(at, values)
        happened = {kind: self._of_the_window(at, places) for kind, places in found.happenings.items()}
        self.rejected = _with_problem(self._rows[happened[Happening.GLITCH]], Problem.GLITCH)
        self.events += [_event(self._rows, kind, int(place)) for kind, places in happened.items() for place in places]
        kept = self._rows[found.kept]
        at, factor, quality = _moments(kept), kept["factor"].to_numpy(), kept["quality"].to_numpy()
        worst = np.maximum(quality[:-1], quality[1:])
        intervals = Intervals(at[:-1], at[1:], found.amounts * factor[:-1], worst)
        sound = np.isfinite(found.amounts) & (np.diff(at) <= _LONGEST_SPREAD)
        return intervals.where(sound), self._lines_through(at)

    def _of_instants(self) -> tuple[Intervals, Lines]:
        at = _moments(self._rows)
        lines = self._lines_through(at)
        if self._window is not None:
            return self._held(at, self._window), lines
        usual = int(np.median(np.diff(at))) if at.size > 1 else lines.step
        lengths = np.append(np.diff(at), usual)
        lengths = np.where(lengths <= max(_HELD_FOR * usual, grid.HOUR), lengths, usual)
        return self._lasting(self._rows, at, lengths), lines

    def _held(self, at: Moments, window: Window) -> Intervals:
        """Each power until the next one, the end of what is wanted, or the end of its time."""
        ends = np.minimum(np.append(at[1:], at[-1] + window.lasts), at + window.lasts)
        ends = ends if window.ends_at is None else np.minimum(ends, window.ends_at)
        return self._lasting(self._rows, at, np.maximum(ends - at, 0)).where(ends > at)

    def _of_several_rhythms(self) -> tuple[Intervals, Lines]:
        if self._window is not None and self._window.lasts:
            at = _moments(self._rows)
            return self._lasting(self._rows, at, np.full_like(at, self._window.lasts)), self._lines_through(at)
        marks_end = self._meaning.marks is StampMarks.END
        lengths = own_lengths(_moments(self._rows), marks_end=marks_end, single=self._wanted or grid.HOUR)
        off = off_the_lines(_moments(self._rows), lengths)
        self.rejected = _with_problem(self._rows.filter(off), Problem.OFF_THE_GRID)
        rows, lengths = self._rows.filter(~off), lengths[~off]
        starts = _moments(rows) - lengths if marks_end else _moments(rows)
        wanted = self._wanted or coarsest_common(lengths)
        if not self._is_level and not rows["is_power"].any() and looks_like_power(rows["value"].to_numpy(), lengths):
            self.doubts[_LIKE_POWER] = None
        coarse = starts[lengths == wanted]
        lines = lines_through(coarse if coarse.size else starts, zone=self._meaning.zone, wanted=wanted)
        return self._lasting(rows, starts, lengths), lines

    def _lasting(self, rows: pl.DataFrame, starts: Moments, lengths: Moments) -> Intervals:
        hours = pl.when("is_power").then(pl.Series("hours", lengths / grid.HOUR)).otherwise(1.0)
        amount = rows.select(pl.col("value") * pl.col("factor") * hours + pl.col("offset")).to_series().to_numpy()
        return Intervals(starts, starts + lengths, amount, rows["quality"].to_numpy())

    def _lines_through(self, at: Moments) -> Lines:
        """Windows end on the lines of the local clock."""
        if self._window is not None:
            return lines_of_the_clock(at, zone=self._meaning.zone, step=self._wanted)
        return lines_through(at, zone=self._meaning.zone, wanted=self._wanted)

    def _of_the_window(self, at: Moments, places: Places) -> Places:
        """What happened before it was told by another import, and what comes after it will be."""
        return places if self._window is None else places[self._window.holds(at[places])]

    def _on(self, lines: Lines, intervals: Intervals) -> pl.DataFrame:
        if not intervals.starts.size:
            return pl.DataFrame(schema=_READINGS)
        resampled = on_lines(lines, intervals, zone=self._meaning.zone, is_level=self._is_level)
        if self._window is not None:  # a reading that starts in it ends in it: both lie on the same lines
            resampled = resampled.where(self._window.holds(resampled.starts))
        rows = self._rows
        return pl.DataFrame(
            {
                "meter_key": pl.repeat(rows["meter_key"].item(0), resampled.starts.size, eager=True),
                "quantity": pl.repeat(rows["quantity"].item(0), resampled.starts.size, eager=True),
                "consumer_key": pl.repeat(rows["consumer_key"].item(0), resampled.starts.size, eager=True),
                "starts_at": pl.Series(resampled.starts).cast(pl.Datetime("us", "UTC")),
                "value": resampled.amount,
                "quality": resampled.quality,
                "step": pl.repeat(lines.step, resampled.starts.size, eager=True),
            },
            schema_overrides=_READINGS,
        )


def _moments(rows: pl.DataFrame) -> Moments:
    moments: Moments = rows["starts_at"].dt.epoch("us").to_numpy()
    return moments


def _event(rows: pl.DataFrame, kind: Happening, place: int) -> SeriesEvent:
    at: datetime = rows["starts_at"].item(place)
    before: datetime = rows["starts_at"].item(max(place - 1, 0))
    counts = f"{rows['value'].item(max(place - 1, 0)):,.12g} → {rows['value'].item(place):,.12g}"
    return SeriesEvent(
        meter_key=rows["meter_key"].item(0),
        quantity=Quantity(rows["quantity"].item(0)),
        kind=SeriesEventKind(kind.value),
        starts_at=at if kind is Happening.GLITCH else before,
        ends_at=None if kind is Happening.GLITCH else at,
        text=f"{_SAID[kind]} ({counts})",
    )
