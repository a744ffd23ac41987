"""Questions about rollups and profiles."""

from collections.abc import Sequence

from django.db.models import QuerySet

from wattwise_backend.readings.models import DirtyRange
from wattwise_contract.profiles import StoredProfile
from wattwise_contract.quantities import Quantity

from .models import MeterProfile

ENERGY = [quantity.value for quantity in Quantity if quantity.unit == "kWh"]


def dirty_ranges(meter_ids: Sequence[int]) -> QuerySet[DirtyRange]:
    """Readings of these meters that changed since they were last rolled up, oldest change first."""
    return DirtyRange.objects.filter(meter_id__in=meter_ids).order_by("id")


def profiles_of(meter_ids: Sequence[int]) -> list[StoredProfile]:
    """The profiles of these meters, in the order of their ids; those without one are left out."""
    found = MeterProfile.objects.filter(meter__in=meter_ids).order_by("meter_id")
    return [StoredProfile.model_validate({**each.profile, "computed_at": each.computed_at}) for each in found]
