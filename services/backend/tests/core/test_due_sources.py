"""When sources are asked, and how many at once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from wattwise_backend.imports.due import next_due, start_due_sources
from wattwise_backend.imports.models import Import, Source

from . import estate
from .conftest import Community
from .estate import NOON, Machine
from .sources import active_source

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_source_is_asked_once_however_often_the_scheduler_looks(community: Community) -> None:
    scheduler = estate.service("scheduler")
    source = active_source(community.organization)
    answers = [scheduler.call("POST", "/data/sources/start-due/").json() for _ in range(3)]
    assert answers == [{"started": 1}, {"started": 0}, {"started": 0}]
    run = source.imports.get()
    assert run.job is not None
    assert (run.job.state, run.began_with) == ("waiting", {})


def test_only_the_scheduler_starts_what_is_due(worker: Machine) -> None:
    assert worker.call("POST", "/data/sources/start-due/").status_code == 403


def test_after_an_outage_one_import_catches_up_and_the_rhythm_stays(community: Community) -> None:
    source = active_source(community.organization)
    back = NOON + timedelta(days=2, minutes=25)
    assert start_due_sources(now=back) == 1
    source.refresh_from_db()
    assert source.imports.count() == 1
    assert source.due_at == NOON + timedelta(days=2, hours=1)


def test_while_one_import_is_under_way_no_second_one_starts(community: Community) -> None:
    source = active_source(community.organization)
    assert start_due_sources(now=NOON) == 1
    assert start_due_sources(now=NOON + 3 * HOUR) == 0
    assert source.imports.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_start_one_import(community: Community) -> None:
    sources = [active_source(community.organization, name=f"home {number}") for number in range(5)]
    started, together = [], Barrier(2)

    def look() -> None:
        together.wait(timeout=10)
        started.append(start_due_sources(now=NOON))
        connection.close()

    threads = [Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sum(started) == 5
    assert [source.imports.count() for source in sources] == [1] * 5


def test_sources_that_were_started_together_do_not_ask_at_the_same_moment_for_good(community: Community) -> None:
    sources = [active_source(community.organization, name=f"home {number}", due_at=None) for number in range(20)]
    moments = {next_due(source, now=NOON) for source in sources}
    assert len(moments) == 20
    assert all(moment is not None and HOUR <= moment - NOON <= HOUR * 1.05 for moment in moments)


@pytest.mark.parametrize("state", ["draft", "paused", "removed"])
def test_sources_that_are_not_active_are_left_alone(community: Community, state: str) -> None:
    active_source(community.organization, state=state)
    assert start_due_sources(now=NOON) == 0


def test_while_many_imports_wait_the_longest_due_go_first(community: Community) -> None:
    for number in range(4):
        active_source(community.organization, name=f"home {number}", due_at=NOON - number * HOUR)
    assert start_due_sources(now=NOON, most_live=2) == 2
    assert start_due_sources(now=NOON, most_live=2) == 0
    assert set(Import.objects.values_list("source__name", flat=True)) == {"home 3", "home 2"}


@pytest.mark.parametrize(
    ("every", "due_at", "expected"),
    [
        ("PT1H", NOON, NOON + HOUR),
        ("PT1H", NOON - 5 * HOUR - timedelta(minutes=10), NOON + timedelta(minutes=50)),
        ("PT1H", NOON + timedelta(minutes=20), NOON + timedelta(minutes=20)),
        ("PT1M", NOON, NOON + timedelta(minutes=1)),
        ("P1D", None, NOON + timedelta(days=1)),
        ("", NOON, None),
    ],
)
def test_the_next_moment_lies_on_the_sources_own_grid(every: str, due_at: object, expected: object) -> None:
    assert next_due(Source(every=every, due_at=due_at), now=NOON) == expected
