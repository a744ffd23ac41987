"""Questions about meters."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.http import QueryDict

from wattwise_backend.platform.access import Access
from wattwise_backend.platform.filters import integers, one_integer, one_word
from wattwise_contract.meters import Meter as MeterMessage
from wattwise_contract.quantities import Quantity

from .models import Meter, MeterQuerySet


def meters_asked_for(access: Access, params: QueryDict) -> MeterQuerySet:
    """The visible meters that ?organization=&consumer=&quantity=&id= name (each may be missing)."""
    meters = Meter.objects.visible_to(access)
    conditions: Mapping[str, object] = {
        "organization_id": one_integer(params, "organization"),
        "consumer_id": one_integer(params, "consumer"),
        "quantity": one_word(params, "quantity", [each.value for each in Quantity]),
        "id__in": integers(params, "id") or integers(params, "meter") or None,
    }
    return meters.filter(**{name: value for name, value in conditions.items() if value is not None})


def messages(meters: QuerySet[Meter] | Iterable[Meter]) -> list[MeterMessage]:
    return [
        MeterMessage(
            id=meter.pk,
            organization_id=meter.organization_id,
            consumer_id=meter.consumer_id,
            key=meter.key,
            name=meter.name,
            quantity=Quantity(meter.quantity),
            unit=meter.unit,
            timezone=meter.timezone,
            resolution=meter.resolution,
            is_simulated=meter.is_simulated,
            first_reading_at=meter.first_reading_at,
            last_reading_at=meter.last_reading_at,
        )
        for meter in meters
    ]
