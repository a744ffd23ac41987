"""Whether stamps mark the start or the end of intervals is found out from the table, where nothing says it."""

from datetime import UTC, datetime, timedelta

import pytest

from wattwise_contract.recipes import Recipe

MIDNIGHT = datetime(2026, 5, 4, tzinfo=UTC)


def table(first: int, count: int, *, header: str = "home,time,kwh") -> str:
    stamps = [MIDNIGHT + timedelta(minutes=30) * (first + step) for step in range(count)]
    return "\n".join([header, *(f"H1,{stamp:%Y-%m-%d %H:%M},1" for stamp in stamps)])


@pytest.mark.parametrize("header", ["home,interval end,kwh", "home,Period ending,kwh", "home,Zeitstempel Ende,kwh"])
def test_a_header_that_says_end_is_believed(import_files, header: str) -> None:
    assert next(iter(import_files(a_DOT_csv=table(1, 4, header=header)).values())) == "2026-05-04 00:00"


def test_whole_days_from_half_past_midnight_to_midnight_are_ends(import_files) -> None:
    imported = import_files(a_DOT_csv=table(1, 96))
    assert list(imported.values())[0] == "2026-05-04 00:00"
    assert any("ends of intervals" in sentence for sentence in imported.summary.interpretation)


def test_whole_days_from_midnight_are_starts(import_files) -> None:
    assert list(import_files(a_DOT_csv=table(0, 96)).values())[0] == "2026-05-04 00:00"


def test_the_recipe_outweighs_what_the_table_looks_like(import_files) -> None:
    imported = import_files(a_DOT_csv=table(1, 96), recipe=Recipe(stamp_marks="start"))
    assert list(imported.values())[0] == "2026-05-04 00:30"


def test_a_file_that_says_24_00_marks_ends(import_files) -> None:
    text = table(20, 28).replace("2026-05-04 23:30,1", "2026-05-04 23:30,1\nH1,2026-05-04 24:00,1")
    assert list(import_files(a_DOT_csv=text).values())[-1] == "2026-05-04 23:30"


@pytest.mark.parametrize("last", ["24:00", "00:00"])
def test_a_day_s_columns_from_half_past_midnight_are_ends(import_files, last: str) -> None:
    clock = [f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(1, 48)] + [last]
    text = f"meter,date,{','.join(clock)}\nM1,2026-05-04,{','.join(str(half) for half in range(1, 49))}\n"
    values = import_files(a_DOT_csv=text).values()
    assert (values["2026-05-04 00:00"], values["2026-05-04 23:30"]) == (1, 48)


@pytest.mark.parametrize("name", ["HH{:02d}", "P{}", "{}"])
def test_a_day_s_columns_may_be_counted(import_files, name: str) -> None:
    names = [name.format(number) for number in range(1, 49)]
    text = f"meter,date,{','.join(names)}\nM1,2026-05-04,{','.join(str(half) for half in range(1, 49))}\n"
    values = import_files(a_DOT_csv=text).values()
    assert (values["2026-05-04 00:00"], values["2026-05-04 23:30"]) == (1, 48)


def test_a_day_of_fifty_half_hours_has_fifty_columns(import_files) -> None:
    names = [f"HH{number}" for number in range(1, 51)]
    days = [("2026-03-29", 46), ("2026-05-04", 48), ("2026-10-25", 50)]
    rows = [f"M1,{day},{','.join(['1'] * count + [''] * (50 - count))}" for day, count in days]
    text = f"meter,date,{','.join(names)}\n" + "\n".join(rows)
    imported = import_files(a_DOT_csv=text, zone="Europe/London")
    assert (imported.readings.height, imported.rejected) == (144, [])
    assert list(imported.values())[45] == "2026-03-29 22:30"
    assert list(imported.values())[-1] == "2026-10-25 23:30"
