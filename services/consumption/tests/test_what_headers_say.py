"""Zones and units that a file states in its headers, or in cells that say what is measured."""

from datetime import UTC, datetime, timedelta

import pytest

from wattwise_contract.recipes import Recipe

from .conftest import Importer

LONDON = Recipe(timezone="Europe/London")
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


def half_hours(count: int = 96) -> list[datetime]:
    return [SUMMER + timedelta(minutes=30 * number) for number in range(count)]


@pytest.mark.parametrize("header", ["timestamp (UTC)", "Time UTC", "Start (GMT)"])
def test_stamps_under_a_header_that_says_utc_are_utc(import_files: Importer, header: str):
    lines = [f"{start:%Y-%m-%d %H:%M},{0.1 + number % 7 / 10}" for number, start in enumerate(half_hours())]
    imported = import_files(a_DOT_csv="\n".join([f"{header},kWh", *lines]), recipe=LONDON)
    assert imported.readings["starts_at"].min() == SUMMER
    assert any("are in UTC; the meters are in Europe/London" in text for text in imported.summary.interpretation)


def test_a_person_s_zone_goes_before_the_header_s(import_files: Importer):
    lines = [f"{start:%Y-%m-%d %H:%M},{0.1 + number % 7 / 10}" for number, start in enumerate(half_hours())]
    recipe = Recipe(timezone="Europe/London", stamps_in="Europe/London")
    imported = import_files(a_DOT_csv="\n".join(["time UTC,kWh", *lines]), recipe=recipe)
    assert imported.readings["starts_at"].min() == SUMMER - timedelta(hours=1)


def test_of_two_times_the_one_that_says_utc_is_taken_for_it(import_files: Importer):
    lines = [
        f"{start + timedelta(hours=1):%Y-%m-%d %H:%M},{start:%Y-%m-%d %H:%M},{0.1 + number % 7 / 10}"
        for number, start in enumerate(half_hours())
    ]
    imported = import_files(a_DOT_csv="\n".join(["local time,time UTC,kWh", *lines]), recipe=LONDON)
    assert imported.readings["starts_at"].min() == SUMMER


def test_kilowatts_named_where_the_direction_stands_are_kilowatts(import_files: Importer):
    lines = ["MPRN,Meter Serial Number,Read Value,Read Type,Read Date and End Time"]
    for number, start in enumerate(half_hours()):
        at = start + timedelta(hours=1, minutes=30)
        lines.append(f"X,1,{0.2 + number % 7 / 10:.1f},Active Import Interval (kW),{at:%d-%m-%Y %H:%M}")
        lines.append(f"X,1,{0.1 + number % 3 / 10:.1f},Active Export Interval (kW),{at:%d-%m-%Y %H:%M}")
    imported = import_files(esb_DOT_csv="\n".join(lines), recipe=Recipe(timezone="Europe/Dublin"))
    by_quantity = {
        quantity: sum(imported.values(quantity=quantity).values())
        for quantity in ("electricity_import", "electricity_export")
    }
    assert by_quantity["electricity_import"] == pytest.approx(sum(0.2 + n % 7 / 10 for n in range(96)) / 2)
    assert by_quantity["electricity_export"] == pytest.approx(sum(0.1 + n % 3 / 10 for n in range(96)) / 2)
    assert imported.readings["starts_at"].min() == SUMMER


def test_kilowatt_hours_in_the_same_place_stay_what_they_are(import_files: Importer):
    lines = ["MPRN,Read Value,Read Type,Read Date and End Time"]
    for number, start in enumerate(half_hours()):
        at = start + timedelta(hours=1, minutes=30)
        lines.append(f"X,{0.2 + number % 7 / 10:.1f},Active Import Interval (kWh),{at:%d-%m-%Y %H:%M}")
    imported = import_files(esb_DOT_csv="\n".join(lines), recipe=Recipe(timezone="Europe/Dublin"))
    assert imported.kwh == pytest.approx(sum(0.2 + n % 7 / 10 for n in range(96)))
