"""What has to be computed again: whole local months over the dirty ranges, cut into shards of bounded size."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from wattwise_contract.rollups import DirtyRange
from wattwise_timeseries.calendars import period_edges
from wattwise_timeseries.moments import Moments, to_datetime, to_moment
from wattwise_timeseries.resolutions import Resolution

# About 25 MB of readings and 70 MB of rollups at the finest; a job's memory does not grow with the history.
READINGS_PER_SHARD = 1_000_000


@dataclass(frozen=True, order=True)
class Window:
    """A stretch of time [starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime

    @property
    def moments(self) -> tuple[int, int]:
        return to_moment(self.starts_at), to_moment(self.ends_at)


@dataclass(frozen=True)
class Shard:
    """Meters that share a window: one pull of readings, one publication."""

    window: Window
    meter_ids: tuple[int, ...]


def dirty_windows(ranges: Iterable[DirtyRange], *, timezone: str) -> list[Window]:
    """Return the whole local months that cover the ranges of one meter, neighbouring ones joined, oldest first."""
    joined: list[Window] = []
    for window in sorted(_months_of(dirty, timezone) for dirty in ranges):
        if joined and window.starts_at <= joined[-1].ends_at:
            before = joined.pop()
            window = Window(before.starts_at, max(before.ends_at, window.ends_at))
        joined.append(window)
    return joined


def cut(window: Window, *, timezone: str, resolution: Resolution, most: int = READINGS_PER_SHARD) -> Iterator[Window]:
    """Cut a window of whole local months into ones of about `most` readings, each of at least one month."""
    edges = _month_edges(window, timezone).tolist()
    start = edges[0]
    for end, following in zip(edges[1:], [*edges[2:], None], strict=True):
        if following is None or (following - start) / resolution.typical > most:
            yield Window(to_datetime(start), to_datetime(end))
            start = end


def pack(
    windows: dict[int, list[Window]], *, resolutions: dict[int, Resolution], most: int = READINGS_PER_SHARD
) -> Iterator[Shard]:
    """Put meters of the same window together, in shards of about `most` readings, oldest first."""
    meters_by_window: dict[Window, list[int]] = defaultdict(list)
    for meter_id, its_windows in windows.items():
        for window in its_windows:
            meters_by_window[window].append(meter_id)
    for window, meter_ids in sorted(meters_by_window.items()):
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


def _months_of(dirty: DirtyRange, timezone: str) -> Window:
    edges = _month_edges(Window(dirty.starts_at, dirty.ends_at), timezone)
    return Window(to_datetime(int(edges[0])), to_datetime(int(edges[-1])))


def _month_edges(window: Window, timezone: str) -> Moments:
    return period_edges("month", timezone=timezone, starts_at=window.starts_at, ends_at=window.ends_at)
