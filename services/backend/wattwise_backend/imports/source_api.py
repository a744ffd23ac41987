"""Sources, for people."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wattwise_backend.accounts.queries import organization_for
from wattwise_backend.platform.access import Role, access_of
from wattwise_backend.platform.filters import one_integer

from . import kinds, source_operations, source_queries
from .models import Source
from .serializers import ImportSerializer
from .source_serializers import (
    FetchSerializer,
    NewSourceSerializer,
    ReadAgainSerializer,
    SourceChangeSerializer,
    SourceKindSerializer,
    SourceSerializer,
    StartSourceSerializer,
)


class SourceKinds(APIView):
    @extend_schema(tags=["sources"], operation_id="source_kinds_list", responses=SourceKindSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What can be connected, as the running workers declare it."""
        access_of(request)
        return Response(SourceKindSerializer(kinds.declared(), many=True).data)


@extend_schema(tags=["sources"])
class Sources(viewsets.GenericViewSet[Source]):
    """Where readings come from."""

    queryset = Source.objects.none()
    serializer_class = SourceSerializer

    def get_queryset(self) -> QuerySet[Source]:
        found: QuerySet[Source] = source_queries.shown(access_of(self.request))
        organization_id = one_integer(self.request.query_params, "organization")
        return found.filter(organization_id=organization_id) if organization_id else found

    @extend_schema(parameters=[OpenApiParameter("organization", OpenApiTypes.INT, description="Only of this one.")])
    def list(self, request: Request) -> Response:
        """Sources, oldest first, with how fresh each is against its own habit."""
        page: Any = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(_shown(page))

    @extend_schema(request=NewSourceSerializer, responses={201: SourceSerializer})
    def create(self, request: Request) -> Response:
        """Make a source of a kind that some worker has. It is a draft: preview what it would bring, then start it."""
        form = NewSourceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wish = dict(form.validated_data)
        access = access_of(request)
        organization = organization_for(access, wish.pop("organization"), role=Role.MANAGER)
        made = source_operations.make(organization=organization, user_id=access.user_id, now=timezone.now(), **wish)
        return Response(_shown([made])[0], status=201)

    def retrieve(self, request: Request, pk: int) -> Response:
        """One source."""
        return Response(_shown([source_queries.visible_source(access_of(request), pk)])[0])

    @extend_schema(request=SourceChangeSerializer, responses=SourceSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change its name, settings, secrets, recipe or rhythm; pause it, let it go on."""
        form = SourceChangeSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changed = source_operations.change(
            source=self._own(request, pk), wish=dict(form.validated_data), now=timezone.now()
        )
        return Response(_shown([changed])[0])

    def destroy(self, request: Request, pk: int) -> Response:
        """Remove it. What it brought stays."""
        source_operations.remove(source=self._own(request, pk), now=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses={201: ImportSerializer})
    def preview(self, request: Request, pk: int) -> Response:
        """Fetch a sample, and show what would be stored of it: an import that stores nothing before it is started."""
        source = self._own(request, pk)
        run = source_operations.preview(source=source, user_id=access_of(request).user_id, now=timezone.now())
        return Response(ImportSerializer(run).data, status=201)

    @extend_schema(request=StartSourceSerializer, responses=SourceSerializer)
    def start(self, request: Request, pk: int) -> Response:
        """Start a draft without a preview."""
        source, form = self._own(request, pk), StartSourceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        source_operations.start(
            source=source,
            recipe=form.validated_data["recipe"],
            user_id=access_of(request).user_id,
            now=timezone.now(),
        )
        return Response(_shown([source_queries.visible_source(access_of(request), pk)])[0])

    @extend_schema(request=FetchSerializer, responses={201: ImportSerializer})
    def fetch(self, request: Request, pk: int) -> Response:
        """Ask it now."""
        source, form = self._own(request, pk), FetchSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        run = source_operations.fetch(
            source=source,
            since=form.validated_data["since"],
            user_id=access_of(request).user_id,
            now=timezone.now(),
        )
        return Response(ImportSerializer(run).data, status=201)

    @extend_schema(request=None, responses=ReadAgainSerializer)
    def read_again(self, request: Request, pk: int) -> Response:
        """Read its failed imports once more, as its recipe is now."""
        again = source_operations.read_again(source=self._own(request, pk), now=timezone.now())
        return Response(ReadAgainSerializer(again).data)

    def _own(self, request: Request, pk: int) -> Source:
        access = access_of(request)
        source = source_queries.visible_source(access, pk)
        organization_for(access, source.organization_id, role=Role.MANAGER)
        return source


def _shown(sources: Sequence[Source]) -> list[Any]:
    now = timezone.now()
    context = {
        "standings": source_queries.standings(sources, now=now),
        "kinds": {info.kind: info for info in kinds.declared()},
        "now": now,
    }
    return list(SourceSerializer(sources, many=True, context=context).data)
