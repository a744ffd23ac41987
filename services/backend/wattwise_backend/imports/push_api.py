"""The door for programs that push readings by themselves."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wattwise_backend.accounts.queries import organization_for
from wattwise_backend.platform.access import Access, Role, access_of
from wattwise_backend.platform.arrow import ARROW
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.filters import one_integer, one_word

from .admission import admit
from .push_bodies import Rows, read_rows, unpacked
from .push_limits import LIMIT_BYTES, too_large
from .push_operations import NothingStored, Pushed, push


class PushedReadingSerializer(serializers.Serializer[Any]):
    """A reading, in the unit of its quantity unless it names another."""

    meter = serializers.CharField(help_text="The meter's key in the organization.")
    starts_at = serializers.DateTimeField(help_text="Start of the interval, with its offset from UTC.")
    value = serializers.FloatField()
    quantity = serializers.CharField(required=False, help_text="electricity_import where it is missing.")
    quality = serializers.CharField(required=False, help_text="measured, estimated, interpolated or edited.")
    unit = serializers.CharField(required=False, help_text="Of an energy: kWh, Wh or MWh.")
    consumer = serializers.CharField(required=False, help_text="With create: whose meter it is; its own without.")
    timezone = serializers.CharField(required=False, help_text="With create; the organization's without.")
    resolution = serializers.CharField(required=False, help_text="With create: ISO 8601, such as PT30M.")


class PushSerializer(serializers.Serializer[Any]):
    """Readings, or the list alone with ?organization=."""

    organization = serializers.IntegerField(required=False)
    readings = PushedReadingSerializer(many=True)


class PushRejectedSerializer(serializers.Serializer[Any]):
    """A row that was not stored; `line` is its line in a text, else its place in the list, from 1."""

    line = serializers.IntegerField()
    column = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)


class PushedSerializer(serializers.Serializer[Any]):
    """What a push did: read = stored + unchanged + corrected + duplicate + rejected rows."""

    import_id = serializers.IntegerField(allow_null=True)
    read = serializers.IntegerField()
    stored = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    corrected = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    rejected = PushRejectedSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        return {"import": fields.pop("import_id"), **fields}  # a word that no class may call its own


class Push(APIView):
    """Readings from programs: gateways, collectors, notebooks."""

    @extend_schema(
        tags=["imports"],
        operation_id="readings_push",
        parameters=[
            OpenApiParameter("organization", OpenApiTypes.INT, description="Where the body does not say it."),
            OpenApiParameter("create", OpenApiTypes.BOOL, description="Make meters that are not there."),
            OpenApiParameter("strict", OpenApiTypes.BOOL, description="Store nothing where a row is wrong."),
        ],
        request={
            "application/json": PushSerializer,
            "text/csv": OpenApiTypes.STR,
            "text/plain": OpenApiTypes.STR,
            "application/x-line-protocol": OpenApiTypes.STR,
            ARROW: OpenApiTypes.BINARY,
        },
        responses=PushedSerializer,
    )
    def post(self, request: Request) -> Response:
        """Store readings now: JSON, CSV and Arrow with the same columns, or InfluxDB line protocol. At most 4 MB and
        100,000 rows. Rows that are wrong are answered with the reason and the remedy, the others are stored. The same
        again changes nothing."""
        access = access_of(request)
        admit(request, most=LIMIT_BYTES, otherwise=too_large())
        rows = _rows(request)
        organization = organization_for(access, _organization_id(request, rows, access), role=Role.MANAGER)
        try:
            pushed = push(
                organization=organization,
                rows=rows,
                create=_switch(request, "create"),
                strict=_switch(request, "strict"),
                user_id=access.user_id,
                now=timezone.now(),
            )
        except NothingStored as error:
            return Response({"error": error.error, "remedy": error.remedy, "rejected": _listed(error.rejected)}, 400)
        return Response(_answer(pushed))


def _rows(request: Request) -> Rows:
    """The body. Raises BadRequest, TooLarge."""
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    return read_rows(unpacked(request.body, request.headers.get("Content-Encoding", "")), media_type)


def _organization_id(request: Request, rows: Rows, access: Access) -> int:
    named = rows.organization_id or one_integer(request.query_params, "organization")
    if named:
        return named
    own = access.organization_ids or ()
    if len(own) != 1:
        raise BadRequest("Which organization?", remedy="Name it in the body, or as ?organization=.")
    return next(iter(own))


def _switch(request: Request, name: str) -> bool:
    return one_word(request.query_params, name, ("true", "false")) == "true"


def _answer(pushed: Pushed) -> dict[str, Any]:
    counts = ("read", "stored", "unchanged", "corrected", "duplicate")
    numbers = {name: getattr(pushed, name) for name in counts}
    return {"import": pushed.import_id, **numbers, "rejected": _listed(pushed.rejected)}


def _listed(rejected: Any) -> list[dict[str, Any]]:
    return [row.model_dump(exclude={"file"}) for row in rejected]
