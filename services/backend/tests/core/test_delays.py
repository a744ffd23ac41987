"""How late a feed's readings come, learned from when they arrived; and when that is worth a word."""

from datetime import datetime, timedelta

import pytest

from wattwise_backend.imports.models import Source
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.delays import delays, late_feeds

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON
from .test_arrivals import pushed
from .undoing import imported, undone

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def pushes(community: Community, count: int, *, minutes_after: int = 40, meter: str = "M-dupont") -> None:
    """A gateway's reading of each half hour from noon on, each so long after its end."""
    for number in range(count):
        start = NOON + number * HALF_HOUR
        row = {"meter": meter, "starts_at": start.isoformat(), "value": 0.25}
        pushed(community.organization, [row], now=start + HALF_HOUR + minutes_after * MINUTE)


def late_since(meter: Meter, now: datetime) -> datetime | None:
    meter.refresh_from_db()
    return delays([meter.pk], now=now)[meter.pk].late_since(now)


def test_a_gateway_has_the_delay_of_its_pushes(community: Community) -> None:
    pushes(community, 10)
    known = delays([community.dupont_meter.pk], now=NOON + 6 * HOUR)[community.dupont_meter.pk]
    assert (known.median, known.longest) == (40 * MINUTE, 40 * MINUTE)


def test_a_feed_is_late_after_twice_its_delay_and_says_since_when(community: Community) -> None:
    pushes(community, 10)
    due = NOON + 11 * HALF_HOUR + 80 * MINUTE  # the eleventh half hour has ended, and twice 40 minutes passed
    assert late_since(community.dupont_meter, due - MINUTE) is None
    assert late_since(community.dupont_meter, due + DAY) == due
    assert [feed.meter for feed in late_feeds(community.organization.pk, now=due + HOUR)] == ["M-dupont"]
    assert late_feeds(community.organization.pk, now=due - MINUTE) == []


def test_a_quick_feed_is_given_two_intervals(community: Community) -> None:
    pushes(community, 10, minutes_after=1)
    assert late_since(community.dupont_meter, NOON + DAY) == NOON + 11 * HALF_HOUR + 2 * HALF_HOUR


def test_what_a_feed_began_with_says_nothing_of_its_delay(community: Community) -> None:
    history = estate.readings(community.dupont_meter, [0.25] * 480, start=NOON - 10 * DAY)
    imported(community.organization, history, now=NOON)
    pushes(community, 10)
    assert delays([community.dupont_meter.pk], now=NOON + DAY)[community.dupont_meter.pk].longest == 40 * MINUTE


def test_a_correction_does_not_make_a_reading_later(community: Community) -> None:
    pushes(community, 10)
    imported(community.organization, estate.readings(community.dupont_meter, [0.5] * 9), now=NOON + 9 * DAY)
    assert delays([community.dupont_meter.pk], now=NOON + 9 * DAY)[community.dupont_meter.pk].longest == 40 * MINUTE


def test_history_that_ended_is_never_late(community: Community) -> None:
    for month in range(4):
        month_of = estate.readings(community.dupont_meter, [0.25] * 480, start=NOON + month * 10 * DAY)
        imported(community.organization, month_of, now=NOON + 41 * DAY + month * HOUR)
    pushes(community, 10, meter="M-martin")
    long_after = NOON + 45 * DAY
    assert community.dupont_meter.pk not in delays([community.dupont_meter.pk], now=long_after)
    assert [feed.meter for feed in late_feeds(community.organization.pk, now=long_after)] == ["M-martin"]
    assert late_feeds(community.organization.pk, now=NOON + 70 * DAY) == []  # has ended, too


def test_a_feed_whose_newest_readings_were_undone_did_bring_them(community: Community) -> None:
    pushes(community, 10)
    newest = estate.readings(community.dupont_meter, [0.25] * 48, start=NOON + 10 * HALF_HOUR)
    run = imported(community.organization, newest, now=NOON + 30 * HOUR)
    undone(run, now=NOON + 30 * HOUR)
    assert late_since(community.dupont_meter, NOON + 30 * HOUR) is None
    assert late_since(community.dupont_meter, NOON + 3 * DAY) == NOON + 59 * HALF_HOUR + 80 * MINUTE


def test_what_rests_is_never_late(community: Community) -> None:
    pushes(community, 10)
    Source.objects.update(state="paused")
    assert late_since(community.dupont_meter, NOON + 3 * DAY) is None


def test_of_those_that_fell_silent_together_a_few_are_looked_at(community: Community) -> None:
    for number in range(7):
        estate.meter(community.organization, community.martin, f"M-{number}")
    for number in range(5):
        start = NOON + number * HALF_HOUR
        rows = [{"meter": f"M-{each}", "starts_at": start.isoformat(), "value": 1.0} for each in range(7)]
        pushed(community.organization, rows, now=start + HALF_HOUR + MINUTE)
    assert len(late_feeds(community.organization.pk, now=NOON + DAY)) == 5
