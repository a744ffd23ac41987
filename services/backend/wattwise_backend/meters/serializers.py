"""Meters as people see them."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from wattwise_backend.consumers.models import Consumer

from .models import Meter
from .queries import feed_of

FEEDS = ["live", "historical", "empty"]


class ConsumerBriefSerializer(serializers.ModelSerializer[Consumer]):
    class Meta:
        model = Consumer
        fields = ["id", "key", "name"]
        read_only_fields = fields


class MeterSerializer(serializers.ModelSerializer[Meter]):
    """Takes `now` from its context, to tell a living feed from history."""

    consumer = ConsumerBriefSerializer(read_only=True, allow_null=True)
    unit = serializers.CharField(read_only=True)
    feed = serializers.SerializerMethodField()

    class Meta:
        model = Meter
        fields = [
            "id", "key", "name", "organization", "consumer", "quantity", "unit", "timezone", "resolution",
            "is_simulated", "first_reading_at", "last_reading_at", "readings_count", "feed",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=FEEDS))
    def get_feed(self, meter: Meter) -> str:
        now: datetime = self.context["now"]
        return feed_of(meter, now=now)


class MeterChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, allow_blank=True)
