"""Which ways of reading a file are offered, and that an import with a way's recipe gives exactly that way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from wattwise_contract.previews import Interpretation, Preview
from wattwise_contract.recipes import DateOrder, DecimalSign, DuplicateRule, ImportKind, Measure, Recipe, StampMarks

from .conftest import Importer

Previewer = Callable[..., Preview]
LONDON = "Europe/London"


def labelled(preview: Preview, words: str) -> Interpretation:
    return next(way for way in preview.interpretations if words in way.label)


def labels(preview: Preview) -> list[str]:
    return [way.label for way in preview.interpretations]


def half_hours(
    first: str, count: int, *, written: str = "%Y-%m-%d %H:%M", value: str = "0.25", head: str = "kwh"
) -> str:
    start = datetime.fromisoformat(first)
    rows = [f"{start + timedelta(minutes=30 * place):{written}},{value}\n" for place in range(count)]
    return f"time,{head}\n" + "".join(rows)


# Days in a clock's change: 24 hours written by winter time or UTC, or as the local clock shows them.
SPRING_24 = half_hours("2026-03-28 00:00", 144)
AUTUMN_24 = half_hours("2026-10-24 00:00", 144)
SPRING_LOCAL = "".join(line for line in SPRING_24.splitlines(keepends=True) if "03-29 01:" not in line)
AUTUMN_LOCAL = "".join(line * (1 + ("10-25 01:30" in line)) for line in AUTUMN_24.splitlines(keepends=True))
AUTUMN_LOCAL = AUTUMN_LOCAL.replace("2026-10-25 01:30,0.25\n2026-10-25 01:30", "2026-10-25 01:30,0.25\n2026-10-25 01:00,0.25\n2026-10-25 01:30")  # fmt: skip
DAYS_OF_APRIL = "date,kWh\n" + "".join(f"0{day}/04/2026,{day}\n" for day in (3, 5))
TWO_COLUMNS = "home,time,alpha,beta\n" + "".join(f"H1,2026-05-04 {hour:02d}:00,{hour}.5,{hour * 7}.25\n" for hour in range(24))  # fmt: skip

OPEN_FILES = {
    "dates that read both ways": ("UTC", DAYS_OF_APRIL),
    "24 hours in spring": (LONDON, SPRING_24),
    "24 hours in autumn": (LONDON, AUTUMN_24),
    "a local clock in spring": (LONDON, SPRING_LOCAL),
    "a local clock in autumn": (LONDON, AUTUMN_LOCAL),
    "ends of intervals": (LONDON, half_hours("2026-05-04 00:30", 96)),
    "watt hours without a unit": ("UTC", half_hours("2026-05-04 00:00", 96, value="250", head="consumption")),
    "watts": ("UTC", half_hours("2026-05-04 00:00", 96, value="500", head="power W")),
    "power without a unit": ("UTC", half_hours("2026-05-04 00:00", 96, value="0.5", head="power")),
    "two columns of values": ("UTC", TWO_COLUMNS),
    "a decimal comma": ("UTC", half_hours("2026-05-04 00:00", 48, value="0,25").replace("00,0", "00;0").replace("30,0", "30;0").replace("time,", "time;")),
    "thousands": ("UTC", half_hours("2026-05-04 00:00", 48, value='"1,234"', head="Wh")),
    "export as negative numbers": ("UTC", half_hours("2026-05-04 00:00", 47) + "2026-05-04 23:30,-0.5\n"),
    "a register": ("UTC", "time,index kWh\n" + "".join(f"2026-05-04 {hour:02d}:00,{1000 + hour / 2}\n" for hour in range(24))),
    "a row for each day": ("UTC", "date," + ",".join(f"{n // 2:02d}:{n % 2 * 30:02d}" for n in range(48)) + "\n" + "".join(f"2026-05-0{day}{',0.5' * 48}\n" for day in (4, 5, 6))),
    "a column for each meter": ("UTC", "time,north,south,east\n" + "".join(f"2026-05-04 {hour:02d}:00,1,2,3\n" for hour in range(24))),
    "doubled rows": ("UTC", half_hours("2026-05-04 00:00", 48) + "2026-05-04 23:30,4.0\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN_FILES)
def test_an_import_with_the_recipe_of_a_way_gives_exactly_that_way(
    preview_files: Previewer, import_files: Importer, name: str
) -> None:
    zone, text = OPEN_FILES[name]
    preview = preview_files(a_DOT_csv=text, zone=zone)
    assert preview.interpretations
    for way in preview.interpretations:
        imported = import_files(a_DOT_csv=text, zone=zone, recipe=way.recipe)
        assert imported.readings.height == way.readings_count
        assert (imported.read, imported.duplicate) == (way.read, way.duplicate)
        assert [row.line for row in imported.rejected] == [row.line for row in way.rejected_rows]
        assert imported.kwh == pytest.approx(sum(way.totals.values()), abs=1e-6)
        assert imported.readings["starts_at"].min() == way.first_reading_at
        assert imported.readings["starts_at"].max() == way.last_reading_at


@pytest.mark.parametrize("name", [name for name in OPEN_FILES if name != "two columns of values"])
def test_the_first_way_is_what_an_import_without_a_recipe_does(
    preview_files: Previewer, import_files: Importer, name: str
) -> None:
    zone, text = OPEN_FILES[name]
    imported, first = (
        import_files(a_DOT_csv=text, zone=zone),
        preview_files(a_DOT_csv=text, zone=zone).interpretations[0],
    )
    assert imported.readings.height == first.readings_count
    assert imported.kwh == pytest.approx(sum(first.totals.values()), abs=1e-6)
    assert imported.readings["starts_at"].min() == first.first_reading_at


def test_dates_that_read_both_ways_are_offered_both_ways(preview_files: Previewer) -> None:
    preview = preview_files(a_DOT_csv=DAYS_OF_APRIL)
    assert preview.interpretations[0].label.startswith("Day first: 03/04 is 3 April")
    other = preview.interpretations[1]
    assert other.label == "Month first: 03/04 is 4 March"
    assert [str(day.day) for day in other.days] == ["2026-03-04", "2026-05-04"]
    assert other.recipe.date_order is DateOrder.MONTH_FIRST


def test_dates_that_read_one_way_only_are_not_offered_otherwise(preview_files: Previewer) -> None:
    preview = preview_files(a_DOT_csv="date,kWh\n03/04/2026,3\n25/04/2026,5\n")
    assert not [label for label in labels(preview) if label.startswith("Month first")]


def test_a_spring_day_of_24_hours_speaks_for_utc(preview_files: Previewer) -> None:
    preview = preview_files(a_DOT_csv=SPRING_24, zone=LONDON)
    assert preview.interpretations[0].rejected == 2  # 01:00 and 01:30 were not on a London clock
    utc = preview.interpretations[1]
    assert (utc.label, utc.rejected, utc.readings_count) == ("Stamps are in UTC", 0, 144)
    assert utc.because == "29 March 2026, when local clocks change, has 24 hours here."


def test_an_autumn_day_of_24_hours_speaks_for_utc(preview_files: Previewer) -> None:
    utc = labelled(preview_files(a_DOT_csv=AUTUMN_24, zone=LONDON), "UTC")
    assert utc.because == "25 October 2026, when local clocks change, has 24 hours here."
    assert str(utc.last_reading_at) == "2026-10-26 23:30:00+00:00"


@pytest.mark.parametrize("text", [SPRING_LOCAL, AUTUMN_LOCAL])
def test_days_of_23_and_25_hours_leave_no_doubt_of_a_local_clock(preview_files: Previewer, text: str) -> None:
    assert "Stamps are in UTC" not in labels(preview_files(a_DOT_csv=text, zone=LONDON))


def test_in_berlin_winter_time_all_year_is_offered_beside_utc(preview_files: Previewer) -> None:
    text = SPRING_24.replace("2026-03-29 01:", "2026-03-29 01:")
    preview = preview_files(a_DOT_csv=text, zone="Europe/Berlin")
    winter = labelled(preview, "winter time")
    assert winter.label == "Stamps keep winter time all year (UTC+1)"
    assert str(winter.first_reading_at) == "2026-03-27 23:00:00+00:00"


def test_summer_days_leave_the_clock_open(preview_files: Previewer) -> None:
    utc = labelled(preview_files(a_DOT_csv=half_hours("2026-06-01 00:00", 96), zone=LONDON), "UTC")
    assert "No day of a clock change" in utc.because


def test_either_end_of_intervals_may_be_marked(preview_files: Previewer) -> None:
    first, *others = preview_files(a_DOT_csv=half_hours("2026-05-04 00:30", 96)).interpretations
    assert first.recipe.stamp_marks is StampMarks.END
    start = next(way for way in others if way.label == "Stamps mark the start of intervals")
    assert (first.first_reading_at.minute, start.first_reading_at.minute) == (0, 30)  # type: ignore[union-attr]


def test_a_stated_recipe_leaves_nothing_open(preview_files: Previewer) -> None:
    stated = Recipe(
        time_column="time", value_column="consumption", unit="Wh", stamps_in="UTC", stamp_marks=StampMarks.START,
        measure=Measure.INTERVAL,
    )  # fmt: skip
    text = half_hours("2026-05-04 00:00", 96, value="250", head="consumption")
    assert len(preview_files(a_DOT_csv=text, recipe=stated, zone=LONDON).interpretations) == 1


def test_twelve_thousand_a_day_without_a_unit_are_rather_watt_hours(preview_files: Previewer) -> None:
    zone, text = OPEN_FILES["watt hours without a unit"]
    preview = preview_files(a_DOT_csv=text, zone=zone)
    assert preview.interpretations[0].totals == {"kWh": 24_000.0}
    assert preview.interpretations[1].label == "Values are Wh"
    assert preview.interpretations[1].totals == {"kWh": 24.0}
    assert labelled(preview, "Values are W").recipe.unit in ("Wh", "W")


def test_a_unit_in_the_header_is_not_doubted(preview_files: Previewer) -> None:
    zone, text = OPEN_FILES["watts"]
    preview = preview_files(a_DOT_csv=text, zone=zone)
    assert preview.interpretations[0].totals == {"kWh": 24.0}
    assert preview.interpretations[0].recipe.measure is Measure.POWER
    assert not [label for label in labels(preview) if label.startswith("Values are")]


def test_a_register_may_also_be_taken_as_it_stands(preview_files: Previewer) -> None:
    zone, text = OPEN_FILES["a register"]
    preview = preview_files(a_DOT_csv=text, zone=zone)
    assert preview.interpretations[0].recipe.measure is Measure.REGISTER
    assert preview.interpretations[0].totals == {"kWh": 11.5}
    assert labelled(preview, "what each interval used").totals == {"kWh": 24_138.0}


def test_values_that_only_rise_may_be_a_registers(preview_files: Previewer) -> None:
    text = "time,kWh\n" + "".join(f"2026-05-04 0{hour}:00,{10 + 5 * hour}\n" for hour in range(8))
    register = labelled(preview_files(a_DOT_csv=text), "register")
    assert register.totals == {"kWh": 35.0}
    assert register.because.startswith("7 of 7 changes of the values are upwards")


def test_where_two_columns_could_hold_the_values_each_is_offered(preview_files: Previewer) -> None:
    preview = preview_files(a_DOT_csv=TWO_COLUMNS)
    assert labels(preview)[:2] == ["The values are in “alpha”", "The values are in “beta”"]
    assert [way.totals["kWh"] for way in preview.interpretations[:2]] == [288.0, 1938.0]


def test_a_comma_before_three_digits_may_be_either(preview_files: Previewer) -> None:
    zone, text = OPEN_FILES["thousands"]
    preview = preview_files(a_DOT_csv=text, zone=zone)
    assert preview.interpretations[0].totals == {"kWh": pytest.approx(48 * 1.234)}
    assert labelled(preview, "1,234 is 1.234").recipe.decimal_sign is DecimalSign.COMMA


def test_numbers_below_zero_may_be_export(preview_files: Previewer) -> None:
    zone, text = OPEN_FILES["export as negative numbers"]
    preview = preview_files(a_DOT_csv=text, zone=zone)
    assert preview.interpretations[0].rejected == 1
    export = preview.interpretations[1]
    assert (export.label, export.rejected, export.meters_count) == ("Below zero is export", 0, 2)


def test_of_doubled_rows_the_first_or_the_sum_may_count(preview_files: Previewer) -> None:
    zone, text = OPEN_FILES["doubled rows"]
    preview = preview_files(a_DOT_csv=text, zone=zone)
    assert preview.interpretations[0].totals == {"kWh": 15.75}
    assert labelled(preview, "The first").totals == {"kWh": 12.0}
    assert labelled(preview, "The sum").recipe.duplicates is DuplicateRule.SUM
    assert labelled(preview, "The sum").totals == {"kWh": 16.0}


def test_readings_that_look_like_a_list_of_homes_are_offered_as_one(preview_files: Previewer) -> None:
    text = "home,date,kWh\n" + "".join(f"H{home},2026-05-04,{home}\n" for home in range(1, 6))
    preview = preview_files(a_DOT_csv=text)
    kinds = {way.kind for way in preview.interpretations}
    assert kinds == {ImportKind.READINGS, ImportKind.CONSUMERS}


def test_there_are_never_more_than_six_ways_and_all_differ(preview_files: Previewer) -> None:
    text = half_hours("2026-03-01 00:00", 1440, written="%d/%m/%Y %H:%M", value="250", head="consumption")
    ways = preview_files(a_DOT_csv=text, zone="Europe/Berlin").interpretations
    assert 2 <= len(ways) <= 6
    shown = [
        way.model_dump_json(include={"totals", "first_reading_at", "last_reading_at", "rejected", "days"})
        for way in ways
    ]
    assert len(set(shown)) == len(ways)
    assert all(at.tzinfo is UTC for way in ways if (at := way.first_reading_at))
