"""Each meter gets a forecast, a fallback, or a reason; the hours are the meter's own."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from wattwise_contract.forecasts import Basis
from wattwise_contract.meters import Consumer, Meter
from wattwise_contract.quantities import Quantity
from wattwise_contract.schemas import QUANTILE_COLUMNS
from wattwise_forecasting import training
from wattwise_forecasting.assembly import NoHours, data_sha256, known_hours, panel_of
from wattwise_forecasting.models import LightgbmGlobal, SeasonalNaive
from wattwise_forecasting.prediction import forecast
from wattwise_timeseries.moments import HOUR, to_datetime

from .conftest import START, panel_of_values

DAYS = 60
END = START + timedelta(days=DAYS)


@pytest.fixture(scope="session")
def model(street):
    return LightgbmGlobal(rows_per_meter=500, rounds=20).fit(street)


def rhythm(meters=1):
    hours = np.arange(DAYS * 24)
    return np.tile(1.0 + np.sin(hours * np.pi / 12) ** 2 + 0.1 * np.cos(hours), (meters, 1))


def stories(panel, champion, now=END + timedelta(days=400)):
    return {story.meter_id: story for story in forecast(panel, champion, now=now).meters}


def test_history_is_forecast_from_where_it_ends(model):
    found = forecast(panel_of_values(rhythm()), model, now=END + timedelta(days=400))
    assert found.rows["starts_at"].to_list() == [END + timedelta(hours=i) for i in range(48)]
    assert found.meters[0].status == "forecast"
    assert (found.meters[0].basis, found.meters[0].starts_at) == (Basis.HISTORICAL, END)


def test_a_live_feed_is_forecast_48_hours_from_now_gap_included(model):
    now = END + timedelta(hours=30, minutes=20)
    found = forecast(panel_of_values(rhythm()), model, now=now)
    assert found.meters[0].basis is Basis.LIVE
    assert found.rows["starts_at"].min() == END
    assert found.rows["starts_at"].max() == END + timedelta(hours=30 + 47)


def test_each_awkward_meter_has_its_answer(model):
    values = rhythm(7)
    values[1, : -3 * 24] = np.nan  # three days of history
    values[2, np.random.default_rng(1).random(DAYS * 24) < 0.5] = np.nan  # half is missing
    values[3] = 0.0  # flat
    values[4, -20 * 24 :] = np.nan  # dead
    values[5, :-20] = np.nan  # hardly begun
    values[6] = np.nan  # nothing
    found = stories(panel_of_values(values), model, now=END)
    assert {meter_id: story.status for meter_id, story in found.items()} == {
        1: "forecast", 2: "fallback", 3: "fallback", 4: "refused", 5: "refused", 6: "refused", 7: "refused",
    }  # fmt: skip
    assert found[1].reason == ""
    assert found[2].reason == "Only 3 days of readings are known; the trained model needs 14."
    assert "of its last 28 days are missing" in found[3].reason
    assert found[4].reason == "Every hour of its last 14 days has the same value, 0: there is nothing to forecast."
    assert "sent nothing for 20 days, since 14 February 2026, 00:00 UTC" in found[5].reason
    assert "Only 20 hours" in found[6].reason
    assert found[7].reason == "None of its recent hours is known."
    assert found[2].forecaster == "seasonal_naive"


def test_hours_of_the_day_that_were_never_measured_are_a_reason():
    values = rhythm()
    values[:, np.arange(DAYS * 24) % 24 < 8] = np.nan
    assert "never measured" in stories(panel_of_values(values), SeasonalNaive())[1].reason


def test_without_a_model_the_floor_forecasts_and_says_so():
    story = stories(panel_of_values(rhythm()), None)[1]
    assert (story.status, story.forecaster, story.reason) == ("fallback", "seasonal_naive", "No model is trained yet.")


def test_hours_of_kathmandu_start_at_a_quarter_past(model):
    rows = forecast(panel_of_values(rhythm(), timezone="Asia/Kathmandu"), model, now=END).rows
    assert rows["starts_at"].dt.minute().unique().to_list() == [15]
    assert rows.height == 48


def test_an_hour_cut_by_a_clock_change_gets_half_an_hours_energy():
    start = (
        datetime(2024, 4, 6, 15, tzinfo=UTC) - timedelta(days=DAYS) - timedelta(hours=5)
    )  # the change is at 15:00 UTC
    panel = panel_of_values(np.ones((1, DAYS * 24)) + rhythm(), start, timezone="Australia/Lord_Howe")
    rows = forecast(panel, SeasonalNaive(), now=start + timedelta(days=DAYS)).rows
    lengths = rows["starts_at"].diff().drop_nulls().dt.total_minutes().to_list()
    assert sorted(set(lengths)) == [30, 60]
    short = lengths.index(30)
    assert rows["mean"][short] < 0.7 * rows["mean"][short - 1]


def test_a_panel_is_made_of_complete_hours_of_each_meter():
    meters = [
        Meter(
            id=7,
            organization_id=1,
            consumer_id=3,
            key="a",
            quantity=Quantity.GAS,
            unit="kWh",
            timezone="UTC",
            resolution="PT30M",
        ),
        Meter(id=9, organization_id=1, key="b", quantity=Quantity.HEAT, unit="kWh", timezone="UTC", resolution="PT15M"),
    ]
    starts = [START, START + timedelta(hours=1), START + timedelta(hours=2), START]
    rollups = pl.DataFrame(
        {"meter_id": [7, 7, 7, 9], "starts_at": starts, "total": [1.0, 0.5, 3.0, 3.0], "count": [2, 1, 2, 3]}
    ).with_columns(pl.col("starts_at").dt.cast_time_unit("us"), expected_count=pl.Series([2, 2, 2, 4]))
    hours = known_hours(rollups)
    consumers = [Consumer(id=3, organization_id=1, key="c", timezone="UTC", country="NL", attributes={"size": 3})]
    panel = panel_of(meters, consumers, hours)
    assert to_datetime(panel.first_slot * HOUR) == START
    assert panel.values[0] == pytest.approx([1.0, np.nan, 3.0], nan_ok=True)  # half an hour is not an hour
    assert panel.values[1] == pytest.approx([4.0, np.nan, np.nan], nan_ok=True)  # three quarters are made up
    assert (panel.meters[0].country, panel.meters[0].attributes) == ("NL", {"size": 3})
    assert data_sha256(panel) == data_sha256(panel_of(meters, consumers, hours))
    with pytest.raises(NoHours, match="Import readings"):
        panel_of(meters, consumers, hours.clear())


def test_training_says_why_it_chose_and_learns_from_everything(street):
    steps = []
    forecasters = [SeasonalNaive(), LightgbmGlobal(rows_per_meter=500, rounds=20)]
    trained = training.train(street, forecasters, progress=lambda fraction, message: steps.append(fraction))
    assert trained.forecaster.name == trained.model.forecaster == "lightgbm_global"
    assert "less error than seasonal_naive" in trained.model.reason
    assert [score.forecaster for score in trained.model.scores] == ["seasonal_naive", "lightgbm_global"]
    assert trained.model.trained_until == START + timedelta(days=100)
    assert steps == sorted(steps)


def test_with_little_history_the_floor_is_taken_and_says_so():
    trained = training.train(panel_of_values(rhythm()[:, : 20 * 24]), training.candidates(), progress=lambda *_: None)
    assert (trained.model.forecaster, trained.model.scores) == ("seasonal_naive", [])
    assert trained.model.reason == "There are 20 days of readings; choosing by backtest needs 51."


def test_a_forecast_has_the_columns_of_the_contract(model):
    rows = forecast(panel_of_values(rhythm()), model, now=END).rows
    assert rows.columns == ["meter_id", "starts_at", "mean", *QUANTILE_COLUMNS]
    assert rows.select(pl.all().is_null().any()).row(0) == (False,) * 12
