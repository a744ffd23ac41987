"""Sources, for workers and the scheduler."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from wattwise_backend.jobs.leased import LeasedView
from wattwise_backend.jobs.leases import fence
from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.parsers import Form
from wattwise_backend.platform.uploads import HashedUpload
from wattwise_backend.platform.views import DataView, answer, check_length, read_message
from wattwise_contract.jobs import JobKind
from wattwise_contract.scopes import Scope
from wattwise_contract.sources import Landing, SourceKindInfo

from . import due, kinds, queries
from .housekeeping import tidy
from .keeping import check_room
from .landing import land


class SourceKinds(DataView):
    may = {"PUT": {Scope.WORK_CONSUMPTION}}

    def put(self, request: Request) -> HttpResponse:
        """[SourceKindInfo] → 204"""
        kinds.declare(read_message(request, list[SourceKindInfo]), now=timezone.now())
        return HttpResponse(status=204)


class StartDue(DataView):
    may = {"POST": {Scope.SCHEDULE}}

    def post(self, request: Request) -> HttpResponse:
        """→ {"started": number of imports}"""
        return answer({"started": due.start_due_sources(now=timezone.now())})


class Housekeeping(DataView):
    may = {"POST": {Scope.SCHEDULE}}

    def post(self, request: Request) -> HttpResponse:
        """→ {"folders": number of folders of files that went}"""
        return answer({"folders": tidy(months=settings.ENVIRONMENT.files_kept_months, now=timezone.now())})


class Landings(LeasedView):
    may = {"POST": {Scope.WORK_CONSUMPTION}}
    leased = {"POST": {JobKind.IMPORT, JobKind.PREVIEW_IMPORT}}
    parser_classes = [Form]

    def post(self, request: Request, import_id: int) -> HttpResponse:
        """The form fields `landing` (Landing) and `file` → Landed"""
        check_length(request, settings.ENVIRONMENT.upload_limit_bytes)
        import_run = queries.visible_import(access_of(request), import_id)
        check_room(import_run.organization_id, int(request.META["CONTENT_LENGTH"]))
        landed = land(
            import_run=import_run,
            landing=Landing.model_validate_json(form_field(request, "landing")),
            upload=uploaded(request),
            fence=lambda: fence(request),
            now=timezone.now(),
        )
        return answer(landed)


def form_field(request: Request, name: str) -> str:
    """Raises BadRequest where the form lacks it."""
    text = request.POST.get(name)
    if not isinstance(text, str):
        raise BadRequest(f"The form has no field {name}.", remedy="This is a fault of the sending program.")
    return text


def uploaded(request: Request) -> HashedUpload | None:
    """The form's file, None where it has none."""
    file = request.FILES.get("file")
    return file if isinstance(file, HashedUpload) else None
