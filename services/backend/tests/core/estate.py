"""The people and homes of the backend's tests: Alice's energy community in Paris, and Charlie, a stranger to it."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.test import Client

from wattwise_backend.accounts.models import Member, Organization, Token, User
from wattwise_backend.accounts.operations import issue_token
from wattwise_backend.consumers.models import Consumer
from wattwise_backend.consumers.operations import add_built_in_definitions
from wattwise_backend.imports.models import Import, Source
from wattwise_backend.jobs import operations as jobs
from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.access import Role
from wattwise_contract.jobs import LEASE_HEADER, Claim, JobKind, JobRequest
from wattwise_contract.schemas import MOMENT, READINGS
from wattwise_contract.scopes import SERVICE_SCOPES, Scope

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
PASSWORD = "correct horse battery"


def organization(slug: str, *, timezone: str = "Europe/Paris", is_simulated: bool = False) -> Organization:
    made = Organization.objects.create(
        slug=slug, name=f"{slug} org", timezone=timezone, country="FR", is_simulated=is_simulated, created_at=NOON
    )
    add_built_in_definitions(made)
    return made


def home(where: Organization, key: str, **attributes: Any) -> Consumer:
    return Consumer.objects.create(
        organization=where, key=key, name=f"{key} home", timezone=where.timezone, attributes=attributes, created_at=NOON
    )


def meter(where: Organization, consumer: Consumer | None, key: str, *, quantity: str = "electricity_import") -> Meter:
    return Meter.objects.create(
        organization=where, consumer=consumer, key=key, quantity=quantity, timezone=where.timezone, resolution="PT30M"
    )


def person(
    email: str,
    where: Organization | None = None,
    role: Role = Role.VIEWER,
    *,
    consumer: Consumer | None = None,
    password: str = "",
) -> User:
    """A login; without a password (hashing one takes its time) it can only be used through `signed_in`."""
    user = User(email=email, name=email.split("@")[0].title(), created_at=NOON)
    user.set_password(password or None)
    user.save()
    if where is not None:
        Member.objects.create(user=user, organization=where, role=role.value, consumer=consumer)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@dataclass
class Machine:
    """A program with a token, on /data/ and /api/."""

    token: str
    client: Client = field(default_factory=Client)

    def call(self, method: str, path: str, body: Any = None, *, lease: str = "", **params: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | ({LEASE_HEADER: lease} if lease else {})
        raw = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
        return self.client.generic(
            method, path, raw, content_type="application/json", headers=headers, query_params=params or None
        )

    def get(self, path: str, **params: Any) -> Any:
        return self.call("GET", path, **params)


def machine(
    *scopes: Scope, where: Organization | None = None, user: User | None = None, now: datetime = NOON
) -> Machine:
    issued = issue_token(
        name=secrets.token_hex(4), organization=where, user=user, scopes=scopes, expires_at=None, now=now
    )
    return Machine(issued.text)


def service(name: str) -> Machine:
    return machine(*SERVICE_SCOPES[name])


def token_of(acting: Machine) -> Token:
    from wattwise_backend.accounts.queries import token_digest

    return Token.objects.get(digest=token_digest(acting.token))


def started_import(where: Organization, *, now: datetime = NOON) -> tuple[Import, Claim]:
    """An import whose job a worker has claimed."""
    source, _ = Source.objects.get_or_create(
        organization=where, name="Files", defaults={"kind": "files", "created_at": now}
    )
    import_run = Import.objects.create(organization=where, source=source, recipe={}, created_at=now)
    wish = JobRequest(
        kind=JobKind.IMPORT,
        organization_id=where.pk,
        scope={"import_id": import_run.pk},
        dedupe_key=f"import:{import_run.pk}",
    )
    import_run.job = jobs.request(wish, now=now)
    import_run.save()
    return import_run, jobs.claim(job=import_run.job, worker="worker 1", now=now)


def readings(
    meter: Meter, kwh: Iterable[float], *, start: datetime = NOON, quality: int = 0, every: timedelta = HALF_HOUR
) -> pa.Table:
    values = list(kwh)
    return pa.table(
        {
            "meter_id": pa.array([meter.pk] * len(values), pa.int32()),
            "starts_at": pa.array([start + index * every for index in range(len(values))], MOMENT),
            "value": pa.array(values, pa.float64()),
            "quality": pa.array([quality] * len(values), pa.int16()),
        },
        schema=READINGS,
    )


def part(table: pa.Table, **notes: Any) -> bytes:
    """The body of a part, as the consumption worker sends it."""
    account = {"file": "june.csv", "read": table.num_rows + notes.get("duplicate", 0) + notes.get("rejected_count", 0)}
    tagged = table.replace_schema_metadata({"notes": json.dumps(account | notes)})
    return stream(tagged)


def stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def table_of(response: Any) -> pa.Table:
    assert response.status_code == 200, response.content
    return pa.ipc.open_stream(b"".join(response.streaming_content)).read_all()
