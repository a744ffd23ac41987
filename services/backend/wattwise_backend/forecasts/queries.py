"""Questions about models and forecasts."""

from datetime import datetime

from django.db.models import Max

from wattwise_backend.aggregates.models import MeterRollups
from wattwise_backend.aggregates.queries import ENERGY


def readings_until(organization_id: int) -> datetime | None:
    """Start of the newest rolled-up hour of any energy meter of the organization."""
    rolled_up = MeterRollups.objects.filter(organization_id=organization_id, meter__quantity__in=ENERGY)
    newest: datetime | None = rolled_up.aggregate(newest=Max("hours_until"))["newest"]
    return newest
