"""The worker's entry points: an import's id in, one call."""

from datetime import UTC, datetime
from typing import cast

from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import Beside, JobRun, Worker
from wattwise_runtime.heartbeat import instance_name

from . import pipeline, preview, undoing
from .listening import Holder, Surroundings, hold_sources
from .means import Means
from .settings import Settings
from .sources.kinds import kinds, listener_kinds

worker = Worker(ServiceName.CONSUMPTION, Settings)


@worker.job(JobKind.IMPORT)
def carry_out_import(run: JobRun) -> Success:
    return pipeline.carry_out_import(run, import_id=_import_id(run), means=_means())


@worker.job(JobKind.PREVIEW_IMPORT)
def preview_import(run: JobRun) -> Success:
    return preview.preview_import(run, import_id=_import_id(run), means=_means())


@worker.job(JobKind.UNDO_IMPORT)
def undo_import(run: JobRun) -> Success:
    return undoing.undo_import(run, import_id=_import_id(run))


@worker.beside
def declare_kinds(beside: Beside) -> None:
    beside.until_it_works(lambda api: api.work.declare_source_kinds([kind.info for kind in kinds().values()]))


@worker.beside
def listen(beside: Beside) -> None:
    means = _means()
    around = Surroundings(beside.api, means.guard, means.scratch, clock=lambda: datetime.now(UTC))
    hold_sources(Holder(instance_name(), listener_kinds(), around), beside.stop)


def _means() -> Means:
    return cast(Settings, worker.settings).means


def _import_id(run: JobRun) -> int:
    return int(str(run.job.scope["import_id"]))
