"""A source's preview is a sample: what starting it does with that."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from wattwise_backend.imports.models import Import, Source
from wattwise_contract.imports import ImportTask
from wattwise_contract.sources import Brings

from .conftest import Community
from .estate import Machine
from .sources import METERING, active_source, ask, claimed, connect, declare, land

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings, worker: Machine) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})
    declare(worker)


def test_starting_a_preview_waits_for_the_import_under_way_and_takes_no_other_name(
    alice: Client, community: Community
) -> None:
    source = active_source(community.organization)
    run = ask(alice, "POST", f"/api/sources/{source.pk}/preview/").json()
    assert ask(alice, "POST", f"/api/imports/{run['id']}/start/", remember_as="Landlord").status_code == 409
    ask(alice, "POST", f"/api/sources/{source.pk}/fetch/")
    assert "just now" in ask(alice, "POST", f"/api/imports/{run['id']}/start/").json()["error"]


def test_starting_what_is_listened_to_fetches_nothing(alice: Client, worker: Machine, community: Community) -> None:
    declare(worker, METERING.model_copy(update={"kind": "broker", "brings": Brings.LISTENS}))
    made = connect(alice, community, kind="broker").json()
    run = Import.objects.get(pk=ask(alice, "POST", f"/api/sources/{made['id']}/preview/").json()["id"])
    claim = claimed(run)
    land(worker, claim, run.pk, b"heard in half a minute", cursor={})
    land(worker, claim, run.pk, number=1, cursor={}, done=True)
    assert ask(alice, "POST", f"/api/imports/{run.pk}/start/").status_code == 200
    source = Source.objects.get()
    assert (source.state, source.due_at, source.every) == ("active", None, "")
    task = ImportTask.model_validate_json(worker.get(f"/data/imports/{run.pk}/").content)
    assert (task.landed.done, task.files) == (True, [])


def test_the_files_of_a_sample_go_when_it_is_started(
    alice: Client, worker: Machine, community: Community, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    source = active_source(community.organization)
    run = Import.objects.get(pk=ask(alice, "POST", f"/api/sources/{source.pk}/preview/").json()["id"])
    claim = claimed(run)
    land(worker, claim, run.pk, b"sample")
    folder = tmp_path / "imports" / str(run.pk)
    assert [file.read_bytes() for file in folder.iterdir()] == [b"sample"]
    with django_capture_on_commit_callbacks(execute=True):
        ask(alice, "POST", f"/api/imports/{run.pk}/start/")
    assert list(folder.iterdir()) == []
