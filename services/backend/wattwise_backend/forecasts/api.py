"""/api/: forecasts of meters, the models that make them, and the runs that made them."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wattwise_backend.aggregates.api import meter_of, moments, numbers
from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.filters import one_integer
from wattwise_contract.forecasts import Basis
from wattwise_contract.schemas import QUANTILE_COLUMNS

from . import queries
from .models import ForecastRun, Model

STATUSES = ["forecast", "fallback", "refused", "none"]
_ORGANIZATION = OpenApiParameter("organization", int, description="Only of this organization.")


class ForecastRunHeadSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    issued_at = serializers.DateTimeField()
    model_id = serializers.IntegerField(allow_null=True)
    resolution = serializers.CharField()
    horizon_steps = serializers.IntegerField()


class _MeterForecastHeadSerializer(serializers.Serializer[Any]):
    meter = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STATUSES)
    reason = serializers.CharField()
    basis = serializers.ChoiceField(choices=[basis.value for basis in Basis], allow_null=True)
    forecaster = serializers.CharField()
    run = ForecastRunHeadSerializer(allow_null=True)
    unit = serializers.CharField()
    timezone = serializers.CharField()
    starts_at = moments()
    ends_at = moments()
    mean = numbers()


# The quantiles are the contract's own: q05, q10, … q95.
MeterForecastSerializer = type(
    "MeterForecastSerializer", (_MeterForecastHeadSerializer,), {column: numbers() for column in QUANTILE_COLUMNS}
)


class ScoreSerializer(serializers.Serializer[Any]):
    """Error measures over all origins and meters of the backtest; null where undefined."""

    forecaster = serializers.CharField()
    origins = serializers.IntegerField()
    meters = serializers.IntegerField()
    mase = serializers.FloatField(allow_null=True)
    wape = serializers.FloatField(allow_null=True)
    wql = serializers.FloatField(allow_null=True)
    coverage_80 = serializers.FloatField(allow_null=True)
    mase_by_horizon = numbers()


class ModelSerializer(serializers.ModelSerializer[Model]):
    scores = ScoreSerializer(many=True)
    parameters = serializers.DictField()

    class Meta:
        model = Model
        fields = [
            "id", "organization", "created_at", "is_champion", "forecaster", "trained_from", "trained_until", "resolution",
            "horizon_steps", "parameters", "data_sha256", "reason", "scores", "artefact_bytes",
        ]  # fmt: skip


class ForecastCountsSerializer(serializers.Serializer[Any]):
    forecast = serializers.IntegerField()
    fallback = serializers.IntegerField()
    refused = serializers.IntegerField()


class ForecastRunSerializer(serializers.ModelSerializer[ForecastRun]):
    counts = serializers.SerializerMethodField()

    class Meta:
        model = ForecastRun
        fields = [
            "id", "organization", "issued_at", "model", "resolution", "horizon_steps", "readings_until", "is_current",
            "created_at", "counts",
        ]  # fmt: skip

    @extend_schema_field(ForecastCountsSerializer)
    def get_counts(self, run: Any) -> dict[str, int]:
        return {status: getattr(run, f"{status}_count") for status in STATUSES[:3]}


class MeterForecast(APIView):
    @extend_schema(operation_id="metersForecastRetrieve", tags=["meters"], responses=MeterForecastSerializer)
    def get(self, request: Request, meter_id: int) -> Response:
        """What comes next for a meter: mean and quantiles per interval, or why there is no forecast."""
        return Response(queries.forecast_of(meter_of(request, meter_id)))


@extend_schema(tags=["forecasts"], parameters=[_ORGANIZATION])
class Models(mixins.ListModelMixin, viewsets.GenericViewSet[Model]):
    """Trained models with their backtests, newest first."""

    queryset = Model.objects.none()
    serializer_class = ModelSerializer

    def get_queryset(self) -> QuerySet[Model]:
        organization_id = one_integer(self.request.query_params, "organization")
        return queries.models_of_access(access_of(self.request), organization_id=organization_id, champion=None)


@extend_schema(tags=["forecasts"], parameters=[_ORGANIZATION])
class ForecastRuns(mixins.ListModelMixin, viewsets.GenericViewSet[ForecastRun]):
    """Forecast runs, newest first, with how many meters were forecast, fell back and were refused."""

    queryset = ForecastRun.objects.none()
    serializer_class = ForecastRunSerializer

    def get_queryset(self) -> QuerySet[ForecastRun]:
        runs = ForecastRun.objects.visible_to(access_of(self.request)).finished().order_by("-published_at", "-id")
        counts = {f"{status}_count": Count("meters", filter=Q(meters__status=status)) for status in STATUSES[:3]}
        runs = runs.annotate(**counts)
        organization_id = one_integer(self.request.query_params, "organization")
        return runs.filter(organization_id=organization_id) if organization_id is not None else runs
