"""Each meter gets a forecast, a fallback, or a reason; the hours are the meter's own."""

from collections import Counter
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
    values = rhythm(8)
    values[1, : -3 * 24] = np.nan  # three days of history
    values[2, np.random.default_rng(1).random(DAYS * 24) < 0.5] = np.nan  # half is missing
    values[3] = 0.0  # flat
    values[4, :-20] = np.nan  # hardly begun
    values[5] = np.nan  # nothing
    values[6] = -values[6]  # wired the wrong way round: there is no level to scale by
    values[7, -32 * 24 : -3 * 24] = np.nan  # back since three days
    found = stories(panel_of_values(values), model, now=END)
    assert {meter_id: story.status for meter_id, story in found.items()} == {
        1: "forecast", 2: "fallback", 3: "fallback", 4: "fallback", 5: "refused", 6: "refused", 7: "fallback",
        8: "fallback",
    }  # fmt: skip
    assert found[1].reason == ""
    assert found[2].reason == "Only 3 days of its last 28 are known; the trained model needs 14."
    assert "of its last 28 days are missing" in found[3].reason
    assert found[4].reason == "Every hour of its last 14 days has the same value, 0; the forecast repeats it."
    assert "Only 20 hours" in found[5].reason
    assert "None of its hours is known" in found[6].reason
    assert found[7].reason == "The trained model has no number for it."
    assert found[8].reason == "Only 3 days of its last 28 are known; the trained model needs 14."
    assert found[2].forecaster == "seasonal_naive"


def test_a_meter_that_ends_28_days_early_is_forecast_from_its_end(model):
    values = rhythm(3)
    values[1, -28 * 24 :] = np.nan
    found = forecast(panel_of_values(values), model, now=END + timedelta(days=400))
    early = END - timedelta(days=28)
    assert [story.status for story in found.meters] == ["forecast"] * 3
    assert [story.basis for story in found.meters] == [Basis.HISTORICAL] * 3
    assert [story.starts_at for story in found.meters] == [END, early, END]
    assert found.rows.filter(meter_id=2)["starts_at"].to_list() == [early + timedelta(hours=i) for i in range(48)]
    alone = forecast(panel_of_values(values).until((DAYS - 28) * 24), model, now=END + timedelta(days=400))
    assert found.rows.filter(meter_id=2).equals(alone.rows.filter(meter_id=2))  # what others did later changes nothing


def test_a_feed_that_died_among_live_ones_is_forecast_from_where_it_ended(model):
    values = rhythm(3)
    values[1, -20 * 24 :] = np.nan
    values[2, -6 * 24 :] = np.nan
    found = stories(panel_of_values(values), model, now=END)
    assert [found[meter_id].basis for meter_id in (1, 2, 3)] == [Basis.LIVE, Basis.HISTORICAL, Basis.LIVE]
    assert found[2].status == "forecast"
    assert found[2].starts_at == END - timedelta(days=20)


@pytest.mark.real_data
def test_every_home_of_london_has_48_hours_and_a_band(all_london):
    model = LightgbmGlobal(rows_per_meter=200, rounds=20).fit(all_london)
    found = forecast(all_london, model, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert Counter(story.status for story in found.meters) == {"forecast": 199, "fallback": 1}
    assert Counter(found.rows["meter_id"].to_list()) == {meter.meter_id: 48 for meter in all_london.meters}
    assert found.rows.filter(pl.col("q10") <= pl.col("q50"), pl.col("q50") <= pl.col("q90")).height == 200 * 48
    new_year = datetime(2014, 1, 1, tzinfo=UTC)
    assert sum(story.starts_at < new_year - timedelta(days=7) for story in found.meters) == 18
    assert all(story.basis is Basis.HISTORICAL for story in found.meters)


def test_a_flat_meter_is_forecast_as_flat(model):
    rows = forecast(panel_of_values(0.0 * rhythm()), model, now=END).rows
    assert rows.height == 48
    assert rows.select(pl.max_horizontal("mean", *QUANTILE_COLUMNS).max()).item() == 0.0


def test_hours_of_the_day_that_were_never_measured_are_a_reason():
    values = rhythm()
    values[:, np.arange(DAYS * 24) % 24 < 8] = np.nan
    story = stories(panel_of_values(values), SeasonalNaive())[1]
    assert story.status == "refused"
    assert "never measured" in story.reason


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
