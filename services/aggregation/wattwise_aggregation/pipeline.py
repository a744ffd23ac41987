"""The story of a roll-up: dirty ranges, whole days, one pull of readings per shard, every grain, one publication."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

import polars as pl

from wattwise_client import Wattwise
from wattwise_contract.jobs import Claim, Success
from wattwise_contract.meters import Meter
from wattwise_contract.rollups import DirtyRange, Grain, RollupPublication, RollupWindow
from wattwise_timeseries.resolutions import Resolution

from .merging import merged
from .rollups import GRAIN_NUMBERS, SCHEMA, SHORT_GRAINS, MeterKind, Readings, roll_up
from .windows import LONG_GRAINS, Shard, Window, cut, dirty_windows, pack


class Run(Protocol):
    """What the pipeline needs of a job that runs (a runtime JobRun)."""

    @property
    def api(self) -> Wattwise: ...
    @property
    def claim(self) -> Claim: ...
    def progress(self, fraction: float, message: str = "") -> None: ...
    def check(self) -> None: ...


class NoMeterRolledUp(ValueError):
    """Every meter of the job has something wrong with it."""

    def __init__(self, failures: dict[int, str]) -> None:
        super().__init__(f"None of {len(failures)} meters could be rolled up. {_sentence(failures)}")


def roll_up_meters(run: Run, *, meter_ids: Sequence[int]) -> Success:
    """Bring the rollups of the meters up to date with their readings, and settle the dirty ranges that this covers.

    A meter that cannot be rolled up is named in the result and keeps its dirty ranges; the others go on. Raises
    NoMeterRolledUp where none could. Memory is bounded by the shard, not by the history.
    """
    dirty = run.api.work.dirty_ranges(meter_ids)
    plan = Plan(run.api.meters(ids=sorted({found.meter_id for found in dirty})), dirty)
    rows = readings_count = 0
    for number, shard in enumerate(plan.shards):
        run.check()
        run.progress(number / len(plan.shards), f"Rolling up {_counted(len(shard.meter_ids), 'meter')}")
        readings = _pulled(run.api.readings, shard, plan.reach_of(shard))
        days = _pulled(partial(run.api.rollups, grain=Grain.DAY), shard, plan.around(shard))
        rollups, publication = plan.carry_out(shard, readings, days)
        rows += run.api.work.publish_rollups(run.claim, rollups, publication)
        readings_count += readings.height
    if plan.failures and len(plan.failures) == len(plan.dirty_meter_ids):
        raise NoMeterRolledUp(plan.failures)
    return _success(plan, readings_count, rows)


def _pulled(pull: Callable[..., pl.DataFrame], shard: Shard, window: Window) -> pl.DataFrame:
    return pull(meter_ids=shard.meter_ids, start=window.starts_at, end=window.ends_at)


class Plan:
    """Which shards there are, what failed so far, and which dirty ranges are settled with which shard."""

    def __init__(self, meters: Iterable[Meter], dirty: list[DirtyRange]) -> None:
        self.failures: dict[int, str] = {}
        self.dirty_meter_ids = {found.meter_id for found in dirty}
        self._dirty_ids: dict[int, list[int]] = defaultdict(list)
        for found in dirty:
            self._dirty_ids[found.meter_id].append(found.id)
        self._kinds = self._understood(meters)
        windows = self._windows(dirty)
        self.shards = list(pack(windows, resolutions={i: kind.resolution for i, kind in self._kinds.items()}))
        self._shards_left = {meter_id: len(its_windows) for meter_id, its_windows in windows.items()}

    def reach_of(self, shard: Shard) -> Window:
        """Return the time whose readings a shard needs: its days, or all around them where days hold no reading."""
        return shard.window if self._kinds[shard.meter_ids[0]].has_days else self.around(shard)

    def around(self, shard: Shard) -> Window:
        """Return the weeks, months and years that a shard's days belong to."""
        zones = {self._kinds[meter_id].timezone for meter_id in shard.meter_ids}
        wholes = [shard.window.around(timezone=timezone) for timezone in zones]
        return Window(min(each.starts_at for each in wholes), max(each.ends_at for each in wholes))

    def carry_out(
        self, shard: Shard, readings: pl.DataFrame, days: pl.DataFrame
    ) -> tuple[pl.DataFrame, RollupPublication]:
        """Return the rollups of a shard, and what they replace and settle. `days` are those stored around it."""
        by_meter = {int(str(key[0])): rows for key, rows in readings.partition_by("meter_id", as_dict=True).items()}
        frames, windows, settled, merging = [SCHEMA.to_frame()], [], [], []
        for meter_id in shard.meter_ids:
            kind = self._kinds[meter_id]
            rollups = self._rolled_up(kind, by_meter.get(meter_id, readings.clear()), shard.window)
            if rollups is None:
                continue
            frames.append(rollups)
            windows += _replaced(kind, shard.window)
            settled += self._settled(meter_id)
            if kind.has_days:
                merging.append(kind)
        short = pl.concat(frames)
        long = merged(_up_to_date(days, short, shard.window), meters=merging, window=shard.window)
        return pl.concat([short, long]), RollupPublication(windows=windows, settled_dirty_range_ids=settled)

    def _understood(self, meters: Iterable[Meter]) -> dict[int, MeterKind]:
        kinds: dict[int, MeterKind] = {}
        for meter in meters:
            try:
                resolution = Resolution.parse(meter.resolution)
            except ValueError as error:
                self.failures[meter.id] = str(error)
                continue
            kinds[meter.id] = MeterKind(meter.id, meter.timezone, resolution, adds_up=meter.quantity.adds_up)
        return kinds

    def _windows(self, dirty: list[DirtyRange]) -> dict[int, list[Window]]:
        ranges: dict[int, list[DirtyRange]] = defaultdict(list)
        for found in dirty:
            ranges[found.meter_id].append(found)
        windows: dict[int, list[Window]] = {}
        for meter_id, kind in self._kinds.items():
            try:
                days = dirty_windows(ranges[meter_id], timezone=kind.timezone)
                windows[meter_id] = [
                    part for window in days for part in cut(window, timezone=kind.timezone, resolution=kind.resolution)
                ]
            except ValueError as error:
                self.failures[meter_id] = str(error)
        return windows

    def _rolled_up(self, kind: MeterKind, readings: pl.DataFrame, window: Window) -> pl.DataFrame | None:
        """Return what is computed from the readings themselves, None where that fails."""
        own = Readings.of(readings)
        try:
            return pl.concat(
                roll_up(own, meter=kind, window=_window_of(kind, window, grain), grains=[grain])
                for grain in (SHORT_GRAINS if kind.has_days else LONG_GRAINS)
            )
        except ValueError as error:
            self.failures[kind.meter_id] = str(error)
            return None

    def _settled(self, meter_id: int) -> list[int]:
        """Return the meter's dirty ranges with the last of its shards, and none before or after a failure."""
        self._shards_left[meter_id] -= 1
        done = self._shards_left[meter_id] == 0 and meter_id not in self.failures
        return self._dirty_ids[meter_id] if done else []


def _window_of(kind: MeterKind, window: Window, grain: Grain) -> Window:
    return window if grain in SHORT_GRAINS else window.whole(grain, timezone=kind.timezone)


def _replaced(kind: MeterKind, window: Window) -> list[RollupWindow]:
    windows = ((grain, _window_of(kind, window, grain)) for grain in Grain)
    return [
        RollupWindow(meter_id=kind.meter_id, grain=grain, starts_at=each.starts_at, ends_at=each.ends_at)
        for grain, each in windows
    ]


def _up_to_date(stored: pl.DataFrame, short: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Return the days of contract ROLLUPS: those stored outside the window, and the new ones within."""
    at = pl.col("starts_at")
    outside = stored.filter((at < window.starts_at) | (at >= window.ends_at))
    new = short.filter(grain=GRAIN_NUMBERS[Grain.DAY]).select(outside.columns)
    return pl.concat([outside, new])


def _success(plan: Plan, readings: int, rows: int) -> Success:
    done = len(plan.dirty_meter_ids) - len(plan.failures)
    message = f"{_counted(readings, 'reading')} of {_counted(done, 'meter')} became {_counted(rows, 'rollup')}."
    if plan.failures:
        message += f" {_counted(len(plan.failures), 'meter')} could not be rolled up. {_sentence(plan.failures)}"
    failed = {str(meter_id): sentence for meter_id, sentence in plan.failures.items()}
    return Success(message=message, result={"meters": done, "readings": readings, "rows": rows, "failed": failed})


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _sentence(failures: dict[int, str]) -> str:
    return " ".join(f"Meter {meter_id}: {sentence}" for meter_id, sentence in sorted(failures.items())[:3])
