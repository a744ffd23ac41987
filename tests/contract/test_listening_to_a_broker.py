"""MQTT, from a real broker to stored readings: exact totals, whatever dies or goes away in between."""

import time
from datetime import datetime

import polars as pl
import pytest

from wattwise_consumption.listening import station

from .broker_at_home import QUARTER, START, Home, Wire, at_work, home, said  # noqa: F401 - fixtures

POWER = {"filter": "home/{room}/power", "meter": "{room}", "value": "w", "time": "at"}
WAITS = "PT10M"  # two and a half seconds of ours, for a machine that is busy with other tests
COUNT = {"filter": "home/{room}/count", "meter": "{room} count", "measure": "register", "unit": "kWh"}


def test_messages_become_readings_when_their_interval_is_over(home: Home) -> None:  # noqa: F811
    home.connect(POWER, COUNT, waits=WAITS)
    with home.listening():
        home.eventually(lambda: home.source["checked_at"], "connection", 60)
        meter = home.publisher()
        first = home.clock()
        for second in range(12):
            at = home.clock()
            power = said(w=1000 + second, at=at.timestamp())
            for topic, payload in (("hall/power", power), ("hall/count", 100 + second / 10), ("attic/power", "n/a")):
                meter.publish(f"home/{topic}", payload, qos=second % 3).wait_for_publish(5)
            time.sleep(0.5)
        home.eventually(lambda: len(home.imports()) >= 2 and home.readings.height > 3, "second interval", 90)
    home.eventually(lambda: all(each["receipt"] for each in home.imports()), "receipts", 60)
    whole = home.readings.filter((pl.col("meter") == "hall") & (pl.col("starts_at") > first)).sort("starts_at").head(2)
    assert whole.height >= 1
    assert whole["value"].is_between(0.25, 0.25 * 1.012).all()
    assert home.kwh("hall count") > 0
    receipts = [each["receipt"] for each in home.imports()]
    assert sum(receipt["corrected"] for receipt in receipts) == 0
    assert sum(receipt["rejected"] for receipt in receipts) == 12
    rejected = next(home.platform.operator.rejected(home.imports()[-1]["id"]))
    assert (rejected["column"], rejected["value"]) == ("home/attic/power", "n/a")


@pytest.mark.timeout(240)
def test_a_killed_worker_a_second_one_and_a_broker_that_restarts_lose_and_double_nothing(
    home: Home,  # noqa: F811
) -> None:
    """Every message has its own time, so that the truth is known to the last digit."""
    count = COUNT | {"value": "kwh", "time": "at"}
    home.connect(POWER, count, waits=WAITS, held_for="PT24H")
    first, second = home.process(), home.process()
    home.eventually(lambda: home.source["checked_at"], "connection", 60)
    meter = home.publisher()
    began, sent = time.monotonic(), []
    events = [
        (3, lambda: (first if home.holder.endswith(str(first.pid)) else second).kill()),
        (10, home.restart_broker),
    ]
    while (passed := time.monotonic() - began) < 32:
        at, number = home.clock(), len(sent)
        sent.append((at, 500 + number % 7 * 250, 1000 + number / 50))
        text = said(w=sent[-1][1], kwh=sent[-1][2], at=at.isoformat())
        for topic in ("power", "count"):
            meter.publish(f"home/hall/{topic}", text, qos=1 + number % 2)
        if events and passed > events[0][0]:
            events.pop(0)[1]()
        time.sleep(0.1)
    line = last_line(sent)
    home.eventually(lambda: home.is_stored_until(line), "last interval", 90)
    assert home.kwh("hall", until=line) == pytest.approx(held_kwh(sent, line), abs=1e-6)
    assert home.kwh("hall count", until=line) == pytest.approx(counted_kwh(sent, line), abs=1e-6)
    assert nothing_was_corrected(home)


@pytest.mark.timeout(240)
def test_a_platform_that_is_away_is_acknowledged_nothing_and_loses_nothing(home: Home) -> None:  # noqa: F811
    home.connect(POWER, COUNT | {"value": "kwh", "time": "at"}, waits=WAITS, held_for="PT24H")
    wire, sent = Wire(), []
    with home.listening(wire=wire):
        home.eventually(lambda: home.source["checked_at"], "connection", 60)
        meter = home.publisher()
        for number in range(160):
            if number == 20:
                wire.loses_answers = 2
            wire.is_cut = 40 < number < 100
            at = home.clock()
            sent.append((at, 500 + number % 7 * 250, 1000 + number / 50))
            text = said(w=sent[-1][1], kwh=sent[-1][2], at=at.isoformat())
            for topic in ("power", "count"):
                meter.publish(f"home/hall/{topic}", text, qos=1)
            time.sleep(0.1)
        line = last_line(sent)
        home.eventually(lambda: home.is_stored_until(line), "last interval", 90)
    assert wire.loses_answers == 0
    assert home.kwh("hall", until=line) == pytest.approx(held_kwh(sent, line), abs=1e-6)
    assert home.kwh("hall count", until=line) == pytest.approx(counted_kwh(sent, line), abs=1e-6)
    assert nothing_was_corrected(home)


def test_what_keeps_it_from_the_broker_is_told_beside_the_source_until_it_is_mended(
    home: Home,  # noqa: F811
    monkeypatch,
) -> None:
    monkeypatch.setattr(station, "_PAUSES", (0.5, 1.0))
    home.connect(POWER, password="wrong")
    with home.listening():
        told = home.eventually(lambda: home.source["last_error"], "error")
        assert told.startswith("127.0.0.1 does not accept the user name or the password. Enter them again")
        assert "wrong" not in told
        home.ask("PATCH", f"/api/sources/{home.source_id}/", {"secrets": {"password": home.broker.password}})
        home.eventually(lambda: not home.source["last_error"], "connection")
        home.broker.stop()
        assert "127.0.0.1" in home.eventually(lambda: home.source["last_error"], "error")
        home.broker.start()
        home.eventually(lambda: not home.source["last_error"], "connection")
        home.ask("PATCH", f"/api/sources/{home.source_id}/", {"state": "paused"})
        home.eventually(lambda: not home.holder, "end of listening")


def test_it_stops_within_a_second_and_another_worker_goes_on_at_once(home: Home) -> None:  # noqa: F811
    home.connect(POWER)
    with home.listening("attic:1") as stop:
        home.eventually(lambda: home.source["checked_at"], "connection", 60)
        assert home.holder == "attic:1"
        began = time.monotonic()
        stop.set()
        home.eventually(lambda: not home.holder, "end of listening")
        assert time.monotonic() - began < 5
    with home.listening("cellar:2"):
        home.eventually(lambda: home.holder == "cellar:2", "other listener", 5)


def last_line(sent: list) -> datetime:
    return (sent[-1][0] - START) // QUARTER * QUARTER + START


def nothing_was_corrected(home: Home) -> bool:  # noqa: F811
    """Of what is imported by now; a held power goes on."""
    receipts = [each["receipt"] for each in home.imports() if each["receipt"]]
    return not any(receipt["corrected"] + receipt["unchanged"] + receipt["rejected"] for receipt in receipts)


def held_kwh(sent: list, line) -> float:
    ends = [at for at, *_ in sent[1:]] + [line]
    hours = [(min(end, line) - min(at, line)).total_seconds() / 3600 for (at, *_), end in zip(sent, ends, strict=True)]
    return sum(watts / 1000 * length for (_, watts, _), length in zip(sent, hours, strict=True))


def counted_kwh(sent: list, line) -> float:
    before = max(message for message in sent if message[0] <= line)
    after = min(message for message in sent if message[0] > line)
    share = (line - before[0]) / (after[0] - before[0])
    return before[2] + (after[2] - before[2]) * share - sent[0][2]
