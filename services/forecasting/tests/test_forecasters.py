"""What every forecaster promises, tried on every forecaster."""

from dataclasses import replace

import numpy as np
import pytest

from wattwise_forecasting import artefacts, backtest, training
from wattwise_forecasting.base import NotEnoughHistory, Points
from wattwise_forecasting.models import FORECASTERS, LightgbmGlobal, SeasonalNaive

from .conftest import panel_of_values

ORIGIN = 90 * 24
ALL = sorted(FORECASTERS)


@pytest.fixture(scope="session")
def fitted(street):
    """Each forecaster, fitted on 90 days and calibrated on a few origins after."""
    models = {"seasonal_naive": SeasonalNaive(), "lightgbm_global": LightgbmGlobal(rows_per_meter=800, rounds=30)}
    origins = np.array([70 * 24, 74 * 24, 78 * 24, 82 * 24])
    return {
        name: model.fit(street.until(ORIGIN)).calibrate(street, backtest.points_of(street, origins))
        for name, model in models.items()
    }


def ahead(panel, origin=ORIGIN, steps=48):
    meters = np.arange(len(panel.meters))
    return Points.ahead(meters, np.full(meters.size, origin), np.full(meters.size, steps))


@pytest.mark.parametrize("name", ALL)
def test_the_future_changes_nothing(name, fitted, street):
    poisoned = street.values.copy()
    poisoned[:, ORIGIN:] = np.nan
    warmth = np.where(np.arange(street.hours) < ORIGIN, 5.0, np.nan)
    points = ahead(street)
    known = fitted[name].predict(replace(street, temperature=np.full(street.hours, 5.0)), points)
    unknown = fitted[name].predict(replace(street, values=poisoned, temperature=warmth), points)
    cut_off = fitted[name].predict(replace(street, temperature=warmth).until(ORIGIN), points)
    for other in (unknown, cut_off):
        assert np.array_equal(known.quantiles, other.quantiles)
        assert np.array_equal(known.mean, other.mean)


@pytest.mark.parametrize("name", ALL)
def test_quantiles_never_cross_and_nothing_is_negative(name, fitted, street):
    prediction = fitted[name].predict(street, ahead(street, steps=216))
    assert np.isfinite(prediction.quantiles).all()
    assert (np.diff(prediction.quantiles, axis=1) >= 0).all()
    assert prediction.quantiles.min() >= 0
    assert prediction.mean.min() >= 0


@pytest.mark.parametrize("name", ALL)
def test_what_is_saved_predicts_the_same_when_loaded(name, fitted, street):
    artefact = artefacts.to_bytes(fitted[name])
    assert artefact == artefacts.to_bytes(fitted[name])
    loaded = artefacts.from_bytes(artefact)
    assert loaded.name == name
    first, second = (model.predict(street, ahead(street)) for model in (fitted[name], loaded))
    assert np.array_equal(first.quantiles, second.quantiles)
    assert np.array_equal(first.mean, second.mean)


@pytest.mark.parametrize("name", ALL)
def test_a_meter_in_watt_hours_gets_the_same_forecast(name, fitted, street):
    first = fitted[name].predict(street, ahead(street))
    second = fitted[name].predict(replace(street, values=street.values * 1000), ahead(street))
    assert second.quantiles == pytest.approx(1000 * first.quantiles, rel=0.02)


def test_the_same_seed_gives_the_same_model(street):
    models = [LightgbmGlobal(rows_per_meter=300, rounds=10, threads=threads).fit(street) for threads in (1, 3)]
    assert artefacts.to_bytes(models[0]) == artefacts.to_bytes(models[1])


def test_seasonal_naive_repeats_the_last_known_day_at_local_time():
    hours = np.arange(60 * 24)
    panel = panel_of_values((hours % 24).astype(float)[None, :] + 1.0)
    prediction = SeasonalNaive().fit(panel).predict(panel, ahead(panel, origin=panel.hours))
    assert prediction.median.tolist() == pytest.approx(np.tile(np.arange(24) + 1.0, 2).tolist())
    # 5 January + 82 days is the evening before London's clocks go forward: the hours come an hour earlier in UTC.
    panel = panel_of_values((np.arange(83 * 24) % 24).astype(float)[None, :] + 1.0)
    tomorrow = SeasonalNaive().predict(panel, ahead(panel, origin=panel.hours, steps=24))
    assert tomorrow.median[2] == pytest.approx(4.0)  # 02:00 UTC is 03:00 in London, as 03:00 UTC was before


def test_the_model_is_sharper_than_the_floor_and_its_band_holds_four_in_five(street):
    plan = backtest.Plan.of(street)
    floor, model = (
        outcome.score
        for outcome in backtest.run(street, [SeasonalNaive(), LightgbmGlobal(rows_per_meter=800, rounds=40)], plan)
    )
    assert model.mase < 0.85 * floor.mase
    assert model.wql < 0.85 * floor.wql
    assert 0.72 < model.coverage_80 < 0.88
    assert len(model.mase_by_horizon) == 48
    assert (model.origins, model.meters) == (28, 8)


def test_homes_that_ended_early_are_learnt_from_and_newcomers_are_not_all_that_is_scored(street):
    values = street.values.copy()
    values[:6, -30 * 24 :] = np.nan
    values[6:, : -5 * 24] = np.nan
    model = LightgbmGlobal(rows_per_meter=300, rounds=10)
    panel = replace(street, values=values)
    trained = training.train(panel, [SeasonalNaive(), model], progress=lambda *_: None)
    assert trained.forecaster is model
    assert [(score.origins, score.meters) for score in trained.model.scores] == [(14, 6)] * 2


@pytest.mark.real_data
def test_real_homes_are_forecast_a_fifth_better_than_by_the_floor(london, capsys):
    plan = backtest.Plan.of(london)
    floor, model = (outcome.score for outcome in backtest.run(london, [SeasonalNaive(), LightgbmGlobal()], plan))
    with capsys.disabled():
        print(  # noqa: T201 - the figures are the point
            f"\n  MASE {model.mase:.3f} = {model.mase / floor.mase:.3f} of seasonal naive, WQL {model.wql / floor.wql:.3f} "
            f"of its, 80 % band covers {model.coverage_80:.1%}"
        )
    assert model.mase < 0.8 * floor.mase
    assert model.wql < 0.78 * floor.wql
    assert 0.77 < model.coverage_80 < 0.83


def test_a_model_without_history_is_refused_by_name():
    with pytest.raises(NotEnoughHistory, match="lightgbm_global"):
        LightgbmGlobal().fit(panel_of_values(np.ones((2, 10 * 24))))


@pytest.mark.parametrize("artefact", [b"", b"PK\x03\x04 broken", b"gASV pickled"])
def test_a_damaged_model_is_refused_with_a_remedy(artefact):
    with pytest.raises(artefacts.BadArtefact, match="Train the forecasters again"):
        artefacts.from_bytes(artefact)
