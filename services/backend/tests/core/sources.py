"""A kind of source, a source of Alice's, and what its worker does, for the tests of sources."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wattwise_backend.imports.models import Import, Source
from wattwise_backend.imports.secrets import sealed
from wattwise_backend.jobs import operations as jobs
from wattwise_contract.jobs import LEASE_HEADER, Claim
from wattwise_contract.sources import Brings, SourceKindInfo

from .estate import NOON, Machine

KEY = "sk_live_never_to_be_seen"
METERING = SourceKindInfo(
    kind="metering", title="Metering API", description="Half-hours of a home.", brings=Brings.FETCHES, every="PT1H",
    settings_schema={
        "type": "object",
        "required": ["api_key", "mpan"],
        "properties": {
            "api_key": {"type": "string", "format": "password", "writeOnly": True, "title": "API key"},
            "mpan": {"type": "string", "title": "MPAN", "minLength": 1},
            "days": {"type": "integer", "minimum": 1, "title": "Days", "default": 30},
        },
    },
)  # fmt: skip


def declare(worker: Machine, *infos: SourceKindInfo) -> None:
    answer = worker.call("PUT", "/data/source-kinds/", [each.model_dump(mode="json") for each in infos or (METERING,)])
    assert answer.status_code == 204, answer.content


def active_source(organization: Any, *, name: str = "Our flat", **changes: Any) -> Source:
    fields = {
        "kind": "metering", "config": {"mpan": "12"}, "secrets": sealed({"api_key": KEY}), "every": "PT1H",
        "due_at": NOON, "created_at": NOON,
    }  # fmt: skip
    return Source.objects.create(organization=organization, name=name, **fields | changes)


def claimed(import_run: Import, *, now: Any = None) -> Claim:
    import_run.refresh_from_db()
    assert import_run.job is not None
    return jobs.claim(job=import_run.job, worker="worker 1", now=now or import_run.job.created_at)


def land(worker: Machine, claim: Claim, import_id: int, content: bytes | None = None, **landing: Any) -> Any:
    form: dict[str, Any] = {"landing": json.dumps({"number": 0, "cursor": {}} | landing)}
    if content is not None:
        form["file"] = SimpleUploadedFile(landing.get("name", "answer.json"), content)
    headers = {"Authorization": f"Bearer {worker.token}", LEASE_HEADER: claim.lease}
    return Client().post(f"/data/imports/{import_id}/landings/", form, headers=headers)


def succeed(worker: Machine, claim: Claim, result: dict[str, Any] | None = None) -> None:
    answer = worker.call("POST", f"/data/jobs/{claim.job.id}/succeed/", {"result": result or {}}, lease=claim.lease)
    assert answer.status_code == 204, answer.content


def fail(worker: Machine, claim: Claim, error: str) -> None:
    body = {"error": error, "traceback": "", "permanent": True}
    answer = worker.call("POST", f"/data/jobs/{claim.job.id}/fail/", body, lease=claim.lease)
    assert answer.status_code == 204, answer.content


def connect(client: Client, community: Any, **wish: Any) -> Any:
    body = {
        "organization": community.organization.pk, "kind": "metering", "name": "Our flat", "config": {"mpan": "12"},
        "secrets": {"api_key": KEY},
    }  # fmt: skip
    return client.post("/api/sources/", json.dumps(body | wish), content_type="application/json")


def ask(client: Client, method: str, path: str, **body: Any) -> Any:
    return client.generic(method, path, json.dumps(body), content_type="application/json")
