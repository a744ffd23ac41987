"""The HTTP source against a server that fails, stalls, cuts off, packs, redirects, repeats itself and lies."""

import gzip
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

import pytest

from wattwise_consumption.fetching import FetchLimits
from wattwise_consumption.problems import BadFile, CannotFetch, NotNow
from wattwise_runtime import Cancelled

from .fetched import HASTY, HERE, NOON, Brought, Fetch, fetch
from .vendor import Asked, Says, one_after_another, vendor

gzipped = partial(gzip.compress, mtime=0)  # alike in every process that collects these tests

__all__ = ["fetch"]
ITEMS = [{"time": f"2026-06-01T{hour:02d}:00:00Z", "kWh": 0.5} for hour in range(24)]
GOOD = Says({"items": ITEMS})
WHOLE = json.dumps({"items": ITEMS}).encode()


@pytest.mark.parametrize(
    "fault",
    [
        Says("busy", status=429),
        Says("busy", status=429, headers={"Retry-After": "0"}),
        Says("busy", status=429, headers={"Retry-After": "soon"}),
        Says("busy", status=429, headers={"Retry-After": format_datetime(NOON, usegmt=True)}),
        Says("busy", status=403, headers={"Retry-After": "0"}),
        Says("broken", status=500),
        Says("<html><title>Bad gateway</title>", status=502),
        Says(status=503, headers={"Retry-After": "0"}),
        Says(WHOLE, cut_after=300),
        Says(WHOLE, cut_after=0),
        Says(WHOLE, declared=5_000),
        Says(WHOLE[:-40]),
        Says(WHOLE, declared=200),
        Says(WHOLE, chunked=True, cut_after=800),
        Says(gzipped(WHOLE)[:-20], headers={"Content-Encoding": "gzip"}),
        Says(WHOLE, headers={"Content-Encoding": "gzip"}),
        Says(WHOLE, headers={"Content-Encoding": "br"}),
        Says("<!DOCTYPE html><html><title>Down for maintenance</title>"),
        Says({"error": "The database is away."}),
        Says({"errors": [{"message": "Try again"}]}),
        Says(WHOLE[:200] + b"\x00\xff" + WHOLE[202:]),
    ],
    ids=lambda says: f"{says.status} {says.headers} {says.content[:20]!r} {says.cut_after} {says.declared}",
)
def test_after_a_passing_fault_the_answer_is_whole(fetch: Fetch, fault: Says) -> None:
    with vendor(one_after_another(fault, fault, GOOD)) as shop:
        try:
            brought = fetch(url=f"{shop.url}/readings")
        except NotNow:  # a message in place of data: the next attempt asks again
            assert fault.status == 200
            shop.answers = lambda asked: GOOD
            brought = fetch(url=f"{shop.url}/readings")
    assert list(brought.files.values()) == [WHOLE]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Says("slow down", status=429), "127.0.0.1 asks to come back later (status 429: slow down)"),
        (Says({"message": "no database"}, status=500), "cannot answer at present (status 500: no database)"),
        (Says(WHOLE, cut_after=300), "The connection to 127.0.0.1 broke"),
        (Says(WHOLE[:-40]), "ends early"),
        (Says(gzipped(WHOLE)[:-20], headers={"Content-Encoding": "gzip"}), "The packed answer ends early"),
        (Says("<html><title>Sign in</title>"), "answered with a web page (“Sign in”) instead of data"),
        (Says({"error": {"message": "no such feed"}}), "answered without readings: no such feed"),
    ],
)
def test_a_fault_that_stays_is_told_and_the_cursor_does_not_move(fetch: Fetch, fault: Says, sentence: str) -> None:
    into = Brought()
    with vendor(one_after_another(fault)) as shop, pytest.raises(NotNow) as told:
        fetch(url=f"{shop.url}/?from={{since}}", cursor={"since": "2026-06-10"}, into=into)
    assert sentence in str(told.value)
    assert (into.files, into.cursor) == ({}, {"since": "2026-06-10"})


@pytest.mark.parametrize(
    "when", ["600", format_datetime(NOON + timedelta(minutes=10), usegmt=True)], ids=["seconds", "date"]
)
def test_whoever_asks_for_a_long_pause_is_left_alone_until_then(fetch: Fetch, when: str) -> None:
    with vendor(one_after_another(Says("busy", status=429, headers={"Retry-After": when}))) as shop:
        with pytest.raises(NotNow) as told:
            fetch(url=f"{shop.url}/")
        assert len(shop.asked) == 1
    assert told.value.retry_after is not None
    assert told.value.retry_after.total_seconds() == pytest.approx(600, abs=5)


def test_pauses_are_kept_and_grow(fetch: Fetch) -> None:
    limits = FetchLimits(first_pause=0.1, longest_pause=10)
    busy = Says("busy", status=503)
    with vendor(one_after_another(busy, busy, GOOD)) as shop:
        began = time.monotonic()
        fetch(url=f"{shop.url}/", limits=limits)
        assert 0.3 <= time.monotonic() - began < 15
        shop.answers = one_after_another(Says("busy", status=429, headers={"Retry-After": "1"}), GOOD)
        began = time.monotonic()
        fetch(url=f"{shop.url}/", limits=limits)
        assert 1 <= time.monotonic() - began < 15


def test_no_more_is_asked_in_a_minute_than_the_source_bears(fetch: Fetch) -> None:
    with vendor(lambda asked: Says([{"time": asked.query["from"], "kWh": 1}])) as shop:
        began = time.monotonic()
        fetch(url=f"{shop.url}/?from={{since}}", start="2026-05-15", step="P7D", most_per_minute=600)
        assert time.monotonic() - began >= 0.4
    assert len(shop.asked) == 5


def test_a_body_that_drips_ends_with_the_attempts_time(fetch: Fetch) -> None:
    with vendor(one_after_another(Says(WHOLE * 100, seconds=0.1))) as shop:
        began = time.monotonic()
        with pytest.raises(NotNow, match="Fetching took longer than 1 seconds"):
            fetch(url=f"{shop.url}/", limits=replace(HASTY, seconds=0.6))
        assert time.monotonic() - began < 15


def test_cancelling_ends_a_pause_and_a_slow_body_at_once(fetch: Fetch) -> None:
    def cancelled_soon() -> None:
        if time.monotonic() - began > 0.4:
            raise Cancelled

    for fault in (Says("busy", status=503), Says(WHOLE * 100, seconds=0.1)):
        began = time.monotonic()
        with vendor(one_after_another(fault)) as shop, pytest.raises(Cancelled):
            fetch(url=f"{shop.url}/", limits=FetchLimits(first_pause=30), check=cancelled_soon)
        assert time.monotonic() - began < 15


def test_a_packed_answer_is_unpacked(fetch: Fetch) -> None:
    packed = Says(gzipped(WHOLE), headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})
    with vendor(one_after_another(packed)) as shop:
        assert fetch(url=f"{shop.url}/feed").files == {"feed.json": WHOLE}
    assert shop.asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    "says",
    [
        Says(gzipped(b"0" * 5_000_000), headers={"Content-Encoding": "gzip"}),
        Says(b"0" * 2_000_000),
        Says(b"0" * 2_000_000, chunked=True),
    ],
    ids=["bomb", "declared", "chunked"],
)
def test_more_than_the_limit_is_not_taken(fetch: Fetch, says: Says) -> None:
    with vendor(one_after_another(says)) as shop, pytest.raises(BadFile):
        fetch(url=f"{shop.url}/", limits=replace(HASTY, file_bytes=1_000_000))
    assert len(shop.asked) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_that_ran_out_are_told_with_the_remedy_and_not_tried_again(fetch: Fetch, status: int) -> None:
    with vendor(one_after_another(Says({"detail": "Token has expired"}, status=status))) as shop:
        with pytest.raises(CannotFetch) as told:
            fetch(url=f"{shop.url}/", auth="bearer", secret="s3cret")
        assert len(shop.asked) == 1
    assert told.value.reason == f"127.0.0.1 refuses the credentials (status {status}: Token has expired)."
    assert told.value.remedy.endswith("enter new ones in the source's settings.")


def test_a_token_that_is_refused_anew_is_no_endless_tale(fetch: Fetch) -> None:
    def answer(asked: Asked) -> Says:
        return Says({"access_token": "one"}) if asked.path == "/token" else Says(status=401)

    with vendor(answer) as shop:
        with pytest.raises(CannotFetch, match="refuses the credentials"):
            fetch(url=f"{shop.url}/", auth="oauth2", token_url=f"{shop.url}/token", username="id", secret="word")
        assert [one.path for one in shop.asked] == ["/token", "/", "/token", "/"]


@pytest.mark.parametrize("token", [Says({"access": "x"}), Says("[]"), Says("hello"), Says(b"")])
def test_a_token_address_that_hands_out_none_is_told(fetch: Fetch, token: Says) -> None:
    with vendor(one_after_another(token)) as shop, pytest.raises(CannotFetch, match="without an access_token"):
        fetch(url=f"{shop.url}/", auth="oauth2", token_url=f"{shop.url}/token", username="id", secret="word")


def test_a_list_that_is_not_where_it_was_keeps_what_came_and_moves_no_cursor(fetch: Fetch) -> None:
    changed = Says({"data": {"readings": ITEMS}})
    into = Brought()
    with vendor(one_after_another(changed)) as shop, pytest.raises(CannotFetch, match="no list at “items”"):
        fetch(url=f"{shop.url}/?from={{since}}", items_path="items", cursor={"since": "2026-06-10"}, into=into)
    assert into.texts == [changed.content.decode()]
    assert into.cursor == {"since": "2026-06-10T00:00:00+00:00"}


def test_pages_that_repeat_end_the_period(fetch: Fetch) -> None:
    pages = [Says({"items": ITEMS[:8]}), Says({"items": ITEMS[8:16]}), Says({"items": ITEMS[16:]})]
    with vendor(one_after_another(*pages)) as shop:  # asked for more, it gives the last page again
        brought = fetch(url=f"{shop.url}/?page={{page}}", pages="page")
    assert (len(brought.files), len(shop.asked)) == (3, 4)


@pytest.mark.parametrize("pages", ["cursor", "next_link", "link_header"])
def test_pages_that_lead_back_to_themselves_are_told(fetch: Fetch, pages: str) -> None:
    def answer(asked: Asked) -> Says:
        number = len(shop.asked) % 3
        body = {"items": ITEMS[number : number + 4], "next": f"?at={number}"}
        return Says(body, headers={"Link": f'<?at={number}>; rel="next"'})

    with vendor(answer) as shop:
        with pytest.raises(CannotFetch, match="does not come to an end: pages that lead back to themselves"):
            fetch(url=f"{shop.url}/?c={{cursor}}", pages=pages)
        assert len(shop.asked) < 10


@pytest.mark.parametrize(("items", "sentence"), [([], "21 pages without a reading"), (ITEMS[:1], "50 pages in a row")])
def test_a_cursor_that_never_ends_is_told(fetch: Fetch, items: list, sentence: str) -> None:
    def answer(asked: Asked) -> Says:
        number = len(shop.asked)
        return Says({"items": [one | {"kWh": number} for one in items], "next": f"c{number}"})

    with vendor(answer) as shop, pytest.raises(CannotFetch, match=sentence):
        fetch(url=f"{shop.url}/?c={{cursor}}", pages="cursor", most_pages=50)


def test_a_machine_that_is_not_there_is_asked_again_later(fetch: Fetch) -> None:
    with vendor(one_after_another(GOOD)) as shop:
        gone = shop.url
    with pytest.raises(NotNow, match="The connection to 127.0.0.1 broke"):
        fetch(url=gone)
    with pytest.raises(NotNow, match="There is no host 'meters.invalid' at present"):
        fetch(url="http://meters.invalid/", guard=HERE)


def test_an_outage_is_caught_up_with_period_by_period(fetch: Fetch) -> None:
    def answer(asked: Asked) -> Says:
        if away:
            return Says("down", status=503)
        since, until = (datetime.fromisoformat(asked.query[name]) for name in ("from", "to"))
        count = int((until - since) / timedelta(hours=1))
        return Says([{"time": (since + timedelta(hours=hour)).isoformat(), "kWh": 1} for hour in range(count)])

    away: list[bool] = []
    settings = {"start": "2026-06-01", "step": "P1D", "overlap": "PT0S"}
    with vendor(answer) as shop:
        settings["url"] = f"{shop.url}/?from={{since}}&to={{until}}"
        first = fetch(now=datetime(2026, 6, 3, tzinfo=UTC), **settings)
        away.append(True)
        for day in (4, 5):
            with pytest.raises(NotNow):
                fetch(cursor=first.cursor, now=datetime(2026, 6, day, tzinfo=UTC), **settings)
        away.clear()
        rest = fetch(cursor=first.cursor, now=datetime(2026, 6, 6, tzinfo=UTC), **settings)
    hours = [one["time"] for text in (*first.texts, *rest.texts) for one in json.loads(text)]
    assert (len(hours), len(set(hours))) == (5 * 24, 5 * 24)
