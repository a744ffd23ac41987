"""What has to be computed again: the local days over the dirty ranges, cut into shards of bounded size, and the longer
periods around them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from wattwise_contract.rollups import DirtyRange, Grain
from wattwise_timeseries.calendars import period_edges
from wattwise_timeseries.moments import to_datetime, to_moment
from wattwise_timeseries.resolutions import Resolution

# About 25 MB of readings and 70 MB of rollups at the finest; a job's memory does not grow with the history.
READINGS_PER_SHARD = 1_000_000
LONG_GRAINS = (Grain.WEEK, Grain.MONTH, Grain.YEAR)


@dataclass(frozen=True, order=True)
class Window:
    """A stretch of time [starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime

    @property
    def moments(self) -> tuple[int, int]:
        return to_moment(self.starts_at), to_moment(self.ends_at)

    def whole(self, grain: Grain, *, timezone: str) -> "Window":
        """Return the fewest whole local periods that cover the window."""
        edges = period_edges(grain, timezone=timezone, starts_at=self.starts_at, ends_at=self.ends_at)
        return Window(to_datetime(int(edges[0])), to_datetime(int(edges[-1])))

    def around(self, *, timezone: str) -> "Window":
        """Return the window of all weeks, months and years that meet this one."""
        wholes = [self.whole(grain, timezone=timezone) for grain in LONG_GRAINS]
        return Window(min(each.starts_at for each in wholes), max(each.ends_at for each in wholes))


@dataclass(frozen=True)
class Shard:
    """Meters that share a window: one pull of readings, one publication."""

    window: Window
    meter_ids: tuple[int, ...]


def dirty_windows(ranges: Iterable[DirtyRange], *, timezone: str) -> list[Window]:
    """Return the whole local days that cover the ranges of one meter, neighbouring ones joined, oldest first."""
    joined: list[Window] = []
    days = (Window(dirty.starts_at, dirty.ends_at).whole(Grain.DAY, timezone=timezone) for dirty in ranges)
    for window in sorted(days):
        if joined and window.starts_at <= joined[-1].ends_at:
            before = joined.pop()
            window = Window(before.starts_at, max(before.ends_at, window.ends_at))
        joined.append(window)
    return joined


def cut(window: Window, *, timezone: str, resolution: Resolution, most: int = READINGS_PER_SHARD) -> Iterator[Window]:
    """Cut a window at the ends of local months into ones of about `most` readings."""
    start, end = window.moments
    months = period_edges("month", timezone=timezone, starts_at=window.starts_at, ends_at=window.ends_at)[1:-1]
    ends = [*(edge for edge in months.tolist() if start < edge < end), end]
    for last, following in zip(ends, [*ends[1:], None], strict=True):
        if following is None or (following - start) / resolution.typical > most:
            yield Window(to_datetime(start), to_datetime(last))
            start = last


def pack(
    windows: dict[int, list[Window]], *, resolutions: dict[int, Resolution], most: int = READINGS_PER_SHARD
) -> Iterator[Shard]:
    """Put meters of the same window together, in shards of about `most` readings, oldest first; meters that are read
    less than once a day by themselves, since they are read over whole years."""
    meters_by_window: dict[tuple[Window, bool], list[int]] = defaultdict(list)
    for meter_id, its_windows in windows.items():
        for window in its_windows:
            meters_by_window[window, resolutions[meter_id].fits_into(Grain.DAY)].append(meter_id)
    for (window, _), meter_ids in sorted(meters_by_window.items()):
        yield from _shards_of(window, sorted(meter_ids), resolutions, most)


def _shards_of(window: Window, meter_ids: list[int], resolutions: dict[int, Resolution], most: int) -> Iterator[Shard]:
    start, end = window.moments
    shard: list[int] = []
    readings = 0.0
    for meter_id in meter_ids:
        more = (end - start) / resolutions[meter_id].typical
        if shard and readings + more > most:
            yield Shard(window, tuple(shard))
            shard, readings = [], 0.0
        shard.append(meter_id)
        readings += more
    yield Shard(window, tuple(shard))
