"""Whether the backend is there."""

from django.db import connection
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wattwise_backend import __version__


class HealthSerializer(serializers.Serializer[dict[str, str]]):
    status = serializers.CharField()
    version = serializers.CharField()


class Health(APIView):
    """Public: answers as soon as the backend reaches its database."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(operation_id="healthRetrieve", responses=HealthSerializer, tags=["platform"])
    def get(self, request: Request) -> Response:
        """Whether the platform is well."""
        connection.ensure_connection()
        return Response({"status": "ok", "version": __version__})
