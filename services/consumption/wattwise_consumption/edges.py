"""The lines of a meter's grid: where its intervals start and end, by the clock or by the local calendar."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from wattwise_timeseries.calendars import utc_offsets
from wattwise_timeseries.moments import Moments

from . import grid

_STANDARD = (15 * grid.MINUTE, 30 * grid.MINUTE, grid.HOUR, grid.DAY, grid.MONTH)
_REGULAR = 0.8  # of the readings
_SHORTEST = grid.MINUTE


@dataclass(frozen=True)
class Lines:
    """A grid's distance (see grid.MONTH), and its place: microseconds from the lines that midnight or 1970 lies on."""

    step: int
    phase: int = 0

    @property
    def is_calendar(self) -> bool:
        return self.step % grid.DAY == 0


def lines_through(at: Moments, *, zone: str, wanted: int = 0) -> Lines:
    """The grid that readings at these (sorted) moments keep to, or that they are best brought to: that of `wanted`
    microseconds, where it is given."""
    step = wanted or _own_step(at, zone)
    if step % grid.DAY == 0:
        place = _usual_place(at + utc_offsets(at, timezone=zone), grid.DAY)
        # A gas day starts at 06:00; but who reads a meter at 08:13 does not start a day.
        return Lines(step, place if step != grid.MONTH and place % grid.HOUR == 0 else 0)
    return Lines(step, _place(at, step, zone))


def _own_step(at: Moments, zone: str) -> int:
    if at.size < 2:
        return _STANDARD[1]
    distances = np.diff(at)
    if int(np.median(distances)) > 20 * grid.HOUR:
        distances = np.diff(at + utc_offsets(at, timezone=zone))
    steps, counts = np.unique(distances, return_counts=True)
    usual, share = int(steps[counts.argmax()]), counts.max() / distances.size
    middle = int(np.median(distances))
    if share >= _REGULAR and usual >= _SHORTEST and grid.DAY % usual == 0:
        return usual
    return max((step for step in _STANDARD if step * 0.93 <= middle), default=_STANDARD[0])


def _place(at: Moments, step: int, zone: str) -> int:
    """Where most readings lie between the lines; where they lie anywhere, the lines are those of the local clock."""
    if _is_usual(at, step):
        return _usual_place(at, step)
    return lines_of_the_clock(at, zone=zone, step=step).phase


def lines_of_the_clock(at: Moments, *, zone: str, step: int) -> Lines:
    """The lines that lie at whole steps from local midnight."""
    return Lines(step, int(-utc_offsets(at[:1], timezone=zone)[0] % step))


def _usual_place(at: Moments, step: int) -> int:
    places, counts = np.unique(at % step, return_counts=True)
    return int(places[counts.argmax()]) if counts.max() >= _REGULAR * at.size else 0


def _is_usual(at: Moments, step: int) -> bool:
    return bool(np.unique(at % step, return_counts=True)[1].max() >= _REGULAR * at.size)


def edges_of(lines: Lines, first: int, last: int, *, zone: str) -> Moments:
    """The lines from the last one at or before `first` to the first one at or after `last`."""
    if not lines.is_calendar:
        start = (first - lines.phase) // lines.step * lines.step + lines.phase
        count = -((start - last) // lines.step)
        return start + np.arange(max(count, 1) + 1, dtype=np.int64) * lines.step
    months = lines.step == grid.MONTH
    every, before, after = ("1mo", "-1mo", "2mo") if months else (f"{lines.step // grid.DAY}d", "-2w", "6w")
    ends = pl.Series([first, last]).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone).dt.replace_time_zone(None)
    begin = ends.dt.truncate("1mo" if months else "1w").dt.offset_by(before).item(0)  # weeks start on Mondays
    days = pl.datetime_range(begin, ends.dt.offset_by(after).item(1), every, time_unit="us", eager=True)
    shifted = (days + timedelta(microseconds=lines.phase)).dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    marks: Moments = shifted.drop_nulls().dt.epoch("us").to_numpy()
    begins = int(np.searchsorted(marks, first, side="right")) - 1
    ends_before = int(np.searchsorted(marks, last, side="left"))
    return marks[begins : max(ends_before, begins + 1) + 1]
