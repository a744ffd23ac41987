"""/data/: heartbeats, and what the scheduler looks at."""

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.views import DataView, answer, read_message
from wattwise_contract.scheduling import Heartbeat
from wattwise_contract.scopes import SERVICE_SCOPES, Scope

from . import facts, operations, queries

SERVICE_TOKENS = frozenset(scope for scopes in SERVICE_SCOPES.values() for scope in scopes) - {
    Scope.READ,
    Scope.IMPORT,
    Scope.JOBS,
    Scope.ADMIN,
}


class HeartbeatsView(DataView):
    def post(self, request: Request) -> HttpResponse:
        heartbeat = read_message(request, Heartbeat)
        operations.record_heartbeat(heartbeat, access=access_of(request), now=timezone.now())
        return HttpResponse(status=204)


class ServicesView(DataView):
    def get(self, request: Request) -> HttpResponse:
        """Every instance that gave a sign of life within a day."""
        access_of(request).require_scope(*SERVICE_TOKENS)
        return answer(queries.instances())


class SchedulerFactsView(DataView):
    def get(self, request: Request) -> HttpResponse:
        access_of(request).require_scope(Scope.SCHEDULE)
        return answer(facts.scheduler_facts(now=timezone.now()))
