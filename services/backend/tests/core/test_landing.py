"""What a source brings is stored with its import before anybody reads it, whatever dies in between."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from wattwise_backend.imports.due import fetch_now, start_due_sources
from wattwise_backend.imports.models import Import, Source
from wattwise_backend.jobs.models import Job
from wattwise_contract.imports import ImportTask

from . import estate
from .conftest import Community
from .estate import NOON, Machine
from .sources import KEY, active_source, claimed, fail, land, succeed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})


@pytest.fixture
def source(community: Community) -> Source:
    return active_source(community.organization, cursor={"since": "May"})


@pytest.fixture
def run(source: Source) -> Import:
    assert start_due_sources(now=NOON) == 1
    return source.imports.get()


def content_of(worker: Machine, run: Import, number: int) -> bytes:
    return b"".join(worker.get(f"/data/imports/{run.pk}/files/{number}/").streaming_content)


def task_of(worker: Machine, run: Import) -> ImportTask:
    return ImportTask.model_validate_json(worker.get(f"/data/imports/{run.pk}/").content)


def test_a_worker_is_told_the_settings_with_their_secrets_and_where_to_go_on(worker: Machine, run: Import) -> None:
    task = task_of(worker, run)
    assert task.config == {"mpan": "12", "api_key": KEY}
    assert (task.landed.cursor, task.landed.files, task.landed.done) == ({"since": "May"}, 0, False)


def test_no_worker_is_told_the_secrets_once_the_import_has_ended(worker: Machine, run: Import) -> None:
    fail(worker, claimed(run), "The key is wrong.")
    assert task_of(worker, run).config == {"mpan": "12"}


def test_an_attempt_goes_on_where_the_one_before_it_came_to(worker: Machine, run: Import, source: Source) -> None:
    first = claimed(run)
    assert land(worker, first, run.pk, b"page 1", name="1.json", cursor={"page": 1}).json()["files"] == 1
    # The answer was lost: it is sent once more, and then the worker dies.
    assert land(worker, first, run.pk, b"page 1", name="1.json", cursor={"page": 1}).json()["files"] == 1
    landed = task_of(worker, run).landed
    assert (landed.files, landed.cursor) == (1, {"page": 1})
    answer = land(worker, first, run.pk, b"page 2", number=1, name="2.json", cursor={"page": 2})
    assert answer.json() == {"files": 2, "cursor": {"page": 2}, "done": False}
    source.refresh_from_db()
    assert source.cursor == {"since": "May"}
    land(worker, first, run.pk, number=2, cursor={"page": 2}, done=True)
    source.refresh_from_db()
    assert source.cursor == {"page": 2}
    assert [content_of(worker, run, number) for number in (0, 1)] == [b"page 1", b"page 2"]
    assert [file.name for file in task_of(worker, run).files] == ["1.json", "2.json"]


def test_nothing_is_landed_after_the_end_or_under_a_lost_lease(worker: Machine, run: Import) -> None:
    claim = claimed(run)
    land(worker, claim, run.pk, b"all", cursor={"page": 1})
    land(worker, claim, run.pk, number=1, cursor={"page": 1}, done=True)
    again = land(worker, claim, run.pk, b"more", number=1, cursor={"page": 9})
    assert again.json() == {"files": 1, "cursor": {"page": 1}, "done": True}
    assert run.files.count() == 1
    lost = claim.model_copy(update={"lease_token": claim.job.id})
    assert land(worker, lost, run.pk, b"late", number=1).status_code == 409


def test_files_come_one_after_the_other_and_whole(worker: Machine, run: Import) -> None:
    claim = claimed(run)
    assert land(worker, claim, run.pk, b"page 3", number=2).status_code == 400
    assert land(worker, claim, run.pk, b"page 1", sha256="0" * 64).status_code == 400
    assert run.files.count() == 0


def test_the_cursor_never_goes_back(worker: Machine, run: Import, source: Source) -> None:
    """An import whose fetch failed is retried by a person after a later one moved on."""
    old = claimed(run)
    Source.objects.filter(pk=source.pk).update(cursor={"since": "July"})
    land(worker, old, run.pk, cursor={"since": "June"}, done=True)
    source.refresh_from_db()
    assert source.cursor == {"since": "July"}


def test_what_somebody_fetches_once_more_leaves_the_cursor_alone(worker: Machine, source: Source) -> None:
    again = fetch_now(source, user_id=None, cursor={"since": "January"}, now=NOON)
    claim = claimed(again)
    assert task_of(worker, again).landed.cursor == {"since": "January"}
    land(worker, claim, again.pk, b"all", cursor={"since": "February"})
    land(worker, claim, again.pk, number=1, cursor={"since": "February"}, done=True)
    source.refresh_from_db()
    assert source.cursor == {"since": "May"}


def test_a_fetch_that_brought_nothing_leaves_no_import(worker: Machine, run: Import, source: Source) -> None:
    claim = claimed(run)
    land(worker, claim, run.pk, cursor={"since": "June"}, done=True)
    succeed(worker, claim)
    source.refresh_from_db()
    assert not source.imports.exists()
    assert source.checked_at is not None
    assert source.brought_at is None
    assert source.cursor == {"since": "June"}


def test_somebody_who_asked_is_told_that_there_was_nothing(
    worker: Machine, source: Source, community: Community
) -> None:
    run = fetch_now(source, user_id=community.alice.pk, cursor=None, now=NOON)
    claim = claimed(run)
    land(worker, claim, run.pk, cursor={"since": "June"}, done=True)
    succeed(worker, claim)
    run.refresh_from_db()
    assert run.receipt is not None
    assert (run.receipt["read"], run.receipt["stored"], run.finished_at is not None) == (0, 0, True)


def test_a_source_that_is_away_for_days_does_not_fill_the_list(worker: Machine, source: Source) -> None:
    for hour in range(4):
        assert start_due_sources(now=NOON + hour * HOUR) == 1
        fail(worker, claimed(source.imports.latest("id")), f"Away for {hour} hours.")
    source.refresh_from_db()
    assert (source.failures, source.last_error) == (4, "Away for 3 hours.")
    assert source.imports.count() == 1  # the newest, for who wants to know
    assert start_due_sources(now=NOON + 4 * HOUR) == 1
    back = source.imports.latest("id")
    claim = claimed(back)
    land(worker, claim, back.pk, b"[]", cursor={"since": "June"})
    land(worker, claim, back.pk, number=1, cursor={"since": "June"}, done=True)
    succeed(worker, claim, {"kind": "readings"})
    assert list(source.imports.all()) == [back]


def test_jobs_that_left_no_import_are_forgotten_after_a_day(worker: Machine, source: Source) -> None:
    def nothing_new() -> Job:
        run = fetch_now(source, user_id=None, cursor=None, now=timezone.now())
        claim = claimed(run)
        land(worker, claim, run.pk, cursor={}, done=True)
        succeed(worker, claim)
        return Job.objects.get(pk=claim.job.id)

    first = nothing_new()
    Job.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=2))
    kept, _ = estate.started_import(source.organization)
    Job.objects.filter(pk=kept.job_id).update(created_at=timezone.now() - timedelta(days=2), state="succeeded")
    second = nothing_new()
    assert set(Job.objects.values_list("pk", flat=True)) == {second.pk, kept.job_id}


def test_a_fetch_that_dies_is_told_and_forgiven_by_the_next_success(
    worker: Machine, run: Import, source: Source
) -> None:
    fail(worker, claimed(run), "The API key is not accepted.")
    source.refresh_from_db()
    assert (source.failures, source.last_error) == (1, "The API key is not accepted.")
    assert source.due_at == NOON + HOUR
    assert start_due_sources(now=NOON + HOUR) == 1
    later = source.imports.order_by("id").last()
    assert later is not None
    claim = claimed(later, now=NOON + HOUR)
    land(worker, claim, later.pk, b"[]", cursor={"since": "June"})
    land(worker, claim, later.pk, number=1, cursor={"since": "June"}, done=True)
    succeed(worker, claim, {"kind": "readings"})
    source.refresh_from_db()
    assert (source.failures, source.last_error) == (0, "")
    assert later.files.count() == 1
