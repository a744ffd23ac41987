"""Rows that mean something only beside their neighbours: register readings, instants, and meters of several rhythms.

They may lie in any block and file of an import, in any order; so they are gathered, and converted when all are there.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure

from . import grid, vocabulary
from .meaning import SERIES, Meaning, Rhythm
from .problems import BadFile

MOST_ROWS = 20_000_000
ROWS = [
    "file", "line", *SERIES, "consumer_key", "starts_at", "value", "factor", "offset", "is_power", "quality", "measure",
    "column", "value_text", "stamp_text", "register",
]  # fmt: skip
_ADD_UP = [quantity.value for quantity in Quantity if quantity.adds_up]
_FEW_RUNS = 12  # readings at a rhythm, before it counts as one
_SHARE = 0.02  # of the readings, or of the time
RESAMPLE = "resample"


@dataclass
class Gathered:
    """The rows of an import that are converted at its end."""

    most_rows: int = MOST_ROWS
    files: list[str] = field(default_factory=list)
    _frames: list[pl.DataFrame] = field(default_factory=list)
    _rows: int = 0

    def add(self, rows: pl.DataFrame, files: list[str]) -> None:
        """`file` of the rows is a place in `files`. Raises `BadFile` where there are more than fit into memory."""
        self._rows += rows.height
        if self._rows > self.most_rows:
            raise BadFile(
                f"The import holds more than {self.most_rows:,} register readings or readings to be resampled.",
                "Split it into several imports, by meters.",
            )
        first = len(self.files)
        self.files.extend(files)
        self._frames.append(rows.with_columns(pl.col("file") + first))

    def taken(self) -> pl.DataFrame:
        """All rows, by series and time; rows of one time in the order that they came in."""
        if not self._frames:
            return pl.DataFrame(schema=dict.fromkeys(ROWS, pl.Null))
        rows = pl.concat(self._frames)
        self._frames = []
        return rows.sort(*SERIES, "starts_at", maintain_order=True)


def measures_of(
    rows: pl.DataFrame, series: pl.DataFrame, steps: pl.DataFrame, meaning: Meaning, rhythm: Rhythm
) -> pl.Series:
    """How each series of `series` is to be taken: “register”, “instant”, “resample” or, as nearly all are, null: as
    it is. `rows` are sorted by series and moment; `steps` are counted (see `grid.steps_counted`)."""
    if meaning.measure in (Measure.REGISTER, Measure.INSTANT):
        return pl.Series([meaning.measure.value] * series.height, dtype=pl.String)
    nothing = pl.Series([None] * series.height, dtype=pl.String)
    known = rhythm.apart_of(series) if rhythm.apart.height else nothing
    registers = _registers(rows, meaning) if meaning.measure is Measure.AUTO else []
    instants = _sampled_power(rows, steps) if meaning.measure is Measure.AUTO else []
    mixed = series["series"].to_list() if meaning.step else _of_several_rhythms(rows, series, steps, rhythm)
    if not (registers or instants or mixed):
        return known
    number = pl.col("series")
    found = (
        pl.when(number.is_in(registers))
        .then(pl.lit(Measure.REGISTER.value))
        .when(number.is_in(instants))
        .then(pl.lit(Measure.INSTANT.value))
        .when(number.is_in(mixed))
        .then(pl.lit(RESAMPLE))
    )
    return known.zip_with(known.is_not_null(), series.select(found.alias("measure")).to_series())


def _registers(rows: pl.DataFrame, meaning: Meaning) -> list[int]:
    """Series whose values look like the running count of a register: all of a column's, where most of its are."""
    rows = rows.filter(pl.col("value").is_finite())
    series, values = rows["series"].to_numpy(), rows["value"].to_numpy()
    if not len(series):
        return []
    firsts = np.flatnonzero(np.diff(series, prepend=-1))
    moves = np.diff(values, prepend=values[0])
    moves[firsts] = 0.0
    rises = np.add.reduceat(moves > 0, firsts, dtype=np.int64)
    falls = np.add.reduceat(moves < 0, firsts, dtype=np.int64)
    about = rows[firsts].select("series", "column", "quantity", "is_power")
    about = about.with_columns(pl.Series("rises", rises), pl.Series("falls", falls))
    about = about.filter(pl.col("quantity").is_in(_ADD_UP) & ~pl.col("is_power"))
    named = pl.col("column").is_in(list(meaning.register_columns))
    climbing = (pl.col("rises") >= 12) & (pl.col("falls") * 50 < pl.col("rises"))
    hinted = [name for name in about["column"].unique() if name and vocabulary.may_say_register(name)]
    climbing |= pl.col("column").is_in(hinted) & (pl.col("rises") >= 2) & (pl.col("falls") == 0)
    climbing |= named & (pl.col("falls") * 5 <= pl.col("rises"))
    climbers = about.filter(climbing)["series"]
    if climbers.is_empty():
        return []
    certain = _far_above_their_steps(rows.filter(pl.col("series").is_in(climbers.implode())))
    is_register = pl.col("series").is_in(climbers.implode()) & (pl.col("series").is_in(certain.implode()) | named)
    about = about.with_columns(is_register.alias("is_register"))
    moving = about.filter(pl.col("rises") + pl.col("falls") > 0)
    shares = moving.group_by("column").agg(pl.col("is_register").mean())
    columns = shares.filter(pl.col("is_register") >= 0.5)["column"]
    standing = (pl.col("rises") + pl.col("falls") == 0) & pl.lit(len(columns) > 0)  # like the registers beside them
    found = about.filter(pl.col("is_register") | pl.col("column").is_in(columns.implode()) | standing)
    return found["series"].to_list()


def _sampled_power(rows: pl.DataFrame, steps: pl.DataFrame) -> list[int]:
    """Series of power whose stamps keep to no grid, so that no value is the mean of an interval: it was measured then."""
    if not rows["is_power"].any():
        return []
    timed = rows.filter(pl.col("is_power") & pl.col("moment").is_not_null()).select("series", "moment")
    timed = timed.join(grid.usual_steps(steps), on="series")
    place = (pl.col("moment").dt.epoch("us") % pl.min_horizontal("step", pl.lit(grid.DAY))).alias("place")
    places = timed.group_by("series", place).len()
    found = places.group_by("series").agg(pl.col("len").max().alias("most"), pl.col("len").sum().alias("all"))
    return found.filter((pl.col("all") >= _FEW_RUNS) & (pl.col("most") < pl.col("all") * 0.8))["series"].to_list()


def _far_above_their_steps(climbers: pl.DataFrame) -> pl.Series:
    """Series that climb in steps far smaller than what they have climbed to, so that they count. Of few readings that
    never fall it is asked that all are far above; of many, that most are: a register may begin, and begin again, at 0."""
    one_series = pl.col("series") == pl.col("series").shift()
    step = pl.when(one_series).then(pl.col("value").diff())
    found = climbers.group_by("series").agg(
        rises=(step > 0).sum(), falls=(step < 0).sum(), climb=step.filter(step > 0).quantile(0.9),
        least=pl.col("value").min(), middle=pl.col("value").median(),
    )  # fmt: skip
    few = (pl.col("falls") == 0) & (pl.col("least") > 20 * pl.col("climb"))
    many = (pl.col("rises") >= 100) & (pl.col("middle") > 40 * pl.col("climb"))
    return found.filter(few | many)["series"]


def _of_several_rhythms(rows: pl.DataFrame, series: pl.DataFrame, steps: pl.DataFrame, rhythm: Rhythm) -> list[int]:
    """Series that keep one rhythm for a while and another one for a while, or another than before."""
    total = pl.col("len").sum().over("series")
    time = pl.col("len") * pl.col("step")
    often = (pl.col("len") >= _FEW_RUNS) & (
        (pl.col("len") > total * _SHARE) | (time > time.sum().over("series") * _SHARE)
    )
    common = steps.filter(often)
    before = series.join(rhythm.known, on=SERIES, nulls_equal=True).select("series", pl.col("step").alias("known"))
    common = common.join(before, on="series", how="left")
    another = (pl.col("step") != pl.col("known")).fill_null(value=False) & (pl.col("step") < 27 * grid.DAY)
    doubtful = common.filter((pl.len().over("series") > 1) | another)
    if doubtful.is_empty():
        return []
    suspects = rows.filter(pl.col("series").is_in(doubtful["series"].unique().implode()))
    in_runs = _runs(suspects).join(doubtful.select("series", "step"), on=["series", "step"])
    in_runs = in_runs.filter(pl.col("run") >= _FEW_RUNS).join(before, on="series", how="left")
    kinds = in_runs.group_by("series").agg(
        several=pl.col("step").n_unique() > 1, another=(pl.col("step") != pl.col("known")).any()
    )
    return kinds.filter(pl.col("several") | pl.col("another").fill_null(value=False))["series"].to_list()


def may_have_several_rhythms(readings: pl.DataFrame) -> bool:
    """Whether sorted readings of blocks that look ordinary change their distance for a while somewhere."""
    if readings.height < 2 * _FEW_RUNS:
        return False
    distances = np.diff(readings["starts_at"].to_physical().to_numpy())
    usual = distances[0]
    if np.count_nonzero(distances != usual) * 2 > distances.size:
        usual = np.partition(distances, distances.size // 2)[distances.size // 2]
    odd = np.flatnonzero(distances != usual)
    odd = odd[(distances[odd] > 0) & (distances[odd] < 27 * grid.DAY)]
    if odd.size < _FEW_RUNS:
        return False
    again = (np.diff(odd) == 1) & (np.diff(distances[odd]) == 0)
    return int(again.sum()) >= _FEW_RUNS - 1 and _longest_run(again) >= _FEW_RUNS - 1


def _longest_run(flags: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    stops = np.flatnonzero(np.concatenate(([True], ~flags, [True])))
    return int(np.diff(stops).max()) - 1


def _runs(rows: pl.DataFrame) -> pl.DataFrame:
    """`series`, `step`, `run`: how many times a series keeps a distance without a break."""
    one_series = pl.col("series") == pl.col("series").shift()
    step = pl.when(one_series).then(pl.col("moment").diff().dt.total_microseconds()).alias("step")
    steps = rows.select("series", step).filter(pl.col("step") > 0)
    broken = (pl.col("series") != pl.col("series").shift()) | (pl.col("step") != pl.col("step").shift())
    steps = steps.with_columns(broken.fill_null(value=True).cum_sum().alias("stretch"))
    return steps.group_by("stretch").agg(pl.col("series").first(), pl.col("step").first(), run=pl.len())
