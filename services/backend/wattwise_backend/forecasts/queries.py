"""Questions about models and forecasts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.db.models.fields.files import FieldFile

from wattwise_backend.aggregates.models import MeterRollups
from wattwise_backend.aggregates.queries import ENERGY
from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.access import Access
from wattwise_backend.platform.errors import NotFound
from wattwise_backend.platform.sql import rows_of
from wattwise_contract.forecasts import ModelInfo
from wattwise_contract.schemas import QUANTILE_COLUMNS

from .models import ForecastRun, MeterForecast, Model, ModelQuerySet

FORECAST_COLUMNS = ("starts_at", "ends_at", "mean", *QUANTILE_COLUMNS)


def readings_until(organization_id: int, *, as_of: datetime) -> datetime | None:
    """Start of the newest hour of any energy meter of the organization that was rolled up by then. What was rolled up
    later counts for nothing: who began to read at that moment may have missed it."""
    rolled_up = MeterRollups.objects.filter(
        organization_id=organization_id, meter__quantity__in=ENERGY, rolled_up_at__lte=as_of
    )
    newest: datetime | None = rolled_up.aggregate(newest=Max("hours_until"))["newest"]
    return newest


def models_of_access(access: Access, *, organization_id: int | None, champion: bool | None) -> ModelQuerySet:
    """Models whose training succeeded, newest first."""
    models = Model.objects.visible_to(access).finished().order_by("-created_at", "-id")
    if organization_id is not None:
        models = models.filter(organization_id=organization_id)
    return models if champion is None else models.filter(is_champion=champion)


def artefact_of_access(access: Access, model_id: int) -> FieldFile:
    """The trained model's file, opened; raises NotFound."""
    model = Model.objects.visible_to(access).finished().filter(id=model_id).first()
    if model is None or not model.artefact:
        raise NotFound("model")
    return model.artefact.open("rb")


def run_ids_of_meters(meter_ids: Sequence[int], *, run_id: int | None) -> list[int]:
    """The published runs to read of: the named one, or the current one of every organization that has such meters."""
    finished = ForecastRun.objects.finished()
    runs = finished.filter(is_current=True) if run_id is None else finished.filter(id=run_id)
    organizations = Meter.objects.filter(id__in=meter_ids).values("organization_id")
    return list(runs.filter(organization_id__in=organizations).values_list("id", flat=True))


def forecast_of(meter: Meter) -> dict[str, Any]:
    """The meter's part of its organization's current run, as columns; status "none" where there is no run yet."""
    run = ForecastRun.objects.filter(organization_id=meter.organization_id, is_current=True).first()
    said = MeterForecast.objects.filter(run=run, meter=meter).first() if run else None
    rows: list[dict[str, Any]] = []
    if run and said:
        params = {"run_id": run.pk, "meter_id": meter.pk, "step": run.resolution}
        rows = rows_of("forecasts", "meter_forecast", params)
    return {
        "meter": meter.pk,
        "status": said.status if said else "none",
        "reason": said.reason if said else "",
        "basis": (said.basis or None) if said else None,
        "forecaster": said.forecaster if said else "",
        "run": _run_head(run) if run and said else None,
        "unit": meter.unit,
        "timezone": meter.timezone,
        **{column: [row[column] for row in rows] for column in FORECAST_COLUMNS},
    }


def _run_head(run: ForecastRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "issued_at": run.issued_at,
        "model_id": run.model_id,
        "resolution": run.resolution,
        "horizon_steps": run.horizon_steps,
    }


def message(model: Model) -> ModelInfo:
    return ModelInfo(
        id=model.pk,
        organization_id=model.organization_id,
        created_at=model.created_at,
        artefact_bytes=model.artefact_bytes,
        forecaster=model.forecaster,
        trained_from=model.trained_from,
        trained_until=model.trained_until,
        resolution=model.resolution,
        horizon_steps=model.horizon_steps,
        parameters=model.parameters,
        data_sha256=model.data_sha256,
        scores=model.scores,
        reason=model.reason,
    )
