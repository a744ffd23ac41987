"""The ordinary table of readings, read in one pass: many times faster than `readings.batch_of`, with the same result.

Ordinary is: one column of values, each meter with one steady rhythm, each time sound and there once. Whatever else a
file may hold (doubles, registers, two rhythms, spring's missing hour, …) is left to `batch_of`, which knows all of it.
Values may be wrong even here: they are rejected cell by cell.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from wattwise_contract.quantities import Quality
from wattwise_contract.recipes import DecimalSign, Measure, NegativeValues, Recipe, StampMarks

from . import clock, grid
from .distinct import Column, Distinct, distinct, distinct_like
from .judging import AHEAD, AHEAD_AS_FORECAST, EARLIEST_YEAR, MAY_LIE_AHEAD, MOST, NEVER_NEGATIVE
from .layout import Layout
from .meaning import DEFAULT_STEP, SERIES, Meaning, Rhythm
from .plain_values import NOTHING_REJECTED, may_count, number_format, rejected_values, values_of
from .readings import Batch, _warnings
from .stamps import moments_from

_QUOTES = " \t\r\n\"'="
_MANY_SERIES = 30_000  # in a block: it holds no series, but one reading of each


class _NotOrdinary(Exception):
    """Something that `batch_of` has to look at."""


@dataclass(frozen=True)
class _Rows:
    """The rows, each with its series (a number) and times in µs from 1970."""

    cells: pl.DataFrame
    series: Column
    starts_at: Column  # UTC
    moment: Column  # the same by the clock of the file
    autumn_guessed: Column

    def at(self, order: Column) -> "_Rows":
        starts_at = self.starts_at[order]
        moment = starts_at if self.moment is self.starts_at else self.moment[order]
        return _Rows(self.cells[order], self.series[order], starts_at, moment, self.autumn_guessed[order])


def is_plain(recipe: Recipe) -> bool:
    """Whether a recipe asks for nothing that the short way does not know."""
    interval = recipe.measure in (Measure.AUTO, Measure.INTERVAL)
    as_found = recipe.decimal_sign is DecimalSign.AUTO and recipe.negative_values is NegativeValues.REJECT
    return interval and as_found and not recipe.calorific_values and not recipe.resolution


def plain_batch_of(
    cells: pl.DataFrame, layout: Layout, meaning: Meaning, rhythm: Rhythm, *, file_keys: list[str]
) -> Batch | None:
    """What `batch_of` answers, with the same effect on `rhythm`; None, without any effect, where it is to be asked."""
    try:
        _expect(_is_one_table(layout, meaning) and cells["extra"].null_count() == cells.height > 0)
        meters, consumers = _keys(cells, layout, file_keys)
        rows = _in_order(cells, layout, meaning, meters.codes)
        known = _known(meters.values, layout, rhythm)
        even = _even_distance(rows)
        steps = _steps(rows, known, even)
        phases = _phases(rows, known, steps, even)
        written = number_format(cells, layout, meaning)
        values = values_of(rows.cells[layout.values[0].column], layout.values[0], written, steps[rows.series])
        batch = _judged(rows, values, layout, meters.values, consumers)
    except _NotOrdinary:
        return None
    _learn(rhythm, known, rows, meaning.zone, steps, phases)
    return batch


def _expect(is_ordinary: bool) -> None:
    if not is_ordinary:
        raise _NotOrdinary


def _is_one_table(layout: Layout, meaning: Meaning) -> bool:
    beside = layout.time_of_day or layout.period or layout.quality or layout.kind or layout.row_per_day
    return len(layout.values) == 1 and not beside and meaning.marks is StampMarks.START


def _keys(cells: pl.DataFrame, layout: Layout, file_keys: list[str]) -> tuple[Distinct, pl.Series]:
    """(each row's meter, the consumer of each meter)."""
    column = layout.meter or layout.consumer
    if not column:
        files = distinct(cells["file"].cast(pl.String))
        meters = files.with_values(pl.Series(file_keys, dtype=pl.String).gather(files.values.cast(pl.Int32)))
        return meters, meters.values
    texts = distinct(cells[column])
    keys = texts.values.str.strip_chars(_QUOTES)
    _expect(keys.null_count() == 0 and not (keys == "").any() and len(keys) < _MANY_SERIES)
    meters = texts.with_values(keys)
    if not (layout.meter and layout.consumer):
        return meters, meters.values
    consumers = distinct(cells[layout.consumer])
    of_meter = np.zeros(len(meters.values), dtype=np.int64)
    of_meter[meters.codes] = consumers.codes
    _expect(bool((of_meter[meters.codes] == consumers.codes).all()))
    keys = consumers.values.gather(of_meter).str.strip_chars(_QUOTES)
    return meters, keys.to_frame("key").select(pl.when(pl.col("key") != "").then("key")).to_series()


def _in_order(cells: pl.DataFrame, layout: Layout, meaning: Meaning, series: Column) -> _Rows:
    """Every row placed in time, sorted by series and time; no time of a series comes twice."""
    stamps = distinct_like(cells[layout.time], series)
    starts_at, moment, is_repeated = _placed(stamps.values, layout, meaning)
    codes = stamps.codes
    at = starts_at[codes]
    by_clock = at if moment is starts_at else moment[codes]
    rows = _Rows(cells, series, at, by_clock, np.zeros(len(codes), dtype=bool))
    if is_repeated.any():
        rows = _through_autumn(rows, is_repeated[codes], meaning)
    if not _rises(rows):
        # Where many meters come hour by hour, the meters alone have to be sorted.
        by_series = rows.at(np.argsort(series.astype(np.int16), kind="stable"))
        rows = by_series if _rises(by_series) else rows.at(np.lexsort((rows.starts_at, series)))
        _expect(_rises(rows))
    return rows


def _placed(stamps: pl.Series, layout: Layout, meaning: Meaning) -> tuple[Column, Column, Column]:
    """(start in UTC, moment by the file's clock, whether that clock shows it twice) of each distinct stamp."""
    read = _moments_of(stamps, layout)
    if read["instant"].null_count() == 0:
        early = late = read["instant"]
        moment = early.dt.replace_time_zone(None)
    else:
        moment = read["local"]
        _expect(moment.null_count() == 0)
        early, late = (
            moment.dt.replace_time_zone(meaning.stamps_in, ambiguous=which, non_existent="null")
            .dt.convert_time_zone("UTC")
            for which in ("earliest", "latest")
        )  # fmt: skip
        _expect(early.null_count() == 0)
    ahead = AHEAD_AS_FORECAST if layout.values[0].quantity.value in MAY_LIE_AHEAD else AHEAD
    _expect(bool((moment.dt.year() >= EARLIEST_YEAR).all()))
    _expect(bool((early <= meaning.now + ahead).all()))
    starts_at = _microseconds(early)
    by_clock = starts_at if early is late else _microseconds(moment)
    return starts_at, by_clock, (early != late).to_numpy()


def _moments_of(stamps: pl.Series, layout: Layout) -> pl.DataFrame:
    """What `moments_from` answers; stamps like 2026-10-25T00:30:00Z are read forty times faster by themselves."""
    if layout.stamps.offset_patterns and not layout.stamps.patterns:
        instants = stamps.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us")
        if instants.null_count() == 0:
            return pl.DataFrame({"instant": instants.dt.replace_time_zone("UTC")})
    return moments_from(stamps, layout.stamps)


def _through_autumn(rows: _Rows, repeated: Column, meaning: Meaning) -> _Rows:
    """Tell the two passes of autumn's repeated hour apart, as `clock.placed` does."""
    one_file = rows.cells["file"].to_numpy().astype(np.int64) * (int(rows.series.max()) + 1) + rows.series
    some = np.flatnonzero(repeated)
    # `clock.placed` is shown some of the rows, and must see from them which way all run.
    _expect(_runs_forward(one_file, rows.moment) and _runs_forward(one_file[some], rows.moment[some]))
    frame = pl.DataFrame(
        {"series": one_file[some], "local": rows.moment[some], "line": rows.cells["line"].gather(some)}
    )
    placed = clock.placed(
        frame.with_columns(pl.col("local").cast(pl.Datetime("us"))), series=["series"], zone=meaning.stamps_in
    )
    starts_at, guessed = rows.starts_at.copy(), rows.autumn_guessed.copy()
    starts_at[some] = _microseconds(placed["starts_at"])
    guessed[some] = placed["autumn_guessed"].to_numpy()
    return replace(rows, starts_at=starts_at, autumn_guessed=guessed)


def _runs_forward(groups: Column, moments: Column) -> bool:
    """Whether no group's first moment is above its last one."""
    first = np.zeros(int(groups.max()) + 1, dtype=np.int64)
    last = first.copy()
    first[groups[::-1]], last[groups] = moments[::-1], moments  # of several, the one written last stays
    return bool((first <= last).all())


def _rises(rows: _Rows) -> bool:
    """Whether each key is above the one before: sorted, and none twice."""
    series, moments = rows.series, rows.starts_at
    later = (series[1:] == series[:-1]) & (moments[1:] > moments[:-1])
    return bool((later | (series[1:] > series[:-1])).all())


def _microseconds(moments: pl.Series) -> Column:
    microseconds: Column = moments.dt.epoch("us").to_numpy()
    return microseconds


def _known(meters: pl.Series, layout: Layout, rhythm: Rhythm) -> pl.DataFrame:
    """The series with what is known of their rhythm, null where nothing is."""
    series = pl.DataFrame({"meter_key": meters, "quantity": [layout.values[0].quantity.value] * len(meters)})
    return series.join(rhythm.known, on=SERIES, how="left", maintain_order="left")


def _even_distance(rows: _Rows) -> int:
    """The distance in µs that all rows keep from the one before them of their series, by the clock of the file; 0 where they
    do not keep one."""
    series, moment = rows.series, rows.moment
    distances, goes_on = np.diff(moment), series[1:] == series[:-1]
    one = int(distances[goes_on.argmax()]) if goes_on.any() else 0
    return one if one > 0 and ((distances == one) | ~goes_on).all() else 0


def _steps(rows: _Rows, known: pl.DataFrame, even: int) -> Column:
    """Each series' step in µs: the known one, else what its rows keep, else what most series keep."""
    series, moment = rows.series, rows.moment
    if even:
        # Two rows of each series tell what all do.
        series = np.flatnonzero(np.bincount(rows.series) > 1).repeat(2)
        moment = np.tile([0, even], len(series) // 2)
    frame = pl.DataFrame({"series": series, "moment": moment}, schema={"series": pl.Int64, "moment": pl.Int64})
    frame = frame.sort("series", "moment").with_columns(pl.col("moment").cast(pl.Datetime("us")))
    fresh = grid.steps_of(frame, moment="moment")
    numbered = known.select("step").with_columns(pl.Series("series", np.arange(known.height), dtype=pl.Int64))
    joined = numbered.join(fresh, on="series", how="left", suffix="_now", maintain_order="left")
    found = joined.select(pl.coalesce("step", "step_now")).to_series()
    usual = found.drop_nulls().mode()
    steps: Column = found.fill_null(int(usual.item(0)) if len(usual) else DEFAULT_STEP).to_numpy()
    return steps


def _phases(rows: _Rows, known: pl.DataFrame, steps: Column, even: int) -> Column:
    """Each series' place between the lines of its grid, which all of its rows keep."""
    modulus = np.minimum(steps, grid.DAY)
    series, starts_at = rows.series, rows.starts_at
    if even and starts_at is rows.moment and (even % modulus == 0).all():
        first = np.flatnonzero(np.diff(series, prepend=-1))  # whole steps apart: what the first keeps, all do
        series, starts_at = series[first], starts_at[first]
    at = starts_at % (modulus[0] if (modulus == modulus[0]).all() else modulus[series])
    phases = np.zeros(len(steps), dtype=np.int64)
    phases[series] = at
    before = known["phase"].fill_null(pl.Series(phases)).to_numpy()
    _expect(bool((at == phases[series]).all()) and bool((before == phases).all()))
    return phases


def _learn(rhythm: Rhythm, known: pl.DataFrame, rows: _Rows, zone: str, steps: Column, phases: Column) -> None:
    first = pl.Series(rows.starts_at[np.flatnonzero(np.diff(rows.series, prepend=-1))]).cast(pl.Datetime("us", "UTC"))
    local = _microseconds(first.dt.convert_time_zone(zone).dt.replace_time_zone(None))
    learnt = {"step": steps, "phase": phases, "local_phase": local % np.minimum(steps, grid.DAY)}
    rhythm.learn(known.select(SERIES).with_columns(pl.Series(name, column) for name, column in learnt.items()))


def _judged(rows: _Rows, values: Column, layout: Layout, meters: pl.Series, consumers: pl.Series) -> Batch:
    column = layout.values[0]
    is_energy = column.quantity.value in NEVER_NEGATIVE
    is_sound = np.abs(values) <= MOST  # false for NaN
    if is_energy:
        is_sound &= values >= 0
    wrong = np.flatnonzero(~is_sound)
    rejected = rejected_values(rows.cells[wrong], values[wrong], layout) if wrong.size else NOTHING_REJECTED
    if wrong.size:
        rows, values = rows.at(np.flatnonzero(is_sound)), values[is_sound]
    _expect(not is_energy or not may_count(rows.series, values))
    keys = meters.gather(rows.series)
    readings = rows.cells.select(
        "file",
        "line",
        meter_key=keys,
        quantity=pl.lit(column.quantity.value),
        consumer_key=keys if consumers is meters else consumers.gather(rows.series),
        starts_at=pl.Series(rows.starts_at).cast(pl.Datetime("us", "UTC")),
        value=pl.Series(values),
        quality=pl.lit(Quality.MEASURED.value, dtype=pl.Int16),
    )
    guessed = pl.DataFrame({"autumn_guessed": rows.autumn_guessed})
    firsts = np.flatnonzero(np.diff(rows.series, prepend=-1))
    return Batch(readings, rejected, len(is_sound), 0, _warnings(guessed, 0), firsts=firsts)
