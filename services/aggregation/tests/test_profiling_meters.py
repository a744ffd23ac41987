"""The story of profiles: one bad meter never holds back another, and each has its own weather."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from wattwise_aggregation.profile_pipeline import profile_meters
from wattwise_contract.meters import Meter
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain

from .profiled import hour_starts, rollups

START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 100
HOME, ON_MARS, BESIDE, LONG, OUTDOORS, IN_THE_GARDEN = 1, 2, 3, 4, 8, 9


def meter(meter_id, quantity=Quantity.GAS, *, timezone="UTC", consumer_id=None, days=DAYS):
    return Meter(
        id=meter_id, organization_id=1, consumer_id=consumer_id, key=str(meter_id), quantity=quantity, unit="kWh",
        timezone=timezone, resolution="PT30M", first_reading_at=START, last_reading_at=START + timedelta(days=days, hours=-1),
    )  # fmt: skip


METERS = [
    meter(HOME, consumer_id=5),
    meter(ON_MARS, timezone="Mars/Olympus"),
    meter(BESIDE, consumer_id=6),
    meter(LONG, days=400),
    meter(OUTDOORS, Quantity.TEMPERATURE),
    meter(IN_THE_GARDEN, Quantity.TEMPERATURE, consumer_id=5, days=80),
]


def celsius(meter_id, day):
    """The garden is warmer by 5 K."""
    return day % 20 + (5 if meter_id == IN_THE_GARDEN else 0)


def value(meter_id, day):
    """kWh of an hour: heating below 10 °C outdoors."""
    return celsius(meter_id, day) if meter_id >= OUTDOORS else 1 + 0.5 * max(0, 10 - celsius(OUTDOORS, day))


class Api:
    """Answers as the client does, and keeps what is published."""

    def __init__(self):
        self.published = {}
        self.asked = []
        self.work = SimpleNamespace(publish_profiles=self._publish)

    def meters(self, *, ids=None, organization_id=None, quantity=None):
        wanted = METERS if ids is None else [each for each in METERS if each.id in ids]
        return [each for each in wanted if quantity in (None, each.quantity)]

    def rollups(self, *, grain, meter_ids, start=START - timedelta(days=9), end=START + timedelta(days=999)):
        self.asked += meter_ids
        frames = [self._of(meter_id, grain).with_columns(meter_id=pl.lit(meter_id, pl.Int32)) for meter_id in meter_ids]
        return pl.concat(frames).filter(pl.col("starts_at").is_between(start, end, closed="left"))

    def _of(self, meter_id, grain):
        days = next((each.last_reading_at - START).days + 1 for each in METERS if each.id == meter_id)
        at = hour_starts("2024-01-01", 24 * days)
        if grain is Grain.DAY:
            return rollups(at[::24], [24 * value(meter_id, day) for day in range(days)])
        return rollups(at, [value(meter_id, hour // 24) for hour in range(len(at))])

    def _publish(self, claim, profiles):
        self.published |= {each.meter_id: each for each in profiles}
        return len(profiles)


@pytest.fixture
def run():
    claim = SimpleNamespace(job=SimpleNamespace(organization_id=1))
    return SimpleNamespace(api=Api(), claim=claim, check=lambda: None, progress=lambda fraction, message="": None)


def test_a_bad_meter_is_named_and_the_others_are_profiled(run):
    done = profile_meters(run, meter_ids=[HOME, ON_MARS, BESIDE])
    assert done.result["meters"] == 2
    assert "Mars/Olympus" in done.result["failed"][str(ON_MARS)]
    assert "1 could not be. Meter 2: There is no time zone" in done.message
    bad = run.api.published[ON_MARS]
    assert (bad.reasons.keys(), bad.peak, bad.hours) == ({"profile"}, None, 0)
    assert run.api.published[HOME].peak.kw == 6.0


def test_weather_is_the_consumers_own_before_the_organizations_and_asked_for_once(run):
    profile_meters(run, meter_ids=[HOME, BESIDE])
    own, common = run.api.published[HOME].thermal, run.api.published[BESIDE].thermal
    assert (common.heating_point, common.heating_slope, common.days) == (10.0, pytest.approx(12.0), 100)
    assert (own.heating_point, own.heating_slope, own.days) == (15.0, pytest.approx(12.0), 80)
    assert run.api.asked.count(OUTDOORS) == 1


def test_a_meters_hours_are_those_of_its_last_365_days_whoever_is_pulled_with_it(run):
    profile_meters(run, meter_ids=[HOME, LONG])
    long, home = run.api.published[LONG], run.api.published[HOME]
    assert (home.hours, long.hours, long.days) == (2400, 8760, 365)
    assert (long.covers_from, long.covers_until) == (START + timedelta(days=35), START + timedelta(days=400))
    assert run.api.asked.count(LONG) == 2
