"""Consumers and the details an organization keeps of them, for people."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import filters, mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from wattwise_backend.accounts.queries import organization_for
from wattwise_backend.platform.access import Role, access_of
from wattwise_backend.platform.errors import Conflict
from wattwise_backend.platform.filters import one_integer

from . import operations
from .filtering import filtered
from .models import AttributeDefinition, Consumer
from .recent import recent_of
from .serializers import (
    AttributeDefinitionChangeSerializer,
    AttributeDefinitionSerializer,
    ConsumerChangeSerializer,
    ConsumerDetailSerializer,
    ConsumerSerializer,
    NewAttributeDefinitionSerializer,
    NewConsumerSerializer,
)

_ORGANIZATION = OpenApiParameter("organization", OpenApiTypes.INT, description="Only of this organization.")


@extend_schema(tags=["consumers"])
class AttributeDefinitions(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[AttributeDefinition]
):
    """The details an organization keeps of its consumers."""

    queryset = AttributeDefinition.objects.none()
    serializer_class = AttributeDefinitionSerializer

    def get_queryset(self) -> QuerySet[AttributeDefinition]:
        definitions = AttributeDefinition.objects.visible_to(access_of(self.request))
        organization_id = one_integer(self.request.query_params, "organization") if self.action == "list" else None
        return definitions.filter(organization_id=organization_id) if organization_id else definitions

    @extend_schema(parameters=[_ORGANIZATION])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The details an organization keeps, in their order."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewAttributeDefinitionSerializer, responses={201: AttributeDefinitionSerializer})
    def create(self, request: Request) -> Response:
        """Keep one more detail; managers only."""
        form = NewAttributeDefinitionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        organization = organization_for(access_of(request), form.validated_data.pop("organization"), role=Role.MANAGER)
        try:
            with transaction.atomic():
                definition = AttributeDefinition.objects.create(organization=organization, **form.validated_data)
        except IntegrityError:
            raise Conflict(
                "There is a detail of this key already.", remedy="Choose another key.", fields={"key": ["Taken."]}
            ) from None
        return Response(AttributeDefinitionSerializer(definition).data, status=201)

    @extend_schema(request=AttributeDefinitionChangeSerializer, responses=AttributeDefinitionSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change its label, unit, choices or place; managers only. Key and type stay."""
        form = AttributeDefinitionChangeSerializer(self._manageable(request), data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return Response(AttributeDefinitionSerializer(form.save()).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Keep it no longer; managers only. Values that consumers have stay, unseen."""
        self._manageable(request).delete()
        return Response(status=204)

    def _manageable(self, request: Request) -> AttributeDefinition:
        definition = self.get_object()
        access_of(request).require(definition.organization_id, Role.MANAGER)
        return definition


@extend_schema(tags=["consumers"])
class Consumers(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Consumer]):
    """Households and buildings."""

    queryset = Consumer.objects.none()
    serializer_class = ConsumerSerializer
    filter_backends = [filters.SearchFilter, filters.OrderingFilter]
    search_fields = ["key", "name"]
    ordering_fields = ["key", "name", "created_at"]

    def get_queryset(self) -> QuerySet[Consumer]:
        consumers = Consumer.objects.visible_to(access_of(self.request))
        return filtered(consumers, self.request.query_params) if self.action == "list" else consumers

    @extend_schema(
        parameters=[
            _ORGANIZATION,
            OpenApiParameter("cluster", OpenApiTypes.INT, description="Only members of this cluster."),
            OpenApiParameter(
                "attribute.<key>", str, description="Only with this value, such as attribute.heating=gas."
            ),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Consumers, each with its cluster and its use over the last 30 days of its own data."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(ConsumerSerializer(page, many=True, context=_context(page)).data)

    @extend_schema(responses=ConsumerDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A consumer with its meters, and why it is in its cluster."""
        return Response(_detail(self.get_object()))

    @extend_schema(request=NewConsumerSerializer, responses={201: ConsumerDetailSerializer})
    def create(self, request: Request) -> Response:
        """Add a consumer; managers only."""
        form = NewConsumerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        organization = organization_for(access_of(request), wanted.pop("organization"), role=Role.MANAGER)
        consumer = operations.create_consumer(organization=organization, **wanted, now=timezone.now())
        return Response(_detail(consumer), status=201)

    @extend_schema(request=ConsumerChangeSerializer, responses=ConsumerDetailSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change its name and details; managers only."""
        form = ConsumerChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        consumer = operations.change_consumer(
            consumer=self._manageable(request),
            name=form.validated_data.get("name"),
            attributes=form.validated_data.get("attributes"),
            now=timezone.now(),
        )
        return Response(_detail(consumer))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Remove it with its meters and all they measured, for good; managers only."""
        operations.delete_consumer(consumer=self._manageable(request))
        return Response(status=204)

    def _manageable(self, request: Request) -> Consumer:
        consumer = self.get_object()
        access_of(request).require(consumer.organization_id, Role.MANAGER)
        return consumer


def _context(consumers: list[Consumer]) -> dict[str, Any]:
    return {"recent": recent_of([consumer.pk for consumer in consumers]), "now": timezone.now()}


def _detail(consumer: Consumer) -> dict[str, Any]:
    return dict(ConsumerDetailSerializer(consumer, context=_context([consumer])).data)
