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


AUTUMN = ["2026-10-25 02:00", "2026-10-25 02:30", "2026-10-25 02:00", "2026-10-25 02:30", "2026-10-25 03:00"]
IN_UTC = ["2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00"]
MARKED = {
    "zone words": ("home,time,kwh", "H1,{stamp} {word},{value}", ["CEST", "CEST", "CET", "CET", "CET"]),
    "German zone words": ("home,time,kwh", "H1,{stamp} ({word}),{value}", ["MESZ", "MESZ", "MEZ", "MEZ", "MEZ"]),
    "S and W": ("home,time,kwh", "H1,{stamp} {word},{value}", ["S", "S", "W", "W", "W"]),
    "A and B": ("home,time,kwh", "H1,{stamp}{word},{value}", ["A", "A", "B", "B", ""]),
    "a flag": ("home,time,dst,kwh", "H1,{stamp},{word},{value}", ["1", "1", "0", "0", "0"]),
    "a German flag": ("home,time,Sommerzeit,kwh", "H1,{stamp},{word},{value}", ["ja", "ja", "nein", "nein", "nein"]),
    "a column of zones": ("home,time,tz,kwh", "H1,{stamp},{word},{value}", ["CEST", "CEST", "CET", "CET", "CET"]),
}


@pytest.mark.parametrize("way", MARKED)
@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [2, 3, 0, 1, 4], [0, 2, 1, 3, 4]])
def test_marked_hours_of_autumn_are_told_apart_in_whatever_order(import_files, way: str, order: list[int]) -> None:
    header, template, words = MARKED[way]
    before = ["2026-10-24 12:00", "2026-10-24 12:30", "2026-10-24 13:00", "2026-10-24 13:30", "2026-10-24 14:00"]
    summer = {"a flag": "1", "a German flag": "ja"}.get(way, "" if way == "A and B" else words[0])
    rows = [
        template.format(stamp=stamp, word=summer, value=9).replace("  ", " ") for stamp in before * (way != "A and B")
    ]
    if way == "A and B":
        rows = [
            template.format(stamp=f"2026-10-24 {hour:02d}:{half}", word="", value=9)
            for hour in range(24)
            for half in ("00", "30")
        ]
    rows += [template.format(stamp=AUTUMN[at], word=words[at], value=at) for at in order]
    imported = import_files(a_DOT_csv="\n".join([header, *rows]), zone="Europe/Berlin")
    assert imported.rejected == []
    assert {stamp: value for stamp, value in imported.values().items() if value != 9} == dict(
        zip(IN_UTC, range(5), strict=True)
    )
    assert not any("autumn" in warning for warning in imported.summary.warnings)


def test_one_marked_hour_alone_is_no_guess(import_files) -> None:
    rows = ["H1,2026-10-25 02:00,0,7", "H1,2026-10-25 03:00,0,8", "H1,2026-10-24 12:00,1,9"]
    imported = import_files(a_DOT_csv="home,time,dst,kwh\n" + "\n".join(rows), zone="Europe/Berlin")
    assert imported.values()["2026-10-25 01:00"] == 7
    assert imported.summary.warnings == []


@pytest.mark.parametrize("filler", ["0", "0.000", "", "NULL"])
def test_zeros_and_blanks_that_fill_spring_s_missing_hour_are_left_out_and_said(import_files, filler: str) -> None:
    text = table([f"2026-03-29 0{h}:{m}" for h in range(4) for m in ("00", "30")])
    lines = [f"H1,{line.split(',')[1]},{filler}" if " 01:" in line else line for line in text.splitlines()]
    imported = import_files(readings_DOT_csv="\n".join(lines), recipe=LONDON)
    assert (imported.read, imported.rejected) == (6, [])
    assert any(warning.startswith("2 rows are blank or zero") for warning in imported.summary.warnings)


def test_a_spring_hour_that_is_written_as_if_the_clocks_had_not_changed_is_moved(import_files) -> None:
    stamps = ["2026-03-29 00:00", "2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 01:30", "2026-03-29 03:00"]
    imported = import_files(readings_DOT_csv=table(stamps), recipe=LONDON)
    assert imported.rejected == []
    assert list(imported.values())[2:4] == ["2026-03-29 01:00", "2026-03-29 01:30"]
    assert any("spring" in warning and warning.startswith("2 readings") for warning in imported.summary.warnings)


def test_a_day_s_columns_hold_zeros_on_the_day_that_is_shorter(import_files) -> None:
    clock = [f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(48)]
    cells = ["0" if name.startswith("01:") else "1" for name in clock]
    text = f"meter,date,{','.join(clock)}\nM1,2026-03-29,{','.join(cells)}\n"
    imported = import_files(days_DOT_csv=text, recipe=LONDON)
    assert (imported.readings.height, imported.kwh, imported.rejected) == (46, 46, [])


def test_hours_called_3a_and_3b_are_the_two_of_autumn(import_files) -> None:
    autumn = ["1", "2", "3A", "3B", *map(str, range(4, 25))]
    spring = [str(hour) for hour in range(1, 25) if hour != 3]
    days = {"2026-03-29": spring, "2026-03-30": [str(hour) for hour in range(1, 25)], "2026-10-25": autumn}
    rows = [f"M1,{day},{hour},{at}" for day, hours in days.items() for at, hour in enumerate(hours)]
    imported = import_files(a_DOT_csv="meter,date,hour,kwh\n" + "\n".join(rows), zone="Europe/Berlin")
    assert (imported.readings.height, imported.duplicate, imported.rejected) == (72, 0, [])
    values = imported.values()
    assert [values[f"2026-10-25 0{hour}:00"] for hour in (0, 1, 2)] == [2, 3, 4]
    assert [values[f"2026-03-29 0{hour}:00"] for hour in (0, 1, 2)] == [1, 2, 3]
    assert imported.summary.warnings == []


@pytest.mark.parametrize("filler", ["0", ""])
def test_an_hour_three_that_spring_does_not_have_is_left_out_where_it_holds_nothing(import_files, filler: str) -> None:
    days = [("2026-03-28", 1), ("2026-03-29", 1)]
    rows = [
        f"M1,{day},{hour},{filler if (day, hour) == ('2026-03-29', 3) else value}"
        for day, value in days
        for hour in range(1, 25)
    ]
    imported = import_files(a_DOT_csv="meter,date,hour,kwh\n" + "\n".join(rows), zone="Europe/Berlin")
    assert (imported.readings.height, imported.kwh, imported.rejected) == (47, 47, [])
