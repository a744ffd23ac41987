"""Rows that hold a list of values each: a day of a meter, or a whole series from a start on, with the step between them."""

import re

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.problems import BadFile
from wattwise_consumption.stamps import moments_from, stamp_format_of

from .durations import every_of

_PERIODS_OF_A_DAY = {25: (23, 24, 25), 50: (46, 47, 48, 49, 50), 100: (92, 94, 96, 98, 100)}  # with clock changes
_STEPS = vocabulary.listed("""
    freq frequency step steps resolution interval intervals granularity period dt delta seconds minutes cadence sampling
""")
_STARTS = ("start", "begin", "from", "first", "since", "von", "debut", "inizio", "inicio")
_ENDS = {"end", "until", "to", "stop", "bis", "fin"}
_PANDAS = {"T": "min", "MIN": "min", "H": "h", "D": "d", "S": "s"}
_NO_STEP = (
    "Each row of the file holds a list of values, and nothing says how far apart they are.",
    "Add a column with the step (“freq”: “30min”), a list of the times, or write one row for each reading.",
)


def unfolded_lists(frame: pl.DataFrame) -> pl.DataFrame:
    """One row for each item of the lists in a row, which are equally long; with its own time, where the row has a start.
    Raises `BadFile` where lists of a row differ in length, or nothing tells their times."""
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List | pl.Array)]
    frame = frame.with_columns(pl.col(name).arr.to_list() for name in lists if isinstance(frame.schema[name], pl.Array))
    lengths = frame.select(pl.max_horizontal(pl.col(name).list.len() for name in lists)).to_series().fill_null(0)
    start = "" if _tells_times(frame, lists) or int(lengths.max() or 0) < 2 else _start(frame, lists)  # type: ignore[arg-type]  # of numbers
    if not start:
        return _exploded(frame, lists)
    stamps, step = _stamps(frame[start]), _steps(frame, lists, start, lengths)
    if step is None and frame.schema[start] == pl.Date and len(lists) == 1 and (most := _most_of_day(lengths)):
        return _as_days(frame, lists[0], most)
    if step is None:
        raise BadFile(*_NO_STEP)
    frame = frame.drop(_step_columns(frame, lists, start))
    frame = frame.with_columns(stamps.alias(start), step.alias("__step"), pl.int_ranges(0, lengths).alias("__place"))
    long = _exploded(frame, [*lists, "__place"])
    moved = pl.col(start) + pl.duration(microseconds=pl.col("__step") * pl.col("__place"))
    return long.with_columns(moved.alias(start)).drop("__step", "__place")


def _exploded(frame: pl.DataFrame, lists: list[str]) -> pl.DataFrame:
    try:
        return frame.explode(lists)
    except pl.exceptions.ShapeError:
        raise BadFile(
            "The lists in a row of the file are not equally long.", "Write one row for each reading."
        ) from None


def _tells_times(frame: pl.DataFrame, lists: list[str]) -> bool:
    """Whether some list holds the times of the others, or records with times."""
    for name in lists:
        inner = frame.schema[name].inner  # type: ignore[attr-defined]  # a list has one
        if isinstance(inner, pl.Struct | pl.List) or inner.is_temporal():
            return True
        if _is_time(name) or (
            inner == pl.String and stamp_format_of(frame[name].explode().drop_nulls().head(200)) is not None
        ):
            return True
    return False


def _start(frame: pl.DataFrame, lists: list[str]) -> str:
    """The column of the moments that the lists begin with."""
    others = [name for name in frame.columns if name not in lists]
    told = [name for name in others if frame.schema[name].is_temporal() or _is_time(name)]
    told = [name for name in told if not set(vocabulary.words_of(name)) & (_ENDS | _STEPS)]
    return next((name for word in _STARTS for name in told if word in name.lower()), told[0] if told else "")


def _is_time(name: str) -> bool:
    words = set(vocabulary.words_of(name))
    return bool({"timestamp", "timestamps", "datetime", "start", "time", "times", "date", "dates", "ds"} & words)


def _stamps(column: pl.Series) -> pl.Series:
    """The column as moments, with their zone where they have one."""
    if isinstance(column.dtype, pl.Datetime):
        return column.cast(pl.Datetime("us", column.dtype.time_zone))
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("us"))
    texts = column.cast(pl.String)
    written = stamp_format_of(texts.drop_nulls())
    if written is None:
        raise BadFile(f"“{column.name}” does not hold dates or times.", "Write them as 2026-05-04T00:00:00Z.")
    found = moments_from(texts, written)
    if found["instant"].null_count() == texts.null_count():
        return found["instant"].cast(pl.Datetime("us", "UTC"))
    return found["local"].cast(pl.Datetime("us"))


def _steps(frame: pl.DataFrame, lists: list[str], start: str, lengths: pl.Series) -> pl.Series | None:
    """Microseconds between the items of each row; None where nothing says it."""
    for name in _step_columns(frame, lists, start):
        if isinstance(frame.schema[name], pl.Duration):
            return frame[name].cast(pl.Duration("us")).cast(pl.Int64)
        texts = frame[name].cast(pl.String).fill_null("")
        said = {text: _seconds(name, text) for text in texts.unique()}
        if all(said.values()):
            return texts.replace_strict(said, return_dtype=pl.Int64) * 1_000_000
    ends = [name for name in frame.columns if name not in lists and _ENDS & set(vocabulary.words_of(name))]
    ends = [name for name in ends if frame.schema[name].is_temporal() or frame.schema[name] == pl.String]
    if not ends:
        return None
    spans = (_stamps(frame[ends[0]]) - _stamps(frame[start])).cast(pl.Int64)
    return spans // lengths.clip(1) if bool((spans % lengths.clip(1) == 0).all()) else None


def _seconds(name: str, text: str) -> int:
    """0 for a text that says no step in seconds."""
    plain = text.strip()
    if found := re.fullmatch(r"(\d*)([A-Za-z]+)", plain):
        plain = f"{found[1] or 1} {_PANDAS.get(found[2].upper(), found[2])}"
    every = every_of(name, plain)
    return int(every.removesuffix("s")) if every.endswith("s") else 0


def _step_columns(frame: pl.DataFrame, lists: list[str], start: str) -> list[str]:
    others = [name for name in frame.columns if name != start and name not in lists]
    return [name for name in others if set(vocabulary.words_of(name)) & _STEPS]


def _most_of_day(lengths: pl.Series) -> int:
    """How many periods the longest day has, from lists of days; 0 where they are none."""
    counted = set(lengths.unique())
    return next((most for most, usual in _PERIODS_OF_A_DAY.items() if counted <= {0, *usual}), 0)


def _as_days(frame: pl.DataFrame, name: str, most: int) -> pl.DataFrame:
    """A column for each period of the longest day, so that they are understood to count from midnight on."""
    periods = [pl.col(name).list.get(place, null_on_oob=True).alias(f"value {place + 1}") for place in range(most)]
    return frame.select(*(other for other in frame.columns if other != name), *periods)
