"""Imports, for the worker that carries them out. Every write needs the lease of the import's job."""

import json

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from wattwise_backend.jobs.leased import LeasedView
from wattwise_backend.jobs.leases import fence
from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.arrow import read_table
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.parsers import Form
from wattwise_backend.platform.views import answer, check_length, read_message
from wattwise_contract.imports import DetailsPart, PartNotes, RejectedFile
from wattwise_contract.jobs import JobKind
from wattwise_contract.meters import MeterWanted
from wattwise_contract.schemas import READINGS
from wattwise_contract.scopes import Scope

from . import fixing, operations, queries, undoing
from .models import Import
from .source_data_api import form_field, uploaded


class _ImportView(LeasedView):
    may = dict.fromkeys(("GET", "POST", "PUT"), {Scope.WORK_CONSUMPTION})
    leased = {"POST": {JobKind.IMPORT}, "PUT": {JobKind.IMPORT}}

    def import_run(self, request: Request, import_id: int) -> Import:
        return queries.visible_import(access_of(request), import_id)


class Task(_ImportView):
    def get(self, request: Request, import_id: int) -> HttpResponse:
        """→ ImportTask"""
        import_run = self.import_run(request, import_id)
        return answer(queries.task_of(import_run, fixes=fixing.fix_task_of(import_run)))


class File(_ImportView):
    def get(self, request: Request, import_id: int, number: int) -> FileResponse:
        """→ the file's bytes"""
        file, path = queries.stored_file(self.import_run(request, import_id), number)
        return FileResponse(path.open("rb"), content_type="application/octet-stream", filename=file.name)


class Meters(_ImportView):
    def post(self, request: Request, import_id: int) -> HttpResponse:
        """[MeterWanted] → [MeterFound]"""
        found = operations.find_meters(
            import_run=self.import_run(request, import_id),
            wanted=read_message(request, list[MeterWanted]),
            fence=lambda: fence(request),
            now=timezone.now(),
        )
        return answer(found)


class Part(_ImportView):
    def put(self, request: Request, import_id: int, key: str) -> HttpResponse:
        """READINGS with the schema metadata `notes` (PartNotes) → PartReceipt"""
        import_run = self.import_run(request, import_id)
        table = read_table(request, READINGS)
        notes = (table.schema.metadata or {}).get(b"notes")
        if notes is None:
            raise BadRequest("The stream has no notes.", remedy="Send PartNotes as the schema metadata `notes`.")
        receipt = operations.store_part(
            import_run=import_run,
            key=key,
            readings=table.replace_schema_metadata(None),
            notes=PartNotes.model_validate(json.loads(notes)),
            fence=lambda: fence(request),
            now=timezone.now(),
        )
        return answer(receipt)


class Rejected(_ImportView):
    parser_classes = [Form]

    def get(self, request: Request, import_id: int) -> FileResponse:
        """→ the file's bytes"""
        file, path = fixing.rejected_rows_of(self.import_run(request, import_id))
        return FileResponse(path.open("rb"), content_type="application/octet-stream", filename=file.name)

    def put(self, request: Request, import_id: int) -> HttpResponse:
        """The form fields `rejected` (RejectedFile) and `file` → 204"""
        check_length(request, settings.ENVIRONMENT.upload_limit_bytes)
        import_run, upload = self.import_run(request, import_id), uploaded(request)
        if upload is None:
            raise BadRequest("The form has no file.", remedy="This is a fault of the sending program.")
        fixing.keep_rejected_rows(
            import_run=import_run,
            about=RejectedFile.model_validate_json(form_field(request, "rejected")),
            upload=upload,
            fence=lambda: fence(request),
        )
        return HttpResponse(status=204)


class Undo(_ImportView):
    leased = {"POST": {JobKind.UNDO_IMPORT}}

    def post(self, request: Request, import_id: int) -> HttpResponse:
        """→ UndoProgress"""
        progress = undoing.undo_some(
            import_run=self.import_run(request, import_id), fence=lambda: fence(request), now=timezone.now()
        )
        return answer(progress)


class Details(_ImportView):
    def put(self, request: Request, import_id: int, key: str) -> HttpResponse:
        """DetailsPart → DetailsReceipt"""
        receipt = operations.store_details(
            import_run=self.import_run(request, import_id),
            key=key,
            part=read_message(request, DetailsPart),
            fence=lambda: fence(request),
            now=timezone.now(),
        )
        return answer(receipt)
