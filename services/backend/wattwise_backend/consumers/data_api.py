"""Consumers and their details' definitions, for machines."""

from django.http import HttpResponse
from rest_framework.request import Request

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.filters import one_integer
from wattwise_backend.platform.views import DataView, answer
from wattwise_contract.scopes import PEOPLES, Scope

from . import queries
from .models import AttributeDefinition, Consumer


class Consumers(DataView):
    may = {"GET": {*PEOPLES, Scope.WORK_CONSUMPTION, Scope.WORK_CLUSTERING, Scope.WORK_FORECASTING}}

    def get(self, request: Request) -> HttpResponse:
        """?organization=: all that the caller may see → [Consumer]"""
        consumers = Consumer.objects.visible_to(access_of(request))
        if organization_id := one_integer(request.query_params, "organization"):
            consumers = consumers.filter(organization_id=organization_id)
        return answer(queries.consumer_messages(consumers))


class AttributeDefinitions(DataView):
    may = {"GET": {*PEOPLES, Scope.WORK_CONSUMPTION, Scope.WORK_CLUSTERING}}

    def get(self, request: Request) -> HttpResponse:
        """?organization= → [AttributeDefinition]"""
        definitions = AttributeDefinition.objects.visible_to(access_of(request))
        if organization_id := one_integer(request.query_params, "organization"):
            definitions = definitions.filter(organization_id=organization_id)
        return answer(queries.definition_messages(definitions))
