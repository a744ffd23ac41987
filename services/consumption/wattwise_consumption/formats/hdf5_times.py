"""Times as HDF5 has them: counts since 1970 or a moment that is named, MATLAB's days, moments of NumPy, texts."""

import re

import numpy as np
import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.problems import BadFile

from .hdf5_frames import series, text_attribute
from .hdf5_values import Values

_SINCE = re.compile(
    r"^(?P<unit>days?|d|hours?|hrs?|h|minutes?|mins?|seconds?|secs?|s|milliseconds?|millis|msecs?|ms|microseconds?|us|µs"
    r"|nanoseconds?|ns) since (?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ]+(?P<clock>\d{1,2}:\d{1,2}(?::\d{1,2})?)"
    r"(?:\.\d*)?)? *(?P<zone>Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?$",
    re.IGNORECASE,
)
_MICROSECONDS = {
    "d": 86_400e6,
    "h": 3_600e6,
    "mi": 60e6,
    "s": 1e6,
    "ms": 1e3,
    "mil": 1e3,
    "us": 1.0,
    "µs": 1.0,
    "mic": 1.0,
    "ns": 1e-3,
    "n": 1e-3,
}
_UNIT_US = {"s": 1e6, "sec": 1e6, "second": 1e6, "seconds": 1e6, "ms": 1e3, "us": 1.0, "µs": 1.0, "ns": 1e-3}
_EPOCHS = ((1e8, 1e10, 1e6), (1e11, 1e13, 1e3), (1e14, 1e16, 1.0), (1e17, 1e19, 1e-3))  # from, to, microseconds
_CALENDARS = ("", "standard", "gregorian", "proleptic_gregorian")
_CELLS_LOOKED_AT = 200
_MATLAB_1970 = 719_529  # days from MATLAB's first to 1970-01-01
_MATLAB_DAYS = (700_000, 780_000)  # years 1916 to 2135


def is_time(name: str, units: str = "") -> bool:
    """Whether a dataset holds times, by its name or its units."""
    words = vocabulary.words_of(name)
    return (
        bool(_SINCE.match(units.strip()))
        or name == "index"
        or any({word, word.removesuffix("s")} & vocabulary.TIME for word in words)
        or bool({"datenum", "posixtime"} & set(words))
    )


def holds_times(values: Values) -> bool:
    """Whether a dataset holds times, by its name or units and by its first cells: “data” is a date only in Italian."""
    if not is_time(values.name, values.units) or len(values.shape) != 1:
        return False
    return not values.is_number or times_from(values, 0, min(values.size, _CELLS_LOOKED_AT)).dtype.is_temporal()


def times_from(values: Values, first: int, last: int) -> pl.Series:
    """Those rows of a dataset: moments where it holds times, else as they are. Raises `BadFile`."""
    cells = values.read(first, last)
    if cells.dtype.kind == "M":
        return pl.Series(values.name, cells.astype("datetime64[us]"))
    column = series(values.name, cells)
    if not is_time(values.name, values.units):
        return column
    if (calendar := text_attribute(values.node, "calendar").lower()) not in _CALENDARS:
        raise BadFile(f"“{values.name}” counts by the calendar “{calendar}”.", "Write its times by the usual one.")
    return moments(column, units=values.units, is_matlab=values.is_matlab)


def moments(column: pl.Series, *, units: str = "", zoned: bool = True, is_matlab: bool = False) -> pl.Series:
    """Counts since 1970 (or since the moment that `units` names) as moments; other columns as they are."""
    if not column.dtype.is_numeric() or not column.len():
        return column
    start, scale = _since(units)
    middle = float(column.cast(pl.Float64).fill_nan(None).median() or 0)  # type: ignore[arg-type]  # of numbers
    if not scale and _MATLAB_DAYS[0] < middle < _MATLAB_DAYS[1] and (is_matlab or column.dtype.is_float()):
        return _of_matlab(column)
    scale = scale or next((scale for least, most, scale in _EPOCHS if least <= middle < most), 0.0)
    if not scale:
        return column
    if column.dtype.is_integer():
        exact = column.cast(pl.Int64) // round(1 / scale) if scale < 1 else column.cast(pl.Int64) * int(scale)
    else:
        exact = (column.cast(pl.Float64) * scale).round().fill_nan(None)
    at = (exact.cast(pl.Int64, strict=False) + start).cast(pl.Datetime("us")).alias(column.name)
    return at.dt.replace_time_zone("UTC") if zoned else at


def _since(units: str) -> tuple[int, float]:
    """(where the count starts, what it counts), in microseconds; 0 where the units do not say it."""
    found = _SINCE.match(units.strip())
    if found is None:
        return 0, _UNIT_US.get(units.strip().lower(), 0.0)
    unit = found["unit"].lower()
    scale = next(_MICROSECONDS[unit[:length]] for length in (3, 2, 1) if unit[:length] in _MICROSECONDS)
    day = f"{found['year']}-{int(found['month']):02d}-{int(found['day']):02d}"
    clock = [int(part) for part in (found["clock"] or "0").split(":")]
    seconds = sum(part * step for part, step in zip(clock, (3_600, 60, 1), strict=False))
    midnight = int(np.datetime64(day, "us").astype(np.int64))
    return midnight + (seconds - _ahead(found["zone"] or "")) * 1_000_000, scale


def _ahead(zone: str) -> int:
    """Seconds that a zone such as +01:00 is ahead of UTC."""
    if zone[:1] not in ("+", "-"):
        return 0
    hours, _, minutes = zone[1:].partition(":")
    if not minutes and len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    return (1 if zone[0] == "+" else -1) * (int(hours) * 3_600 + int(minutes or 0) * 60)


def _of_matlab(days: pl.Series) -> pl.Series:
    """Local times, to the millisecond: a day's fraction has no more digits."""
    since = ((days.cast(pl.Float64) - _MATLAB_1970) * 86_400_000).round().fill_nan(None)
    return (since.cast(pl.Int64, strict=False) * 1_000).cast(pl.Datetime("us")).alias(days.name)
