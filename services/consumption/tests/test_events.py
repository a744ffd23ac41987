"""What happened to series that their numbers alone do not tell, in the import's summary."""

from datetime import UTC, datetime, timedelta

import pytest

from wattwise_contract.imports import SeriesEventKind

START = datetime(2026, 5, 1, tzinfo=UTC)


def table(values: list[float], *, start: datetime = START, home: str = "H1", minutes: int = 30) -> str:
    stamps = [start + timedelta(minutes=minutes) * step for step in range(len(values))]
    rows = [f"{home},{stamp:%Y-%m-%d %H:%M},{value}" for stamp, value in zip(stamps, values, strict=True)]
    return "home,time,kwh\n" + "\n".join(rows) + "\n"


def usual(count: int) -> list[float]:
    return [round(0.1 + step % 7 / 10, 3) for step in range(count)]


def test_a_gap_is_told_with_its_length(import_files) -> None:
    lines = table(usual(100)).splitlines()
    imported = import_files(a_DOT_csv="\n".join(lines[:41] + lines[51:]))
    (gap,) = imported.summary.events
    assert (gap.kind, gap.meter_key) == (SeriesEventKind.GAP, "H1")
    assert (gap.starts_at, gap.ends_at) == (START + timedelta(hours=20), START + timedelta(hours=25))
    assert gap.text.startswith("10 readings are missing")


def test_files_that_follow_each_other_have_no_gap_in_whatever_order(import_files) -> None:
    first, second = table(usual(48)), table(usual(48), start=START + timedelta(days=1))
    assert import_files(b_DOT_csv=second, c_DOT_csv=first).summary.events == []


def test_the_hours_of_a_clock_change_are_no_gap(import_files) -> None:
    days = "date,kwh\n" + "".join(f"2026-{month:02d}-{day:02d},8\n" for month in (3, 10) for day in range(1, 32))
    imported = import_files(a_DOT_csv=days, zone="Europe/London")
    assert imported.summary.events_count == {SeriesEventKind.GAP: 1}  # April to September


def test_two_files_that_speak_for_the_same_day_overlap(import_files) -> None:
    first, second = table(usual(96)), table(usual(96), start=START + timedelta(days=1)).replace("kwh", "kWh")
    imported = import_files(a_DOT_csv=first, b_DOT_csv=second)
    overlaps = [event for event in imported.summary.events if event.kind is SeriesEventKind.OVERLAP]
    assert [(event.starts_at, event.ends_at) for event in overlaps] == [
        (START + timedelta(days=1), START + timedelta(days=2))
    ]


def test_a_spike_is_told_and_kept(import_files) -> None:
    values = usual(500)
    values[123] = 900.0
    imported = import_files(a_DOT_csv=table(values))
    assert imported.summary.events_count == {SeriesEventKind.SPIKE: 1}
    assert max(imported.values().values()) == 900


@pytest.mark.parametrize(("value", "told"), [(0.25, 1), (0.0, 0)])
def test_a_value_that_is_stuck_for_a_day_is_told_unless_it_is_zero(import_files, value: float, told: int) -> None:
    imported = import_files(a_DOT_csv=table([*usual(48), *[value] * 60, *usual(48)]))
    assert imported.summary.events_count.get(SeriesEventKind.STUCK, 0) == told


def test_many_events_are_all_counted_and_the_first_thousand_kept(import_files) -> None:
    rows = table(usual(4_500), minutes=30).splitlines()
    kept = [row for number, row in enumerate(rows) if number % 3 or number == 0]
    imported = import_files(a_DOT_csv="\n".join(kept))
    assert imported.summary.events_count[SeriesEventKind.GAP] > 1_000
    assert len(imported.summary.events) == 1_000


def test_rows_that_contradict_each_other_are_told_as_an_overlap(import_files) -> None:
    text = table(usual(60))
    again = text.splitlines()[10:13]
    imported = import_files(
        a_DOT_csv=text, b_DOT_csv="home,time,kwh\n" + "\n".join([again[0], f"{again[1]}9", again[2]])
    )
    (event,) = imported.summary.events
    assert (event.kind, event.starts_at) == (SeriesEventKind.OVERLAP, START + timedelta(hours=5))
    assert event.text == "1 time has several values: the last one was kept."
    assert imported.duplicate == 3
