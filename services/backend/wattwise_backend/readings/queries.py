"""Questions about readings."""

from datetime import datetime

from django.http import QueryDict
from rest_framework.request import Request

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.access import Access
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.filters import integers, moment, one_integer, one_word
from wattwise_backend.platform.views import read_message
from wattwise_contract.message import Message, UtcDatetime
from wattwise_contract.quantities import Quantity


class SeriesAsked(Message):
    """Which meters' series a caller asks for, and from when to when; also the JSON body for long lists of meters."""

    meter_ids: list[int] = []
    organization_id: int | None = None
    quantity: Quantity | None = None
    start: UtcDatetime | None = None
    end: UtcDatetime | None = None
    as_known_on: UtcDatetime | None = None  # only for readings: without what came or was undone later

    @property
    def condition(self) -> tuple[str, dict[str, datetime]]:
        """SQL for the span of `starts_at`, with its parameters; empty where there are no bounds."""
        words, params = [], {}
        if self.start:
            words.append("starts_at >= %(start)s")
            params["start"] = self.start
        if self.end:
            words.append("starts_at < %(end)s")
            params["end"] = self.end
        return "".join(f" AND {word}" for word in words), params


def series_asked_for(request: Request) -> SeriesAsked:
    """?meter=&meter=…&organization=&quantity=&start=&end=, or the same as the JSON body of a POST. Raises BadRequest
    where no meter and no organization is named: nobody wants everything by mistake."""
    asked = read_message(request, SeriesAsked) if request.method == "POST" else _from_params(request.query_params)
    if not asked.meter_ids and asked.organization_id is None:
        raise BadRequest("Which meters?", remedy="Name ?meter= or ?organization=.")
    return asked


def _from_params(params: QueryDict) -> SeriesAsked:
    quantity = one_word(params, "quantity", [each.value for each in Quantity])
    return SeriesAsked(
        meter_ids=integers(params, "meter"),
        organization_id=one_integer(params, "organization"),
        quantity=Quantity(quantity) if quantity else None,
        start=moment(params, "start"),
        end=moment(params, "end"),
        as_known_on=moment(params, "as_known_on"),
    )


def visible_meter_ids(access: Access, asked: SeriesAsked) -> list[int]:
    """Those of the asked meters that the caller may see, in order."""
    meters = Meter.objects.visible_to(access)
    if asked.meter_ids:
        meters = meters.filter(id__in=asked.meter_ids)
    if asked.organization_id is not None:
        meters = meters.filter(organization_id=asked.organization_id)
    if asked.quantity:
        meters = meters.filter(quantity=asked.quantity.value)
    return list(meters.order_by("id").values_list("id", flat=True))
