"""The worker's entry point: an import's id in, one call."""

from typing import cast

from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import JobRun, Worker

from . import pipeline
from .settings import Settings

worker = Worker(ServiceName.CONSUMPTION, Settings)


@worker.job(JobKind.IMPORT)
def carry_out_import(run: JobRun) -> Success:
    settings = cast(Settings, worker.settings)
    import_id = int(str(run.job.scope["import_id"]))
    return pipeline.carry_out_import(run, import_id=import_id, limits=settings.limits, scratch=settings.scratch)
