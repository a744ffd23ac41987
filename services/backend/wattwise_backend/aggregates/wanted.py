"""Which meters and which time a caller of /data/ asks for: in the query of a GET, or as JSON in the body of a POST."""

from pydantic import BaseModel, ConfigDict
from rest_framework.request import Request

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.access import Access
from wattwise_backend.platform.views import read_message
from wattwise_contract.message import UtcDatetime
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain


class SeriesWanted(BaseModel):
    """Times are half-open [start, end); what is missing does not limit."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    meter_ids: list[int] | None = None
    organization: int | None = None
    quantity: Quantity | None = None
    start: UtcDatetime | None = None
    end: UtcDatetime | None = None
    grain: Grain = Grain.HOUR
    run: int | None = None

    @property
    def bounds(self) -> dict[str, object]:
        """`start` and `end` as SQL parameters, infinite where none was given."""
        return {"start": self.start or "-infinity", "end": self.end or "infinity"}


def wanted_of(request: Request) -> SeriesWanted:
    """What the request asks for; raises pydantic's ValidationError (answered as 400)."""
    if request.method == "POST":
        return read_message(request, SeriesWanted)
    params = request.query_params
    values: dict[str, object] = {
        name: value.replace(" ", "+")  # the plus sign of an offset that was not encoded arrives as a space
        for name in SeriesWanted.model_fields
        if (value := params.get(name))
    }
    if "meter" in params:
        values["meter_ids"] = [word for value in params.getlist("meter") for word in value.split(",") if word]
    return SeriesWanted.model_validate(values)


def meter_ids_of(access: Access, wanted: SeriesWanted) -> list[int]:
    """The ids of the visible meters that are asked for; those of strangers are left out without a word."""
    meters = Meter.objects.visible_to(access)
    if wanted.meter_ids is not None:
        meters = meters.filter(id__in=wanted.meter_ids)
    if wanted.organization is not None:
        meters = meters.filter(organization_id=wanted.organization)
    if wanted.quantity is not None:
        meters = meters.filter(quantity=wanted.quantity)
    return list(meters.order_by("id").values_list("id", flat=True))
