"""Sources that are listened to: one worker at a time, nothing heard is lost, and a cut happens once."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from wattwise_backend.imports.listening import hold
from wattwise_backend.imports.models import Source
from wattwise_contract.imports import ImportTask
from wattwise_contract.jobs import LEASE_DURATION, LEASE_HEADER
from wattwise_contract.sources import ListenerReport, ListenerTask, ListenerWish

from .conftest import Community
from .estate import NOON, Machine
from .sources import KEY, active_source

pytestmark = pytest.mark.django_db
LATER = NOON + LEASE_DURATION + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})


@pytest.fixture
def source(community: Community) -> Source:
    return active_source(community.organization, kind="broker", due_at=None, every="")


def held(
    worker: str, *, now: Any = NOON, most: int = 50, reports: list[ListenerReport] | None = None
) -> list[ListenerTask]:
    return hold(ListenerWish(worker=worker, kinds=["broker"], most=most, reports=reports or []), now=now)


def headers(worker: Machine, task: ListenerTask) -> dict[str, str]:
    return {"Authorization": f"Bearer {worker.token}", LEASE_HEADER: f"{task.source_id}:{task.lease}"}


def heard(worker: Machine, task: ListenerTask, *lines: str) -> Any:
    path = f"/data/listeners/{task.source_id}/spool/"
    body = [{"line": line} for line in lines]
    return worker.call("POST", path, body, lease=f"{task.source_id}:{task.lease}")


def spool_of(worker: Machine, task: ListenerTask, after: int = 0) -> list[dict[str, Any]]:
    path = f"/data/listeners/{task.source_id}/spool/"
    answer = worker.client.get(path, {"after": after}, headers=headers(worker, task))
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()
    return found


def cut(worker: Machine, task: ListenerTask, content: bytes, **cut: Any) -> Any:
    message = {"name": "12:00.ndjson", "sha256": hashlib.sha256(content).hexdigest(), "cursor": {"at": "12:15"}} | cut
    form = {"cut": json.dumps(message), "file": SimpleUploadedFile("12:00.ndjson", content)}
    return Client().post(f"/data/listeners/{task.source_id}/cut/", form, headers=headers(worker, task))


def test_one_worker_holds_a_source_until_its_lease_runs_out(source: Source) -> None:
    (task,) = held("meter-room")
    assert task.settings == {"mpan": "12", "api_key": KEY}
    assert held("attic") == []
    (again,) = held("meter-room", now=NOON + timedelta(seconds=5))
    assert (again.lease, again.identity) == (task.lease, task.identity)
    (taken,) = held("attic", now=LATER + timedelta(seconds=5))
    assert taken.lease != task.lease
    assert taken.identity == task.identity
    assert held("meter-room", now=LATER + timedelta(seconds=5)) == []


def test_a_worker_that_stops_gives_its_sources_back_at_once(source: Source) -> None:
    held("meter-room")
    assert held("meter-room", most=0) == []
    assert len(held("attic")) == 1


def test_a_paused_source_is_let_go(source: Source) -> None:
    held("meter-room")
    Source.objects.update(state="paused")
    assert held("meter-room") == []


def test_what_was_heard_is_kept_in_order_for_whoever_comes_next(worker: Machine, source: Source) -> None:
    (task,) = held("meter-room")
    first = heard(worker, task, '{"t": 1}', '{"t": 2}').json()["ids"]
    assert first == sorted(first)
    assert [row["line"] for row in spool_of(worker, task)] == ['{"t": 1}', '{"t": 2}']
    assert [row["id"] for row in spool_of(worker, task, after=first[0])] == first[1:]
    (taken,) = held("attic", now=LATER)
    assert heard(worker, task, "{}").status_code == 409
    assert len(spool_of(worker, taken)) == 2


def test_a_cut_becomes_one_import_however_often_it_is_sent(worker: Machine, source: Source) -> None:
    (task,) = held("meter-room")
    ids = heard(worker, task, "a", "b", "c").json()["ids"]
    first = cut(worker, task, b"a\nb\n", through_id=ids[1], keep_ids=[ids[1]])
    assert first.status_code == 200, first.content
    assert cut(worker, task, b"a\nb\n", through_id=ids[1], keep_ids=[ids[1]]).json() == first.json()
    run = source.imports.get()
    assert run.pk == first.json()["import"]
    assert [row["line"] for row in spool_of(worker, task)] == ["b", "c"]
    source.refresh_from_db()
    assert source.cursor == {"at": "12:15"}
    seen = ImportTask.model_validate_json(worker.get(f"/data/imports/{run.pk}/").content)
    assert (seen.landed.done, [file.name for file in seen.files]) == (True, ["12:00.ndjson"])
    assert run.job is not None
    assert run.job.state == "waiting"


def test_a_later_cut_may_end_at_the_same_line(worker: Machine, source: Source) -> None:
    (task,) = held("meter-room")
    ids = heard(worker, task, "1000 W").json()["ids"]
    first = cut(worker, task, b"until 12:15", through_id=ids[0], keep_ids=ids)
    second = cut(worker, task, b"until 12:30", through_id=ids[0], keep_ids=ids, cursor={"at": "12:30"})
    assert first.json() != second.json()
    assert source.imports.count() == 2


def test_a_broken_file_cuts_nothing_off(worker: Machine, source: Source) -> None:
    (task,) = held("meter-room")
    ids = heard(worker, task, "a").json()["ids"]
    assert cut(worker, task, b"a", through_id=ids[0], sha256="0" * 64).status_code == 400
    assert len(spool_of(worker, task)) == 1
    assert not source.imports.exists()


def test_what_keeps_a_listener_from_its_broker_is_told_once(source: Source) -> None:
    held("meter-room")
    refused = [ListenerReport(source_id=source.pk, error="The broker refused the password. Enter it again.")]
    for _ in range(3):
        held("meter-room", reports=refused)
    source.refresh_from_db()
    assert (source.failures, source.last_error) == (1, "The broker refused the password. Enter it again.")
    held("meter-room", reports=[ListenerReport(source_id=source.pk)])
    source.refresh_from_db()
    assert (source.failures, source.last_error) == (0, "")


def test_secrets_of_another_platform_key_are_told_beside_the_source(source: Source, settings: Settings) -> None:
    settings.SECRET_KEY = "another platform key, fifty characters long or so .."
    assert held("meter-room") == []
    source.refresh_from_db()
    assert "Enter the passwords and keys of this source again" in source.last_error
