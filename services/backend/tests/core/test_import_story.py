"""An import from the upload to its receipt, as a person and the consumption worker live it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from wattwise_backend.consumers.models import AttributeDefinition, Consumer
from wattwise_backend.imports.models import Import, RejectedRow
from wattwise_backend.jobs import operations as jobs
from wattwise_backend.jobs.models import Job
from wattwise_backend.meters.models import Meter
from wattwise_contract.imports import ImportTask
from wattwise_contract.jobs import Claim

from . import estate
from .conftest import Community
from .estate import Machine

pytestmark = pytest.mark.django_db
CSV = b"home,at,kWh\nlefevre,2026-06-15T12:00Z,0.5\n"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})


def upload(client: Client, community: Community, *files: tuple[str, bytes], **fields: Any) -> Any:
    parts = [SimpleUploadedFile(name, content) for name, content in files]
    form = {"organization": community.organization.pk, "file": parts} | fields
    return client.post("/api/imports/", form)


def claimed(import_id: int) -> Claim:
    job = Job.objects.get(imports__id=import_id)
    return jobs.claim(job=job, worker="worker 1", now=job.created_at)


def finish(worker: Machine, claim: Claim, **summary: Any) -> None:
    body = {"message": "Done.", "result": {"kind": "readings"} | summary}
    response = worker.call("POST", f"/data/jobs/{claim.job.id}/succeed/", body, lease=claim.lease)
    assert response.status_code == 204, response.content


def meters_wanted(*keys: str) -> list[dict[str, str]]:
    return [{"meter_key": key, "consumer_key": key, "timezone": "Europe/Paris", "resolution": "PT30M"} for key in keys]


def test_an_upload_becomes_a_job_and_its_files_reach_the_worker(
    alice: Client, worker: Machine, community: Community
) -> None:
    recipe = json.dumps({"consumer_column": "home", "stamps_in": "UTC"})
    answer = upload(alice, community, ("../etc/june.csv", CSV), ("july.csv", b""), recipe=recipe)
    assert answer.status_code == 201, answer.content
    run = answer.json()
    assert run["job"]["state"] == "waiting"
    assert [file["name"] for file in run["files"]] == ["june.csv", "july.csv"]
    assert run["created_by"] == "Alice"
    task = ImportTask.model_validate_json(worker.get(f"/data/imports/{run['id']}/").content)
    assert task.recipe.consumer_column == "home"
    assert task.organization_timezone == "Europe/Paris"
    assert task.files[0].sha256 == hashlib.sha256(CSV).hexdigest()
    content = b"".join(worker.get(f"/data/imports/{run['id']}/files/0/").streaming_content)
    assert content == CSV


def test_a_receipt_adds_the_parts_up(alice: Client, worker: Machine, community: Community) -> None:
    run = upload(alice, community, ("june.csv", CSV)).json()
    claim = claimed(run["id"])
    base = f"/data/imports/{run['id']}"
    found = worker.call("POST", f"{base}/meters/", meters_wanted("lefevre", "petit"), lease=claim.lease).json()
    assert [each["created"] for each in found] == [True, True]
    for each, kwh in zip(found, ([0.5, 0.25], [1.5]), strict=True):
        meter = Meter.objects.get(pk=each["meter_id"])
        rejected = [{"file": "june.csv", "line": 7, "column": "kWh", "value": "n/a", "reason": "Not a number."}]
        body = estate.part(estate.readings(meter, kwh), duplicate=1, rejected_count=1, rejected=rejected)
        sent = worker.call("PUT", f"{base}/parts/{meter.key}/", body, lease=claim.lease)
        assert sent.status_code == 200, sent.content
    assert worker.get(f"{base}/").json()["done_parts"] == ["lefevre", "petit"]
    finish(worker, claim, interpretation=["Times are UTC."], warnings=["A day is missing."])
    receipt = alice.get(f"/api/imports/{run['id']}/").json()["receipt"]
    assert (receipt["read"], receipt["stored"], receipt["duplicate"], receipt["rejected"]) == (7, 3, 2, 2)
    assert receipt["read"] == sum(
        receipt[name] for name in ("stored", "unchanged", "corrected", "duplicate", "rejected")
    )
    assert (receipt["consumers"], receipt["meters"]) == (2, 2)
    assert receipt["totals"] == {"kWh": 2.25}
    assert receipt["first_reading_at"] == "2026-06-15T12:00:00Z"
    assert receipt["interpretation"] == ["Times are UTC."]
    assert alice.get(f"/api/imports/{run['id']}/").json()["job"]["state"] == "succeeded"


def test_importing_the_same_file_again_says_that_nothing_changed(
    alice: Client, worker: Machine, community: Community
) -> None:
    for _ in range(2):
        run = upload(alice, community, ("june.csv", CSV)).json()
        claim = claimed(run["id"])
        body = estate.part(estate.readings(community.dupont_meter, [0.5, 0.25]))
        worker.call("PUT", f"/data/imports/{run['id']}/parts/june/", body, lease=claim.lease)
        finish(worker, claim)
    receipt = alice.get(f"/api/imports/{run['id']}/").json()["receipt"]
    assert (receipt["stored"], receipt["unchanged"], receipt["totals"]) == (0, 2, {"kWh": 0.75})


def test_weather_does_not_count_as_energy(alice: Client, worker: Machine, community: Community) -> None:
    weather = estate.meter(community.organization, None, "weather", quantity="temperature")
    run = upload(alice, community, ("weather.csv", CSV)).json()
    claim = claimed(run["id"])
    body = estate.part(estate.readings(weather, [21.0, 22.0]))
    worker.call("PUT", f"/data/imports/{run['id']}/parts/w/", body, lease=claim.lease)
    finish(worker, claim)
    assert Import.objects.get(pk=run["id"]).receipt["totals"] == {}


def test_rejected_rows_are_listed_and_download_without_formulas(alice: Client, community: Community) -> None:
    import_run, _ = estate.started_import(community.organization)
    RejectedRow.objects.create(
        import_run=import_run, part="p", file="june.csv", line=3, column="kWh", value="=1+1", reason="Not a number."
    )
    listed = alice.get(f"/api/imports/{import_run.pk}/rejected/").json()
    assert (listed["count"], listed["results"][0]["line"]) == (1, 3)
    download = alice.get(f"/api/imports/{import_run.pk}/rejected/", {"format": "csv"})
    lines = b"".join(download.streaming_content).decode().splitlines()
    assert lines == ["file,line,column,value,reason,remedy", "june.csv,3,kWh,'=1+1,Not a number.,"]


def test_details_get_the_types_of_their_definitions(worker: Machine, community: Community) -> None:
    import_run, claim = estate.started_import(community.organization)
    part = {
        "notes": {"file": "homes.csv", "read": 3},
        "definitions": [{"key": "acorn", "label": "ACORN group", "type": "category"}],
        "consumers": [
            {
                "key": "dupont",
                "line": 2,
                "name": "Famille Dupont",
                "attributes": {"heating": "Heat pump", "acorn": "A"},
            },
            {"key": "martin", "line": 3, "attributes": {"floor_area_m2": "big", "has_solar": "yes"}},
            {"key": "nobody", "line": 4, "attributes": {"acorn": "B"}},
        ],
    }
    receipt = worker.call("PUT", f"/data/imports/{import_run.pk}/details/homes/", part, lease=claim.lease).json()
    assert (receipt["stored"], receipt["skipped"]) == (2, 1)
    dupont = Consumer.objects.get(key="dupont")
    assert dupont.attributes == {"heating": "heat pump", "acorn": "A"}
    assert dupont.name == "Famille Dupont"
    assert Consumer.objects.get(key="martin").attributes == {"has_solar": True}
    row = RejectedRow.objects.get()
    assert (row.line, row.column, row.value) == (3, "floor_area_m2", "big")
    assert "not a number" in row.reason
    assert "m²" in row.remedy
    assert AttributeDefinition.objects.get(organization=community.organization, key="acorn").label == "ACORN group"
    finish(worker, claim, kind="consumers")
    assert "1 details did not fit" in Import.objects.get(pk=import_run.pk).receipt["warnings"][0]


def test_details_sent_again_change_nothing(worker: Machine, community: Community) -> None:
    part = {
        "notes": {"file": "homes.csv", "read": 1},
        "definitions": [],
        "consumers": [{"key": "dupont", "attributes": {"occupants": 3}}],
    }
    receipts = []
    for _ in range(2):
        import_run, claim = estate.started_import(community.organization)
        receipts.append(
            worker.call("PUT", f"/data/imports/{import_run.pk}/details/homes/", part, lease=claim.lease).json()
        )
    assert [(each["stored"], each["unchanged"]) for each in receipts] == [(1, 0), (0, 1)]


def test_details_make_consumers_when_asked_to(worker: Machine, community: Community) -> None:
    import_run, claim = estate.started_import(community.organization)
    part = {
        "notes": {"read": 1},
        "definitions": [],
        "consumers": [{"key": "leroy", "attributes": {"occupants": "2"}}],
        "create_consumers": True,
    }
    worker.call("PUT", f"/data/imports/{import_run.pk}/details/homes/", part, lease=claim.lease)
    leroy = Consumer.objects.get(key="leroy")
    assert (leroy.attributes, leroy.timezone) == ({"occupants": 2}, "Europe/Paris")


def test_an_upload_with_a_broken_recipe_is_refused_by_name(alice: Client, community: Community) -> None:
    answer = upload(alice, community, ("june.csv", CSV), recipe='{"stamp_marks": "middle"}')
    assert answer.status_code == 400
    assert "stamp_marks" in answer.json()["fields"]["recipe"][0]
    wrong_zone = upload(alice, community, ("june.csv", CSV), recipe='{"timezone": "Europe/Pariss"}')
    assert wrong_zone.status_code == 400
    assert "Europe/Pariss" in wrong_zone.json()["error"]


def test_an_upload_that_is_too_large_is_refused(alice: Client, community: Community, settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"upload_limit_bytes": 10})
    answer = upload(alice, community, ("june.csv", CSV))
    assert answer.status_code == 413
    assert not Import.objects.exists()


def test_a_viewer_may_not_import(bob: Client, community: Community) -> None:
    answer = upload(bob, community, ("june.csv", CSV))
    assert answer.status_code == 403
    assert answer.json()["error"] == "This needs the role manager; you have viewer."


def test_simulated_homes_never_mix_with_real_ones(alice: Client, community: Community) -> None:
    body = {"organization": community.organization.pk, "source_kind": "simulation", "config": {"homes": 3}}
    refused = alice.post("/api/imports/", body, content_type="application/json")
    assert refused.status_code == 400
    community.organization.is_simulated = True
    community.organization.save()
    accepted = alice.post("/api/imports/", body, content_type="application/json")
    assert accepted.status_code == 201
    assert accepted.json()["source"]["kind"] == "simulation"
