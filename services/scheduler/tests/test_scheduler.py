"""Rounds of the scheduler through the absences of its neighbours. Time and the backend are told, Redis is real."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from structlog.testing import capture_logs

from wattwise_client import Wattwise
from wattwise_contract.jobs import JobKind, Queue
from wattwise_redis.testing import running_redis
from wattwise_runtime.broker import Broker
from wattwise_scheduler.scheduler import Scheduler

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 29, 3, tzinfo=UTC)


class StandInBackend:
    """Facts in which a roll-up is due, and a job to dispatch; away when told."""

    def __init__(self) -> None:
        self.away = False
        self.broken_facts = False
        self.job_id = str(uuid4())
        self.undispatched = True
        self.heard: list[tuple[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self.away:
            raise httpx2.ConnectError("refused")
        path = request.url.path
        self.heard.append((path, json.loads(request.content or b"null")))
        if path == "/data/scheduler/facts/":
            return httpx2.Response(500) if self.broken_facts else httpx2.Response(200, json=self._facts())
        if path == "/data/housekeeping/":
            return httpx2.Response(200, json={"folders": 2})
        if path == "/data/sources/start-due/":
            return httpx2.Response(200, json={"started": 0})
        if path == "/data/jobs/":
            return httpx2.Response(200, json=[self._job()])
        dispatched = [{"job_id": self.job_id, "kind": "roll_up", "priority": 1}] if self.undispatched else []
        self.undispatched = False
        return httpx2.Response(200, json=dispatched)

    def paths(self) -> list[str]:
        return [path for path, _ in self.heard]

    def _facts(self) -> dict[str, Any]:
        at = NOW - timedelta(seconds=30)
        dirty = {"dirty_meter_ids": [3], "oldest_dirty_at": at.isoformat(), "newest_dirty_at": at.isoformat()}
        return {
            "now": NOW.isoformat(),
            "organizations": [{"organization_id": 1, **dirty}],
            "blocked_dedupe_keys": [],
        }

    def _job(self) -> dict[str, Any]:
        return {
            "id": self.job_id, "kind": "roll_up", "organization_id": 1, "scope": {}, "state": "waiting",
            "created_at": NOW.isoformat(),
        }  # fmt: skip


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.fixture
def backend() -> StandInBackend:
    return StandInBackend()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broker(redis_url: str) -> Iterator[Broker]:
    sender = Broker(redis_url)
    sender._redis.flushall()
    yield sender
    sender.close()


@pytest.fixture
def api(backend: StandInBackend) -> Iterator[Wattwise]:
    transport = httpx2.MockTransport(backend)
    with Wattwise("http://meters.test", "ww_t", patience=timedelta(0), transport=transport) as client:
        yield client


@pytest.fixture
def scheduler(api: Wattwise, broker: Broker, clock: Clock) -> Scheduler:
    return Scheduler(api, broker, clock=clock)


def test_a_round_wishes_for_what_is_due_and_hands_it_to_redis(scheduler, backend, broker):
    scheduler.round()
    wish = dict(backend.heard)["/data/jobs/"][0]
    assert (wish["kind"], wish["dedupe_key"], wish["scope"]) == ("roll_up", "roll_up:1:0", {"meter_ids": [3]})
    assert broker.queue_lengths()[Queue.AGGREGATION] == 1
    assert JobKind.ROLL_UP.queue is Queue.AGGREGATION


def test_it_says_which_queues_are_empty_so_that_lost_jobs_come_again(scheduler, backend):
    scheduler.round()
    assert backend.heard[-1] == ("/data/jobs/dispatch/", {"empty_queues": [queue.value for queue in Queue]})
    scheduler.round()
    assert "aggregation" not in backend.heard[-1][1]["empty_queues"]


def test_it_asks_for_old_files_to_go_once_an_hour(scheduler, backend, clock):
    asked = []
    for minute in range(0, 135, 5):
        clock.seconds = minute * 60.0
        scheduler.round()
        asked += [minute] * (backend.paths().count("/data/housekeeping/") - len(asked))
    assert asked == [10, 70, 130]


def test_each_decision_is_logged_once(scheduler):
    with capture_logs() as logs:
        for _ in range(3):
            scheduler.round()
    assert [line["event"] for line in logs] == ["job wished for", "job sent"]


def test_while_redis_is_away_jobs_stay_with_the_backend(api, backend, clock):
    with capture_logs() as logs:
        away = Broker("redis://127.0.0.1:1/0")
        scheduler = Scheduler(api, away, clock=clock)
        for _ in range(3):
            scheduler.round()
        away.close()
    assert "/data/jobs/dispatch/" not in backend.paths()
    assert [line["step"] for line in logs if line["log_level"] == "warning"] == ["handing jobs over"], "said once"


def test_facts_that_fail_do_not_keep_jobs_from_being_sent(scheduler, backend, broker):
    backend.broken_facts = True
    scheduler.round()
    assert broker.queue_lengths()[Queue.AGGREGATION] == 1


def test_after_a_long_absence_workers_renew_their_leases_before_jobs_are_taken_back(scheduler, backend, clock):
    backend.undispatched = False
    scheduler.round()
    backend.away = True
    for clock.seconds in range(1, 31):
        scheduler.round()
    backend.away = False
    backend.heard.clear()
    for clock.seconds in range(31, 36):
        scheduler.round()
    assert "/data/jobs/dispatch/" not in backend.paths()
    clock.seconds = 36
    scheduler.round()
    assert backend.paths()[-1] == "/data/jobs/dispatch/"


def test_after_a_short_absence_nobody_waits(scheduler, backend, clock):
    scheduler.round()
    backend.away = True
    clock.seconds = 5
    scheduler.round()
    backend.away = False
    backend.heard.clear()
    clock.seconds = 6
    scheduler.round()
    assert backend.paths()[-1] == "/data/jobs/dispatch/"


def test_a_platform_that_takes_its_time_to_start_makes_no_job_wait(scheduler, backend, clock):
    backend.away = True
    for clock.seconds in range(30):
        scheduler.round()
    backend.away = False
    clock.seconds = 30
    scheduler.round()
    assert backend.paths()[-1] == "/data/jobs/dispatch/"
