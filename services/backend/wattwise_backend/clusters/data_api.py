"""/data/: clusterings coming in."""

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from wattwise_backend.jobs.leased import LeasedView
from wattwise_backend.platform.views import answer, read_message
from wattwise_contract.clusters import ClusteringOut
from wattwise_contract.jobs import JobKind
from wattwise_contract.scopes import Scope

from . import operations


class ClusteringsView(LeasedView):
    may = {"PUT": {Scope.WORK_CLUSTERING}}
    leased = {"PUT": {JobKind.CLUSTER_CONSUMERS}}

    def put(self, request: Request) -> HttpResponse:
        """The clustering run of a job; it becomes the current one when the job succeeds."""
        run = operations.store_run(request, read_message(request, ClusteringOut), now=timezone.now())
        return answer({"id": run.pk})
