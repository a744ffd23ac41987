"""Meters, for people."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import filters, mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from wattwise_backend.platform.access import Role, access_of
from wattwise_contract.quantities import Quantity

from .models import Meter
from .queries import meters_asked_for
from .serializers import MeterChangeSerializer, MeterSerializer

_PARAMETERS = [
    OpenApiParameter("organization", OpenApiTypes.INT, description="Only of this organization."),
    OpenApiParameter("consumer", OpenApiTypes.INT, description="Only of this consumer."),
    OpenApiParameter("quantity", str, enum=[each.value for each in Quantity]),
]


@extend_schema(tags=["meters"])
@extend_schema_view(list=extend_schema(parameters=_PARAMETERS))
class Meters(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Meter]):
    """Measured series."""

    queryset = Meter.objects.none()
    serializer_class = MeterSerializer
    filter_backends = [filters.SearchFilter, filters.OrderingFilter]
    search_fields = ["key", "name", "consumer__key", "consumer__name"]
    ordering_fields = ["key", "name", "last_reading_at", "readings_count"]

    def get_queryset(self) -> QuerySet[Meter]:
        access = access_of(self.request)
        if self.action == "list":
            return meters_asked_for(access, self.request.query_params).select_related("consumer")
        return Meter.objects.visible_to(access).select_related("consumer")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    @extend_schema(request=MeterChangeSerializer, responses=MeterSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Give it another name; managers only."""
        meter = self.get_object()
        access_of(request).require(meter.organization_id, Role.MANAGER)
        form = MeterChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        meter.name = form.validated_data["name"]
        meter.save(update_fields=["name"])
        return Response(self.get_serializer(meter).data)
