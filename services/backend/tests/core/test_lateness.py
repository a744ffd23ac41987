"""When a source's silence is worth a word."""

from datetime import datetime, timedelta

import pytest

from wattwise_backend.imports.models import Import
from wattwise_backend.imports.source_queries import is_late, standings
from wattwise_contract.sources import Brings

from .conftest import Community
from .estate import NOON
from .sources import active_source

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def silent(community: Community, hours: float, *, brings: Brings = Brings.FETCHES, **fields: object) -> bool:
    """Whether it is late so many hours after it brought something for the last time."""
    source = active_source(community.organization, **{"brought_at": NOON} | fields)
    for pause in range(5):
        brought(source, NOON - pause * timedelta(days=1))
    now = NOON + hours * HOUR
    return is_late(source, standings([source], now=now)[source.pk].usual_pause, brings, now=now)


def brought(source: object, at: datetime) -> None:
    Import.objects.create(
        organization=source.organization, source=source, created_at=at, finished_at=at, receipt={"stored": 48}
    )


def test_what_comes_daily_is_late_after_two_of_its_days(community: Community) -> None:
    assert not silent(community, 47)
    assert silent(community, 49, name="attic")


def test_a_slow_rhythm_is_given_three_of_its_turns(community: Community) -> None:
    assert not silent(community, 70, every="P1D")
    assert silent(community, 73, every="P1D", name="attic")


@pytest.mark.parametrize("fields", [{"state": "paused"}, {"state": "draft"}, {"every": ""}])
def test_what_rests_or_is_asked_by_hand_is_never_late(community: Community, fields: dict[str, object]) -> None:
    assert not silent(community, 1000, **fields)


def test_what_is_listened_to_has_no_rhythm_but_a_habit(community: Community) -> None:
    assert silent(community, 49, every="", brings=Brings.LISTENS)


def test_a_source_without_a_habit_is_late_after_two_days_also_where_it_never_brought_anything(
    community: Community,
) -> None:
    source = active_source(community.organization)
    late = [is_late(source, None, Brings.FETCHES, now=NOON + hours * HOUR) for hours in (47, 49)]
    assert late == [False, True]
