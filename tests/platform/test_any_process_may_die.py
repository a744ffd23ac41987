"""kill -9 of each of the nine in turn while an import runs: everything comes back, and the totals are exact."""

import json
import os
import signal
from collections.abc import Callable

import pytest

from wattwise_cli.testing import Platform

pytestmark = [pytest.mark.platform, pytest.mark.real_data]
NINE = (
    "consumption",
    "backend",
    "redis",
    "database",
    "scheduler",
    "frontend",
    "aggregation",
    "clustering",
    "forecasting",
)
HOW = (
    "--organization",
    "home",
    "--timezone",
    "Europe/London",
    "--stamps-in",
    "UTC",
    "--stamp-marks",
    "start",
    "--wait",
)


def test_an_import_survives_the_death_of_every_service(new_platform: Callable[..., Platform], london_files: list[str]):
    platform = new_platform("up", "--detach")
    with platform.start("import", *london_files, *HOW, "--json") as running:
        for service in NINE:
            killed = kill(platform, service)

            def back(service: str = service, killed: int = killed) -> bool:
                now = platform.services()[service]
                return now["state"] == "running" and now["pid"] not in (None, killed)

            platform.eventually(back, within_s=60, what=f"{service} after kill -9")
        output, _ = running.communicate(timeout=300)
        assert running.returncode == 0, output + platform.logs()
    receipt = json.loads(output)["receipt"]
    assert (receipt["read"], receipt["stored"], receipt["meters"]) == (3_360_369, 3_360_369, 200)
    assert receipt["totals"]["kWh"] == pytest.approx(624_032.126, abs=0.0005)
    with platform.api() as api:
        home = next(found for found in api.organizations() if found.slug == "home")
        readings = api.readings(organization_id=home.id)
    assert (readings.height, readings["value"].sum()) == (3_360_369, pytest.approx(624_032.126, abs=0.0005))


def kill(platform: Platform, service: str) -> int:
    pid = platform.services()[service]["pid"]
    assert isinstance(pid, int), f"{service} has no pid to kill"
    os.kill(pid, signal.SIGKILL)
    return pid
