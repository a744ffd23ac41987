"""/api/meters/<id>/health/: how sound a meter's data are."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wattwise_backend.platform.filters import moment

from .api import END, START, meter_of, numbers
from .health import health_of


class CompletenessSerializer(serializers.Serializer[Any]):
    """Columns of equal length: every local day, also those without readings."""

    dates = serializers.ListField(child=serializers.DateField())
    coverage = numbers()
    complete_days = serializers.IntegerField()
    share = serializers.FloatField(help_text="Readings that came, of those expected.")


class StretchSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class GapSerializer(StretchSerializer):
    missing = serializers.IntegerField(help_text="Intervals without a reading.")


class StuckStretchSerializer(StretchSerializer):
    value = serializers.FloatField()


class GapsSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    missing = serializers.IntegerField(help_text="Intervals of all gaps.")
    longest = GapSerializer(many=True)


class StuckSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    longest = StuckStretchSerializer(many=True)


class CorrectionsOfMeterSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Readings whose value an import replaced that was not undone.")
    last_at = serializers.DateTimeField(allow_null=True)


class DelaySerializer(serializers.Serializer[Any]):
    """Seconds from an interval's end to its reading's arrival, over 60 days; negative where it comes before."""

    median_s = serializers.FloatField()
    p95_s = serializers.FloatField()


class HealthOfMeterSerializer(serializers.Serializer[Any]):
    meter = serializers.IntegerField()
    timezone = serializers.CharField()
    starts_at = serializers.DateTimeField(
        allow_null=True, help_text="Of the time that is spoken of; null: no readings."
    )
    ends_at = serializers.DateTimeField(allow_null=True)
    completeness = CompletenessSerializer(
        allow_null=True, help_text="Null: its days are not computed yet, or its intervals are longer than a day."
    )
    estimated_share = serializers.FloatField(allow_null=True)
    gaps = GapsSerializer()
    stuck = StuckSerializer(
        allow_null=True, help_text="Null: not energy or water measured more often than hourly, so it may stay the same."
    )
    corrections = CorrectionsOfMeterSerializer()
    delay = DelaySerializer(allow_null=True, help_text="Null: its readings do not keep coming.")
    late_since = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when the next reading is later than twice p95_s, and two intervals, after its time.",
    )


class MeterHealth(APIView):
    @extend_schema(
        operation_id="metersHealthRetrieve", tags=["meters"], parameters=[START, END], responses=HealthOfMeterSerializer
    )
    def get(self, request: Request, meter_id: int) -> Response:
        """How sound a meter's data are: complete days, the longest 100 gaps and stuck stretches, corrections, and its
        feed's usual delay."""
        params, now = request.query_params, timezone.now()
        span = {"start": moment(params, "start"), "end": moment(params, "end")}
        return Response(health_of(meter_of(request, meter_id), **span, now=now))
