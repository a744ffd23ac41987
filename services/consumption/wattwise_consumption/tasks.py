"""The worker's entry points: an import's id in, one call."""

from typing import cast

from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import JobRun, Worker

from . import pipeline, preview, undoing
from .settings import Settings

worker = Worker(ServiceName.CONSUMPTION, Settings)


@worker.job(JobKind.IMPORT)
def carry_out_import(run: JobRun) -> Success:
    settings = cast(Settings, worker.settings)
    return pipeline.carry_out_import(run, import_id=_import_id(run), limits=settings.limits, scratch=settings.scratch)


@worker.job(JobKind.PREVIEW_IMPORT)
def preview_import(run: JobRun) -> Success:
    settings = cast(Settings, worker.settings)
    return preview.preview_import(run, import_id=_import_id(run), limits=settings.limits, scratch=settings.scratch)


@worker.job(JobKind.UNDO_IMPORT)
def undo_import(run: JobRun) -> Success:
    return undoing.undo_import(run, import_id=_import_id(run))


def _import_id(run: JobRun) -> int:
    return int(str(run.job.scope["import_id"]))
