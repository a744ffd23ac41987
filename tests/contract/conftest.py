"""The real backend with a real database, spoken to by the real client: only the socket between them is left out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pyarrow as pa
import pytest

from wattwise_client import Wattwise
from wattwise_client.data import Organization
from wattwise_contract.imports import PartNotes
from wattwise_contract.jobs import Claim, JobKind, JobRequest
from wattwise_contract.meters import MeterWanted
from wattwise_contract.recipes import Recipe
from wattwise_contract.schemas import READINGS
from wattwise_contract.scopes import SERVICE_SCOPES

TOKENS = {service: f"ww_{service:x<43}" for service in SERVICE_SCOPES}
CLOCKS_GO_FORWARD = datetime(2026, 3, 29, tzinfo=UTC)  # in London, at 01:00
HALF_HOURS = 46  # of that local day


@dataclass
class Platform:
    """A client for each service's token, and one organization: Mill Lane."""

    connect: Callable[[str], Wattwise]
    organization: Organization
    operator: Wattwise
    scheduler: Wattwise
    consumption: Wattwise
    aggregation: Wattwise
    clustering: Wattwise
    forecasting: Wattwise
    files: Path
    meter_ids: list[int] = field(default_factory=list)

    def claimed(self, worker: Wattwise, kind: JobKind, scope: dict[str, object] | None = None) -> Claim:
        """A job of this kind in the worker's hands, by the way it takes in life."""
        wish = JobRequest(
            kind=kind, organization_id=self.organization.id, scope=scope or {}, dedupe_key=f"{kind}:contract"
        )
        job = self.scheduler.work.request_jobs([wish])[0]
        self.scheduler.work.dispatch()
        return worker.work.claim(job.id, "meter-room:7")

    def uploaded(self, name: str, content: str, recipe: Recipe | None = None) -> tuple[int, Claim]:
        """An import of one file, with its job in the consumption worker's hands."""
        file = self.files / name
        file.write_text(content)
        made = self.operator.create_import([file], organization_id=self.organization.id, recipe=recipe)
        self.scheduler.work.dispatch()
        return made["id"], self.consumption.work.claim(made["job"]["id"], "meter-room:7")

    def with_readings(self) -> "Platform":
        """Two homes with a flat load of 0.25 kWh each half hour, through the day on which the clocks go forward."""
        import_id, claim = self.uploaded("mill-lane.csv", "stands for two homes\n")
        wanted = [
            MeterWanted(meter_key=key, consumer_key=key, timezone="Europe/London", resolution="PT30M")
            for key in ("home 1", "home 2")
        ]
        self.meter_ids = [found.meter_id for found in self.consumption.work.find_meters(claim, import_id, wanted)]
        day = flat_day(self.meter_ids)
        self.consumption.work.store_part(claim, import_id, "0", day, PartNotes(read=day.num_rows))
        self.consumption.work.succeed(claim, "2 homes", {"kind": "readings"})
        return self


def flat_day(meter_ids: list[int], kwh: float = 0.25) -> pa.Table:
    starts_at = [CLOCKS_GO_FORWARD + timedelta(minutes=30 * step) for step in range(HALF_HOURS)]
    return pa.table(
        {
            "meter_id": [meter_id for meter_id in meter_ids for _ in starts_at],
            "starts_at": starts_at * len(meter_ids),
            "value": [kwh] * (HALF_HOURS * len(meter_ids)),
            "quality": [0] * (HALF_HOURS * len(meter_ids)),
        }
    ).cast(READINGS)


@pytest.fixture
def platform(transactional_db: None, settings, tmp_path: Path) -> Platform:
    from django.core.wsgi import get_wsgi_application
    from django.utils import timezone

    from wattwise_backend.accounts import bootstrap

    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"home": tmp_path, "files": None})
    settings.MEDIA_ROOT = str(settings.ENVIRONMENT.files_folder)
    bootstrap.ensure_service_tokens(TOKENS, now=timezone.now())
    transport = httpx2.WSGITransport(app=get_wsgi_application())

    def connect(token: str) -> Wattwise:
        return Wattwise("http://127.0.0.1", token, patience=timedelta(0), transport=transport)

    clients = {service: connect(token) for service, token in TOKENS.items()}
    made = clients["operator"].create_organization(
        slug="mill-lane", name="Mill Lane", timezone="Europe/London", country="GB"
    )
    uploads = tmp_path / "on-my-disk"
    uploads.mkdir()
    organization = Organization.model_validate(made)
    return Platform(connect=connect, organization=organization, files=uploads, **clients)
