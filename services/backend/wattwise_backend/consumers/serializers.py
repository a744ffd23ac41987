"""Consumers and their details as people see them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from wattwise_backend.meters.serializers import MeterSerializer

from .models import AttributeDefinition, Consumer
from .recent import Recent, cluster_reason


class AttributeDefinitionSerializer(serializers.ModelSerializer[AttributeDefinition]):
    choices = serializers.ListField(child=serializers.CharField(max_length=200), required=False)

    class Meta:
        model = AttributeDefinition
        fields = [
            "id", "organization", "key", "label", "type", "group", "unit", "choices", "description", "clustering",
            "position",
        ]  # fmt: skip
        read_only_fields = ["id"]


class AttributeDefinitionChangeSerializer(AttributeDefinitionSerializer):
    class Meta(AttributeDefinitionSerializer.Meta):
        read_only_fields = ["id", "organization", "key", "type"]


class NewAttributeDefinitionSerializer(AttributeDefinitionSerializer):
    organization = serializers.IntegerField()

    class Meta(AttributeDefinitionSerializer.Meta):
        validators: list[Any] = []  # the database says whether the key is taken


class ClusterBriefSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field may be named as DRF's own attribute


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "nullable": True,
            "oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}],
        },
    }
)
class AttributesField(serializers.DictField):
    """Values by the key of their definition."""

    child = serializers.JSONField(allow_null=True)


class ConsumerSerializer(serializers.ModelSerializer[Consumer]):
    """Takes `recent` from its context: Recent by consumer id."""

    attributes = AttributesField(read_only=True)
    meters_count = serializers.SerializerMethodField()
    cluster = serializers.SerializerMethodField()
    last_30_days_kwh = serializers.SerializerMethodField(help_text="The last 30 local days of its own data.")
    spark_kwh = serializers.SerializerMethodField(help_text="Up to 30 daily totals.")
    data_ends_at = serializers.SerializerMethodField()

    class Meta:
        model = Consumer
        fields = [
            "id", "key", "name", "organization", "timezone", "country", "latitude", "longitude", "is_simulated",
            "attributes", "meters_count", "cluster", "last_30_days_kwh", "spark_kwh", "data_ends_at",
        ]  # fmt: skip
        read_only_fields = fields

    def recent(self, consumer: Consumer) -> Recent:
        found: Recent = self.context["recent"][consumer.pk]
        return found

    def get_meters_count(self, consumer: Consumer) -> int:
        return self.recent(consumer).meters_count

    @extend_schema_field(ClusterBriefSerializer(allow_null=True))
    def get_cluster(self, consumer: Consumer) -> dict[str, Any] | None:
        return self.recent(consumer).cluster

    def get_last_30_days_kwh(self, consumer: Consumer) -> float | None:
        return self.recent(consumer).last_30_days_kwh

    @extend_schema_field(serializers.ListField(child=serializers.FloatField()))
    def get_spark_kwh(self, consumer: Consumer) -> list[float]:
        return self.recent(consumer).spark_kwh

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_data_ends_at(self, consumer: Consumer) -> Any:
        return self.recent(consumer).data_ends_at


class ReasonDistinctionSerializer(serializers.Serializer[Any]):
    """What sets a cluster apart: a detail, its value here and everywhere."""

    attribute = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field may be named as DRF's own attribute
    here = serializers.CharField()
    overall = serializers.CharField()
    strength = serializers.FloatField()


class ClusterReasonSerializer(serializers.Serializer[Any]):
    run_id = serializers.IntegerField()
    cluster_id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field may be named as DRF's own attribute
    sentence = serializers.CharField()
    silhouette = serializers.FloatField(help_text="-1 to 1: how well the consumer fits.")
    distinctions = ReasonDistinctionSerializer(many=True)


class ConsumerDetailSerializer(ConsumerSerializer):
    meters = MeterSerializer(many=True, read_only=True)
    cluster_reason = serializers.SerializerMethodField()

    class Meta(ConsumerSerializer.Meta):
        fields = [*ConsumerSerializer.Meta.fields, "meters", "cluster_reason"]
        read_only_fields = fields

    @extend_schema_field(ClusterReasonSerializer(allow_null=True))
    def get_cluster_reason(self, consumer: Consumer) -> dict[str, Any] | None:
        return cluster_reason(consumer.pk)


class ConsumerChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, allow_blank=True, required=False)
    attributes = AttributesField(required=False, help_text="Only those given change; null takes one away.")


class NewConsumerSerializer(serializers.Serializer[Any]):
    organization = serializers.IntegerField()
    key = serializers.CharField(max_length=200)
    name = serializers.CharField(max_length=200, allow_blank=True, required=False, default="")
    timezone = serializers.CharField(max_length=60, required=False, help_text="Without one: the organization's.")
    attributes = AttributesField(required=False)
