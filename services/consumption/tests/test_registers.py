"""Registers: the running count of a meter becomes what each interval used, and what happened to it is told."""

from datetime import UTC, datetime, timedelta

import pytest

from wattwise_contract.imports import SeriesEventKind
from wattwise_contract.quantities import Quality
from wattwise_contract.recipes import Measure, Recipe

START = datetime(2026, 5, 1, tzinfo=UTC)
REGISTER = Recipe(measure=Measure.REGISTER)
BY_HALVES = [20_000 + half * 0.3 for half in range(200)]


def table(
    counts: list[float], *, header: str = "home,time,kwh", minutes: int = 30, start: datetime = START, home: str = "H1"
) -> str:
    stamps = [start + timedelta(minutes=minutes) * step for step in range(len(counts))]
    rows = [f"{home},{stamp:%Y-%m-%d %H:%M:%S},{count:.3f}" for stamp, count in zip(stamps, counts, strict=True)]
    return "\n".join([header, *rows]) + "\n"


def kinds(imported) -> dict[str, int]:
    return imported.summary.events_count


def test_values_that_climb_far_above_their_steps_are_a_register(import_files) -> None:
    imported = import_files(a_DOT_csv=table(BY_HALVES))
    assert imported.readings.height == 199
    assert set(imported.readings["value"].round(9)) == {0.3}
    assert set(imported.readings["quality"]) == {Quality.MEASURED}
    assert any("running count of a register" in sentence for sentence in imported.summary.interpretation)
    assert imported.meters[0].resolution == "PT30M"


@pytest.mark.parametrize("header", ["register kWh", "cumulative kWh", "Zählerstand (kWh)", "meter reading kWh"])
def test_a_header_that_speaks_of_a_register_is_enough_for_a_few_readings(import_files, header: str) -> None:
    imported = import_files(a_DOT_csv=table([100, 101, 103, 106], header=f"home,time,{header}"))
    assert list(imported.values().values()) == [1, 2, 3]


def test_a_register_goes_on_from_file_to_file_in_whatever_order_they_come(import_files) -> None:
    whole = import_files(a_DOT_csv=table(BY_HALVES)).values()
    first, second = table(BY_HALVES[:90]), table(BY_HALVES[90:], start=START + timedelta(minutes=30) * 90)
    assert import_files(b_DOT_csv=first, c_DOT_csv=second).values() == pytest.approx(whole)
    assert import_files(d_DOT_csv=second, e_DOT_csv=first).values() == pytest.approx(whole)


def test_a_reset_keeps_what_was_counted_since(import_files) -> None:
    imported = import_files(a_DOT_csv=table([500, 501, 502, 0.4, 1.4, 2.4]), recipe=REGISTER)
    assert list(imported.values().values()) == pytest.approx([1, 1, 0.4, 1, 1])
    assert kinds(imported) == {SeriesEventKind.RESET: 1}
    (event,) = imported.summary.events
    assert event.starts_at == START + timedelta(hours=1)
    assert "502 → 0.4" in event.text


def test_a_register_that_passes_its_last_digit_loses_nothing(import_files) -> None:
    imported = import_files(a_DOT_csv=table([99_997, 99_998, 99_999, 0.5, 1.5]), recipe=REGISTER)
    assert list(imported.values().values()) == pytest.approx([1, 1, 1.5, 1])
    assert kinds(imported) == {SeriesEventKind.ROLLOVER: 1}


@pytest.mark.parametrize("other", [3_000.0, 90_000.0])
def test_another_meter_is_no_giant_and_no_negative_reading(import_files, other: float) -> None:
    counts = [20_000 + step for step in range(20)] + [other + step for step in range(20)]
    imported = import_files(a_DOT_csv=table(counts), recipe=REGISTER)
    assert imported.readings.height == 38
    assert set(imported.readings["value"]) == {1.0}
    assert kinds(imported)[SeriesEventKind.METER_SWAP] == 1


@pytest.mark.parametrize("wrong", [3.0, 99_999.0, 19_000.0])
def test_a_count_that_leaves_its_course_and_comes_back_is_rejected_with_its_line(import_files, wrong: float) -> None:
    counts = [20_000.0 + step for step in range(30)]
    counts[10] = wrong
    imported = import_files(a_DOT_csv=table(counts), recipe=REGISTER)
    (row,) = imported.rejected
    assert (row.file, row.line) == ("a.csv", 12)
    assert "comes back" in row.reason
    assert imported.kwh == pytest.approx(29)
    assert imported.readings["value"].to_list()[9:11] == [1, 1]
    assert imported.readings["quality"].to_list()[9:11] == [Quality.INTERPOLATED] * 2
    assert kinds(imported)[SeriesEventKind.GLITCH] == 1


def test_a_register_that_stands_still_used_nothing(import_files) -> None:
    imported = import_files(a_DOT_csv=table([700.0] * 10), recipe=REGISTER)
    assert list(imported.values().values()) == [0.0] * 9


def test_a_person_s_readings_are_brought_to_months_and_keep_their_sum(import_files) -> None:
    rows = [f"H1,2026-{month:02d}-03 08:13,{1_000 + 100 * month}" for month in range(1, 8)]
    imported = import_files(
        a_DOT_csv="home,time,meter reading\n" + "\n".join(rows), recipe=REGISTER, zone="Europe/London"
    )
    assert imported.meters[0].resolution == "P1M"
    assert imported.kwh == pytest.approx(600, rel=1e-9)
    assert set(imported.readings["quality"]) == {Quality.INTERPOLATED}
    assert list(imported.values())[3] == "2026-03-31 23:00"


def test_telegrams_every_ten_seconds_make_quarter_hours(import_files) -> None:
    stamps = [START + timedelta(seconds=10 * step + 3) for step in range(1_000)]
    rows = [f"H1,{stamp:%Y-%m-%d %H:%M:%S},{500 + step * 0.001:.3f}" for step, stamp in enumerate(stamps)]
    imported = import_files(a_DOT_csv="home,time,register kwh\n" + "\n".join(rows))
    assert imported.meters[0].resolution == "PT15M"
    assert imported.kwh == pytest.approx(0.999, rel=1e-9)
    assert imported.values()["2026-05-01 00:15"] == pytest.approx(0.09)


def test_the_registers_of_two_tariffs_are_one_meter(import_files) -> None:
    rows = [f"H1,2026-05-01 {hour:02d}:00,{1_000 + hour},{500 + hour * 0.5}" for hour in range(12)]
    imported = import_files(a_DOT_csv="home,time,register T1 kWh,register T2 kWh\n" + "\n".join(rows))
    assert list(imported.values().values()) == [1.5] * 11


def test_a_gas_register_turns_over_in_cubic_metres(import_files) -> None:
    recipe = Recipe(measure=Measure.REGISTER, calorific_values=[{"mj_per_m3": 39.6, "volume_correction": 1.0}])
    imported = import_files(a_DOT_csv=table([9_998, 9_999, 1], header="home,time,gas m3"), recipe=recipe)
    assert list(imported.values().values()) == pytest.approx([11, 22])


def test_readings_that_only_grow_for_a_day_are_no_register(import_files) -> None:
    imported = import_files(a_DOT_csv=table([0.1 + step * 0.01 for step in range(48)]))
    assert imported.readings.height == 48
