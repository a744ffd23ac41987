"""Jobs that people start: always over everything in the organization."""

from datetime import datetime

from django.db import transaction

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.sql import execute
from wattwise_contract.jobs import JobKind, JobRequest

from .models import Job
from .operations import request

AT_ONCE = 2  # the priority of what a person waits for
# The same keys as the scheduler's: nobody gets a second training beside one that is under way.
_KEYS = {
    JobKind.ROLL_UP: "roll_up:{}:everything",
    JobKind.CLUSTER_CONSUMERS: "cluster:{}",
    JobKind.TRAIN_FORECASTERS: "train:{}",
    JobKind.FORECAST_METERS: "forecast:{}",
}
STARTABLE = tuple(kind.value for kind in _KEYS)


@transaction.atomic
def start(*, organization_id: int, kind: JobKind, now: datetime) -> Job:
    """The job that does this for the whole organization: a new one, or the one that is under way. Rolling up marks every
    reading as changed first."""
    scope: dict[str, object] = {}
    if kind == JobKind.ROLL_UP:
        meter_ids = Meter.objects.filter(organization_id=organization_id, readings_count__gt=0).values_list(
            "id", flat=True
        )
        scope = {"meter_ids": sorted(meter_ids)}
        execute("jobs", "mark_everything", {"organization_id": organization_id, "now": now})
    key = _KEYS[kind].format(organization_id)
    wish = JobRequest(kind=kind, organization_id=organization_id, scope=scope, dedupe_key=key, priority=AT_ONCE)
    return request(wish, now=now)
