"""Sources and imports, for people."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from wattwise_backend.accounts.queries import organization_for
from wattwise_backend.platform.access import Access, Role, access_of
from wattwise_backend.platform.errors import NotFound, TooLarge
from wattwise_backend.platform.filters import one_integer
from wattwise_backend.platform.parsers import Form, PlainJSON

from . import fixing, queries, requests
from .admission import admit
from .downloads import download
from .models import Import
from .serializers import (
    CorrectionSerializer,
    ImportSerializer,
    RecipeSerializer,
    RejectedRowSerializer,
    SimulationSerializer,
    StartSerializer,
    UploadSerializer,
)

_ORGANIZATION = OpenApiParameter("organization", OpenApiTypes.INT, description="Only of this organization.")
_SOURCE = OpenApiParameter("source", OpenApiTypes.INT, description="Only of this source.")


@extend_schema(tags=["imports"])
class Imports(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Import]):
    """Imports, newest first."""

    queryset = Import.objects.none()
    serializer_class = ImportSerializer
    parser_classes = [Form, PlainJSON]
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Import]:
        imports = Import.objects.visible_to(access_of(self.request))
        imports = imports.select_related("source", "job", "created_by", "rejected_file").prefetch_related(
            "files",
            Prefetch("fixed_by", Import.objects.select_related("job").defer("preview", "receipt").order_by("id")),
        )
        return _of_query(imports.defer("preview"), self.request) if self.action == "list" else imports

    def get_object(self) -> Import:
        try:
            return super().get_object()
        except Http404:
            raise NotFound("import") from None

    @extend_schema(parameters=[_ORGANIZATION, _SOURCE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Imports, newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer, "application/json": SimulationSerializer},
        responses={201: ImportSerializer},
    )
    def create(self, request: Request) -> Response:
        """Upload files, corrected rows of an import, or simulate a neighbourhood; the import's job says how it goes."""
        access, limit = access_of(request), settings.ENVIRONMENT.upload_limit_bytes
        admit(request, most=limit, otherwise=_too_large(limit))
        is_upload = (request.content_type or "").startswith("multipart/")
        import_run = self._uploaded(request, access) if is_upload else self._simulated(request, access)
        return Response(ImportSerializer(import_run).data, status=201)

    def _uploaded(self, request: Request, access: Access) -> Import:
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        organization = organization_for(access, form.validated_data["organization"], role=Role.MANAGER)
        if form.validated_data["fixes"] is not None:
            return self._corrected(access, form.validated_data)
        return requests.import_files(
            organization=organization,
            files=form.validated_data["file"],
            recipe=form.validated_data["recipe"],
            user_id=access.user_id,
            limit_files=settings.ENVIRONMENT.upload_limit_files,
            preview=form.validated_data["preview"],
            source_id=form.validated_data["source"],
            now=timezone.now(),
        )

    def _corrected(self, access: Access, form: Mapping[str, Any]) -> Import:
        return fixing.import_corrected_files(
            fixed=queries.import_in(form["organization"], form["fixes"]),
            files=form["file"],
            user_id=access.user_id,
            limit_files=settings.ENVIRONMENT.upload_limit_files,
            now=timezone.now(),
        )

    def _simulated(self, request: Request, access: Access) -> Import:
        form = SimulationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        organization = organization_for(access, form.validated_data["organization"], role=Role.MANAGER)
        return requests.import_simulation(
            organization=organization,
            config=form.validated_data.get("config", {}),
            user_id=access.user_id,
            now=timezone.now(),
        )

    @extend_schema(
        responses=RejectedRowSerializer(many=True),
        parameters=[OpenApiParameter("format", str, enum=["json", "csv"], description="csv downloads all of them.")],
        filters=False,
    )
    @action(detail=True, methods=["get"])
    def rejected(self, request: Request, pk: int) -> Response | StreamingHttpResponse:
        """The rows that were not stored, each with its place, the reason and the remedy."""
        rows = queries.visible_import(access_of(request), pk).rejected_rows.all()
        if request.query_params.get("format") == "csv":
            return download(rows, RejectedRowSerializer.Meta.fields, name=f"rejected-rows-of-import-{pk}.csv")
        page: Any = self.paginate_queryset(rows)  # type: ignore[arg-type]  # of another model than the view's own
        return self.get_paginated_response(RejectedRowSerializer(page, many=True).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, filters=False)
    def rejected_whole(self, request: Request, pk: int) -> FileResponse:
        """All rejected rows, whole, as CSV (zipped where they have several headers): to put right and to send back."""
        file, path = fixing.rejected_rows_of(queries.visible_import(access_of(request), pk))
        kind = "application/zip" if file.name.endswith(".zip") else "text/csv; charset=utf-8"
        return FileResponse(path.open("rb"), content_type=kind, as_attachment=True, filename=file.name)

    @extend_schema(
        responses=CorrectionSerializer(many=True),
        parameters=[OpenApiParameter("format", str, enum=["json", "csv"], description="csv downloads all of them.")],
        filters=False,
    )
    @action(detail=True, methods=["get"])
    def corrections(self, request: Request, pk: int) -> Response | StreamingHttpResponse:
        """The readings that it replaced, by meter and time, each with what it was before."""
        rows = queries.corrections_of(queries.visible_import(access_of(request), pk))
        if request.query_params.get("format") == "csv":
            return download(rows, queries.CORRECTION_COLUMNS, name=f"corrections-of-import-{pk}.csv")
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(CorrectionSerializer(page, many=True).data)

    @extend_schema(request=RecipeSerializer, responses=ImportSerializer)
    def preview(self, request: Request, pk: int) -> Response:
        """Preview under another recipe, before it is started."""
        import_run, form = self._own(request), _filled(RecipeSerializer, request)
        changed = requests.preview_again(import_run=import_run, recipe=form["recipe"], now=timezone.now())
        return Response(ImportSerializer(changed).data)

    @extend_schema(request=StartSerializer, responses=ImportSerializer)
    def start(self, request: Request, pk: int) -> Response:
        """Import what was only previewed, or was undone."""
        import_run, form = self._own(request), _filled(StartSerializer, request)
        if import_run.fixes is not None:
            fixing.check_original(import_run.fixes)
        changed = requests.start(
            import_run=import_run, recipe=form["recipe"], remember_as=form["remember_as"], now=timezone.now()
        )
        return Response(ImportSerializer(changed).data)

    @extend_schema(request=None, responses=ImportSerializer)
    def undo(self, request: Request, pk: int) -> Response:
        """Take back what it stored; what it replaced comes back."""
        return Response(ImportSerializer(requests.undo(import_run=self._own(request), now=timezone.now())).data)

    def destroy(self, request: Request, pk: int) -> Response:
        """Discard an import that was never started, with its files."""
        requests.discard(import_run=self._own(request), now=timezone.now())
        return Response(status=204)

    def _own(self, request: Request) -> Import:
        import_run = self.get_object()
        organization_for(access_of(request), import_run.organization_id, role=Role.MANAGER)
        return import_run


def _filled(form_class: type[RecipeSerializer], request: Request) -> dict[str, Any]:
    form = form_class(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _of_query(imports: QuerySet[Import], request: Request) -> QuerySet[Import]:
    organization_id, source_id = (one_integer(request.query_params, name) for name in ("organization", "source"))
    imports = imports.filter(organization_id=organization_id) if organization_id else imports
    return imports.filter(source_id=source_id) if source_id else imports


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The upload is larger than {limit // 1024**2:,} MB.", remedy="Send the files in several imports, or zipped."
    )
