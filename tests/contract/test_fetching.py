"""A source that fetches, from its settings to its readings: the real worker and backend, and a vendor's server that goes
wrong at times."""

import json
import threading
import wsgiref.simple_server
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from wattwise_client import Refused
from wattwise_consumption.fetching import FetchLimits
from wattwise_consumption.guard import Guard
from wattwise_consumption.means import Means
from wattwise_consumption.pipeline import carry_out_import
from wattwise_consumption.preview import preview_import
from wattwise_consumption.sources.kinds import kinds
from wattwise_contract.jobs import JobKind
from wattwise_runtime.run import execute

from .conftest import Platform

Record = dict[str, Any]
FIRST = datetime(2026, 3, 28, tzinfo=UTC)  # the day before London's clocks go forward


class Vendor:
    """Half hours of one meter, three pages a period; `answers` may be replaced."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self.until = FIRST + timedelta(days=3)
        self.kwh = 0.25
        self.odd: dict[datetime, str] = {}  # what it answers of some half hours
        self.fault: Callable[[int], tuple[str, str] | None] = lambda number: None

    def __call__(self, environ: Record, start_response: Callable[..., Any]) -> list[bytes]:
        self.asked.append(environ["QUERY_STRING"])
        status, body = self.fault(len(self.asked)) or ("200 OK", self._page(environ))
        start_response(status, [("Content-Type", "application/json")])
        return [body.encode()]

    def _page(self, environ: Record) -> str:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        since, until = (datetime.fromisoformat(query[name]) for name in ("from", "to"))
        steps = int((min(until, self.until) - since) / timedelta(minutes=30))
        rows = [
            {"time": at.isoformat(), "kWh": self.odd.get(at, self.kwh)}
            for at in (since + timedelta(minutes=30 * step) for step in range(max(steps, 0)))
        ]
        first = 60 * (int(query["page"]) - 1)
        return json.dumps({"readings": rows[first : first + 60], "total": len(rows)})


@pytest.fixture
def shop() -> Iterator[Vendor]:
    made = Vendor()

    class Quiet(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with wsgiref.simple_server.make_server("127.0.0.1", 0, made, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_port}"
        yield made
        server.shutdown()


class Fetching:
    """What a person does with a source, and what the worker does of it."""

    def __init__(self, platform: Platform, shop: Vendor, scratch: Any) -> None:
        self._platform, self._shop = platform, shop
        limits = FetchLimits(tries=2, first_pause=0.01, longest_pause=0.05)
        self._means = Means(scratch=scratch, guard=Guard.allowing(["127.0.0.1"]), fetch_limits=limits)
        platform.consumption.work.declare_source_kinds([kind.info for kind in kinds().values()])

    def post(self, path: str, body: Record | None = None) -> Record:
        answer: Record = self._platform.operator._post(path, body or {})
        return answer

    def source(self, source_id: int) -> Record:
        return next(one for one in self._platform.operator.sources() if one["id"] == source_id)

    def connect(self, **more: Any) -> int:
        config = {
            "url": f"{self._shop.url}/?from={{since}}&to={{until}}&page={{page}}", "meter": "North", "start": "2026-03-28",
            "pages": "page", "items_path": "readings", "total_path": "total", "newest_path": "readings[].time",
            "overlap": "PT6H", "auth": "bearer",
        }  # fmt: skip
        body = {
            "organization": self._platform.organization.id, "name": "North", "kind": "http", "config": config | more,
            "secrets": {"secret": "s3cret"}, "every": "PT1H",
        }  # fmt: skip
        return int(self.post("/api/sources/", body)["id"])

    def work(self, job: Record, now: datetime) -> str:
        """The worker takes the job, however long it had to wait."""
        from wattwise_backend.jobs.models import Job

        Job.objects.filter(pk=job["id"]).update(run_after=FIRST)
        self._platform.scheduler.work.dispatch()
        told = self._platform.consumption.work.job(job["id"])
        import_id = int(str(told.scope["import_id"]))
        story = carry_out_import if told.kind is JobKind.IMPORT else preview_import
        return execute(
            lambda run: story(run, import_id=import_id, means=self._means), job["id"], api=self._platform.consumption,
            worker="meter-room:7", now=now,
        )  # fmt: skip

    def fetch(self, source_id: int, now: datetime, **body: Any) -> tuple[Record, str]:
        made = self.post(f"/api/sources/{source_id}/fetch/", body)
        return made, self.work(made["job"], now)

    def readings(self) -> list[tuple[datetime, float]]:
        found = self._platform.operator.readings(organization_id=self._platform.organization.id)
        rows = found.select("starts_at", "value").sort("starts_at").rows()
        return [(at.astimezone(UTC), value) for at, value in rows]


@pytest.fixture
def fetching(platform: Platform, shop: Vendor, tmp_path, monkeypatch) -> Fetching:
    from django.db import connections

    # The lease is renewed by a thread, whose database connection would otherwise outlive the test.
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 0)
    return Fetching(platform, shop, tmp_path)


def half_hours(days: float, kwh: float = 0.25) -> list[tuple[datetime, float]]:
    return [(FIRST + timedelta(minutes=30 * step), kwh) for step in range(int(days * 48))]


def started(fetching: Fetching, now: datetime, **more: Any) -> int:
    source_id = fetching.connect(**more)
    fetching.post(f"/api/sources/{source_id}/start/", {})
    (job,) = [one for one in fetching._platform.operator.jobs() if one["kind"] == JobKind.IMPORT]
    assert fetching.work(job, now) == "succeeded"
    return source_id


def test_a_source_is_previewed_started_asked_and_keeps_quiet_where_nothing_is_new(fetching, shop, platform) -> None:
    source_id = fetching.connect()
    made = fetching.post(f"/api/sources/{source_id}/preview/")
    assert fetching.work(made["job"], FIRST + timedelta(days=3)) == "succeeded"
    preview = platform.operator.preview(made["id"])
    assert preview is not None
    assert preview.interpretations[0].readings_count == 120  # two pages
    assert fetching.readings() == []
    begun = platform.operator.start_import(made["id"], preview.interpretations[0].recipe)
    shop.asked.clear()
    assert fetching.work(begun["job"], FIRST + timedelta(days=3)) == "succeeded"
    assert fetching.readings() == half_hours(3)
    receipt = platform.operator.import_status(made["id"])["receipt"]
    assert (receipt["stored"], receipt["totals"]) == (144, {"kWh": 36.0})
    assert (len(shop.asked), fetching.source(source_id)["state"]) == (3, "active")

    again, outcome = fetching.fetch(source_id, FIRST + timedelta(days=3, hours=1))
    quiet, _ = fetching.fetch(source_id, FIRST + timedelta(days=3, hours=1, minutes=9))
    assert (outcome, fetching.readings()) == ("succeeded", half_hours(3))
    assert quiet["id"] not in [one["id"] for one in platform.operator.imports()]

    shop.until += timedelta(days=2)
    later, _ = fetching.fetch(source_id, FIRST + timedelta(days=5))
    receipt = platform.operator.import_status(later["id"])["receipt"]
    assert (receipt["stored"], receipt["corrected"], fetching.readings()) == (96, 0, half_hours(5))
    assert receipt["unchanged"] <= 13
    assert "s3cret" not in json.dumps(fetching.source(source_id)) + json.dumps(list(platform.operator.imports()))


def test_a_fetch_that_breaks_off_goes_on_with_the_page_where_it_was(fetching, shop, platform) -> None:
    source_id = fetching.connect()
    shop.fault = lambda number: ("503 Away", "down") if number in (2, 3) else None
    fetching.post(f"/api/sources/{source_id}/start/", {})
    (job,) = platform.operator.jobs()
    assert fetching.work(job, FIRST + timedelta(days=3)) == "failed"
    assert platform.operator.job(job["id"])["error"].startswith(
        "127.0.0.1 cannot answer at present (status 503: down)."
    )
    assert fetching.work(job, FIRST + timedelta(days=3, hours=2)) == "succeeded"
    assert fetching.readings() == half_hours(3)
    assert [query.rpartition("=")[2] for query in shop.asked] == ["1", "2", "2", "2", "3"]
    assert len({query.partition("&page")[0] for query in shop.asked}) == 1


def test_a_changed_answer_is_kept_and_what_it_kept_back_comes_when_it_is_mended(fetching, shop, platform) -> None:
    source_id = started(fetching, FIRST + timedelta(days=3))
    shop.until += timedelta(days=2)
    shop.fault = lambda number: ("200 OK", json.dumps({"data": {"values": [1, 2]}}))
    broken, outcome = fetching.fetch(source_id, FIRST + timedelta(days=4))
    assert outcome == "failed for good"
    assert "The answer has no list at “readings”" in fetching.source(source_id)["last_error"]
    assert [file["name"] for file in platform.operator.import_status(broken["id"])["files"]] == [
        "North_2026-03-30-1730.json"
    ]
    shop.fault = lambda number: None
    fetching.fetch(source_id, FIRST + timedelta(days=5))
    assert fetching.readings() == half_hours(5)
    assert fetching.source(source_id)["failures"] == 0


def test_corrections_are_fetched_again_from_a_day_on(fetching, shop, platform) -> None:
    source_id = started(fetching, FIRST + timedelta(days=3))
    shop.kwh = 0.5
    made, _ = fetching.fetch(source_id, FIRST + timedelta(days=3, hours=2), since="2026-03-29")
    receipt = platform.operator.import_status(made["id"])["receipt"]
    corrected = [value for at, value in fetching.readings() if at >= FIRST + timedelta(days=1)]
    assert (set(corrected), receipt["stored"]) == ({0.5}, 0)
    assert fetching.readings()[0] == (FIRST, 0.25)
    platform.operator.undo_import(made["id"])


def test_a_private_address_is_refused_with_the_setting_that_would_allow_it(fetching, platform) -> None:
    source_id = fetching.connect(url="http://10.1.2.3/readings?page={page}")
    made = fetching.post(f"/api/sources/{source_id}/preview/")
    assert fetching.work(made["job"], FIRST) == "failed for good"
    assert "WATTWISE_SOURCES_MAY_REACH=10.1.2.3" in platform.operator.job(made["job"]["id"])["error"]


def test_settings_that_do_not_fit_are_refused_by_name(fetching) -> None:
    with pytest.raises(Refused, match="pages"):
        fetching.connect(pages="scrolls")


def test_what_a_source_answered_wrong_is_put_right_without_asking_it_again(fetching, shop, platform, tmp_path) -> None:
    shop.odd = {FIRST + timedelta(hours=70): "unknown"}
    source_id = started(fetching, FIRST + timedelta(days=3))
    (first,) = platform.operator.imports()
    before, shop.asked = fetching.source(source_id), []
    rows = platform.operator.rejected_whole(first["id"], tmp_path / "rows.csv")
    assert rows.read_text().count("unknown") == 1
    rows.write_text(rows.read_text().replace("unknown", "0.25"))
    made = platform.operator.create_import([rows], organization_id=platform.organization.id, fixes=first["id"])
    assert fetching.work(made["job"], FIRST + timedelta(days=9)) == "succeeded"
    assert (fetching.readings(), shop.asked) == (half_hours(3), [])
    assert platform.operator.import_status(first["id"])["put_right"] == 1
    after = fetching.source(source_id)
    assert {name for name in before if before[name] != after[name]} <= {"imports_count", "last_import"}
