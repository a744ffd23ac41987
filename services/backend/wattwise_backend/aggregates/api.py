"""/api/series/ and /api/meters/<id>/: what the charts of meters show."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.documented import MessageExtension
from wattwise_backend.platform.errors import BadRequest, NotFound
from wattwise_backend.platform.filters import integers, moment, one_integer, one_word
from wattwise_contract.profiles import StoredProfile

from . import files, profiles
from .series import GRAINS, Chart, series_of

FEWEST_PIXELS, MOST_PIXELS, USUAL_PIXELS = 50, 10_000, 1000
MOST_METERS = 500  # in one answer

START = OpenApiParameter("start", OpenApiTypes.DATETIME, description="From here on; without it, the first reading.")
END = OpenApiParameter("end", OpenApiTypes.DATETIME, description="Before this; without it, the last reading.")


def numbers(**options: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.FloatField(**options))


def moments() -> serializers.ListField:
    return serializers.ListField(child=serializers.IntegerField(), help_text="Epoch milliseconds, UTC.")


class OneSeriesSerializer(serializers.Serializer[Any]):
    """Columns of equal length; periods without readings are absent."""

    meter = serializers.IntegerField()
    unit = serializers.CharField()
    timezone = serializers.CharField()
    rolled_up_at = serializers.DateTimeField(
        allow_null=True, help_text="When its hours to years were last computed from its readings; null: not yet."
    )
    starts_at = moments()
    ends_at = moments()
    value = numbers()
    minimum = numbers()
    maximum = numbers()
    coverage = numbers()
    quality = serializers.ListField(child=serializers.IntegerField(allow_null=True))


class SeriesSerializer(OneSeriesSerializer):
    grain = serializers.ChoiceField(choices=GRAINS)


class ManySeriesSerializer(serializers.Serializer[Any]):
    """Series of one grain, in the order in which their meters were asked for."""

    grain = serializers.ChoiceField(choices=GRAINS)
    series = OneSeriesSerializer(many=True)


class DayCurveSerializer(serializers.Serializer[Any]):
    """kW by local hour; null where no complete hour was measured."""

    mean_kw = numbers(allow_null=True)
    p10_kw = numbers(allow_null=True)
    p50_kw = numbers(allow_null=True)
    p90_kw = numbers(allow_null=True)


@MessageExtension.describes(StoredProfile)
class StoredProfileField(serializers.JSONField):
    pass


class MeterProfileSerializer(serializers.Serializer[Any]):
    meter = serializers.IntegerField()
    timezone = serializers.CharField()
    weekday = DayCurveSerializer()
    weekend = DayCurveSerializer()
    days = serializers.IntegerField()
    profile = StoredProfileField(allow_null=True, help_text="Where no time was given and it is computed already.")


class HeatmapSerializer(serializers.Serializer[Any]):
    meter = serializers.IntegerField()
    timezone = serializers.CharField()
    dates = serializers.ListField(child=serializers.DateField())
    kwh = serializers.ListField(child=numbers(allow_null=True))


def meter_of(request: Request, meter_id: int) -> Meter:
    """The meter, where the caller may see it; raises NotFound."""
    meter = Meter.objects.visible_to(access_of(request)).select_related("organization").filter(id=meter_id).first()
    if meter is None:
        raise NotFound("meter")
    return meter


CHART = [
    START,
    END,
    OpenApiParameter("pixels", int, description="How wide the chart is; chooses the grain."),
    OpenApiParameter("grain", str, enum=GRAINS, description="Instead of the one that fits the pixels."),
]


METERS = [OpenApiParameter("meter", int, many=True, required=True, description=f"Up to {MOST_METERS} meters.")]


def meters_of(request: Request) -> list[Meter]:
    """The meters that are asked for, in that order; raises NotFound where the caller may not see one."""
    ids = list(dict.fromkeys(integers(request.query_params, "meter")))
    if not 1 <= len(ids) <= MOST_METERS:
        raise BadRequest(
            f"{len(ids):,} meters were asked for.", remedy=f"Name 1 to {MOST_METERS} meters, such as ?meter=1,2."
        )
    visible = Meter.objects.visible_to(access_of(request)).select_related("organization").in_bulk(ids)
    if len(visible) < len(ids):
        raise NotFound("meter")
    return [visible[meter_id] for meter_id in ids]


def chart_of(request: Request) -> Chart:
    params = request.query_params
    pixels = one_integer(params, "pixels") or USUAL_PIXELS
    return Chart(
        start=moment(params, "start"),
        end=moment(params, "end"),
        pixels=min(max(pixels, FEWEST_PIXELS), MOST_PIXELS),
        grain=one_word(params, "grain", GRAINS),
    )


class MeterSeries(APIView):
    @extend_schema(operation_id="metersSeriesRetrieve", tags=["meters"], parameters=CHART, responses=SeriesSerializer)
    def get(self, request: Request, meter_id: int) -> Response:
        """A meter's consumption over a time, at the coarsest grain that fills the pixels."""
        found = series_of([meter_of(request, meter_id)], chart_of(request))
        return Response({"grain": found["grain"], **found["series"][0]})


class SeriesOfMeters(APIView):
    @extend_schema(
        operation_id="seriesRetrieve",
        tags=["meters"],
        parameters=[*METERS, *CHART],
        responses=ManySeriesSerializer,
    )
    def get(self, request: Request) -> Response:
        """The consumption of several meters over a time, all at the coarsest grain that fills the pixels."""
        return Response(series_of(meters_of(request), chart_of(request)))


class SeriesFile(APIView):
    @extend_schema(
        operation_id="seriesFileRetrieve",
        tags=["meters"],
        parameters=[*METERS, OpenApiParameter("format", str, enum=list(files.KINDS), required=True), *CHART],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """What the series of these meters show, as a table to take away: CSV, Parquet or Excel."""
        kind = one_word(request.query_params, "format", tuple(files.KINDS)) or "csv"
        meters = meters_of(request)
        found = series_of(meters, chart_of(request))
        answer = HttpResponse(files.file_of(found, meters, kind=kind), content_type=files.KINDS[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="consumption-by-{found["grain"]}.{kind}"'
        return answer


def _over_time(question: Callable[..., dict[str, Any]], request: Request, meter_id: int) -> Response:
    params = request.query_params
    meter = meter_of(request, meter_id)
    return Response(question(meter, start=moment(params, "start"), end=moment(params, "end")))


class MeterProfile(APIView):
    @extend_schema(
        operation_id="metersProfileRetrieve", tags=["meters"], parameters=[START, END], responses=MeterProfileSerializer
    )
    def get(self, request: Request, meter_id: int) -> Response:
        """A meter's typical weekday and weekend day with their spread; without a time over its last year, and with every
        other figure of it."""
        return _over_time(profiles.profile_of, request, meter_id)


class MeterHeatmap(APIView):
    @extend_schema(
        operation_id="metersHeatmapRetrieve", tags=["meters"], parameters=[START, END], responses=HeatmapSerializer
    )
    def get(self, request: Request, meter_id: int) -> Response:
        """A meter's energy by local day and hour; over its last year unless a time is given."""
        return _over_time(profiles.heatmap_of, request, meter_id)
