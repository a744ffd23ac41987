"""Local stamps through both clock changes, in each of the ways that files write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wattwise_contract.recipes import Recipe, StampMarks

LONDON = Recipe(timezone="Europe/London")


def table(stamps: list[str], kwh: float = 0.5) -> str:
    return "home,time,kwh\n" + "".join(
        f"H1,{stamp},{kwh + number % 7 / 1000:.3f}\n" for number, stamp in enumerate(stamps)
    )


def local_stamps(first: datetime, half_hours: int, zone: str) -> list[str]:
    """Stamps as a clock on the wall shows them."""
    instants = (first + timedelta(minutes=30 * step) for step in range(half_hours))
    return [instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") for instant in instants]


def test_the_hour_that_spring_skips_is_rejected_with_its_reason(import_files) -> None:
    imported = import_files(
        readings_DOT_csv=table([f"2026-03-29 0{h}:{m}" for h in range(4) for m in ("00", "30")]), recipe=LONDON
    )
    assert [(row.line, row.value) for row in imported.rejected] == [(4, "2026-03-29 01:00"), (5, "2026-03-29 01:30")]
    assert "does not exist" in imported.rejected[0].reason
    assert list(imported.values())[:4] == [
        "2026-03-29 00:00",
        "2026-03-29 00:30",
        "2026-03-29 01:00",
        "2026-03-29 01:30",
    ]


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_repeated_hour_of_autumn_is_first_and_second_in_the_file_s_order(import_files, newest_first: bool) -> None:
    stamps = local_stamps(datetime(2026, 10, 24, 23, tzinfo=UTC), 50, "Europe/London")
    rows = table(stamps).splitlines()
    text = "\n".join([rows[0], *reversed(rows[1:])] if newest_first else rows)
    imported = import_files(readings_DOT_csv=text, recipe=LONDON)
    assert imported.rejected == []
    assert imported.duplicate == 0
    values = list(imported.values().items())
    assert values[0] == ("2026-10-24 23:00", 0.5)
    assert [value for _, value in values] == [round(0.5 + number % 7 / 1000, 3) for number in range(50)]
    assert values[-1][0] == "2026-10-25 23:30"


def test_interleaved_twins_of_the_repeated_hour_are_told_apart(import_files) -> None:
    stamps = [
        "2026-10-25 00:30",
        "2026-10-25 01:00",
        "2026-10-25 01:00",
        "2026-10-25 01:30",
        "2026-10-25 01:30",
        "2026-10-25 02:00",
    ]
    imported = import_files(readings_DOT_csv=table(stamps), recipe=LONDON)
    assert list(imported.values()) == [
        "2026-10-24 23:30", "2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00",
    ]  # fmt: skip


def test_a_repeated_hour_that_is_there_once_is_the_first_and_said(import_files) -> None:
    stamps = ["2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00"]
    imported = import_files(readings_DOT_csv=table(stamps), recipe=LONDON)
    assert list(imported.values()) == ["2026-10-24 23:30", "2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 02:00"]
    assert any("autumn" in warning and warning.startswith("2 readings") for warning in imported.summary.warnings)


def test_two_homes_in_one_file_each_have_their_own_repeated_hour(import_files) -> None:
    rows = [f"{home},2026-10-25 01:{minute},0.1" for home in ("A", "B") for minute in ("00", "30", "00", "30")]
    imported = import_files(readings_DOT_csv="\n".join(["home,time,kwh", *rows]), recipe=LONDON)
    assert imported.readings.height == 8
    assert set(imported.values("A")) == set(imported.values("B"))


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Adelaide", "Australia/Lord_Howe", "America/St_Johns"])
@pytest.mark.parametrize("marks", list(StampMarks))
def test_a_year_as_the_wall_clock_shows_it_loses_nothing(import_files, zone: str, marks: StampMarks) -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    shown = first + timedelta(minutes=30) if marks is StampMarks.END else first
    stamps = local_stamps(shown, 365 * 48, zone)
    imported = import_files(year_DOT_csv=table(stamps, kwh=0.0), recipe=Recipe(timezone=zone, stamp_marks=marks))
    assert imported.readings.height == len(stamps)
    starts = imported.readings["starts_at"]
    assert starts.item(0) == first
    assert (starts.diff().drop_nulls() == timedelta(minutes=30)).all()


def test_ends_written_as_start_plus_length_are_understood(import_files) -> None:
    """The interval from 00:30 to the spring change is stamped 01:00, a time that no clock shows."""
    stamps = ["2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 02:30", "2026-03-29 03:00"]
    imported = import_files(readings_DOT_csv=table(stamps), recipe=Recipe(timezone="Europe/London", stamp_marks="end"))
    assert list(imported.values()) == ["2026-03-29 00:00", "2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 01:30"]


def test_stamps_in_utc_need_no_guess(import_files) -> None:
    stamps = [f"2026-10-25 0{h}:{m}" for h in range(4) for m in ("00", "30")]
    recipe = Recipe(timezone="Europe/London", stamps_in="UTC")
    imported = import_files(readings_DOT_csv=table(stamps), recipe=recipe)
    assert list(imported.values()) == stamps
    assert imported.meters[0].timezone == "Europe/London"
    assert imported.summary.warnings == []


def test_an_offset_in_the_stamp_outweighs_the_zone(import_files) -> None:
    stamps = [
        "2026-10-25T01:00:00+01:00",
        "2026-10-25T01:30:00+01:00",
        "2026-10-25T01:00:00+00:00",
        "2026-10-25T01:30:00Z",
    ]
    imported = import_files(readings_DOT_csv=table(stamps), recipe=LONDON)
    assert list(imported.values()) == ["2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30"]


def test_settlement_periods_count_through_days_of_46_and_50_half_hours(import_files) -> None:
    days = [("2026-03-28", 48), ("2026-03-29", 46), ("2026-10-24", 48), ("2026-10-25", 50)]
    rows = [f"{day},{period},1" for day, periods in days for period in range(1, periods + 1)]
    imported = import_files(demand_DOT_csv="\n".join(["settlement_date,settlement_period,mwh", *rows]), recipe=LONDON)
    assert imported.readings.height == 48 + 46 + 48 + 50
    assert imported.kwh == 192_000
    assert list(imported.values())[-1] == "2026-10-25 23:30"


def test_daily_values_start_at_local_midnight(import_files) -> None:
    imported = import_files(
        days_DOT_csv="date,kwh\n" + "".join(f"2026-03-{day},8\n" for day in range(27, 32)), recipe=LONDON
    )
    assert list(imported.values()) == [
        "2026-03-27 00:00", "2026-03-28 00:00", "2026-03-29 00:00", "2026-03-29 23:00", "2026-03-30 23:00",
    ]  # fmt: skip
    assert imported.meters[0].resolution == "P1D"
