"""The story of a roll-up: dirty ranges, whole months, one pull of readings per shard, every grain, one publication."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

import polars as pl

from wattwise_client import Wattwise
from wattwise_contract.jobs import Claim, Success
from wattwise_contract.meters import Meter
from wattwise_contract.rollups import DirtyRange, RollupPublication, RollupWindow
from wattwise_timeseries.resolutions import Resolution

from .rollups import GRAINS, SCHEMA, MeterKind, Readings, roll_up
from .windows import Shard, Window, cut, dirty_windows, pack


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
        readings = run.api.readings(meter_ids=shard.meter_ids, start=shard.window.starts_at, end=shard.window.ends_at)
        rollups, publication = plan.carry_out(shard, readings)
        rows += run.api.work.publish_rollups(run.claim, rollups, publication)
        readings_count += readings.height
    if plan.failures and len(plan.failures) == len(plan.dirty_meter_ids):
        raise NoMeterRolledUp(plan.failures)
    return _success(plan, readings_count, rows)


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

    def carry_out(self, shard: Shard, readings: pl.DataFrame) -> tuple[pl.DataFrame, RollupPublication]:
        """Return the rollups of a shard, and what they replace and settle."""
        by_meter = {int(str(key[0])): rows for key, rows in readings.partition_by("meter_id", as_dict=True).items()}
        frames, windows, settled = [SCHEMA.to_frame()], [], []
        for meter_id in shard.meter_ids:
            rollups = self._rolled_up(meter_id, by_meter.get(meter_id, readings.clear()), shard.window)
            if rollups is None:
                continue
            frames.append(rollups)
            windows += _replaced(meter_id, shard.window)
            settled += self._settled(meter_id)
        return pl.concat(frames), RollupPublication(windows=windows, settled_dirty_range_ids=settled)

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
                months = dirty_windows(ranges[meter_id], timezone=kind.timezone)
                windows[meter_id] = [
                    part
                    for window in months
                    for part in cut(window, timezone=kind.timezone, resolution=kind.resolution)
                ]
            except ValueError as error:
                self.failures[meter_id] = str(error)
        return windows

    def _rolled_up(self, meter_id: int, readings: pl.DataFrame, window: Window) -> pl.DataFrame | None:
        try:
            return roll_up(Readings.of(readings), meter=self._kinds[meter_id], window=window)
        except ValueError as error:
            self.failures[meter_id] = str(error)
            return None

    def _settled(self, meter_id: int) -> list[int]:
        """Return the meter's dirty ranges with the last of its shards, and none before or after a failure."""
        self._shards_left[meter_id] -= 1
        done = self._shards_left[meter_id] == 0 and meter_id not in self.failures
        return self._dirty_ids[meter_id] if done else []


def _replaced(meter_id: int, window: Window) -> list[RollupWindow]:
    return [
        RollupWindow(meter_id=meter_id, grain=grain, starts_at=window.starts_at, ends_at=window.ends_at)
        for grain in GRAINS
    ]


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
