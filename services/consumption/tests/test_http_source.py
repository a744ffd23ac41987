"""The HTTP source against a server that behaves: files by address, periods, pages, access, conditions."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from wattwise_consumption.problems import CannotFetch, NotNow
from wattwise_consumption.sources.kinds import kinds

from .fetched import NOON, Fetch, fetch
from .vendor import Asked, Says, one_after_another, vendor

__all__ = ["fetch"]
CSV = "time,kWh\n" + "".join(f"2026-06-01T{hour:02d}:00:00Z,0.5\n" for hour in range(24))
ITEMS = [{"time": f"2026-06-01T{hour:02d}:00:00Z", "kWh": 0.5} for hour in range(24)]


def test_an_address_is_enough(fetch: Fetch) -> None:
    with vendor(one_after_another(Says(CSV, headers={"Content-Type": "text/csv"}))) as shop:
        brought = fetch(url=f"{shop.url}/exports/north.csv?key=1")
    assert brought.files == {"north.csv": CSV.encode()}
    assert "range" not in shop.asked[0].headers


def test_a_file_that_did_not_change_is_not_brought_again(fetch: Fetch) -> None:
    def answer(asked: Asked) -> Says:
        fresh = asked.headers.get("if-none-match") != '"june"'
        return Says(CSV, headers={"ETag": '"june"'}) if fresh else Says(status=304)

    with vendor(answer) as shop:
        first = fetch(url=f"{shop.url}/north.csv")
        again = fetch(url=f"{shop.url}/north.csv", cursor=first.cursor)
        third = fetch(url=f"{shop.url}/north.csv", cursor=again.cursor)
    assert (list(first.files), again.files, third.files) == (["north.csv"], {}, {})
    assert third.cursor == again.cursor == first.cursor


def test_nor_where_the_server_knows_no_conditions(fetch: Fetch) -> None:
    with vendor(one_after_another(Says(CSV), Says(CSV), Says(CSV + "2026-06-02T00:00:00Z,1\n"))) as shop:
        first = fetch(url=f"{shop.url}/north.csv")
        again = fetch(url=f"{shop.url}/north.csv", cursor=first.cursor)
        longer = fetch(url=f"{shop.url}/north.csv", cursor=again.cursor)
    assert (len(first.files), len(again.files), len(longer.files)) == (1, 0, 1)


def test_the_server_may_name_the_file_and_a_setting_the_meter(fetch: Fetch) -> None:
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''z%C3%A4hler%207.csv.gz"}
    with vendor(one_after_another(Says(gzip.compress(CSV.encode()), headers=headers))) as shop:
        assert list(fetch(url=f"{shop.url}/download?id=7").files) == ["zähler 7.csv.gz"]
        assert list(fetch(url=f"{shop.url}/download?id=7", meter="North").files) == ["North.csv.gz"]


def test_periods_follow_each_other_without_a_gap_and_the_next_fetch_goes_on(fetch: Fetch) -> None:
    def answer(asked: Asked) -> Says:
        return Says([{"time": asked.query["from"], "kWh": 1}])

    settings = {"start": "2026-05-01", "step": "P7D", "overlap": "PT2H", "delay": "PT1H", "meter": "North"}
    with vendor(answer) as shop:
        url = f"{shop.url}/readings?from={{since}}&to={{until:%Y-%m-%d %H:%M}}"
        first = fetch(url=url, **settings)
        asked = [(one["from"], one["to"]) for one in shop.queries]
        shop.asked.clear()
        later = fetch(url=url, cursor=first.cursor, now=NOON + timedelta(hours=3), **settings)
    assert asked[0] == ("2026-05-01T00:00:00Z", "2026-05-08 00:00")
    assert asked[-1] == ("2026-06-12T00:00:00Z", "2026-06-15 11:00")
    assert [to.replace(" ", "T") + ":00Z" for _, to in asked[:-1]] == [since for since, _ in asked[1:]]
    assert [(one["from"], one["to"]) for one in shop.queries] == [("2026-06-15T09:00:00Z", "2026-06-15 14:00")]
    assert list(first.files)[0] == "North_2026-05-01-0000.json"
    assert (first.progress[0], first.progress[-1]) == (pytest.approx(7 / 45.46, abs=0.01), 1.0)
    assert len(later.files) == 1


def test_periods_written_as_days_begin_at_midnight_by_the_clock_of_the_address(fetch: Fetch) -> None:
    settings = {"start": "2026-03-28", "step": "P1D", "times_in": "Europe/London", "overlap": "P1D"}
    with vendor(one_after_another(Says(ITEMS))) as shop:
        url = f"{shop.url}/?from={{since:date}}&to={{last:date}}&unix={{since:unix}}"
        brought = fetch(url=url.partition("&unix")[0], now=datetime(2026, 3, 30, 17, tzinfo=UTC), **settings)
        assert [(one["from"], one["to"]) for one in shop.queries] == [("2026-03-28",) * 2, ("2026-03-29",) * 2]
        shop.asked.clear()
        fetch(
            url=url.partition("&unix")[0],
            cursor=brought.cursor,
            now=datetime(2026, 3, 30, 23, 30, tzinfo=UTC),
            **settings,
        )
        assert [one["from"] for one in shop.queries] == ["2026-03-29", "2026-03-30"]  # in London it is the 31st
        shop.asked.clear()
        fetch(url=url, now=datetime(2026, 3, 30, 17, tzinfo=UTC), **settings)
        seconds = [int(one["unix"]) for one in shop.queries]
        assert seconds[1] - seconds[0] == 86_400
        assert seconds[2] - seconds[1] == 82_800


def test_where_times_are_followed_what_comes_days_late_is_not_missed(fetch: Fetch) -> None:
    there = {"until": datetime(2026, 6, 12, tzinfo=UTC)}

    def answer(asked: Asked) -> Says:
        since, until = (datetime.fromisoformat(asked.query[name]) for name in ("from", "to"))
        hours = [since + timedelta(hours=hour) for hour in range(int((until - since) / timedelta(hours=1)))]
        return Says({"data": [{"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "kWh": 1} for at in hours if at < there["until"]]})

    settings = {"start": "2026-06-01", "step": "P10D", "overlap": "PT1H", "newest_path": "data[].at"}
    with vendor(answer) as shop:
        settings["url"] = f"{shop.url}/?from={{since}}&to={{until}}"
        first = fetch(**settings)
        nothing = fetch(cursor=first.cursor, **settings)
        there["until"] = datetime(2026, 6, 14, tzinfo=UTC)
        late = fetch(cursor=nothing.cursor, **settings)
    assert first.cursor["since"] == "2026-06-11T23:00:00+00:00"
    assert nothing.cursor["since"] == first.cursor["since"]
    times = "".join(late.texts)
    assert ("2026-06-11T23:00" in times, "2026-06-12T00:00" in times, "2026-06-13T23:00" in times) == (True,) * 3


def test_a_body_is_json_with_values_in_their_places(fetch: Fetch) -> None:
    with vendor(one_after_another(Says(ITEMS))) as shop:
        fetch(
            url=f"{shop.url}/query", method="POST", start="2026-06-14", headers=["X-Tenant: mill lane"],
            body='{"from": {since}, "to": {until:unixms}, "cursor": {cursor}, "text": "{}"}',
        )  # fmt: skip
    asked = shop.asked[0]
    assert asked.json == {"from": "2026-06-14T00:00:00Z", "to": 1781524800000, "cursor": None, "text": "{}"}
    assert (asked.method, asked.headers["content-type"]) == ("POST", "application/json")
    assert asked.headers["x-tenant"] == "mill lane"


def test_a_sample_is_the_newest_period_and_few_pages_of_it(fetch: Fetch) -> None:
    with vendor(lambda asked: Says({"items": ITEMS, "next": f"{shop.url}/?page={len(shop.asked)}"})) as shop:
        brought = fetch(
            url=f"{shop.url}/?from={{since}}", start="2025-01-01", step="P1Y", pages="next_link", probe=True
        )
    assert (len(brought.files), brought.cursor) == (2, {})
    assert shop.queries[0]["from"] == "2026-05-15T12:00:00Z"


def test_a_sample_of_a_source_that_fell_silent_is_from_where_it_began(fetch: Fetch) -> None:
    def answer(asked: Asked) -> Says:
        return Says({"items": ITEMS if asked.query["from"].startswith("2025") else []})

    with vendor(answer) as shop:
        brought = fetch(url=f"{shop.url}/?from={{since}}", start="2025-01-01", probe=True)
    assert list(brought.files) == ["127.0.0.1_2025-01-01-0000.json"]


@pytest.mark.parametrize(
    "nothing", [b"", b"[]", b"{}", b'{"count": 0, "results": []}', b"time,kWh\n", b"  \n", b"null"]
)
def test_what_holds_nothing_is_not_brought(fetch: Fetch, nothing: bytes) -> None:
    with vendor(one_after_another(Says(nothing))) as shop:
        assert fetch(url=f"{shop.url}/").files == {}


def test_what_says_that_there_is_nothing_yet_is_not_brought(fetch: Fetch) -> None:
    with vendor(one_after_another(Says("<ack>No matching data</ack>"), Says("no such day", status=404))) as shop:
        told = {"nothing_pattern": "No matching data", "nothing_statuses": ["404"]}
        assert fetch(url=f"{shop.url}/", **told).files == {}
        assert fetch(url=f"{shop.url}/", **told).files == {}
        with pytest.raises(CannotFetch, match="There is nothing at"):
            fetch(url=f"{shop.url}/")


def test_what_always_differs_does_not_make_an_answer_new(fetch: Fetch) -> None:
    answers = [Says({"made": f"2026-06-15T12:0{minute}:00Z", "items": ITEMS}) for minute in range(3)]
    with vendor(one_after_another(*answers)) as shop:
        first = fetch(url=f"{shop.url}/", varying_pattern='"made": "[^"]*"')
        again = fetch(url=f"{shop.url}/", varying_pattern='"made": "[^"]*"', cursor=first.cursor)
    assert (len(first.files), len(again.files)) == (1, 0)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"url": "ftp://files.test/"}, "is no web address"),
        ({"url": "north.csv"}, "is no web address"),
        ({"url": "https://a.test/{meter_id}"}, "{meter_id} stands for nothing"),
        ({"url": "https://a.test/", "pages": "page"}, "pages are told apart by {page}"),
        ({"url": "https://a.test/", "auth": "oauth2"}, "needs a token address"),
        ({"url": "https://a.test/", "step": "a week"}, "is no resolution"),
        ({"url": "https://a.test/", "items_path": "data[["}, "is no JMESPath expression"),
        ({"url": "https://a.test/", "times_in": "Mars"}, "Mars"),
        ({"url": "https://a.test/", "headers": ["X-Key"]}, "a header is written as"),
        ({"url": "https://a.test/", "headers": ["X-Api-Key: 1"]}, "“X-Api-Key” belongs to Access"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_asked(
    fetch: Fetch, settings: dict, sentence: str
) -> None:
    with pytest.raises(CannotFetch) as refused:
        fetch(**settings)
    assert sentence in refused.value.reason
    assert NotNow not in type(refused.value).__mro__


def test_settings_make_a_flat_form_with_the_secret_among_them() -> None:
    properties = kinds()["http"].info.settings_schema["properties"]
    assert list(properties)[:3] == ["url", "meter", "start"]
    assert properties["start"] == {
        "title": "From", "type": "string", "format": "date",
        "description": "The first day to ask for, where the address has {since}. Empty: a year ago.",
    }  # fmt: skip
    assert (properties["secret"]["writeOnly"], properties["step"]["x-group"]) == (True, "advanced")
    for kind in kinds().values():
        schema = kind.info.settings_schema
        for name, told in schema.get("properties", {}).items():
            assert told["type"] in ("string", "integer", "number", "boolean", "array"), name
            assert told["title"] not in ("", name), name
            assert "$ref" not in str(told), name
        assert "$defs" not in schema
