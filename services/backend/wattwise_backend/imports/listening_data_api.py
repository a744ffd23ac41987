"""Listened sources, for the worker that holds them. Every write carries `X-Wattwise-Lease: <source id>:<lease>`."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.filters import one_integer
from wattwise_backend.platform.parsers import Form
from wattwise_backend.platform.views import DataView, answer, check_length, read_message
from wattwise_contract.jobs import LEASE_HEADER
from wattwise_contract.scopes import Scope
from wattwise_contract.sources import Cut, ListenerWish, SpooledLine

from . import listening
from .source_data_api import form_field, uploaded


def _lease(request: Request, source_id: int) -> str:
    """The lease that the request carries, which is held: nothing of a body is read without. Raises LeaseLost."""
    named, _, lease = request.headers.get(LEASE_HEADER, "").partition(":")
    lease = lease if named == str(source_id) else ""
    listening.check_lease(source_id, lease)
    return lease


class Listeners(DataView):
    may = {"POST": {Scope.WORK_CONSUMPTION}}

    def post(self, request: Request) -> HttpResponse:
        """ListenerWish → [ListenerTask]"""
        return answer(listening.hold(read_message(request, ListenerWish), now=timezone.now()))


class Spool(DataView):
    may = dict.fromkeys(("GET", "POST"), {Scope.WORK_CONSUMPTION})

    def get(self, request: Request, source_id: int) -> HttpResponse:
        """?after= → [SpooledLine]"""
        after = one_integer(request.query_params, "after") or 0
        return answer(listening.spooled(source_id=source_id, lease=_lease(request, source_id), after=after))

    def post(self, request: Request, source_id: int) -> HttpResponse:
        """[SpooledLine] → {"ids": [id]}"""
        lease = _lease(request, source_id)
        ids = listening.spool(source_id=source_id, lease=lease, lines=read_message(request, list[SpooledLine]))
        return answer({"ids": ids})


class Cuts(DataView):
    may = {"POST": {Scope.WORK_CONSUMPTION}}
    parser_classes = [Form]

    def post(self, request: Request, source_id: int) -> HttpResponse:
        """The form fields `cut` (Cut) and `file` → {"import": id}"""
        lease = _lease(request, source_id)
        check_length(request, settings.ENVIRONMENT.upload_limit_bytes)
        upload = uploaded(request)
        if upload is None:
            raise BadRequest("The form has no file.", remedy="This is a fault of the sending program.")
        import_run = listening.cut(
            source_id=source_id,
            lease=lease,
            cut=Cut.model_validate_json(form_field(request, "cut")),
            upload=upload,
            now=timezone.now(),
        )
        return answer({"import": import_run.pk})
