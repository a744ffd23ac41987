"""Local calendar periods of any IANA zone, as UTC edges: days of 23, 24 or 25 hours, and all the odd ones.

A series of n periods has n + 1 edges, strictly increasing: period i is [edges[i], edges[i + 1]). Everything that groups
by a local period does it with `searchsorted` on these edges, so that the hard hours are settled here and nowhere else:

- An hour ends where the wall clock shows a full hour, or where the clock is changed. So the autumn hour is two hours,
  and in Lord_Howe, whose clock moves by 30 minutes, each change makes one hour of 30 minutes.
- A day starts at local midnight; where midnight is skipped, at the change itself; where midnight happens twice, at the
  one that leaves less of the neighbouring date on the wrong side. A date that a zone skipped (Apia, 2011-12-30) is none.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from .moments import HOUR, SECOND, Moments, to_datetime, to_moment

GRAINS = ("hour", "day", "week", "month", "year")
_SCAN = timedelta(hours=6)  # no zone ever kept an offset for less


class UnknownTimezone(ValueError):
    """The time zone is not in the IANA database."""

    def __init__(self, timezone: str) -> None:
        super().__init__(f"There is no time zone {timezone!r}; give an IANA name such as Europe/London.")


def zone(timezone: str) -> ZoneInfo:
    """Return the zone of an IANA name, or raise UnknownTimezone."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimezone(timezone) from error


def period_edges(grain: str, *, timezone: str, starts_at: datetime, ends_at: datetime) -> Moments:
    """Return the edges of the fewest whole local periods that cover [starts_at, ends_at); at least one period."""
    if grain not in GRAINS:
        raise ValueError(f"There is no grain {grain!r}; it is one of {', '.join(GRAINS)}.")
    ends_at = max(ends_at, starts_at + timedelta(microseconds=1))
    if grain == "hour":
        edges = _hour_edges(timezone, starts_at, ends_at)
    else:
        edges = _date_edges(grain, timezone, starts_at, ends_at)
    first = int(np.searchsorted(edges, to_moment(starts_at), side="right")) - 1
    last = int(np.searchsorted(edges, to_moment(ends_at), side="left"))
    return edges[first : last + 1]


def local_period(grain: str, *, timezone: str, at: datetime) -> tuple[datetime, datetime]:
    """Return the [start, end) of the local period that holds the moment."""
    edges = period_edges(grain, timezone=timezone, starts_at=at, ends_at=at)
    return to_datetime(int(edges[0])), to_datetime(int(edges[1]))


def local_day(day: date, *, timezone: str) -> tuple[datetime, datetime]:
    """Return the [start, end) of a local date; both are the same where the zone skipped it."""
    return to_datetime(_midnight(day, timezone)), to_datetime(_midnight(day + timedelta(days=1), timezone))


def utc_offsets(moments: Moments, *, timezone: str) -> Moments:
    """Return the zone's UTC offset at each moment, in microseconds (east is positive)."""
    if moments.size == 0:
        return moments.astype(np.int64)
    segments, offsets = _offset_segments(
        timezone, to_datetime(int(moments.min())), to_datetime(int(moments.max()) + SECOND)
    )
    known: Moments = offsets[np.searchsorted(segments, moments, side="right") - 1]
    return known


def _date_edges(grain: str, timezone: str, starts_at: datetime, ends_at: datetime) -> Moments:
    local = zone(timezone)
    first = starts_at.astimezone(local).date() - timedelta(days=2)
    last = ends_at.astimezone(local).date() + timedelta(days=2)
    return np.unique(np.array([_midnight(day, timezone) for day in _period_dates(grain, first, last)], dtype=np.int64))


def _period_dates(grain: str, first: date, last: date) -> Iterator[date]:
    """Yield the first dates of the periods, from the one that holds `first` to the first after `last`."""
    day = _period_start(grain, first)
    while day <= last:
        yield day
        day = _next_period(grain, day)
    yield day


def _period_start(grain: str, day: date) -> date:
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if grain == "year" else day


def _next_period(grain: str, day: date) -> date:
    if grain == "month":
        return (day + timedelta(days=31)).replace(day=1)
    if grain == "year":
        return day.replace(year=day.year + 1)
    return day + timedelta(days=7 if grain == "week" else 1)


@lru_cache(maxsize=65_536)
def _midnight(day: date, timezone: str) -> int:
    """Return the moment at which a local date starts."""
    local = zone(timezone)
    naive = datetime.combine(day, time())
    first = naive.replace(tzinfo=local, fold=0).astimezone(UTC)
    second = naive.replace(tzinfo=local, fold=1).astimezone(UTC)
    if first == second:
        return to_moment(first)
    change = _change_between(local, min(first, second) - timedelta(seconds=1), max(first, second))
    if first > second:  # midnight is skipped
        return to_moment(change)
    return to_moment(second if second - change > change - first else first)


def _change_between(local: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the second at which the zone's offset changes between two moments of different offsets."""
    old = before.astimezone(local).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(local).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _hour_edges(timezone: str, starts_at: datetime, ends_at: datetime) -> Moments:
    starts_at, ends_at = starts_at - timedelta(hours=4), ends_at + timedelta(hours=4)
    segments, offsets = _offset_segments(timezone, starts_at, ends_at)
    stops = np.append(segments[1:], to_moment(ends_at))
    pieces = []
    for start, stop, offset in zip(segments, stops, offsets, strict=True):
        first = -(-(start + offset) // HOUR) * HOUR - offset
        pieces += [np.array([start], dtype=np.int64), np.arange(first, stop, HOUR, dtype=np.int64)]
    # The very first edge is where the search began, not an edge of an hour.
    return np.unique(np.concatenate(pieces))[1:]


def _offset_segments(timezone: str, starts_at: datetime, ends_at: datetime) -> tuple[Moments, Moments]:
    """Return the moments at which stretches of one UTC offset start within [starts_at, ends_at), and the offsets."""
    starts, offsets = [to_moment(starts_at)], [_offset(timezone, starts_at)]
    for year in range(starts_at.astimezone(UTC).year, ends_at.astimezone(UTC).year + 1):
        for change, offset in _changes_of_year(timezone, year):
            if starts[0] < change < to_moment(ends_at):
                starts.append(change)
                offsets.append(offset)
    return np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64)


@lru_cache(maxsize=4_096)
def _changes_of_year(timezone: str, year: int) -> tuple[tuple[int, int], ...]:
    local = zone(timezone)
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    changes = []
    while at < end:
        after = at + _SCAN
        if at.astimezone(local).utcoffset() != after.astimezone(local).utcoffset():
            change = _change_between(local, at, after)
            changes.append((to_moment(change), _offset(timezone, change)))
        at = after
    return tuple(changes)


def _offset(timezone: str, at: datetime) -> int:
    offset = at.astimezone(zone(timezone)).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)
