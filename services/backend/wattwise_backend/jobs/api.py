"""/api/jobs/: what runs, what failed and why; start, retry and cancel."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from wattwise_backend.accounts.queries import organization_for
from wattwise_backend.platform.access import Role, access_of
from wattwise_backend.platform.filters import one_integer, one_word
from wattwise_contract.jobs import JobKind, JobState

from . import operations, starting
from .models import Job, JobAttempt

KINDS = [kind.value for kind in JobKind]
STATES = [state.value for state in JobState]


class JobAttemptSerializer(serializers.ModelSerializer[JobAttempt]):
    class Meta:
        model = JobAttempt
        fields = ["attempt", "worker", "started_at", "ended_at", "outcome", "error"]


class JobSerializer(serializers.ModelSerializer[Job]):
    kind = serializers.ChoiceField(choices=KINDS)
    state = serializers.ChoiceField(choices=STATES)
    scope = serializers.DictField()
    result = serializers.DictField()

    class Meta:
        model = Job
        fields = [
            "id", "organization", "kind", "state", "scope", "priority", "attempts", "max_attempts", "progress",
            "message", "error", "result", "worker", "created_at", "run_after", "queued_at", "started_at", "finished_at",
            "cancel_requested_at",
        ]  # fmt: skip


class JobDetailSerializer(JobSerializer):
    """With its story; the traceback is for operators, empty for others."""

    story = JobAttemptSerializer(many=True)
    traceback = serializers.SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = [*JobSerializer.Meta.fields, "story", "traceback"]

    def get_traceback(self, job: Job) -> str:
        return job.traceback if access_of(self.context["request"]).is_operator else ""


class JobStartSerializer(serializers.Serializer[Any]):
    organization = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=starting.STARTABLE)


@extend_schema(tags=["jobs"])
class Jobs(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Job]):
    """Jobs, newest first."""

    queryset = Job.objects.none()
    serializer_class = JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        jobs = Job.objects.visible_to(access_of(self.request))
        if self.action != "list":
            return jobs.prefetch_related("story")
        params = self.request.query_params
        conditions = {
            "organization_id": one_integer(params, "organization"),
            "state": one_word(params, "state", STATES),
            "kind": one_word(params, "kind", KINDS),
        }
        return jobs.filter(**{name: value for name, value in conditions.items() if value is not None})

    @extend_schema(
        parameters=[
            OpenApiParameter("organization", int, description="Only of this organization."),
            OpenApiParameter("state", str, enum=STATES),
            OpenApiParameter("kind", str, enum=KINDS),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Jobs, newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses=JobDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A job with the story of its attempts."""
        return Response(self._detail(self.get_object()))

    @extend_schema(request=JobStartSerializer, responses={201: JobDetailSerializer})
    def create(self, request: Request) -> Response:
        """Start a job over everything in an organization; the one under way is answered where there is one."""
        form = JobStartSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wish = form.validated_data
        organization = organization_for(access_of(request), wish["organization"], role=Role.ANALYST)
        job = starting.start(organization_id=organization.pk, kind=JobKind(wish["kind"]), now=timezone.now())
        return Response(self._detail(job), status=201)

    @extend_schema(request=None, responses=JobDetailSerializer)
    def retry(self, request: Request, pk: UUID) -> Response:
        """Give a dead or cancelled job its attempts anew."""
        return Response(self._detail(operations.retry(job=self._own(request), now=timezone.now())))

    @extend_schema(request=None, responses=JobDetailSerializer)
    def cancel(self, request: Request, pk: UUID) -> Response:
        """Cancel what waits at once, and what runs as soon as its worker notices."""
        return Response(self._detail(operations.cancel(job=self._own(request), now=timezone.now())))

    def _own(self, request: Request) -> Job:
        job = self.get_object()
        access_of(request).require(job.organization_id, Role.ANALYST)
        return job

    def _detail(self, job: Job) -> dict[str, Any]:
        return dict(JobDetailSerializer(job, context=self.get_serializer_context()).data)
