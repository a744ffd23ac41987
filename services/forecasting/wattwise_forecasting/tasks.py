"""Entry points: ids in, one call. The pipeline is imported by the first job, so that the service is up before LightGBM is."""

from typing import cast

from pydantic import TypeAdapter

from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import JobRun, PermanentFailure, Worker

from .settings import Settings

_METER_IDS = TypeAdapter(list[int] | None)

worker = Worker(ServiceName.FORECASTING, Settings)


@worker.job(JobKind.TRAIN_FORECASTERS)
def train_forecasters(run: JobRun) -> Success:
    from . import pipeline
    from .assembly import NoHours

    settings = cast(Settings, worker.settings)
    try:
        return pipeline.train_forecasters(run, seed=settings.forecasting_seed, threads=settings.forecasting_threads)
    except NoHours as error:
        raise PermanentFailure(str(error)) from error


@worker.job(JobKind.FORECAST_METERS)
def forecast_meters(run: JobRun) -> Success:
    from . import pipeline
    from .artefacts import BadArtefact
    from .assembly import NoHours

    try:
        return pipeline.forecast_meters(run, meter_ids=_METER_IDS.validate_python(run.job.scope.get("meter_ids")))
    except (NoHours, BadArtefact) as error:
        raise PermanentFailure(str(error)) from error
