"""What messages say: topics and keys, payloads and their times, and whole intervals cut from a stream of them."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from wattwise_consumption.formats.heard import Topic

from .listening import Listening

Start = Callable[..., Listening]
POWER = {"filter": "home/{room}/power", "meter": "{room}"}
COUNT = {"filter": "meter/+/count", "measure": "register", "unit": "kWh"}


@pytest.mark.parametrize(
    ("topic", "filter_", "template", "key"),
    [
        ("home/kitchen/power", "home/+/power", "", "kitchen"),
        ("home/kitchen/power", "home/+/power", "flat 3 {1}", "flat 3 kitchen"),
        ("home/kitchen/power", "home/{room}/{what}", "{what} of {room}", "power of kitchen"),
        ("a/b/c/d", "a/#", "", "b/c/d"),
        ("a", "a/#", "", "a"),
        ("a/b/c/d", "a/+/#", "{2}", "c/d"),
        ("grid", "grid", "", "grid"),
        ("Haus/Küche/Leistung", "Haus/{ort}/Leistung", "{ort}", "Küche"),
    ],
)
def test_a_topic_names_its_meter(listening: Start, topic: str, filter_: str, template: str, key: str) -> None:
    some = listening({"filter": filter_, "meter": template})
    some.hear(topic, 1000, 0)
    some.hear("quite/another/topic/x/y", 5, 1)
    some.hear("$SYS/broker/power", 5, 1)
    assert set(some.cut(15).readings["meter_key"]) == {key}


@pytest.mark.parametrize(
    ("topic", "sentence"),
    [
        ({"filter": "home/#/power"}, "is no topic"),
        ({"filter": "home/kit+/power"}, "is no topic"),
        ({"filter": "home/{Room}/power"}, "is no topic"),
        ({"filter": "home/+/power", "meter": "{2}"}, r"\{2\} in “\{2\}” is not among what “home/\+/power” tells"),
        ({"filter": "a", "unit": "m³"}, "m³ is no unit of electricity_import"),
        ({"filter": "a", "covers": "P1D"}, "is no length of time"),
        ({"filter": "a", "unit": "parsec"}, "is not a unit known here"),
    ],
)
def test_a_description_that_cannot_be_is_refused_with_a_sentence(topic: dict, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Topic.model_validate(topic)


@pytest.mark.parametrize(
    ("described", "payload", "kwh"),
    [
        ({}, "1000", 0.25),
        ({}, " 1000.0 ", 0.25),
        ({}, "1e3", 0.25),
        ({}, "1000,5", 0.250125),
        ({"unit": "kW"}, "2", 0.5),
        ({}, '"1000"', 0.25),
        ({"value": "ENERGY.Power"}, '{"Time":"2026-06-01T10:00:00","ENERGY":{"Total":3.1,"Power":1000}}', 0.25),
        ({"value": "emeters.1.power"}, '{"emeters":[{"power":1},{"power":1000}]}', 0.25),
        ({"value": "switch:0.apower"}, '{"switch:0":{"apower":1000}}', 0.25),
        ({"value": "a.b.c"}, '{"a.b":{"c":"1000"}}', 0.25),
    ],
)
def test_a_power_is_held_until_the_next_message(listening: Start, described: dict, payload: str, kwh: float) -> None:
    some = listening(POWER | described)
    some.hear("home/hall/power", payload, 0)
    assert some.cut(15).values("hall") == {"2026-06-01 10:00": pytest.approx(kwh, abs=1e-12)}


def test_several_values_of_a_payload_are_several_meters(listening: Start) -> None:
    topic = {"filter": "tele/{plug}/SENSOR", "payload": "json"}
    some = listening(
        topic | {"value": "ENERGY.Power", "meter": "{plug}", "time": "Time"},
        topic | {"value": "AM2301.Temperature", "meter": "{plug} air", "quantity": "temperature", "time": "Time"},
        {"filter": "rooms", "value": "*.w", "meter": "room {key}", "consumer": "flat"},
    )
    payload = '{"Time":"2026-06-01T10:00:00","ENERGY":{"Power":400},"AM2301":{"Temperature":21.5}}'
    some.hear("tele/p1/SENSOR", payload, 0.01)
    some.hear("rooms", '{"bath":{"w":100},"attic":{"w":"200"}}', 0)
    piece = some.cut(15)
    rows = piece.readings.select("meter_key", "quantity", "value").sort("meter_key").rows()
    assert rows == [
        ("p1", "electricity_import", pytest.approx(0.1)),
        ("p1 air", "temperature", 21.5),
        ("room attic", "electricity_import", pytest.approx(0.05)),
        ("room bath", "electricity_import", pytest.approx(0.025)),
    ]
    owners = {meter.meter_key: meter.consumer_key for meter in piece.meters}
    assert owners == {"p1": "p1", "p1 air": "", "room attic": "flat", "room bath": "flat"}
    assert {meter.resolution for meter in piece.meters} == {"PT15M"}


@pytest.mark.parametrize(
    ("payload", "reason", "remedy"),
    [
        ("unavailable", "The value is not a number.", "Send a plain number"),
        ("true", "The value is not a number.", "Send a plain number"),
        ("12.5 W", "The value is not a number.", "Send a plain number"),
        ("nan", "The value is not a number.", "Send a plain number"),
        ("1e999", "The value is not a finite number.", "Correct what sends it."),
        ('{"power": 5}', "The payload is more than a number.", "Say where in it the value is, such as power."),
        ('{"power": 5', "The payload is no JSON.", "Correct what sends it"),
        ("null", "The value is not a number.", ""),
        (b"\xff\x00\x01".decode("latin-1"), "The value is not a number.", ""),
        ("[" * 5000, "The payload is no JSON.", ""),
    ],
)
def test_a_payload_that_is_no_good_is_told_with_its_topic_and_the_remedy(
    listening: Start, payload: str, reason: str, remedy: str
) -> None:
    some = listening(POWER)
    some.hear("home/hall/power", payload, 1)
    some.hear("home/hall/power", 600, 5)
    piece = some.cut(15)
    (row,) = piece.rejected
    assert (row.column, row.value, row.line) == ("home/hall/power", payload[:200], 2)
    assert row.reason == reason
    assert row.remedy.startswith(remedy)
    assert piece.kwh == pytest.approx(0.6 * 10 / 60)
    some.hear("home/hall/power", 600, 20)
    assert some.cut(30).rejected == []  # said once


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("2026-06-01 25:00", "“2026-06-01 25:00” is no time."),
        ("2026-06-02T10:00:00Z", "The time is in the future."),
        ("1970-01-01T00:01:00Z", "The time is before 1980."),
    ],
)
def test_a_time_that_cannot_be_is_told(listening: Start, time: str, reason: str) -> None:
    some = listening(POWER | {"value": "w", "time": "at"})
    some.hear("home/hall/power", f'{{"w":5,"at":"{time}"}}', 1)
    some.hear("home/hall/power", '{"w":5}', 2)
    some.hear("home/hall/power", '{"at":5}', 2)
    reasons = [row.reason for row in some.cut(15).rejected]
    assert reasons == [reason, "The payload has no time at “at”.", "The payload has nothing at “w”."]


@pytest.mark.parametrize(
    "time", ['"2026-06-01T12:05:00+02:00"', '"2026-06-01T10:05Z"', "1780308300", "1780308300000", '"1780308300.0"', '"2026-06-01 12:05:00"']
)  # fmt: skip
def test_times_are_read_in_every_way_they_are_written(listening: Start, time: str) -> None:
    some = listening(POWER | {"value": "w", "time": "at"}, zone="Europe/Berlin")
    some.hear("home/hall/power", f'{{"w":600,"at":{time}}}', 9)
    assert some.cut(15).kwh == pytest.approx(0.6 * 10 / 60)


def test_what_the_broker_kept_is_read_only_with_a_time_of_its_own(listening: Start) -> None:
    some = listening(POWER, {"filter": "tele/+", "value": "w", "time": "at"})
    some.hear("home/hall/power", 9999, 1, retained=True)
    some.hear("tele/x", '{"w":600,"at":"2026-06-01T10:05:00Z"}', 6, retained=True)
    some.hear("home/attic/power", "", 7)
    piece = some.cut(15)
    assert piece.values() == {"2026-06-01 10:00": pytest.approx(0.1)}
    assert any("1 messages that the broker had kept" in warning for warning in piece.summary.warnings)
    assert piece.rejected == []
