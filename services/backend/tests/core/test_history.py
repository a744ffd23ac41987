"""Readings as they were known at a moment, over the door for machines."""

from datetime import UTC, datetime, timedelta

import pytest

from wattwise_contract.schemas import READINGS
from wattwise_contract.scopes import Scope

from . import estate
from .conftest import Community
from .undoing import imported, undone

# Streams read on a connection of their own, so what they show has to be committed.
pytestmark = pytest.mark.django_db(transaction=True)
DAY_ONE = datetime(2026, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_series_comes_as_it_was_known_before_a_correction_and_before_its_undo(community: Community) -> None:
    reader = estate.machine(Scope.READ, where=community.organization)
    meter = community.dupont_meter
    imported(community.organization, estate.readings(meter, [1.0, 2.0]), now=DAY_ONE)
    second = imported(community.organization, estate.readings(meter, [1.0, 5.0, 6.0]), now=DAY_ONE + DAY)
    undone(second, now=DAY_ONE + 2 * DAY)

    def values(**asked: str) -> list[float]:
        table = estate.table_of(reader.get("/data/readings/", meter=meter.pk, **asked))
        assert table.schema == READINGS
        return list(table["value"].to_pylist())

    assert values() == [1.0, 2.0]
    known = [values(as_known_on=(DAY_ONE + days * DAY).isoformat()) for days in (-1, 0, 1, 2)]
    assert known == [[], [1.0, 2.0], [1.0, 5.0, 6.0], [1.0, 2.0]]
    later = (estate.NOON + estate.HALF_HOUR).isoformat()
    assert values(as_known_on=(DAY_ONE + DAY).isoformat(), start=later) == [5.0, 6.0]
