"""An import is looked at before it stores anything, then started, previewed again or discarded."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from wattwise_backend.imports import requests
from wattwise_backend.imports.models import Import, Source
from wattwise_backend.jobs import operations as jobs
from wattwise_backend.jobs.models import Job

from . import estate
from .conftest import Community
from .estate import Machine
from .undoing import succeed

pytestmark = pytest.mark.django_db
PREVIEW = {"files": [{"name": "june.csv", "format": "CSV"}], "interpretations": []}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})


def previewed(client: Client, community: Community, **fields: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("june.csv", b"at,kWh\n2026-06-15T12:00Z,0.5\n")
    form = {"organization": community.organization.pk, "file": [file], "preview": "true"} | fields
    answer = client.post("/api/imports/", form)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def ask(client: Client, run: dict[str, Any], verb: str, **body: Any) -> Any:
    return client.post(f"/api/imports/{run['id']}/{verb}/", json.dumps(body), content_type="application/json")


def carried_out(run: dict[str, Any]) -> None:
    job = Job.objects.get(imports__id=run["id"])
    succeed(jobs.claim(job=job, worker="worker 1", now=job.created_at), PREVIEW, now=job.created_at)


def test_a_preview_is_kept_and_started_under_a_name(alice: Client, community: Community) -> None:
    run = previewed(alice, community)
    assert (run["stage"], run["preview"], run["undone_at"]) == ("preview", None, None)
    carried_out(run)
    assert alice.get(f"/api/imports/{run['id']}/").json()["preview"]["files"][0]["format"] == "CSV"
    assert alice.get("/api/imports/").json()["results"][0]["preview"] is None
    started = ask(alice, run, "start", recipe={"unit": "Wh"}, remember_as="Landlord")
    assert (started.status_code, started.json()["stage"]) == (200, "import")
    source = Source.objects.get(name="Landlord")
    assert source.recipe["unit"] == "Wh"
    assert ask(alice, run, "start").status_code == 409
    assert ask(alice, run, "preview").status_code == 409
    assert alice.delete(f"/api/imports/{run['id']}/").status_code == 409
    again = previewed(alice, community, source=source.pk, recipe=json.dumps({"meter_column": "m"}))
    assert (again["recipe"]["unit"], again["recipe"]["meter_column"]) == ("Wh", "m")
    assert ask(alice, again, "start").json()["recipe"]["unit"] == "Wh"  # as it was previewed, where nothing is said


def test_a_new_preview_replaces_the_one_under_way(alice: Client, community: Community) -> None:
    run = previewed(alice, community)
    again = ask(alice, run, "preview", recipe={"unit": "MWh"}).json()
    assert again["job"]["id"] != run["job"]["id"]
    assert Job.objects.get(pk=run["job"]["id"]).state == "cancelled"
    assert again["recipe"]["unit"] == "MWh"


def test_a_preview_stores_nothing(alice: Client, worker: Machine, community: Community) -> None:
    run = previewed(alice, community)
    job = Job.objects.get(imports__id=run["id"])
    claim = jobs.claim(job=job, worker="worker 1", now=job.created_at)
    body = estate.part(estate.readings(community.dupont_meter, [0.5]))
    assert worker.call("PUT", f"/data/imports/{run['id']}/parts/p/", body, lease=claim.lease).status_code == 409


def test_discarding_removes_the_files(
    alice: Client, community: Community, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    run = previewed(alice, community)
    folder = tmp_path / "imports" / str(run["id"])
    assert folder.is_dir()
    with django_capture_on_commit_callbacks(execute=True):
        assert alice.delete(f"/api/imports/{run['id']}/").status_code == 204
    assert not folder.exists()
    assert not Import.objects.filter(pk=run["id"]).exists()


def test_a_preview_that_nobody_starts_is_forgotten_after_a_week(alice: Client, community: Community) -> None:
    run = previewed(alice, community)
    for days, left in ((6, 1), (8, 0)):
        now = timezone.now() + timedelta(days=days)
        requests.remove_forgotten(organization_id=community.organization.pk, now=now)
        assert Import.objects.filter(pk=run["id"]).count() == left


def test_strangers_find_no_import_and_viewers_may_not_change_one(
    alice: Client, bob: Client, charlie: Client, community: Community
) -> None:
    run = previewed(alice, community)
    for client, state in ((charlie, 404), (bob, 403)):
        assert [ask(client, run, verb).status_code for verb in ("preview", "start", "undo")] == [state] * 3
        assert client.delete(f"/api/imports/{run['id']}/").status_code == state
    assert charlie.get(f"/api/imports/{run['id']}/corrections/").status_code == 404
