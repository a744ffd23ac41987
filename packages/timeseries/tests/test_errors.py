"""Error measures against figures worked out by hand."""

import numpy as np
import pytest

from wattwise_timeseries.errors import coverage, mase, pinball, seasonal_scale, wape, wql

TRUTH = np.array([1.0, 2.0, 3.0, np.nan])
GUESS = np.array([2.0, 2.0, 1.0, 5.0])


def test_wape_is_the_error_as_a_share_of_the_energy():
    assert wape(TRUTH, GUESS) == pytest.approx(3 / 6)


def test_mase_of_the_seasonal_naive_on_its_own_history_is_one():
    history = np.random.default_rng(1).uniform(0, 2, (3, 480))
    scale = seasonal_scale(history, season=24)
    assert mase(history[:, 24:], history[:, :-24], scale) == pytest.approx(1.0, rel=0.05)


def test_a_flat_series_has_no_scale_and_is_left_out():
    history = np.vstack([np.ones(100), np.arange(100.0)])
    scale = seasonal_scale(history, season=24)
    assert np.isnan(scale[0])
    assert scale[1] == 24
    assert mase(np.zeros((2, 1)), np.full((2, 1), 12.0), scale) == pytest.approx(0.5)


def test_a_low_quantile_pays_little_for_being_too_low():
    assert pinball(np.array([10.0]), np.array([0.0]), level=0.1) == pytest.approx(1.0)
    assert pinball(np.array([0.0]), np.array([10.0]), level=0.1) == pytest.approx(9.0)


def test_wql_of_the_median_alone_is_wape():
    assert wql(TRUTH, GUESS[:, None], levels=[0.5]) == pytest.approx(wape(TRUTH, GUESS))


def test_coverage_counts_the_edges_and_leaves_unknown_truths_out():
    assert coverage(TRUTH, np.array([1.0, 2.5, 0.0, 0.0]), np.array([1.0, 3.0, 9.0, 9.0])) == pytest.approx(2 / 3)


def test_measures_of_nothing_are_nan():
    nothing = np.array([np.nan])
    assert np.isnan(
        [wape(nothing, nothing), coverage(nothing, nothing, nothing), pinball(nothing, nothing, level=0.5)]
    ).all()
