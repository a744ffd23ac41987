"""200 real homes for a year, from files to forecasts: the figures of design and issue, through the whole platform."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from wattwise_cli.testing import Platform
from wattwise_contract.rollups import Grain

pytestmark = [pytest.mark.platform, pytest.mark.real_data]
READINGS = 3_360_369
KWH = 624_032.126
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


@pytest.fixture(scope="module")
def receipt(platform: Platform, london_files: list[str]) -> dict[str, object]:
    return json.loads(platform.run("import", *london_files, *HOW, "--json"))["receipt"]


@pytest.fixture(scope="module")
def readings(platform: Platform, receipt: dict[str, object]) -> pl.DataFrame:
    with platform.api() as api:
        home = next(found for found in api.organizations() if found.slug == "home")
        return api.readings(organization_id=home.id)


def test_every_reading_of_the_200_homes_is_stored(receipt: dict[str, object], readings: pl.DataFrame):
    assert receipt["consumers"] == receipt["meters"] == 200
    assert receipt["read"] == receipt["stored"] == READINGS
    assert receipt["totals"]["kWh"] == pytest.approx(KWH, abs=0.0005)
    assert readings.height == READINGS
    assert readings["value"].sum() == pytest.approx(KWH, abs=0.0005)


@pytest.mark.parametrize(
    ("start", "end", "count", "kwh"),
    [
        (datetime(2013, 3, 31, 0, tzinfo=UTC), datetime(2013, 3, 31, 23, tzinfo=UTC), 9_016, 2_142.645),
        (datetime(2013, 10, 26, 23, tzinfo=UTC), datetime(2013, 10, 28, 0, tzinfo=UTC), 9_197, 1_718.429),
    ],
    ids=["23-hour day", "25-hour day"],
)
def test_local_days_of_the_clock_changes(
    platform: Platform, readings: pl.DataFrame, start: datetime, end: datetime, count: int, kwh: float
):
    day = readings.filter(pl.col("starts_at").is_between(start, end, closed="left"))
    assert (day.height, day["value"].sum()) == (count, pytest.approx(kwh, abs=0.0005))

    def rolled_up() -> bool:
        with platform.api() as api:
            home = next(found for found in api.organizations() if found.slug == "home")
            rollups = api.rollups(grain=Grain.DAY, organization_id=home.id, start=start, end=end)
        return rollups["count"].sum() == count and rollups["total"].sum() == pytest.approx(kwh, abs=0.0005)

    assert platform.eventually(rolled_up, within_s=180, what=f"day rollup with {kwh} kWh")


def test_one_home_for_a_year(platform: Platform, readings: pl.DataFrame):
    with platform.api() as api:
        meter = next(meter for meter in api.meters() if meter.key == "MAC000002")
    assert readings.filter(meter_id=meter.id)["value"].sum() == pytest.approx(4_214.648, abs=0.0005)


def test_the_same_import_again_changes_nothing(platform: Platform, receipt: dict[str, object], london_files: list[str]):
    again = json.loads(platform.run("import", *london_files, *HOW, "--json"))["receipt"]
    assert (again["read"], again["stored"], again["corrected"], again["unchanged"]) == (READINGS, 0, 0, READINGS)
    assert "nothing changed" in platform.run("import", *london_files[:2], *HOW).lower()


def test_details_of_homes_without_a_meter_are_counted_as_skipped(
    platform: Platform, receipt: dict[str, object], london: Path
):
    file = str(london / "household_information.csv")
    details = json.loads(platform.run("import", file, "--organization", "home", "--wait", "--json"))["receipt"]
    assert details["kind"] == "consumers"
    assert (details["read"], details["stored"], details["skipped"]) == (5_444, 200, 5_244)


def test_clusters_and_forecasts_follow_by_themselves(platform: Platform, receipt: dict[str, object]):
    with platform.api() as api:
        home = next(found for found in api.organizations() if found.slug == "home")

        def run() -> dict[str, object] | None:
            runs = platform.get("/api/clustering-runs/", organization=home.id)["results"]
            return platform.get(f"/api/clustering-runs/{runs[0]['id']}/") if runs else None

        clustering = platform.eventually(run, within_s=300, what="clustering run")
        assert sum(cluster["size"] for cluster in clustering["clusters"]) == 200
        assert any("few" in note or "Only" in note for note in clustering["notes"])

        def all_are_forecast() -> bool:
            return api.forecasts(organization_id=home.id)["meter_id"].n_unique() == 200

        platform.eventually(all_are_forecast, within_s=300, what="forecast of 200 meters")
        forecast = api.forecasts(organization_id=home.id)
        assert (forecast.group_by("meter_id").len()["len"] == 48).all()
        assert (forecast["q10"] <= forecast["q50"]).all()
        assert (forecast["q50"] <= forecast["q90"]).all()
        starts = forecast.group_by("meter_id").agg(pl.col("starts_at").min())["starts_at"]
        assert (starts >= datetime(2013, 12, 30, tzinfo=UTC)).sum() == 182
        assert starts.min() == datetime(2013, 2, 6, tzinfo=UTC)  # of the home whose data ends first
