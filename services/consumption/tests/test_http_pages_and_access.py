"""How the HTTP source turns pages, and says who asks."""

from datetime import timedelta

import pytest

from wattwise_consumption.problems import CannotFetch

from .fetched import NOON, Brought, Fetch, fetch
from .vendor import Asked, Says, one_after_another, vendor

__all__ = ["fetch"]
ITEMS = [{"time": f"2026-06-01T{hour:02d}:00:00Z", "kWh": 0.5} for hour in range(24)]


@pytest.mark.parametrize("pages", ["page", "offset", "next_link", "link_header", "cursor"])
def test_pages_are_turned_in_each_way(fetch: Fetch, pages: str) -> None:
    """Ten items, four at a time."""

    def answer(asked: Asked) -> Says:
        query = asked.query
        first = {
            "page": lambda: 4 * (int(query.get("page", 1)) - 1),
            "offset": lambda: int(query.get("offset", 0)),
            "cursor": lambda: int(query.get("cursor", "c0")[1:]),
        }.get(pages, lambda: int(query.get("at", 0)))()  # fmt: skip
        more = first + 4 < 10
        body: dict = {"items": ITEMS[first : min(first + 4, 10)], "next": None}
        headers = {}
        if more and pages == "next_link":
            body["next"] = f"/readings?at={first + 4}"
        if more and pages == "cursor":
            body["next"] = f"c{first + 4}"
        if more and pages == "link_header":
            headers["Link"] = f'<?at={first + 4}>; rel="next", </>; rel="first"'
        return Says(body, headers=headers)

    with vendor(answer) as shop:
        brought = fetch(
            url=f"{shop.url}/readings?page={{page}}&offset={{offset}}&size={{limit}}&cursor={{cursor}}",
            pages=pages, page_size=4, items_path="items",
        )  # fmt: skip
    text = "".join(brought.texts)
    assert [f"2026-06-01T{hour:02d}" in text for hour in range(11)] == [True] * 10 + [False]
    assert len(brought.files) == 3
    assert "cursor" not in shop.queries[0]


def test_a_page_that_is_full_to_the_last_is_followed_by_an_empty_one(fetch: Fetch) -> None:
    with vendor(
        one_after_another(Says({"items": ITEMS[:4]}), Says({"items": ITEMS[4:8]}), Says({"items": []}))
    ) as shop:
        brought = fetch(url=f"{shop.url}/?page={{page}}", pages="page", page_size=4)
    assert (len(brought.files), len(shop.asked)) == (2, 3)


def test_pages_without_periods_go_on_where_they_were_and_begin_anew_the_next_time(fetch: Fetch) -> None:
    def answer(asked: Asked) -> Says:
        page = int(asked.query["page"])
        return Says("down", status=400) if page == 3 and broken else Says({"items": ITEMS[4 * page - 4 : 4 * page]})

    broken, into = [True], Brought()
    with vendor(answer) as shop:
        settings = {"url": f"{shop.url}/?page={{page}}", "pages": "page"}
        with pytest.raises(CannotFetch):
            fetch(into=into, **settings)
        broken.clear()
        shop.asked.clear()
        rest = fetch(cursor=into.cursor, **settings)
        assert [one["page"] for one in shop.queries] == ["3", "4", "5", "6", "7"]
        shop.asked.clear()
        again = fetch(cursor=rest.cursor, **settings)
        assert shop.queries[0] == {"page": "1"}
    assert (len(into.files), len(rest.files), len(again.files)) == (2, 4, 0)


def test_fetching_goes_on_in_the_middle_of_a_period_with_the_same_period(fetch: Fetch) -> None:
    def answer(asked: Asked) -> Says:
        page = int(asked.query["page"])
        if page == 3 and not repaired:
            return Says("down", status=400)
        return Says({"items": ITEMS[4 * page - 4 : 4 * page]})

    repaired: list[bool] = []
    settings = {"start": "2026-06-01", "step": "P31D", "pages": "page", "page_size": 4}
    into = Brought()
    with vendor(answer) as shop:
        settings["url"] = f"{shop.url}/?from={{since}}&to={{until}}&page={{page}}"
        with pytest.raises(CannotFetch):
            fetch(into=into, **settings)
        repaired.append(True)
        asked = len(shop.asked)
        rest = fetch(cursor=into.cursor, now=NOON + timedelta(days=1), **settings)
    assert (len(into.files), len(rest.files)) == (2, 4)
    assert {one["to"] for one in shop.queries} == {"2026-06-15T12:00:00Z"}
    assert [one["page"] for one in shop.queries[asked:]] == ["3", "4", "5", "6", "7"]
    assert set(into.files).isdisjoint(rest.files)


@pytest.mark.parametrize(
    ("settings", "header", "value"),
    [
        ({"auth": "basic", "username": "key", "secret": ""}, "authorization", "Basic a2V5Og=="),
        ({"auth": "bearer", "secret": "s3cret"}, "authorization", "Bearer s3cret"),
        ({"auth": "api_key_header", "key_name": "X-Key", "secret": "s3cret"}, "x-key", "s3cret"),
        ({"auth": "none"}, "authorization", None),
    ],
)
def test_access(fetch: Fetch, settings: dict, header: str, value: str | None) -> None:
    with vendor(one_after_another(Says(ITEMS))) as shop:
        fetch(url=f"{shop.url}/", **settings)
    assert shop.asked[0].headers.get(header) == value


def test_a_key_in_the_query(fetch: Fetch) -> None:
    with vendor(one_after_another(Says(ITEMS))) as shop:
        brought = fetch(url=f"{shop.url}/north.json?a=b%20c", auth="api_key_query", key_name="apikey", secret="a&b=c")
    assert shop.queries == [{"a": "b c", "apikey": "a&b=c"}]
    assert "a&b" not in str(brought)


def test_a_token_is_fetched_once_and_again_where_it_ran_out(fetch: Fetch) -> None:
    tokens = iter(("one", "two", "three"))
    current = ["none yet"]

    def answer(asked: Asked) -> Says:
        if asked.path == "/token":
            current[0] = next(tokens)
            return Says({"access_token": current[0], "token_type": "Bearer", "expires_in": 60})
        if len(shop.asked) == 4:
            current[0] = "ran out"
        if asked.headers["authorization"] != f"Bearer {current[0]}":
            return Says({"error": "invalid_token"}, status=401)
        return Says([{"time": asked.query["from"], "kWh": 1}])

    with vendor(answer) as shop:
        brought = fetch(
            url=f"{shop.url}/?from={{since}}", start="2026-05-15", step="P7D", auth="oauth2", username="id", secret="word",
            token_url=f"{shop.url}/token", scope="meters",
        )  # fmt: skip
    assert len(brought.files) == 5
    paths = [one.path for one in shop.asked]
    assert paths == ["/token", "/", "/", "/", "/token", "/", "/", "/"]
    assert shop.asked[0].body == b"grant_type=client_credentials&scope=meters"
    assert shop.asked[0].headers["authorization"] == "Basic aWQ6d29yZA=="
