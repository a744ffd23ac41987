"""Whole intervals cut from a stream of messages: each is stored once, with exact totals."""

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .listening import Listening

Start = Callable[..., Listening]
POWER = {"filter": "home/{room}/power", "meter": "{room}"}
COUNT = {"filter": "meter/+/count", "measure": "register", "unit": "kWh"}


def test_power_held_over_many_lines_makes_each_interval_once_and_whole(listening: Start) -> None:
    some = listening(POWER)
    some.hear("home/hall/power", 1000, 0)
    for minutes in (15, 30, 45, 60, 75, 90):
        some.cut(minutes)
    assert some.kwh() == pytest.approx(1.0)  # held for an hour, then nothing is known
    assert (some.readings.height, some.stored_twice()) == (4, 0)
    assert some.spool == []


def test_exact_totals_of_power_that_comes_at_any_time(listening: Start) -> None:
    """Between two lines, energy is what was held: cut wherever, it is the sum of all."""
    some, chance = listening(POWER, held_minutes=120), random.Random(7)  # noqa: S311 - the same messages each time
    at, events = 0.0, []
    while at < 24 * 60:
        events.append((at, chance.choice(["hall", "attic"]), chance.randrange(0, 3000)))
        at += chance.choice([0.2, 1, 3, 14, 37])
    events = [(0.0, "hall", 100), (0.0, "attic", 100), *events]
    last: dict[str, tuple[float, float]] = {}
    truth = 0.0
    line = 15
    for minutes, room, watts in sorted(events):
        while minutes > line + 0.5:
            some.cut(line)
            line += 15
        some.hear(f"home/{room}/power", watts, minutes)
        if room in last:
            truth += last[room][1] * min(minutes - last[room][0], 120) / 60 / 1000
        last[room] = (minutes, watts)
    for room in last:
        truth += last[room][1] * (25 * 60 - last[room][0]) / 60 / 1000
    while line <= 25 * 60:
        some.cut(line)
        line += 15
    assert some.kwh() == pytest.approx(truth, rel=1e-12)
    assert some.stored_twice() == 0
    assert len(some.spool) <= 2
    assert some.rejected == []


def test_a_register_is_exact_over_every_cut_and_begins_again(listening: Start) -> None:
    some, chance = listening(COUNT), random.Random(11)  # noqa: S311 - the same messages each time
    at, count, used, line = 0.0, 4711.0, 0.0, 15
    while at < 12 * 60:
        some.hear("meter/m1/count", round(count, 3), at)
        at += chance.choice([0.5, 2, 5, 33])
        rise = round(chance.random() / 10, 3)
        used += rise
        count += rise
        if 300 < at < 304:  # it begins again from zero, and what it counted since is kept
            count = rise
        while at > line + 0.5:
            some.cut(line)
            line += 15
    some.hear("meter/m1/count", round(count, 3), 12 * 60 + 40)
    some.cut(12 * 60 + 30)
    some.hear("meter/m1/count", round(count, 3), 12 * 60 + 60)
    some.cut(12 * 60 + 60)
    resets = [event for piece in some.pieces for event in piece.summary.events if event.kind == "reset"]
    assert len({event.starts_at for event in resets}) == 1
    assert some.kwh() == pytest.approx(used, abs=1e-6)
    assert some.stored_twice() == 0


def test_a_count_that_falls_and_comes_back_over_a_line_is_no_reset(listening: Start) -> None:
    some = listening(COUNT)
    for minutes, count in ((0, 100.0), (5, 100.1), (10, 100.2), (14, 0.0)):
        some.hear("meter/m1/count", count, minutes)
    some.cut(15)
    for minutes, count in ((16, 100.3), (25, 100.4), (31, 100.5)):
        some.hear("meter/m1/count", count, minutes)
    some.cut(30)
    assert some.kwh() == pytest.approx(100.4 + 0.1 * 5 / 6 - 100.0)
    assert {row.reason for row in some.rejected} == {
        "The register's count leaves its course here and comes back at once."
    }


def test_a_register_that_is_silent_is_filled_when_it_speaks_again(listening: Start) -> None:
    some = listening(COUNT)
    some.hear("meter/m1/count", 100, 0)
    assert some.cut(15) is None
    assert some.cut(30) is None
    some.hear("meter/m1/count", 101, 60)
    piece = some.cut(60)
    assert list(piece.values("m1").values()) == [pytest.approx(0.25)] * 4


def test_energies_of_intervals_that_come_when_they_are_over(listening: Start) -> None:
    """A message a second before or after the line is of the interval that ends there; two of one interval are added."""
    some = listening({"filter": "e/+", "measure": "interval", "unit": "Wh"})
    for minutes in (15.02, 29.99, 45.01, 60.0):
        some.hear("e/a", 250, minutes)
    some.hear("e/b", 100, 15.1)
    some.hear("e/b", 50, 15.2)
    for line in (15, 30, 45, 60):
        some.cut(line)
    assert some.readings.filter(some.readings["meter_key"] == "a")["value"].to_list() == [0.25] * 4
    assert some.kwh("b") == pytest.approx(0.15)


def test_short_intervals_are_brought_to_the_resolution_whole(listening: Start) -> None:
    topic = {"filter": "e/+", "measure": "interval", "unit": "Wh", "covers": "PT1M", "value": "wh", "time": "at"}
    some = listening(topic)
    for minute in range(40):
        stamp = f"2026-06-01T10:{minute:02d}:00Z"
        some.hear("e/a", f'{{"wh": {minute + 1}, "at": "{stamp}"}}', minute + 1.01)
        if minute in (15, 30):
            some.cut(minute)
    assert some.readings["value"].to_list() == pytest.approx([0.12, 0.345])
    some.hear("e/a", '{"wh": 5000, "at": "2026-06-01T10:03:00Z"}', 44)
    some.cut(45)
    (late,) = some.rejected
    assert late.reason == "The message came after its interval had been stored without it."
    assert some.readings.height == 3


def test_an_interval_with_its_own_time_is_taken_whenever_it_comes(listening: Start) -> None:
    topic = {"filter": "e/+", "measure": "interval", "unit": "kWh", "value": "kwh", "time": "at"}
    some = listening(topic)
    some.hear("e/a", '{"kwh": 1, "at": "2026-06-01T10:15:00Z"}', 31)
    some.cut(30)
    some.hear("e/a", '{"kwh": 2, "at": "2026-05-30T10:15:00Z"}', 32)
    some.hear("e/a", '{"kwh": 3, "at": "2026-06-01T10:00:00Z"}', 33)
    assert some.cut(45).values("a") == {"2026-05-30 10:15": 2.0, "2026-06-01 10:00": 3.0}
    assert some.spool == []


def test_one_meter_that_two_topics_tell_differently_is_told_by_the_first(listening: Start) -> None:
    some = listening({"filter": "a/+"}, {"filter": "b/+", "measure": "register", "unit": "kWh"})
    some.hear("a/m", 1000, 0)
    some.hear("b/m", 77, 1)
    some.hear("b/m", 78, 20)
    piece = some.cut(15)
    assert piece.kwh == pytest.approx(0.25)
    assert piece.rejected[0].reason == "Another topic tells this meter's electricity import already, as instant."


TELEGRAM = """/ISK5\\2M550T-1012

1-3:0.2.8(50)
0-0:1.0.0({stamp}S)
0-0:96.1.1(4530303434303037)
1-0:1.8.1({low:010.3f}*kWh)
1-0:1.8.2(000200.000*kWh)
1-0:2.8.1(000010.000*kWh)
1-0:2.8.2(000000.000*kWh)
0-1:24.1.0(003)
0-1:96.1.0(4730303332)
0-1:24.2.1(26060112{gas:02d}00S)({gas_count:09.3f}*m3)
!
"""


def test_whole_telegrams_of_a_smart_meter(listening: Start) -> None:
    some = listening({"filter": "p1", "payload": "p1"}, zone="Europe/Amsterdam")
    for minute in range(0, 31, 1):
        text = TELEGRAM.format(
            stamp=f"26060112{minute:02d}02", low=100 + minute / 100, gas=minute // 5 * 5, gas_count=5
        )
        some.hear("p1", text, minute + 0.05)
        if minute in (16, 30):
            some.cut(minute - minute % 15)
    some.hear("p1", "/ISK5 broken", 31)
    some.hear("p1", TELEGRAM.format(stamp="260601124502", low=100.45, gas=45, gas_count=5), 45.1)
    some.cut(45)
    assert some.kwh("E0044007") == pytest.approx(0.45 - 0.01 * 2 / 60, abs=1e-9)
    assert some.kwh("E0044007", "electricity_export") == 0
    assert any("The telegram is no good" in row.reason for row in some.rejected)
    assert any("calorific" in row.reason for row in some.rejected)  # gas in m³ asks for it, and is not guessed


def test_line_protocol_names_its_meters_itself(listening: Start) -> None:
    some = listening({"filter": "telegraf", "payload": "line_protocol", "unit": "W"})
    nanoseconds = (1780308000 + 60) * 10**9
    some.hear("telegraf", f"power,meter=flat1 value=1200 {nanoseconds}\npower,meter=flat2 value=600 {nanoseconds}", 1.1)
    some.hear("telegraf", "what is this", 2)
    piece = some.cut(15)
    assert piece.values("flat1") == {"2026-06-01 10:00": pytest.approx(1.2 * 14 / 60)}
    assert piece.values("flat2") == {"2026-06-01 10:00": pytest.approx(0.6 * 14 / 60)}
    assert [row.value for row in piece.rejected] == ["what is this"]


def test_power_below_zero_was_fed_in_where_the_recipe_says_so(listening: Start) -> None:
    from wattwise_contract.recipes import NegativeValues, Recipe

    some = listening(POWER, recipe=Recipe(negative_values=NegativeValues.EXPORT))
    some.hear("home/hall/power", 1000, 0)
    some.hear("home/hall/power", -2000, 10)
    some.cut(15)
    some.cut(30)
    assert some.kwh() == pytest.approx(1 / 6)
    assert some.kwh("hall", "electricity_export") == pytest.approx(2 * 20 / 60)
    assert some.stored_twice() == 0


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.tuples(st.integers(1, 25), st.integers(0, 40)), min_size=2, max_size=30),
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "Europe/London"]),
    minutes=st.sampled_from([5, 15, 60]),
)
def test_registers_lose_and_double_nothing_however_they_come(
    listening: Start, counts: list[tuple[int, int]], zone: str, minutes: int
) -> None:
    some = listening(COUNT, zone=zone, minutes=minutes)
    offset = 45 if zone == "Asia/Kathmandu" and minutes == 60 else 0  # its lines lie at a quarter past
    at, count, line = 0, 1000.0, minutes
    for pause, rise in counts:
        some.hear("meter/m/count", round(count, 2), at)
        at, count = at + pause, count + rise / 100
        while line + offset < at:
            some.cut(line - (60 - offset if offset else 0) + (minutes if offset else 0))
            line += minutes
    end = -(-(at + 120) // 60) * 60 + (15 if offset else 0)
    some.hear("meter/m/count", round(count, 2), end)
    some.cut(end)
    assert some.kwh() == pytest.approx(round(count, 2) - 1000.0, abs=1e-6)
    assert some.stored_twice() == 0
