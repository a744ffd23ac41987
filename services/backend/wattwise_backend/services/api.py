"""/api/services/: the nine services, the queues and the jobs at a glance."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.errors import NotAllowed
from wattwise_contract.jobs import Queue
from wattwise_contract.scheduling import ServiceName

from . import queries
from .health import State

STARTED_AT = timezone.now()  # of this process


class ServiceHealthSerializer(serializers.Serializer[Any]):
    service = serializers.ChoiceField(choices=[name.value for name in ServiceName])
    state = serializers.ChoiceField(choices=[state.value for state in State])
    since = serializers.DateTimeField(allow_null=True)
    version = serializers.CharField()
    last_seen_at = serializers.DateTimeField(allow_null=True)
    detail = serializers.CharField()


class QueueLengthSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    length = serializers.IntegerField()


class QueueSerializer(serializers.Serializer[Any]):
    queue = serializers.ChoiceField(choices=[queue.value for queue in Queue])
    length = serializers.IntegerField()
    history = QueueLengthSerializer(many=True)


class JobCountsSerializer(serializers.Serializer[Any]):
    waiting = serializers.IntegerField()
    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    dead = serializers.IntegerField()


class ServicesSerializer(serializers.Serializer[Any]):
    services = ServiceHealthSerializer(many=True)
    queues = QueueSerializer(many=True)
    jobs = JobCountsSerializer()


class Services(APIView):
    @extend_schema(operation_id="servicesRetrieve", tags=["services"], responses=ServicesSerializer)
    def get(self, request: Request) -> Response:
        """How the platform is: for members of any organization, households excepted."""
        access = access_of(request)
        if access.whole_organization_ids == frozenset():
            raise NotAllowed(needed="viewer", own="household" if access.organization_ids else "none")
        now = timezone.now()
        services = [asdict(each) for each in queries.all_services(started_at=STARTED_AT, now=now)]
        return Response({"services": services, "queues": queries.queues(now=now), "jobs": queries.job_counts(access)})
