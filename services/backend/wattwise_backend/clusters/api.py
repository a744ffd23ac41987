"""/api/clustering-runs/: the groups of comparable consumers, and what makes each special."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.filters import one_integer

from . import queries
from .models import ClusteringRun


class DistinctionSerializer(serializers.Serializer[Any]):
    attribute = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's own `label` is set by the base class
    here = serializers.CharField()
    overall = serializers.CharField()
    strength = serializers.FloatField()


class ClusterSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # as above
    sentence = serializers.CharField()
    size = serializers.IntegerField()
    distinctions = DistinctionSerializer(many=True)
    load_curve_kw = serializers.ListField(
        child=serializers.FloatField(), help_text="Mean kW by local hour; empty without electricity."
    )
    members_kwh_mean = serializers.FloatField(
        allow_null=True,
        help_text="Mean electricity of a member over the last twelve months of the organization's data.",
    )


class ClusterPointSerializer(serializers.Serializer[Any]):
    consumer_id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    cluster_id = serializers.IntegerField()
    x = serializers.FloatField()
    y = serializers.FloatField()
    silhouette = serializers.FloatField()


class ClusteringRunSerializer(serializers.ModelSerializer[ClusteringRun]):
    silhouette_by_k = serializers.DictField(child=serializers.FloatField())
    attributes = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ClusteringRun
        fields = [
            "id", "organization", "created_at", "is_current", "k", "silhouette", "silhouette_by_k", "attributes", "notes",
        ]  # fmt: skip


class ClusteringRunDetailSerializer(ClusteringRunSerializer):
    clusters = ClusterSerializer(many=True)
    points = ClusterPointSerializer(many=True)

    class Meta(ClusteringRunSerializer.Meta):
        fields = [*ClusteringRunSerializer.Meta.fields, "clusters", "points"]


@extend_schema(tags=["clusters"])
class ClusteringRuns(mixins.ListModelMixin, viewsets.GenericViewSet[ClusteringRun]):
    """Clustering runs, newest first."""

    queryset = ClusteringRun.objects.none()
    serializer_class = ClusteringRunSerializer

    def get_queryset(self) -> QuerySet[ClusteringRun]:
        runs = ClusteringRun.objects.visible_to(access_of(self.request)).finished().order_by("-created_at", "-id")
        organization_id = one_integer(self.request.query_params, "organization")
        return runs.filter(organization_id=organization_id) if organization_id is not None else runs

    @extend_schema(parameters=[OpenApiParameter("organization", int, description="Only of this organization.")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Clustering runs, newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses=ClusteringRunDetailSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """A run with its clusters and the place of every consumer."""
        run = get_object_or_404(ClusteringRun.objects.visible_to(access_of(request)).finished(), pk=pk)
        head = ClusteringRunSerializer(run).data
        return Response({**head, "clusters": queries.clusters_of(run), "points": queries.points_of(run)})
