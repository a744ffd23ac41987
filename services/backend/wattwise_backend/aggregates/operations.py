"""Changes of profiles."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from rest_framework.request import Request

from wattwise_backend.jobs.leases import fence
from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.sql import execute
from wattwise_contract.jobs import JobKind
from wattwise_contract.profiles import Profile

from .models import MeterProfile, MeterRollups


class UnfitProfiles(BadRequest):
    """Profiles of meters that the job has no business with."""

    remedy = "Publish profiles of meters of the job's organization; this is a fault of the sending program."


@transaction.atomic
def store_profiles(request: Request, profiles: Sequence[Profile], *, now: datetime) -> int:
    """Put these in the place of their meters' profiles, under the request's lease. Returns how many.

    What is of meters that were deleted meanwhile, or whose last hour was undone, is left out. A profile counts from the
    beginning of its job: what was rolled up since is not sure to be in it. Raises LeaseLost and UnfitProfiles.
    """
    job = fence(request, kind=JobKind.PROFILE_METERS)
    by_meter = {profile.meter_id: profile for profile in profiles}
    strangers = Meter.objects.filter(id__in=by_meter).exclude(organization_id=job.organization_id)
    if strange := list(strangers.values_list("id", flat=True)[:3]):
        raise UnfitProfiles(f"Meters {strange} are not of organization {job.organization_id}.")
    execute("aggregates", "lock_meters", {"meter_ids": sorted(by_meter)})
    rolled_up = MeterRollups.objects.filter(meter__in=by_meter).values_list("meter_id", flat=True)
    rows = [
        MeterProfile(
            meter_id=meter_id,
            organization_id=job.organization_id,
            computed_at=job.started_at or now,
            covers_from=by_meter[meter_id].covers_from,
            covers_until=by_meter[meter_id].covers_until,
            knows_weather=by_meter[meter_id].thermal is not None,
            profile=by_meter[meter_id].model_dump(mode="json"),
        )
        for meter_id in sorted(rolled_up)
    ]
    fields = [each.name for each in MeterProfile._meta.concrete_fields if not each.primary_key]
    MeterProfile.objects.bulk_create(rows, update_conflicts=True, unique_fields=["meter"], update_fields=fields)
    return len(rows)
