"""Organizations, for machines."""

from django.http import HttpResponse
from rest_framework.request import Request

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.views import DataView, answer
from wattwise_contract.scopes import PEOPLES

from .models import Organization


class Organizations(DataView):
    may = {"GET": PEOPLES}

    def get(self, request: Request) -> HttpResponse:
        """→ [{id, slug, name, timezone, country, is_simulated}]"""
        fields = ("id", "slug", "name", "timezone", "country", "is_simulated")
        return answer(list(Organization.objects.visible_to(access_of(request)).values(*fields)))
