"""Training: every forecaster is tried by backtest, the best is the champion, and learns again from everything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wattwise_contract.forecasts import ModelOut, Score
from wattwise_timeseries.moments import HOUR, to_datetime

from . import backtest
from .assembly import data_sha256
from .base import Forecaster, NotEnoughHistory
from .models import LightgbmGlobal, SeasonalNaive
from .panel import Panel

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Trained:
    forecaster: Forecaster
    model: ModelOut


def candidates(*, seed: int = 1, threads: int = 2) -> list[Forecaster]:
    """Return an unfitted forecaster of each kind, the floor first."""
    return [SeasonalNaive(), LightgbmGlobal(seed=seed, threads=threads)]


def train(panel: Panel, forecasters: Sequence[Forecaster], *, progress: Progress) -> Trained:
    """Return the champion, fitted on the whole panel, and what is to be known of it."""
    plan = backtest.Plan.of(panel)
    if plan is None:
        floor = forecasters[0].fit(panel)
        days = panel.hours // 24
        return Trained(
            floor, _model(panel, floor, [], f"There are {days} days of readings; choosing by backtest needs 51.")
        )
    outcomes, left_out = _try_all(panel, forecasters, plan, progress)
    champion = min(outcomes, key=lambda outcome: outcome.score.mase if outcome.score.mase is not None else float("inf"))
    progress(0.7, f"Training {champion.forecaster.name} on everything")
    champion.forecaster.calibrate(panel, backtest.points_of(panel, plan.all_origins)).refit(panel)
    scores = [outcome.score for outcome in outcomes]
    return Trained(
        champion.forecaster, _model(panel, champion.forecaster, scores, _reason(champion.score, scores, left_out))
    )


def _try_all(
    panel: Panel, forecasters: Sequence[Forecaster], plan: backtest.Plan, progress: Progress
) -> tuple[list[backtest.Outcome], list[str]]:
    outcomes, left_out = [], []
    for number, forecaster in enumerate(forecasters):
        progress(0.1 + 0.6 * number / len(forecasters), f"Backtesting {forecaster.name}")
        try:
            outcomes += backtest.run(panel, [forecaster], plan)
        except NotEnoughHistory as error:
            left_out.append(str(error))
    return outcomes, left_out


def _model(panel: Panel, champion: Forecaster, scores: list[Score], reason: str) -> ModelOut:
    return ModelOut(
        forecaster=champion.name,
        trained_from=to_datetime(panel.first_slot * HOUR),
        trained_until=to_datetime((panel.first_slot + panel.hours) * HOUR),
        resolution="PT1H",
        horizon_steps=backtest.HORIZON,
        parameters=champion.parameters,
        data_sha256=data_sha256(panel),
        scores=scores,
        reason=reason,
    )


def _reason(champion: Score, scores: Sequence[Score], left_out: Sequence[str]) -> str:
    """Return a sentence on why the champion won."""
    origins = f"over {champion.origins} daily origins and {champion.meters} meters"
    others = [score for score in scores if score is not champion and score.mase is not None]
    if champion.mase is None or not others:
        return " ".join([f"{champion.forecaster} was the only one that could be scored {origins}.", *left_out])
    second = min(others, key=lambda score: score.mase or float("inf"))
    less = 1 - champion.mase / (second.mase or float("inf"))
    return (
        f"{champion.forecaster} had {less:.0%} less error than {second.forecaster} "
        f"(MASE {champion.mase:.2f} against {second.mase:.2f}) {origins}."
    )
