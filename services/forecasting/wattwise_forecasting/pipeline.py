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
from wattwise_timeseries.resolutions import Resolution

from . import artefacts, training
from .assembly import SCHEMA, NoHours
from .base import Forecaster
from .history import History, ending_together, ends_of
from .prediction import forecast
from .verdicts import HORIZON

ENERGY = (Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, Quantity.GAS, Quantity.HEAT)
TRAINING_HISTORY = timedelta(days=400)  # a year, and the month before its first features
RECENT_HISTORY = timedelta(days=56)  # a week more than any feature of the latest feed looks back
TRAINING_METERS = 1_000  # a global model learns no more from more
TRAINING_HOURS = 20_000_000  # of all meters, from where the first begins to where the last ends: memory stays bounded
METERS_AT_ONCE = 1_000


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
    meters = _some(_hourly(_energy_meters(run)), seed=seed)
    panel = _history(run).panel(meters, before_end=TRAINING_HISTORY)
    trained = training.train(panel, training.candidates(seed=seed, threads=threads), progress=run.progress)
    model_id = run.api.work.publish_model(run.claim, trained.model, artefacts.to_bytes(trained.forecaster))
    return Success(message=trained.model.reason, result={"model_id": model_id, "forecaster": trained.model.forecaster})


def forecast_meters(run: Run, *, meter_ids: Sequence[int] | None) -> Success:
    """Forecast the energy meters (or those named) with the champion, and publish a forecast run that has a word on each."""
    meters = [meter for meter in _energy_meters(run) if meter_ids is None or meter.id in set(meter_ids)]
    hourly = _hourly(meters)
    ends_of(meters)  # or NoHours
    history = _history(run)
    model_id, champion = _champion(run)
    frames, stories = [SCHEMA.to_frame()], [_too_coarse(meter) for meter in meters if meter not in hourly]
    stories += [_refused(meter, "It has no readings yet.") for meter in hourly if meter.last_reading_at is None]
    for some in ending_together(hourly, at_most=METERS_AT_ONCE):
        run.progress(len(stories) / len(meters), f"Forecasting {len(hourly)} meters")
        try:
            panel = history.panel(some, before_end=RECENT_HISTORY)
        except NoHours:
            stories += [
                _refused(meter, "None of its recent hours is known: they are not rolled up yet.") for meter in some
            ]
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


def _some(meters: Sequence[Meter], *, seed: int) -> Sequence[Meter]:
    """Return the meters to learn from, wherever their readings end: all, or as many as memory allows. Raises NoHours."""
    first, last = ends_of(meters)
    most = min(TRAINING_METERS, TRAINING_HOURS // ((last - first + TRAINING_HISTORY) // timedelta(hours=1)))
    if len(meters) <= most:
        return meters
    chosen = np.random.default_rng(seed).choice(len(meters), most, replace=False)
    return [meters[i] for i in sorted(chosen)]


def _history(run: Run) -> History:
    return History(run.api, organization_id=run.job.organization_id)


def _champion(run: Run) -> tuple[int | None, Forecaster | None]:
    models = run.api.models(organization_id=run.job.organization_id, champion=True)
    if not models:
        return None, None
    return models[0].id, artefacts.from_bytes(run.api.model_artefact(models[0].id))


def _too_coarse(meter: Meter) -> MeterForecast:
    return _refused(
        meter, f"Its readings come every {meter.resolution}; the 48-hour forecast needs hourly or finer ones."
    )


def _refused(meter: Meter, reason: str) -> MeterForecast:
    return MeterForecast(meter_id=meter.id, status="refused", reason=reason)
