"""Meters, for machines."""

from django.http import HttpResponse
from rest_framework.request import Request

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.views import DataView, answer

from . import queries


class Meters(DataView):
    def get(self, request: Request) -> HttpResponse:
        """?organization=&consumer=&quantity=&id=&id=… → [Meter]"""
        return answer(queries.messages(queries.meters_asked_for(access_of(request), request.query_params)))
