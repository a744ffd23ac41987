"""The story of training and of forecasting: rollups in, a model or forecasts out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
import polars as pl

from wattwise_client import Wattwise
from wattwise_contract.forecasts import ForecastOut, MeterForecast
from wattwise_contract.jobs import Claim, Job, Success
from wattwise_contract.meters import Meter
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain
from wattwise_timeseries.resolutions import Resolution

from . import artefacts, training
from .assembly import SCHEMA, NoHours, known_hours, panel_of
from .base import Forecaster
from .panel import Panel
from .prediction import forecast
from .verdicts import HORIZON

ENERGY = (Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, Quantity.GAS, Quantity.HEAT)
TRAINING_HISTORY = timedelta(days=400)  # a year, and the month before its first features
RECENT_HISTORY = timedelta(days=63)  # two weeks more than any feature of the latest feed looks back
TRAINING_METERS = 1_000  # a global model learns no more from more; memory stays bounded
METERS_AT_ONCE = 1_000
METERS_PER_FETCH = 100


class Run(Protocol):
    """What the pipeline needs of a job that runs (a runtime JobRun)."""

    @property
    def api(self) -> Wattwise: ...
    @property
    def claim(self) -> Claim: ...
    @property
    def job(self) -> Job: ...
    @property
    def now(self) -> datetime: ...
    def progress(self, fraction: float, message: str = "") -> None: ...


def train_forecasters(run: Run, *, seed: int, threads: int) -> Success:
    """Train, backtest and publish the champion of the job's organization. Raises NoHours where there is nothing yet."""
    run.progress(0.0, "Fetching hours")
    meters = _hourly(_energy_meters(run))
    if len(meters) > TRAINING_METERS:
        chosen = np.random.default_rng(seed).choice(len(meters), TRAINING_METERS, replace=False)
        meters = [meters[i] for i in sorted(chosen)]
    panel = _panel(run, meters, history=TRAINING_HISTORY)
    trained = training.train(panel, training.candidates(seed=seed, threads=threads), progress=run.progress)
    model_id = run.api.work.publish_model(run.claim, trained.model, artefacts.to_bytes(trained.forecaster))
    return Success(message=trained.model.reason, result={"model_id": model_id, "forecaster": trained.model.forecaster})


def forecast_meters(run: Run, *, meter_ids: Sequence[int] | None) -> Success:
    """Forecast the energy meters (or those named) with the champion, and publish a forecast run."""
    energy = _energy_meters(run)
    meters = [meter for meter in energy if meter_ids is None or meter.id in set(meter_ids)]
    hourly = _hourly(meters)
    model_id, champion = _champion(run)
    frames, stories = [SCHEMA.to_frame()], [_too_coarse(meter) for meter in meters if meter not in hourly]
    for first in range(0, len(hourly), METERS_AT_ONCE):
        run.progress(first / len(hourly), f"Forecasting {len(hourly)} meters")
        some = hourly[first : first + METERS_AT_ONCE]
        try:
            panel = _panel(run, some, history=RECENT_HISTORY, latest=_newest(energy))
        except NoHours:
            stories += [_without_hours(meter) for meter in some]
            continue
        forecasts = forecast(panel, champion, now=run.now)
        frames.append(forecasts.rows)
        stories += forecasts.meters
    return _publish(run, model_id, pl.concat(frames), stories)


def _publish(run: Run, model_id: int | None, rows: pl.DataFrame, stories: list[MeterForecast]) -> Success:
    out = ForecastOut(
        model_id=model_id,
        issued_at=run.now,
        resolution="PT1H",
        horizon_steps=HORIZON,
        meters=sorted(stories, key=lambda story: story.meter_id),
    )
    run_id = run.api.work.publish_forecasts(run.claim, rows, out)
    counts = {
        status: sum(story.status == status for story in stories) for status in ("forecast", "fallback", "refused")
    }
    message = "{forecast} meters forecast, {fallback} by the fallback, {refused} refused.".format(**counts)
    return Success(message=message, result={"run_id": run_id, **counts})


def _energy_meters(run: Run) -> list[Meter]:
    meters = run.api.meters(organization_id=run.job.organization_id)
    return [meter for meter in meters if meter.quantity in ENERGY]


def _hourly(meters: Sequence[Meter]) -> list[Meter]:
    return [meter for meter in meters if Resolution.parse(meter.resolution).fits_into("hour")]


def _newest(meters: Sequence[Meter]) -> datetime:
    """Return when the newest reading of any meter starts, or raise NoHours."""
    known = [meter.last_reading_at for meter in meters if meter.last_reading_at]
    if not known:
        raise NoHours
    return max(known)


def _panel(run: Run, meters: Sequence[Meter], *, history: timedelta, latest: datetime | None = None) -> Panel:
    organization_id = run.job.organization_id
    start = (latest or _newest(meters)) - history
    thermometers = run.api.meters(organization_id=organization_id, quantity=Quantity.TEMPERATURE)
    return panel_of(
        meters,
        run.api.consumers(organization_id=organization_id),
        _hours(run, meters, start, column="total"),
        _hours(run, thermometers, start, column="mean"),
    )


def _hours(run: Run, meters: Sequence[Meter], start: datetime, *, column: str) -> pl.DataFrame:
    """Fetch hour rollups bit by bit: as they come, they are five times as large as what is kept of them."""
    ids = [meter.id for meter in meters]
    slices = [ids[first : first + METERS_PER_FETCH] for first in range(0, len(ids), METERS_PER_FETCH)] or [[]]
    fetched = (run.api.rollups(grain=Grain.HOUR, meter_ids=some, start=start) for some in slices)
    return pl.concat(known_hours(rollups, column=column) for rollups in fetched)


def _champion(run: Run) -> tuple[int | None, Forecaster | None]:
    models = run.api.models(organization_id=run.job.organization_id, champion=True)
    if not models:
        return None, None
    return models[0].id, artefacts.from_bytes(run.api.model_artefact(models[0].id))


def _too_coarse(meter: Meter) -> MeterForecast:
    reason = f"Its readings come every {meter.resolution}; the 48-hour forecast needs hourly or finer ones."
    return MeterForecast(meter_id=meter.id, status="refused", reason=reason)


def _without_hours(meter: Meter) -> MeterForecast:
    return MeterForecast(meter_id=meter.id, status="refused", reason="None of its recent hours is known.")
