"""Profiles of meters: who may bring them, what becomes of them, and when they are due."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from wattwise_backend.aggregates.models import MeterProfile, MeterRollups
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import DirtyRange
from wattwise_backend.services.facts import scheduler_facts
from wattwise_contract.jobs import Claim, JobKind
from wattwise_contract.profiles import PeakHour, Profile, Season, TypicalDay
from wattwise_contract.rollups import Grain, RollupPublication, RollupWindow

from .conftest import NOON, Community, Machine, Roller, claimed, community, job_of, rollup_stream

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def profile(meter: Meter, *, kw: float = 4.0) -> Profile:
    peak = PeakHour(kw=kw, starts_at=NOON, mean_kw=1.0, load_factor=0.25)
    return Profile(meter_id=meter.pk, timezone=meter.timezone, covers_from=NOON, covers_until=NOON + DAY, peak=peak)


def job(where: Community, *, now: datetime = NOON, key: str = "profile") -> Claim:
    return claimed(job_of(where.organization, JobKind.PROFILE_METERS, key=f"{key} {now}"), now=now)


def sent(worker: Machine, claim: Claim, *profiles: Profile) -> tuple[int, dict[str, object]]:
    answer = worker.put("/data/profiles/", [each.model_dump(mode="json") for each in profiles], lease=claim.lease)
    return answer.status_code, answer.json()


@pytest.fixture
def homes(mill_lane: Community, roll_up: Roller) -> Community:
    for meter in mill_lane.meters:
        roll_up(meter, start=NOON, hours=24, kw=1.0)
    return mill_lane


def test_a_profile_takes_the_place_of_the_one_before(homes: Community, workers: dict[str, Machine]) -> None:
    meter, worker = homes.meters[0], workers["aggregation"]
    assert sent(worker, job(homes), profile(meter)) == (200, {"profiles": 1})
    assert sent(worker, job(homes, now=NOON + HOUR), profile(meter, kw=5.0)) == (200, {"profiles": 1})
    (stored,) = MeterProfile.objects.all()
    assert (stored.meter_id, stored.organization_id) == (meter.pk, homes.organization.pk)
    assert (stored.computed_at, stored.covers_from, stored.knows_weather) == (NOON + HOUR, NOON, False)
    assert Profile.model_validate(stored.profile) == profile(meter, kw=5.0)


def test_a_lost_lease_a_stranger_and_a_number_that_is_none_are_refused(
    homes: Community, workers: dict[str, Machine]
) -> None:
    worker, claim = workers["aggregation"], job(homes)
    lost = claim.model_copy(update={"lease_token": claim.job.id})
    assert sent(worker, lost, profile(homes.meters[0]))[0] == 409
    assert sent(worker, claimed(job_of(homes.organization, key="a roll-up")), profile(homes.meters[0]))[0] == 409
    theirs = community("elsewhere").meters[0]
    state, said = sent(worker, claim, profile(homes.meters[0]), profile(theirs))
    assert (state, f"Meters [{theirs.pk}] are not of organization" in str(said["error"])) == (400, True)
    text = f"[{profile(homes.meters[0]).model_dump_json().replace('4.0', 'NaN')}]"
    headers = {"Authorization": f"Bearer {worker.text}", "X-Wattwise-Lease": claim.lease}
    answer = worker.client.put("/data/profiles/", text, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert not MeterProfile.objects.exists()


def test_what_is_gone_meanwhile_is_left_out(homes: Community, workers: dict[str, Machine]) -> None:
    deleted, kept = homes.meters
    profiles = [profile(deleted), profile(kept), profile(homes.weather)]  # the last was never rolled up
    deleted.delete()
    assert sent(workers["aggregation"], job(homes), *profiles) == (200, {"profiles": 1})
    assert list(MeterProfile.objects.values_list("meter_id", flat=True)) == [kept.pk]
    kept.delete()
    assert not MeterProfile.objects.exists()


def test_a_meter_whose_last_hour_was_undone_has_no_profile(homes: Community, workers: dict[str, Machine]) -> None:
    undone, kept = homes.meters
    sent(workers["aggregation"], job(homes), profile(undone), profile(kept))
    windows = [RollupWindow(meter_id=undone.pk, grain=grain, starts_at=NOON, ends_at=NOON + DAY) for grain in Grain]
    body = rollup_stream([], RollupPublication(windows=windows, settled_dirty_range_ids=[]))
    claim = claimed(job_of(homes.organization, key="undone"))
    assert workers["aggregation"].post("/data/rollups/", body, lease=claim.lease).status_code == 200
    assert list(MeterProfile.objects.values_list("meter_id", flat=True)) == [kept.pk]


def test_the_page_of_a_meter_gets_what_is_stored_and_of_a_time_what_is_computed(
    alice: Client, homes: Community, workers: dict[str, Machine]
) -> None:
    meter = homes.meters[0]
    Meter.objects.filter(pk=meter.pk).update(first_reading_at=NOON, last_reading_at=NOON + DAY)
    address = f"/api/meters/{meter.pk}/profile/"
    before = alice.get(address).json()
    assert (before["profile"], before["weekday"]["mean_kw"][14]) == (None, 1.0)
    curve = [2.0] * 24
    day = TypicalDay(
        season=Season.YEAR, weekend=True, days=8, mean_kw=curve, p10_kw=curve, p50_kw=curve, p90_kw=curve
    )  # fmt: skip
    stored = profile(meter).model_copy(update={"typical_days": [day], "days": 8, "reasons": {"trend": "Only 1 month."}})
    sent(workers["aggregation"], job(homes), stored)
    after = alice.get(address).json()
    assert (after["weekend"]["mean_kw"], after["weekday"]["mean_kw"], after["days"]) == (curve, [None] * 24, 8)
    assert after["profile"]["computed_at"] == "2026-06-15T12:00:00Z"
    assert after["profile"]["peak"] == {
        "kw": 4.0,
        "starts_at": "2026-06-15T12:00:00Z",
        "mean_kw": 1.0,
        "load_factor": 0.25,
    }
    assert (after["profile"]["trend"], after["profile"]["reasons"]) == (None, {"trend": "Only 1 month."})
    of_a_time = alice.get(address, {"start": NOON.isoformat()}).json()
    assert of_a_time == before


def rolled_up(meter: Meter, *, at: datetime, until: datetime, since: datetime | None = None) -> None:
    MeterRollups.objects.update_or_create(
        meter=meter,
        defaults={
            "organization": meter.organization, "rolled_up_at": at, "hours_until": until, "hours_from": since or until - DAY,
        },
    )  # fmt: skip


def profiled(meter: Meter, *, at: datetime, knows_weather: bool = False) -> None:
    MeterProfile.objects.create(
        meter=meter, organization=meter.organization, computed_at=at, knows_weather=knows_weather, profile={}
    )


def is_due(meter: Meter, *, now: datetime = NOON) -> bool:
    facts = {each.organization_id: each.meters_to_profile for each in scheduler_facts(now=now).organizations}
    assert set(facts[meter.organization_id]) <= {meter.pk}
    return facts[meter.organization_id] == [meter.pk]


LONG_AGO, A_MINUTE_AGO = NOON - 400 * DAY, NOON - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("newest_hour", "rolled_up_ago", "profiled_ago", "due"),
    [
        ("history", 60, None, True),
        ("history", 5, None, False),  # whether its roll-up is to be seen is not sure yet
        ("history", 60, 30, False),
        ("history", 30, 60, True),  # history that changes is not made to wait for an hour
        ("history", 60, 55, True),  # the job began when the roll-up may not have been to be seen
        ("live", 1, None, True),
        ("live", 1, 3599, False),
        ("live", 1, 3601, True),
        ("live", 7200, 3601, False),
    ],
)
def test_when_a_profile_is_due(
    mill_lane: Community, newest_hour: str, rolled_up_ago: int, profiled_ago: int | None, due: bool
) -> None:
    meter = mill_lane.meters[0]
    until = NOON - HOUR if newest_hour == "live" else LONG_AGO
    rolled_up(meter, at=NOON - timedelta(seconds=rolled_up_ago), until=until)
    if profiled_ago is not None:
        profiled(meter, at=NOON - timedelta(seconds=profiled_ago))
    assert is_due(meter) == due


def test_a_meter_waits_for_its_own_readings_only(mill_lane: Community) -> None:
    meter, other = mill_lane.meters
    rolled_up(meter, at=A_MINUTE_AGO, until=LONG_AGO)
    span = {"organization_id": mill_lane.organization.pk, "starts_at": NOON, "ends_at": NOON + HOUR, "marked_at": NOON}
    DirtyRange.objects.create(meter_id=other.pk, **span)
    assert is_due(meter)
    DirtyRange.objects.create(meter_id=meter.pk, **span)
    assert not is_due(meter)


@pytest.mark.parametrize(
    ("weather_until", "weather_since", "profiled_ago", "knows_weather", "due"),
    [
        (LONG_AGO, LONG_AGO - DAY, 20, False, True),
        (LONG_AGO, LONG_AGO - DAY, 9, False, False),  # more of it may come
        (LONG_AGO, LONG_AGO - DAY, 20, True, True),  # its own weather changed
        (NOON, LONG_AGO - DAY, 20, False, True),
        (NOON, LONG_AGO - DAY, 20, True, False),  # today's weather says nothing of last year's energy
        (NOON, NOON - DAY, 20, False, False),
    ],
)
def test_history_is_profiled_again_once_its_weather_is_known(
    mill_lane: Community,
    weather_until: datetime,
    weather_since: datetime,
    profiled_ago: int,
    knows_weather: bool,
    due: bool,
) -> None:
    meter = mill_lane.meters[0]
    rolled_up(meter, at=NOON - DAY, until=LONG_AGO)
    rolled_up(mill_lane.weather, at=A_MINUTE_AGO, until=weather_until, since=weather_since)
    profiled(meter, at=NOON - timedelta(minutes=profiled_ago), knows_weather=knows_weather)
    assert is_due(meter) == due
