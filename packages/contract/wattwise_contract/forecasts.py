"""Forecasters, models, backtests and forecast runs."""

from enum import StrEnum

from pydantic import Field

from .message import Message, UtcDatetime


class Basis(StrEnum):
    LIVE = "live"  # the feed is alive: the forecast starts now
    HISTORICAL = "historical"  # the data ended in the past: the forecast starts where it ends


class Score(Message):
    """Error measures over all origins and meters; None where undefined. Definitions: docs/reference."""

    forecaster: str
    origins: int
    meters: int
    mase: float | None = None
    wape: float | None = None
    wql: float | None = None
    coverage_80: float | None = None  # share of truths inside [q10, q90]
    mase_by_horizon: list[float] = Field(default_factory=list)  # by hour ahead, 1..horizon


class ModelOut(Message):
    """A trained forecaster, with the backtest that chose it. Its artefact is uploaded beside it."""

    forecaster: str  # the champion's name
    trained_from: UtcDatetime
    trained_until: UtcDatetime
    resolution: str
    horizon_steps: int
    parameters: dict[str, object] = Field(default_factory=dict)
    data_sha256: str
    scores: list[Score]  # of every forecaster that was tried
    reason: str  # a sentence: why this one was chosen


class ModelInfo(ModelOut):
    id: int
    organization_id: int
    created_at: UtcDatetime
    artefact_bytes: int


class MeterForecast(Message):
    """How a run went for a meter; `forecaster` says what was really used, `reason` why not the champion."""

    meter_id: int
    status: str  # "forecast" | "fallback" | "refused"
    forecaster: str = ""
    reason: str = ""
    basis: Basis | None = None
    starts_at: UtcDatetime | None = None  # of the first forecast interval


class ForecastOut(Message):
    """Sent as schema metadata `run` of the Arrow stream of forecasts; published when the job succeeds."""

    model_id: int | None
    issued_at: UtcDatetime
    resolution: str
    horizon_steps: int
    meters: list[MeterForecast]
