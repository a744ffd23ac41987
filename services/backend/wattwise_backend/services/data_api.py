"""/data/: heartbeats, and what the scheduler looks at."""

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.views import DataView, answer, read_message
from wattwise_contract.scheduling import Heartbeat
from wattwise_contract.scopes import PEOPLES, Scope

from . import facts, operations, queries


class HeartbeatsView(DataView):
    may = {"POST": {*Scope} - PEOPLES | {Scope.OPERATE}}

    def post(self, request: Request) -> HttpResponse:
        heartbeat = read_message(request, Heartbeat)
        operations.record_heartbeat(heartbeat, access=access_of(request), now=timezone.now())
        return HttpResponse(status=204)


class ServicesView(DataView):
    may = {"GET": {Scope.OPERATE}}

    def get(self, request: Request) -> HttpResponse:
        """Every instance that gave a sign of life within a day."""
        return answer(queries.instances())


class SchedulerFactsView(DataView):
    may = {"GET": {Scope.SCHEDULE}}

    def get(self, request: Request) -> HttpResponse:
        return answer(facts.scheduler_facts(now=timezone.now()))
