"""Meters and their consumers, made when an import meets them."""

import re
from collections.abc import Sequence
from datetime import datetime

from wattwise_backend.consumers.operations import ensure_consumers
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.zones import check_timezone
from wattwise_contract.meters import MeterFound, MeterWanted

from .models import Meter

# In few enough digits that an interval ends before the year 10000, beyond which nothing can read it.
_RESOLUTION = re.compile(r"P(?=.)(\d\d?Y)?(\d{1,3}M)?(\d{1,4}W)?(\d{1,5}D)?(T(?=.)(\d{1,6}H)?(\d{1,8}M)?(\d{1,9}S)?)?")


def ensure_meters(
    *, organization_id: int, wanted: Sequence[MeterWanted], is_simulated: bool, import_id: int, now: datetime
) -> list[MeterFound]:
    """The meter of each wish, in their order; those that are missing are made, with their consumers, and remember the
    import that made them. Safe against others doing the same at once. Runs in the caller's transaction. Raises
    BadRequest."""
    _check(wanted)
    consumers = ensure_consumers(
        organization_id=organization_id,
        timezones={wish.consumer_key: wish.timezone for wish in wanted if wish.consumer_key},
        is_simulated=is_simulated,
        import_id=import_id,
        now=now,
    )
    before = _known(organization_id, wanted)
    new = {
        (wish.meter_key, wish.quantity.value): Meter(
            organization_id=organization_id,
            consumer_id=consumers.get(wish.consumer_key),
            key=wish.meter_key,
            name=wish.name,
            quantity=wish.quantity.value,
            timezone=wish.timezone,
            resolution=wish.resolution,
            is_simulated=is_simulated,
            made_by_import_id=import_id,
        )
        for wish in wanted
        if (wish.meter_key, wish.quantity.value) not in before
    }
    # In one order for everybody: who makes the same meters at once waits for the other, and none for both.
    Meter.objects.bulk_create([new[place] for place in sorted(new)], ignore_conflicts=True)
    meters = before | _known(organization_id, wanted) if new else before
    _give_consumers(meters, wanted, consumers)
    return [
        MeterFound(meter_key=wish.meter_key, meter_id=meters[place].pk, created=place not in before)
        for wish in wanted
        for place in [(wish.meter_key, wish.quantity.value)]
    ]


def _check(wanted: Sequence[MeterWanted]) -> None:
    for name in {wish.timezone for wish in wanted}:
        check_timezone(name)
    for wish in wanted:
        if not _RESOLUTION.fullmatch(wish.resolution):
            raise BadRequest(
                f"Meter {wish.meter_key}: {wish.resolution!r} is no resolution.",
                remedy="Use an ISO 8601 duration such as PT30M, of a century at most.",
            )
        if not wish.meter_key or len(wish.meter_key) > 200 or len(wish.consumer_key) > 200:
            raise BadRequest("A meter's key is empty or longer than 200 characters.", remedy="Check the meter column.")


def _known(organization_id: int, wanted: Sequence[MeterWanted]) -> dict[tuple[str, str], Meter]:
    keys = {wish.meter_key for wish in wanted}
    found = Meter.objects.filter(organization_id=organization_id, key__in=keys)
    return {(meter.key, meter.quantity): meter for meter in found}


def _give_consumers(
    meters: dict[tuple[str, str], Meter], wanted: Sequence[MeterWanted], consumers: dict[str, int]
) -> None:
    """A meter that had no consumer gets the one that the import names; one that has a consumer keeps it."""
    for wish in sorted(wanted, key=lambda each: (each.meter_key, each.quantity)):
        meter = meters[(wish.meter_key, wish.quantity.value)]
        if meter.consumer_id is None and wish.consumer_key:
            Meter.objects.filter(pk=meter.pk, consumer_id__isnull=True).update(consumer_id=consumers[wish.consumer_key])
