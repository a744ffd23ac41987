"""/api/overview/: the first page of an organization."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wattwise_backend.accounts.queries import organization_for
from wattwise_backend.aggregates.api import moments, numbers
from wattwise_backend.aggregates.queries import ENERGY
from wattwise_backend.platform.access import Role, access_of
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.filters import one_integer
from wattwise_contract.forecasts import Basis

from . import attention, queries


class MonthSerializer(serializers.Serializer[Any]):
    kwh = serializers.FloatField()
    days = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's own `label` is set by the base class
    previous_kwh = serializers.FloatField(allow_null=True)
    previous_label = serializers.CharField()
    change = serializers.FloatField(
        allow_null=True, help_text="By the day, over consumers measured in both; 0.08 is 8 % more."
    )
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class MonthEndSerializer(serializers.Serializer[Any]):
    kwh = serializers.FloatField()
    low_kwh = serializers.FloatField()
    high_kwh = serializers.FloatField()


class PeakSerializer(serializers.Serializer[Any]):
    kw = serializers.FloatField()
    at = serializers.DateTimeField()


class DataHealthSerializer(serializers.Serializer[Any]):
    coverage_30_days = serializers.FloatField(allow_null=True)
    meters = serializers.IntegerField()
    silent_meters = serializers.IntegerField()
    rejected_rows_30_days = serializers.IntegerField()


class DailyTotalsSerializer(serializers.Serializer[Any]):
    date = serializers.ListField(child=serializers.DateField())
    kwh = numbers()
    coverage = numbers()


class HourlyTotalsSerializer(serializers.Serializer[Any]):
    starts_at = moments()
    kwh = numbers()


class ForecastTotalsSerializer(serializers.Serializer[Any]):
    starts_at = moments()
    mean = numbers()
    q10 = numbers()
    q25 = numbers()
    q75 = numbers()
    q90 = numbers()
    note = serializers.CharField()


class AttentionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=attention.KINDS)
    severity = serializers.ChoiceField(choices=[attention.DANGER, attention.WARNING])
    title = serializers.CharField()
    detail = serializers.CharField()
    link = serializers.CharField()


class ConsumerHeadSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()


class MoverSerializer(serializers.Serializer[Any]):
    consumer = ConsumerHeadSerializer()
    change = serializers.FloatField()
    kwh = serializers.FloatField()
    previous_kwh = serializers.FloatField()


class OverviewSerializer(serializers.Serializer[Any]):
    organization = serializers.IntegerField()
    timezone = serializers.CharField()
    quantity = serializers.ChoiceField(choices=ENERGY, allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    basis = serializers.ChoiceField(choices=[basis.value for basis in Basis], allow_null=True)
    is_simulated = serializers.BooleanField()
    month = MonthSerializer(allow_null=True)
    forecast_month_end = MonthEndSerializer(allow_null=True)
    exported_month_kwh = serializers.FloatField(allow_null=True)
    peak_yesterday = PeakSerializer(allow_null=True)
    data_health = DataHealthSerializer()
    daily = DailyTotalsSerializer()
    hourly = HourlyTotalsSerializer()
    forecast = ForecastTotalsSerializer()
    attention = AttentionSerializer(many=True)
    movers = MoverSerializer(many=True)
    heatmap = serializers.ListField(
        child=numbers(allow_null=True), help_text="Mean kW by local weekday (Monday first) and hour."
    )


class Overview(APIView):
    @extend_schema(
        operation_id="overviewRetrieve",
        tags=["overview"],
        parameters=[OpenApiParameter("organization", int, required=True)],
        responses=OverviewSerializer,
    )
    def get(self, request: Request) -> Response:
        """The first page of an organization: is everything all right, what changed, what will happen."""
        number = one_integer(request.query_params, "organization")
        if number is None:
            raise BadRequest("Which organization?", remedy="Add ?organization= with its id.")
        access = access_of(request)
        organization = organization_for(access, number, role=Role.VIEWER)
        return Response(queries.overview_of(access, organization, now=timezone.now()))
