"""What a worker does beside its jobs."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from wattwise_client import Wattwise
from wattwise_contract.scheduling import Heartbeat, ServiceName
from wattwise_runtime import Beside
from wattwise_runtime.beside import Threads

BEAT = Heartbeat(
    service=ServiceName.CONSUMPTION, instance="meter-room:7", version="1", started_at=datetime(2026, 1, 15, tzinfo=UTC)
)


@pytest.fixture
def api(backend):
    with Wattwise(backend.url, "ww_test", patience=timedelta(0)) as client:
        yield client


def test_what_the_platform_does_not_take_is_told_again_until_it_does(backend, api, until):
    backend.away = True
    tried = []

    def tell(beside: Beside) -> None:
        beside.until_it_works(lambda api: (tried.append(1), api.work.heartbeat(BEAT)))

    with Threads([tell], api):
        until(lambda: bool(tried), 5, "the first try")
        assert backend.heartbeats == []
        backend.away = False
        until(lambda: bool(backend.heartbeats), 5, "the platform to hear of it")
    assert len(backend.heartbeats) == 1


def test_it_ends_with_the_worker_and_one_that_fails_leaves_the_others_alone(backend, api):
    heard, ended = threading.Event(), threading.Event()

    def fails(beside: Beside) -> None:
        raise ZeroDivisionError

    def listens(beside: Beside) -> None:
        heard.set()
        beside.stop.wait()
        ended.set()

    with Threads([fails, listens], api):
        assert heard.wait(5)
        assert not ended.is_set()
    assert ended.wait(5)
