"""Meters of several rhythms, and resolutions that are asked for: no energy is made or lost."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wattwise_contract.quantities import Quality
from wattwise_contract.recipes import Recipe

START = datetime(2026, 5, 1, tzinfo=UTC)


def rows(count: int, *, minutes: int, kwh: float, start: datetime = START) -> str:
    stamps = (start + timedelta(minutes=minutes) * step for step in range(count))
    return "".join(f"H1,{stamp:%Y-%m-%d %H:%M},{kwh}\n" for stamp in stamps)


QUARTERS = rows(96, minutes=15, kwh=0.15)
MINUTES = rows(1_440, minutes=1, kwh=0.01, start=START + timedelta(days=1))


@pytest.mark.parametrize("text", [QUARTERS + MINUTES, MINUTES + QUARTERS])
def test_minutes_after_quarters_are_summed_to_quarters(import_files, text: str) -> None:
    imported = import_files(a_DOT_csv="home,time,kwh\n" + text)
    assert imported.rejected == []
    assert imported.readings.height == 192
    assert imported.meters[0].resolution == "PT15M"
    assert imported.readings["value"].to_list() == pytest.approx([0.15] * 192, rel=1e-9)
    assert set(imported.readings["quality"]) == {Quality.MEASURED}


def test_minutes_that_come_in_a_later_file_are_summed_too(import_files) -> None:
    header = "home,time,kwh\n"
    imported = import_files(a_DOT_csv=header + QUARTERS, b_DOT_csv=header + MINUTES)
    assert (imported.readings.height, imported.kwh) == (192, pytest.approx(28.8, rel=1e-9))


def test_minutes_as_large_as_quarters_look_like_power_and_may_be_said_to_be(import_files) -> None:
    text = "home,time,use\n" + QUARTERS + MINUTES.replace(",0.01", ",0.15")
    doubted = import_files(a_DOT_csv=text)
    assert any("look like power" in warning for warning in doubted.summary.warnings)
    told = import_files(a_DOT_csv=text, recipe=Recipe(measure="power"))
    assert told.summary.warnings == []
    assert told.kwh == pytest.approx(48 * 0.15, rel=1e-9)


def test_a_stray_minute_among_quarters_is_still_rejected(import_files) -> None:
    imported = import_files(a_DOT_csv="home,time,kwh\n" + QUARTERS + MINUTES + "H1,2026-05-03 12:37:27,1\n")
    (odd,) = imported.rejected
    assert "off the meter's grid" in odd.reason


def test_half_hours_are_summed_to_the_hours_asked_for(import_files) -> None:
    text = "home,time,kwh\n" + rows(48, minutes=30, kwh=0.5)
    imported = import_files(a_DOT_csv=text, recipe=Recipe(resolution="PT1H"))
    assert list(imported.values().values()) == [1.0] * 24
    assert imported.meters[0].resolution == "PT1H"


def test_hours_are_spread_evenly_over_quarters_and_say_so(import_files) -> None:
    text = "home,time,kwh\n" + rows(24, minutes=60, kwh=2)
    imported = import_files(a_DOT_csv=text, recipe=Recipe(resolution="PT15M"))
    assert list(imported.values().values()) == [0.5] * 96
    assert set(imported.readings["quality"]) == {Quality.INTERPOLATED}


def test_an_hour_with_half_of_it_missing_is_interpolated_and_not_made_up(import_files) -> None:
    text = "home,time,kwh\n" + rows(48, minutes=30, kwh=0.5).replace("H1,2026-05-01 10:30,0.5\n", "")
    imported = import_files(a_DOT_csv=text, recipe=Recipe(resolution="PT1H"))
    assert imported.values()["2026-05-01 10:00"] == 0.5
    assert imported.readings["quality"].to_list()[10] == Quality.INTERPOLATED
    assert imported.kwh == pytest.approx(23.5)


def test_temperatures_are_averaged(import_files) -> None:
    text = "time,temperature\n" + rows(4, minutes=30, kwh=0).replace("H1,", "").replace(",0\n", ",{}\n").format(
        1, 3, -2, 4
    )
    imported = import_files(a_DOT_csv=text, recipe=Recipe(resolution="PT1H"))
    assert imported.readings["value"].to_list() == [2, 1]


def test_an_estimate_makes_its_hour_an_estimate(import_files) -> None:
    marks = ["Actual", "Estimated", "Actual", "Actual"]
    lines = [f"{row},{mark}" for row, mark in zip(rows(4, minutes=30, kwh=1).splitlines(), marks, strict=True)]
    text = "home,time,kwh,read type\n" + "\n".join(lines)
    imported = import_files(a_DOT_csv=text, recipe=Recipe(resolution="PT1H"))
    assert imported.readings["quality"].to_list() == [Quality.ESTIMATED, Quality.MEASURED]


@pytest.mark.real_data
def test_an_apartment_that_went_over_to_minutes_loses_no_row(import_files, real_data: Path) -> None:
    imported = import_files(real_data / "umass_smartstar" / "Apt1_2015.csv.gz", zone="America/New_York")
    assert imported.rejected == []
    assert imported.readings.height == 35_040
    assert imported.kwh == pytest.approx(63_615.685, abs=0.001)
    assert any(sentence.startswith("56,700 values") for sentence in imported.summary.interpretation)
