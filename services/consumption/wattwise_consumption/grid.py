"""The rhythm of series: the resolution that readings keep, and how it is written."""

import polars as pl

from wattwise_timeseries.resolutions import BadResolution, Resolution

from .problems import BadFile

MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000  # microseconds
MONTH = 30 * DAY  # nominal; stands for "one calendar month"
_MONTH_STEPS = (28 * DAY, 31 * DAY)


def steps_of(frame: pl.DataFrame, *, moment: str) -> pl.DataFrame:
    """The usual distance between the consecutive moments of each `series`, as `step` in microseconds; series with a
    single moment are left out. The frame is sorted by series and moment."""
    return usual_steps(steps_counted(frame, moment=moment))


def steps_counted(frame: pl.DataFrame, *, moment: str) -> pl.DataFrame:
    """How often (`len`) each `series` has which distance between consecutive moments (`step`)."""
    one_meter = pl.col("series") == pl.col("series").shift()
    step = pl.when(one_meter).then(pl.col(moment).diff().dt.total_microseconds()).alias("step")
    return frame.select("series", step).filter(pl.col("step") > 0).group_by("series", "step").len()


def usual_steps(counted: pl.DataFrame) -> pl.DataFrame:
    """`series` and its most frequent `step`, the shorter one of two."""
    counted = counted.sort("len", "step", descending=[True, False])
    usual = counted.group_by("series", maintain_order=True).first().drop("len")
    is_month = pl.col("step").is_between(*_MONTH_STEPS)
    return usual.with_columns(pl.when(is_month).then(MONTH).otherwise(pl.col("step")).alias("step"))


def resolution_of(step: int) -> str:
    """A step in microseconds as an ISO 8601 duration: PT30M, PT1H, P1D, P1M."""
    if step == MONTH:
        return "P1M"
    if step % DAY == 0:
        return f"P{step // DAY}D"
    for unit, letter in ((HOUR, "H"), (MINUTE, "M"), (1_000_000, "S")):
        if step % unit == 0:
            return f"PT{step // unit}{letter}"
    return f"PT{step / 1_000_000:g}S"


def step_of(resolution: str) -> int:
    """The microseconds of an ISO 8601 duration, the inverse of `resolution_of`. Raises `BadFile`."""
    try:
        parsed = Resolution.parse(resolution)
    except BadResolution as problem:
        raise BadFile(f"“{resolution}” is no resolution.", "Write it like PT15M, PT30M, PT1H, P1D or P1M.") from problem
    if parsed.grain in ("month", "year") and parsed != Resolution(grain="month"):
        raise BadFile(f"{resolution} cannot be resampled to.", "The coarsest is P1M.")
    return MONTH if parsed.grain == "month" else parsed.typical


def described(step: int) -> str:
    """A step as people say it."""
    if step == MONTH:
        return "monthly"
    if step == DAY:
        return "daily"
    if step == HOUR:
        return "hourly"
    if step == MINUTE:
        return "every minute"
    if step % MINUTE == 0:
        return f"every {step // MINUTE} minutes"
    return f"every {step / 1_000_000:g} seconds"
