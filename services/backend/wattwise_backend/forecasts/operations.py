"""Changes of models and forecast runs."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.core.files.base import ContentFile
from django.db import connection, transaction
from rest_framework.request import Request

from wattwise_backend.jobs.leases import fence
from wattwise_backend.jobs.models import Job
from wattwise_backend.meters.models import Meter
from wattwise_backend.meters.queries import there_still
from wattwise_backend.platform.copy import copy_rows
from wattwise_backend.platform.errors import BadRequest, NotFound
from wattwise_contract.forecasts import ForecastOut, ModelOut
from wattwise_contract.jobs import JobKind, Success

from .models import ForecastRun, MeterForecast, Model
from .queries import readings_until

RUNS_KEPT = 100  # of an organization, with their forecasts


@transaction.atomic
def store_model(request: Request, model: ModelOut, *, now: datetime) -> Model:
    """Keep the model of the request's job, instead of what an earlier attempt left. Raises LeaseLost."""
    job = fence(request, kind=JobKind.TRAIN_FORECASTERS)
    values = model.model_dump(mode="json", exclude={"trained_from", "trained_until"})
    kept, _ = Model.objects.update_or_create(
        job=job,
        defaults={
            **values,
            "organization_id": job.organization_id,
            "trained_from": model.trained_from,
            "trained_until": model.trained_until,
            "created_at": now,
        },
    )
    return kept


@transaction.atomic
def store_artefact(request: Request, *, model_id: int, content: bytes) -> None:
    """Keep the trained model's file beside its row. Raises LeaseLost, and NotFound where the model is another job's."""
    job = fence(request, kind=JobKind.TRAIN_FORECASTERS)
    model = Model.objects.filter(job=job, id=model_id).first()
    if model is None:
        raise NotFound("model")
    if model.artefact:
        model.artefact.delete(save=False)
    model.artefact.save("artefact.zip", ContentFile(content), save=False)
    model.artefact_bytes = len(content)
    model.save(update_fields=["artefact", "artefact_bytes"])


@transaction.atomic
def store_run(request: Request, forecasts: pa.Table, run: ForecastOut, *, now: datetime) -> ForecastRun:
    """Keep the forecasts of the request's job, instead of what an earlier attempt left; those of meters that were deleted
    meanwhile are left out. Raises LeaseLost, and BadRequest where they name a model or meters of others, or rows of a
    meter that has no status."""
    job = fence(request, kind=JobKind.FORECAST_METERS)
    forecasts, run = _of_meters_there_still(forecasts, run)
    _check(forecasts, run, organization_id=job.organization_id)
    _delete_runs(list(ForecastRun.objects.filter(job=job).values_list("id", flat=True)))
    kept = ForecastRun.objects.create(
        organization_id=job.organization_id,
        job=job,
        model_id=run.model_id,
        created_at=now,
        issued_at=run.issued_at,
        resolution=run.resolution,
        horizon_steps=run.horizon_steps,
        readings_until=readings_until(job.organization_id, as_of=job.started_at or now),
    )
    MeterForecast.objects.bulk_create(
        (MeterForecast(run=kept, **meter.model_dump() | {"basis": meter.basis or ""}) for meter in run.meters),
        batch_size=5000,
    )
    run_ids = pa.array([kept.pk], pa.int32()).take(pa.array([0] * forecasts.num_rows, pa.int32()))
    with connection.cursor() as cursor:
        copy_rows(cursor, "forecasts", forecasts.append_column("run_id", run_ids))
    return kept


def publish_model_of_job(job: Job, success: Success, now: datetime) -> None:
    """Make the job's model the champion of its organization; a job without one (too few readings) changes nothing."""
    mine = Model.objects.filter(job=job)
    if mine.exists():
        Model.objects.filter(organization_id=job.organization_id, is_champion=True).update(is_champion=False)
        mine.update(is_champion=True, published_at=now)


def publish_run_of_job(job: Job, success: Success, now: datetime) -> None:
    """Make the job's run the current one of its organization, and let go of those beyond RUNS_KEPT."""
    mine = ForecastRun.objects.filter(job=job)
    if mine.exists():
        of_organization = ForecastRun.objects.filter(organization_id=job.organization_id)
        of_organization.filter(is_current=True).update(is_current=False)
        mine.update(is_current=True, published_at=now)
        newest_first = of_organization.filter(published_at__isnull=False).order_by("-published_at", "-id")
        _delete_runs(list(newest_first.values_list("id", flat=True)[RUNS_KEPT:]))


def _delete_runs(run_ids: list[int]) -> None:
    ForecastRun.objects.filter(id__in=run_ids).delete()  # the database deletes their forecasts (migration 0001)


def _of_meters_there_still(forecasts: pa.Table, run: ForecastOut) -> tuple[pa.Table, ForecastOut]:
    named = {meter.meter_id for meter in run.meters}
    left = there_still(named)
    if len(left) == len(named):
        return forecasts, run
    gone = pa.array(sorted(named - set(left)), pa.int32())
    kept = forecasts.filter(pc.invert(pc.is_in(forecasts["meter_id"], gone)))
    return kept, run.model_copy(update={"meters": [meter for meter in run.meters if meter.meter_id in set(left)]})


def _check(forecasts: pa.Table, run: ForecastOut, *, organization_id: int) -> None:
    named = {meter.meter_id for meter in run.meters}
    own = Meter.objects.filter(organization_id=organization_id, id__in=named).values_list("id", flat=True)
    if strangers := named - set(own):
        raise BadRequest(
            f"{len(strangers)} of the meters are not of organization {organization_id}: {sorted(strangers)[:3]}.",
            remedy="Read the meters again.",
        )
    with_rows: set[int | None] = {*forecasts["meter_id"].unique().to_pylist()}
    if unnamed := with_rows - named:
        raise BadRequest(f"Forecasts of meters without a status: {list(unnamed)[:3]}.", remedy="List every meter.")
    if run.model_id is None:
        return
    if not Model.objects.filter(organization_id=organization_id, id=run.model_id).exists():
        raise BadRequest(f"There is no model {run.model_id} in organization {organization_id}.")
