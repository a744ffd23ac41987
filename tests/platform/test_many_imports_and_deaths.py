"""kill -9 of worker, backend and Redis at random instants of many imports: each ends with an exact receipt, nothing is
lost, doubled or left behind."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import numpy as np
import polars as pl
import pytest

from wattwise_cli.testing import Platform
from wattwise_client import Wattwise
from wattwise_contract.recipes import Recipe

pytestmark = pytest.mark.platform
IMPORTS, METERS, READINGS = 50, 4, 3_000
VICTIMS = ("consumption", "backend", "redis")
SEED = 20261125


def test_fifty_imports_survive_random_deaths(new_platform: Callable[..., Platform], tmp_path: Path):
    files = [write_file(tmp_path, number) for number in range(IMPORTS)]
    platform = new_platform("up", "--detach")
    with platform.api() as api:
        home = next(found for found in api.organizations() if found.slug == "home")
        recipe = Recipe(stamps_in="UTC", stamp_marks="start")
        started = [api.create_import([file], organization_id=home.id, recipe=recipe)["id"] for file in files]
        with random_deaths(platform) as deaths:
            for import_id in started:
                platform.eventually(
                    lambda import_id=import_id: finished(api, import_id), within_s=300, what=f"import {import_id}"
                )
        assert len(deaths) >= 10, "too few deaths to show anything"
        for import_id, file in zip(started, files, strict=True):
            receipt = api.import_status(import_id)["receipt"]
            said = {
                name: receipt[name] for name in ("read", "stored", "unchanged", "corrected", "duplicate", "rejected")
            }
            assert said == {
                "read": METERS * READINGS, "stored": METERS * READINGS, "unchanged": 0, "corrected": 0, "duplicate": 0,
                "rejected": 0,
            }, (import_id, deaths)  # fmt: skip
            assert receipt["totals"]["kWh"] == pytest.approx(pl.read_csv(file)["kwh"].sum(), abs=1e-6)
        readings = api.readings(organization_id=home.id)
    assert readings.height == IMPORTS * METERS * READINGS
    assert readings["value"].sum() == pytest.approx(sum(pl.read_csv(file)["kwh"].sum() for file in files), abs=1e-6)


def write_file(folder: Path, number: int) -> Path:
    """Readings of meters that no other file has."""
    draw = np.random.default_rng(SEED + number)
    stamps = pl.datetime_range(datetime(2026, 1, 1), datetime(2027, 1, 1), "30m", eager=True).head(READINGS)  # noqa: DTZ001
    tables = [
        pl.DataFrame(
            {
                "meter": [f"home-{number}-{meter}"] * READINGS,
                "time": stamps.dt.strftime("%Y-%m-%d %H:%M"),
                "kwh": draw.integers(0, 5_000, READINGS) / 1000,
            }
        )
        for meter in range(METERS)
    ]
    path = folder / f"homes-{number}.csv"
    pl.concat(tables).write_csv(path)
    return path


def finished(api: Wattwise, import_id: int) -> bool:
    job = api.import_status(import_id)["job"]
    assert job["state"] not in ("dead", "cancelled"), job
    return bool(job["state"] == "succeeded")


@contextmanager
def random_deaths(platform: Platform) -> Iterator[list[str]]:
    """Kill one of the three at a random instant, again and again, while the block runs."""
    draw, over, deaths = np.random.default_rng(SEED), Event(), list[str]()

    def kill() -> None:
        while not over.wait(draw.uniform(1, 5)):
            victim = VICTIMS[draw.integers(len(VICTIMS))]
            pid = platform.services()[victim]["pid"]
            if pid:
                os.kill(pid, signal.SIGKILL)
                deaths.append(f"{victim} at {datetime.now(UTC):%H:%M:%S.%f}")

    killer = Thread(target=kill, daemon=True)
    killer.start()
    try:
        yield deaths
    finally:
        over.set()
        killer.join(timeout=30)
        time.sleep(1)
