"""Readings, for machines."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.arrow import stream_query
from wattwise_backend.platform.sql import load_sql
from wattwise_backend.platform.views import DataView
from wattwise_contract.schemas import READINGS
from wattwise_contract.scopes import PEOPLES, Scope

from . import queries


class Readings(DataView):
    may = dict.fromkeys(("GET", "POST"), {*PEOPLES, Scope.WORK_AGGREGATION})

    def get(self, request: Request) -> HttpResponseBase:
        """?meter=&meter=…&organization=&quantity=&start=&end=&as_known_on= → READINGS, by meter and time"""
        asked = queries.series_asked_for(request)
        condition, params = asked.condition
        statement = "as_known_on" if asked.as_known_on else "readings_of_meters"
        sql = load_sql("readings", statement).format(condition=condition)
        if asked.as_known_on:
            params = params | {"as_known_on": asked.as_known_on}
        meter_ids = queries.visible_meter_ids(access_of(request), asked)
        return stream_query(request, sql, {"meter_ids": meter_ids, **params}, READINGS, name="readings")

    post = get  # for lists of meters too long for an address
