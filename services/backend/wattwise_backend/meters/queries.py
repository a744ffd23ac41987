"""Questions about meters."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import DurationField, F, Max, Min, QuerySet
from django.db.models.functions import Cast
from django.http import QueryDict

from wattwise_backend.platform.access import Access
from wattwise_backend.platform.filters import integers, one_integer, one_word
from wattwise_contract.meters import Meter as MeterMessage
from wattwise_contract.quantities import Quantity

from .models import Meter, MeterQuerySet

LIVE_WITHIN = timedelta(days=7)  # of now: as the scheduler sees it


def there_still(meter_ids: Iterable[int]) -> list[int]:
    """Those that exist, in order, whoever's they are. A meter may be deleted while a job computes something of it: its
    share of the result is left out then, and the rest is kept."""
    return list(Meter.objects.filter(id__in=meter_ids).order_by("id").values_list("id", flat=True))


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


def data_spans(access: Access, organization_ids: Sequence[int]) -> dict[int, tuple[datetime, datetime]]:
    """By organization: from the first reading of any energy meter that the caller may see to the end of the last."""
    energy = [each.value for each in Quantity if each.adds_up]
    meters = Meter.objects.visible_to(access).filter(
        organization_id__in=organization_ids, quantity__in=energy, last_reading_at__isnull=False
    )
    ends_at = F("last_reading_at") + Cast("resolution", DurationField())
    spans = meters.order_by().values("organization_id").annotate(start=Min("first_reading_at"), end=Max(ends_at))
    return {each["organization_id"]: (each["start"], each["end"]) for each in spans}


def feed_of(meter: Meter, *, now: datetime) -> str:
    """ "live" while readings keep coming, "historical" when the newest is older than LIVE_WITHIN, else "empty"."""
    if meter.last_reading_at is None:
        return "empty"
    return "live" if now - meter.last_reading_at <= LIVE_WITHIN else "historical"
