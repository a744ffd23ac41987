"""What is due, by table."""

from datetime import UTC, datetime, timedelta

import pytest

from wattwise_contract.jobs import JobKind
from wattwise_contract.scheduling import OrganizationFacts, SchedulerFacts
from wattwise_scheduler import rules

NOW = datetime(2026, 3, 29, 3, tzinfo=UTC)
YEAR_2013_ENDS = datetime(2013, 12, 31, 23, tzinfo=UTC)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def facts(**known) -> SchedulerFacts:
    blocked = known.pop("blocked", [])
    return SchedulerFacts(
        now=NOW, organizations=[OrganizationFacts(organization_id=1, **known)], blocked_dedupe_keys=blocked
    )


def due(**known) -> dict[str, JobKind]:
    return {wish.dedupe_key: wish.kind for wish in rules.due(facts(**known))}


# An organization that has everything, and nothing to do.
CALM = {
    "consumers_with_details": 60,
    "details_changed_at": ago(days=3),
    "clustered_at": ago(days=2),
    "energy_meters": 60,
    "readings_until": ago(hours=1),
    "model_trained_at": ago(days=2),
    "model_trained_until": ago(days=2),
    "forecast_issued_at": ago(minutes=30),
    "forecast_readings_until": ago(hours=1),
}
# The same with data that ended years ago.
HISTORICAL = CALM | {
    "readings_until": YEAR_2013_ENDS,
    "model_trained_until": YEAR_2013_ENDS,
    "forecast_issued_at": ago(days=40),
    "model_trained_at": ago(days=41),
    "forecast_readings_until": YEAR_2013_ENDS,
}
CLUSTER, TRAIN, FORECAST = "cluster:1", "train:1", "forecast:1"
ROLL_UP = "roll_up:1:0"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, set()),
        # Clusters
        ({"details_changed_at": ago(days=1)}, {CLUSTER}),
        ({"clustered_at": None}, {CLUSTER}),
        ({"clustered_at": None, "consumers_with_details": 8}, {CLUSTER}),
        ({"clustered_at": None, "consumers_with_details": 7}, set()),
        ({"clustered_at": None, "details_changed_at": None}, set()),
        # Training
        ({"model_trained_until": ago(days=7, hours=1)}, {TRAIN}),
        ({"model_trained_until": ago(days=6, hours=23)}, set()),
        ({"model_trained_at": None, "model_trained_until": None, "forecast_issued_at": None}, {TRAIN}),
        ({"model_trained_at": None, "model_trained_until": None, "energy_meters": 0}, set()),
        ({"model_trained_at": None, "model_trained_until": None, "readings_until": None}, set()),
        # Forecasts
        ({"forecast_issued_at": None, "forecast_readings_until": None}, {FORECAST}),
        ({"forecast_readings_until": ago(hours=2)}, {FORECAST}),
        ({"forecast_readings_until": ago(hours=1, minutes=59)}, set()),
        ({"meters_without_forecast": 1}, {FORECAST}),
        ({"model_trained_at": ago(minutes=5)}, {FORECAST}),
        ({"forecast_issued_at": ago(hours=6)}, {FORECAST}),
        ({"forecast_issued_at": ago(hours=5, minutes=59)}, set()),
        # Different workers do them: all at once
        ({"clustered_at": None, "model_trained_until": ago(days=9)}, {CLUSTER, TRAIN}),
    ],
)
def test_a_settled_organization(changed, expected):
    assert set(due(**CALM | changed)) == expected


def test_time_alone_makes_no_forecast_of_historical_data_stale():
    assert due(**HISTORICAL) == {}


def test_historical_data_that_grows_by_an_hour_gets_a_new_forecast():
    assert due(**HISTORICAL | {"forecast_readings_until": YEAR_2013_ENDS - timedelta(hours=1)}) == {
        FORECAST: JobKind.FORECAST_METERS
    }


@pytest.mark.parametrize(
    ("oldest", "newest", "imports", "expected"),
    [
        (0.5, 0.5, 0, set()),  # readings are still arriving
        (1, 1, 0, {ROLL_UP}),
        (9, 0.2, 0, set()),
        (10, 0.2, 0, {ROLL_UP}),  # a feed that never rests
        (10, 10, 1, set()),  # an import brings more: once is enough
        (59, 30, 1, set()),
        (60, 0.1, 1, {ROLL_UP}),  # a long import: people want to see something
    ],
)
def test_roll_ups_wait_for_readings_to_pause_but_not_for_ever(oldest, newest, imports, expected):
    dirty = {
        "dirty_meter_ids": [3],
        "oldest_dirty_at": ago(seconds=oldest),
        "newest_dirty_at": ago(seconds=newest),
        "live_imports": imports,
    }
    assert set(due(**dirty)) == expected


DIRTY = {"dirty_meter_ids": [3], "oldest_dirty_at": ago(seconds=30), "newest_dirty_at": ago(seconds=20)}
EVERYTHING_STALE = CALM | {"clustered_at": None, "model_trained_until": ago(days=9), "meters_without_forecast": 2}


@pytest.mark.parametrize("unsettled", [{"live_imports": 1}, {"live_roll_ups": 1}, DIRTY])
def test_nothing_is_computed_on_data_that_is_still_changing(unsettled):
    assert {CLUSTER, TRAIN, FORECAST} == set(due(**EVERYTHING_STALE))
    assert not {CLUSTER, TRAIN, FORECAST} & set(due(**EVERYTHING_STALE | unsettled))


def test_a_meter_that_cannot_be_rolled_up_holds_nobody_back():
    assert set(due(**EVERYTHING_STALE | DIRTY, blocked=[ROLL_UP])) == {CLUSTER, TRAIN, FORECAST}


def test_what_died_is_left_alone():
    assert set(due(**EVERYTHING_STALE, blocked=[TRAIN, "train:2"])) == {CLUSTER, FORECAST}


def test_roll_ups_are_cut_into_shards_that_keep_their_key():
    dirty = {"oldest_dirty_at": ago(seconds=5), "newest_dirty_at": ago(seconds=5)}
    wishes = rules.due(facts(dirty_meter_ids=[149, 50, 7, 99, 100], **dirty))
    assert {wish.dedupe_key: wish.scope for wish in wishes} == {
        "roll_up:1:0": {"meter_ids": [7]},
        "roll_up:1:1": {"meter_ids": [50, 99]},
        "roll_up:1:2": {"meter_ids": [100, 149]},
    }


def test_profiles_are_cut_into_shards_and_wait_for_no_other_meter():
    to_profile = {"meters_to_profile": [7, 50, 3]}
    wishes = rules.due(facts(live_roll_ups=1, dirty_meter_ids=[8], **to_profile))
    assert {wish.dedupe_key: (wish.kind, wish.scope, wish.priority) for wish in wishes} == {
        "profile:1:0": (JobKind.PROFILE_METERS, {"meter_ids": [3, 7]}, 0),
        "profile:1:1": (JobKind.PROFILE_METERS, {"meter_ids": [50]}, 0),
    }
    assert set(due(**to_profile, blocked=["profile:1:0"])) == {"profile:1:1"}
    assert due(**to_profile, live_imports=1) == {}


def test_people_wait_for_rollups_and_forecasts_so_they_go_first():
    urgent = {wish.kind for wish in rules.due(facts(**EVERYTHING_STALE)) if wish.priority > 0}
    urgent |= {wish.kind for wish in rules.due(facts(**DIRTY)) if wish.priority > 0}
    assert urgent == {JobKind.ROLL_UP, JobKind.FORECAST_METERS}


def test_organizations_are_judged_apart():
    both = SchedulerFacts(
        now=NOW,
        organizations=[
            OrganizationFacts(organization_id=1, **EVERYTHING_STALE | DIRTY),
            OrganizationFacts(organization_id=2, **CALM | {"clustered_at": None}),
        ],
        blocked_dedupe_keys=[],
    )
    assert {wish.dedupe_key for wish in rules.due(both)} == {ROLL_UP, "cluster:2"}
