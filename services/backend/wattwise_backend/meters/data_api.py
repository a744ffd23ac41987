"""Meters, for machines."""

from django.http import HttpResponse
from rest_framework.request import Request

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.views import DataView, answer
from wattwise_contract.scopes import PEOPLES, Scope

from . import queries


class Meters(DataView):
    may = {"GET": {*PEOPLES, Scope.WORK_AGGREGATION, Scope.WORK_CLUSTERING, Scope.WORK_FORECASTING}}

    def get(self, request: Request) -> HttpResponse:
        """?organization=&consumer=&quantity=&id=&id=… → [Meter]"""
        return answer(queries.messages(queries.meters_asked_for(access_of(request), request.query_params)))
