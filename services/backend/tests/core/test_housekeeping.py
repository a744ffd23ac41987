"""Files of imports: kept for a while, up to a quota; what was read of them stays."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from wattwise_backend.imports.housekeeping import tidy
from wattwise_backend.imports.models import Import, RejectedFile
from wattwise_backend.jobs.models import Job
from wattwise_contract.jobs import JobState

from . import estate
from .conftest import Community
from .estate import NOON, Machine
from .pushing import stored
from .sources import active_source, claimed, land

pytestmark = pytest.mark.django_db
TWO_YEARS = timedelta(days=731)
LATER = NOON + TWO_YEARS


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(
        update={"files": tmp_path, "files_kept_months": 24, "organization_quota_bytes": 1000}
    )


def upload(client: Client, community: Community, *, size: int = 100, preview: bool = False) -> Any:
    file = SimpleUploadedFile("june.csv", b"x" * size)
    form = {"organization": community.organization.pk, "file": file, "preview": str(preview).lower()}
    return client.post("/api/imports/", form)


def made(client: Client, community: Community, *, preview: bool = False, ended: bool = True) -> Import:
    """An import that was made at NOON."""
    run = Import.objects.get(pk=upload(client, community, preview=preview).json()["id"])
    Import.objects.filter(pk=run.pk).update(created_at=NOON)
    if ended:
        Job.objects.filter(pk=run.job_id).update(state=JobState.DEAD.value)
    return run


def folder_of(run: Import, tmp_path: Path) -> Path:
    folder = tmp_path / "imports" / str(run.pk)
    if folder.exists():
        os.utime(folder, (NOON.timestamp(), NOON.timestamp()))
    return folder


def test_files_go_when_they_were_kept_for_long_enough(
    alice: Client, community: Community, tmp_path: Path, worker: Machine
) -> None:
    old = made(alice, community)
    RejectedFile.objects.create(import_run=old, name="r.csv", rows=1, bytes=3, file=f"imports/{old.pk}/rejected")
    folder = folder_of(old, tmp_path)
    assert tidy(months=24, now=NOON + timedelta(days=700)) == 0
    assert (folder / "0").read_bytes() == b"x" * 100
    assert tidy(months=24, now=LATER) == 1
    assert not folder.exists()
    assert [each["name"] for each in alice.get(f"/api/imports/{old.pk}/").json()["files"]] == ["june.csv"]
    answer = worker.get(f"/data/imports/{old.pk}/files/0/")
    assert (answer.status_code, "june.csv was deleted" in answer.json()["error"]) == (410, True)
    assert alice.get(f"/api/imports/{old.pk}/rejected/whole/").status_code == 404
    assert tidy(months=24, now=LATER) == 0


def test_an_import_without_its_files_is_undone_but_not_started_again(
    alice: Client, community: Community, tmp_path: Path
) -> None:
    old = made(alice, community)
    folder_of(old, tmp_path)
    tidy(months=24, now=LATER)
    assert alice.post(f"/api/imports/{old.pk}/undo/").status_code == 200
    Import.objects.filter(pk=old.pk).update(undone_at=LATER)
    answer = alice.post(f"/api/imports/{old.pk}/start/", {}, content_type="application/json")
    assert answer.status_code == 409
    assert "24 months" in answer.json()["error"]
    assert "as a new import" in answer.json()["remedy"]


def test_nothing_goes_that_is_needed(alice: Client, community: Community, tmp_path: Path) -> None:
    live = made(alice, community, ended=False)
    young = Import.objects.get(pk=upload(alice, community).json()["id"])
    Import.objects.filter(pk=young.pk).update(created_at=LATER)
    folders = [folder_of(each, tmp_path) for each in (live, young)]
    assert tidy(months=24, now=LATER) == 0
    assert tidy(months=0, now=LATER + TWO_YEARS) == 0
    assert all((folder / "0").exists() for folder in folders)


@pytest.mark.django_db(transaction=True)
def test_previews_that_nobody_started_go_and_so_do_folders_without_an_import(
    alice: Client, community: Community, tmp_path: Path
) -> None:
    preview = made(alice, community, preview=True)
    (tmp_path / "imports" / "4711").mkdir()
    os.utime(tmp_path / "imports" / "4711", (NOON.timestamp(), NOON.timestamp()))
    (tmp_path / "imports" / "4712").mkdir()
    tidy(months=0, now=NOON + timedelta(days=8))
    assert not Import.objects.filter(pk=preview.pk).exists()
    assert sorted(each.name for each in (tmp_path / "imports").iterdir()) == ["4712"]


def test_an_organization_keeps_no_more_than_its_quota(
    alice: Client, charlie: Client, community: Community, tmp_path: Path
) -> None:
    assert upload(alice, community, size=900).status_code == 201
    answer = upload(alice, community, size=101)
    assert answer.status_code == 413
    assert "may keep" in answer.json()["error"]
    assert "WATTWISE_ORGANIZATION_QUOTA_BYTES" in answer.json()["remedy"]
    assert Import.objects.count() == 1
    assert upload(alice, community, size=100).status_code == 201
    other = estate.organization("elsewhere")
    elsewhere = estate.signed_in(estate.person("eve@example.org", other, estate.Role.OWNER))
    file = SimpleUploadedFile("june.csv", b"x" * 900)
    assert elsewhere.post("/api/imports/", {"organization": other.pk, "file": file}).status_code == 201


def test_what_was_deleted_counts_no_more(alice: Client, community: Community, tmp_path: Path) -> None:
    old = made(alice, community)
    assert upload(alice, community, size=950).status_code == 413
    folder_of(old, tmp_path)
    tidy(months=24, now=LATER)
    assert upload(alice, community, size=950).status_code == 201


def test_a_source_is_told_that_there_is_no_room(alice: Client, community: Community, worker: Machine) -> None:
    from wattwise_backend.imports.due import start_due_sources

    source = active_source(community.organization)
    assert upload(alice, community, size=900).status_code == 201
    assert start_due_sources(now=NOON) == 1
    run = source.imports.get()
    answer = land(worker, claimed(run), run.pk, b"x" * 200, name="1.json", cursor={"page": 1})
    assert (answer.status_code, "may keep" in answer.json()["error"]) == (413, True)
    run.refresh_from_db()
    assert run.landed_files == 0


def test_readings_stay_when_their_file_goes(worker: Machine, community: Community) -> None:
    import_run, claim = estate.started_import(community.organization)
    body = estate.part(estate.readings(community.dupont_meter, [0.5]))
    lease = f"{claim.job.id}:{claim.lease_token}"
    assert worker.call("PUT", f"/data/imports/{import_run.pk}/parts/a/", body, lease=lease).status_code == 200
    Job.objects.filter(pk=import_run.job_id).update(state=JobState.DEAD.value)
    tidy(months=24, now=LATER)
    assert stored(community.dupont_meter) == [0.5]


def test_the_scheduler_has_it_done(community: Community) -> None:
    answer = estate.service("scheduler").call("POST", "/data/housekeeping/")
    assert (answer.status_code, answer.json()) == (200, {"folders": 0})
