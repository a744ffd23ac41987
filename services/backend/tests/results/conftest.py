"""An energy community with two London homes and a weather station, its people, and the tokens of the services."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from wattwise_backend.accounts.models import Member, Organization, Token, User
from wattwise_backend.accounts.queries import token_digest
from wattwise_backend.consumers.models import Consumer
from wattwise_backend.jobs import operations
from wattwise_backend.jobs.models import Job
from wattwise_backend.meters.models import Meter
from wattwise_contract.jobs import LEASE_HEADER, Claim, JobKind, JobRequest
from wattwise_contract.rollups import Grain, RollupPublication, RollupWindow
from wattwise_contract.schemas import ROLLUPS
from wattwise_contract.scopes import SERVICE_SCOPES, Scope

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
ARROW = "application/vnd.apache.arrow.stream"


@dataclass
class Machine:
    """A program with a token, talking JSON and Arrow to /data/ or /api/."""

    text: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    def call(self, method: str, path: str, body: Any = None, *, lease: str = "", **params: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.text}"} | ({LEASE_HEADER: lease} if lease else {})
        content, kind = (body, ARROW) if isinstance(body, bytes) else (_json(body), "application/json")
        return self.client.generic(
            method, path, content, content_type=kind, headers=headers, query_params=params or None
        )

    def get(self, path: str, **params: Any) -> Any:
        return self.call("GET", path, **params)

    def post(self, path: str, body: Any = None, *, lease: str = "") -> Any:
        return self.call("POST", path, body, lease=lease)

    def put(self, path: str, body: Any = None, *, lease: str = "") -> Any:
        return self.call("PUT", path, body, lease=lease)


def _json(body: Any) -> str:
    if body is None:
        return "{}"
    return body.model_dump_json() if hasattr(body, "model_dump_json") else json.dumps(body)


def machine(*scopes: Scope, organization: Organization | None = None) -> Machine:
    text = f"ww_{secrets.token_urlsafe(32)}"
    Token.objects.create(
        name="test",
        organization=organization,
        scopes=[scope.value for scope in scopes],
        digest=token_digest(text),
        prefix=text[:8],
        created_at=NOON,
    )
    return Machine(text)


@dataclass
class Community:
    organization: Organization
    homes: list[Consumer]
    meters: list[Meter]  # electricity of each home
    weather: Meter


def community(slug: str, *, homes: int = 2) -> Community:
    organization = Organization.objects.create(
        slug=slug, name=slug.title(), timezone="Europe/London", country="GB", created_at=NOON
    )
    consumers = [
        Consumer.objects.create(
            organization=organization,
            key=f"home {number}",
            name=f"{number} Mill Lane",
            timezone="Europe/London",
            attributes={"bedrooms": number},
            attributes_changed_at=NOON,
            created_at=NOON,
        )
        for number in range(1, homes + 1)
    ]
    meters = [
        Meter.objects.create(
            organization=organization,
            consumer=consumer,
            key=consumer.key,
            quantity="electricity_import",
            timezone="Europe/London",
            resolution="PT30M",
        )
        for consumer in consumers
    ]
    weather = Meter.objects.create(
        organization=organization, key="weather", quantity="temperature", timezone="Europe/London", resolution="PT1H"
    )
    return Community(organization, consumers, meters, weather)


@pytest.fixture
def mill_lane(db: None) -> Community:
    return community("mill-lane")


@pytest.fixture
def scheduler(db: None) -> Machine:
    return machine(*SERVICE_SCOPES["scheduler"])


@pytest.fixture
def workers(db: None) -> dict[str, Machine]:
    names = ("consumption", "aggregation", "clustering", "forecasting")
    return {name: machine(*SERVICE_SCOPES[name]) for name in names}


@pytest.fixture
def alice(mill_lane: Community) -> Client:
    """The owner of Mill Lane, signed in."""
    return signed_in("alice@example.org", mill_lane.organization, "owner")


def signed_in(
    email: str, organization: Organization | None = None, role: str = "viewer", *, consumer: Consumer | None = None
) -> Client:
    user = User.objects.create(email=email, name=email.split("@")[0].title(), created_at=NOON)
    if organization:
        Member.objects.create(user=user, organization=organization, role=role, consumer=consumer)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def job_of(organization: Organization, kind: JobKind = JobKind.ROLL_UP, *, key: str = "", **scope: object) -> Job:
    wish = JobRequest(
        kind=kind, organization_id=organization.pk, scope=scope, dedupe_key=key or f"{kind}:{organization.pk}"
    )
    return operations.request(wish, now=NOON)


def claimed(job: Job, *, worker: str = "worker 1", now: datetime = NOON) -> Claim:
    return operations.claim(job=job, worker=worker, now=now)


Roller = Callable[..., None]


@pytest.fixture
def roll_up(workers: dict[str, Machine]) -> Roller:
    """Publishes rollups as the aggregation worker does: hours of a flat load, and the days that they make. A load of
    NaN stands for a thermometer at 20 °C."""

    def publish(
        meter: Meter, *, start: datetime, hours: int, kw: float, grains: tuple[Grain, ...] = (Grain.HOUR, Grain.DAY)
    ) -> None:
        claim = claimed(job_of(meter.organization, key=f"roll {meter.pk} {start} {kw}"))
        rows = [row for grain in grains for row in flat(meter, grain, start=start, hours=hours, kw=kw)]
        windows = [
            RollupWindow(meter_id=meter.pk, grain=grain, starts_at=start, ends_at=start + timedelta(hours=hours))
            for grain in grains
        ]
        body = rollup_stream(rows, RollupPublication(windows=windows, settled_dirty_range_ids=[]))
        response = workers["aggregation"].post("/data/rollups/", body, lease=claim.lease)
        assert response.status_code == 200, response.content
        operations.succeed(job_id=claim.job.id, token=claim.lease_token, success=_done(), now=NOON)

    return publish


def _done() -> Any:
    from wattwise_contract.jobs import Success

    return Success(message="done")


def flat(meter: Meter, grain: Grain, *, start: datetime, hours: int, kw: float) -> list[dict[str, Any]]:
    length = {Grain.HOUR: 1, Grain.DAY: 24, Grain.WEEK: 168, Grain.YEAR: 8760}[grain]
    reading = 20.0 if isnan(kw) else kw / 2
    return [
        {
            "meter_id": meter.pk,
            "starts_at": start + timedelta(hours=hour),
            "total": kw * length,
            "mean": reading,
            "minimum": reading,
            "maximum": reading,
            "minimum_at": start + timedelta(hours=hour),
            "maximum_at": start + timedelta(hours=hour),
            "standard_deviation": 0.0,
            "count": 2 * length,
            "expected_count": 2 * length,
            "estimated_count": 0,
            "grain": list(Grain).index(grain),
        }
        for hour in range(0, hours, length)
    ]


def rollup_stream(rows: list[dict[str, Any]], publication: RollupPublication) -> bytes:
    schema = ROLLUPS.append(pa.field("grain", pa.int8(), nullable=False))
    return stream(pa.Table.from_pylist(rows, schema), {b"publication": publication.model_dump_json().encode()})


def stream(table: pa.Table, metadata: dict[bytes, bytes]) -> bytes:
    sink = pa.BufferOutputStream()
    table = table.replace_schema_metadata(metadata)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def read_stream(response: Any) -> pa.Table:
    return pa.ipc.open_stream(b"".join(response.streaming_content)).read_all()


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
