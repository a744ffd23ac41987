"""Entry points: ids in, one call."""

from pydantic import TypeAdapter

from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import JobRun, PermanentFailure, Worker

from . import pipeline, profile_pipeline
from .settings import Settings

_METER_IDS = TypeAdapter(list[int])

worker = Worker(ServiceName.AGGREGATION, Settings)


@worker.job(JobKind.ROLL_UP)
def roll_up(run: JobRun) -> Success:
    try:
        return pipeline.roll_up_meters(run, meter_ids=_METER_IDS.validate_python(run.job.scope["meter_ids"]))
    except pipeline.NoMeterRolledUp as error:
        raise PermanentFailure(str(error)) from error


@worker.job(JobKind.PROFILE_METERS)
def profile_meters(run: JobRun) -> Success:
    meter_ids = _METER_IDS.validate_python(run.job.scope["meter_ids"])
    return profile_pipeline.profile_meters(run, meter_ids=meter_ids)
