"""Questions about rollups."""

from collections.abc import Sequence

from django.db.models import QuerySet

from wattwise_backend.readings.models import DirtyRange
from wattwise_contract.quantities import Quantity

ENERGY = [quantity.value for quantity in Quantity if quantity.unit == "kWh"]


def dirty_ranges(meter_ids: Sequence[int]) -> QuerySet[DirtyRange]:
    """Readings of these meters that changed since they were last rolled up, oldest change first."""
    return DirtyRange.objects.filter(meter_id__in=meter_ids).order_by("id")
