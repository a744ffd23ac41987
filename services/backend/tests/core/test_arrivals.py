"""What several imports brought stays while one of them does, and each push is known from its own moment on."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from wattwise_backend.accounts.models import Organization
from wattwise_backend.imports import requests, undoing
from wattwise_backend.imports.models import Import
from wattwise_backend.imports.push_bodies import read_rows
from wattwise_backend.imports.push_operations import push
from wattwise_backend.jobs import operations as jobs
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.arrivals import runs_of
from wattwise_backend.readings.batch import checked_batch
from wattwise_backend.readings.models import Arrival, DirtyRange, Reading
from wattwise_contract.recipes import Recipe

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON
from .pushing import row, stored
from .test_undo import check_meters, known_on
from .undoing import imported, stored_part, succeed, undone

pytestmark = pytest.mark.django_db
DAY_ONE = datetime(2026, 7, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def importers(meter: Meter) -> set[int]:
    return set(Reading.objects.filter(meter_id=meter.pk).values_list("import_id", flat=True))


def pushed(where: Organization, rows: list[dict[str, object]], *, now: datetime) -> Import:
    body = read_rows(json.dumps(rows).encode(), "application/json")
    answer = push(organization=where, rows=body, create=False, strict=False, user_id=None, now=now)
    return Import.objects.get(pk=answer.import_id)


def test_what_another_import_brought_too_stays_with_it(community: Community) -> None:
    meter = community.dupont_meter
    first = imported(community.organization, estate.readings(meter, [1.0, 2.0, 3.0]), now=DAY_ONE)
    second = imported(community.organization, estate.readings(meter, [1.0, 2.0]), now=DAY_ONE + HOUR)
    DirtyRange.objects.all().delete()
    undone(first, now=DAY_ONE + 2 * HOUR)
    assert stored(meter) == [1.0, 2.0]
    assert importers(meter) == {second.pk}
    [dirty] = DirtyRange.objects.all()  # only what went has to be rolled up again
    assert (dirty.starts_at, dirty.ends_at) == (NOON + 2 * HALF_HOUR, NOON + 3 * HALF_HOUR)
    check_meters(meter)
    undone(second, now=DAY_ONE + 3 * HOUR)
    assert stored(meter) == []
    assert [len(known_on(DAY_ONE + hours * HOUR, meter)) for hours in range(4)] == [3, 3, 2, 0]


def test_an_undo_tells_how_much_stays_because_others_brought_it(community: Community) -> None:
    meter = community.dupont_meter
    first = imported(community.organization, estate.readings(meter, [1.0, 2.0, 3.0]), now=DAY_ONE)
    imported(community.organization, estate.readings(meter, [1.0, 2.0]), now=DAY_ONE + HOUR)
    run = requests.undo(import_run=first, now=DAY_ONE + HOUR)
    jobs.claim(job=run.job, worker="worker 1", now=DAY_ONE + HOUR)
    progress = undoing.undo_some(import_run=run, fence=lambda: run.job, now=DAY_ONE + HOUR)
    assert (progress.undone, progress.kept, progress.left) == (3, 2, 0)


def test_what_was_brought_twice_returns_when_its_correction_goes(community: Community) -> None:
    meter = community.dupont_meter
    first = imported(community.organization, estate.readings(meter, [1.0, 2.0]), now=DAY_ONE)
    second = imported(community.organization, estate.readings(meter, [1.0, 2.0]), now=DAY_ONE + HOUR)
    third = imported(community.organization, estate.readings(meter, [7.0]), now=DAY_ONE + 2 * HOUR)
    undone(first, now=DAY_ONE + 3 * HOUR)
    assert stored(meter) == [7.0, 2.0]
    undone(third, now=DAY_ONE + 4 * HOUR)
    assert stored(meter) == [1.0, 2.0]
    assert importers(meter) == {second.pk}


def test_a_reading_between_those_that_another_import_brought_goes(community: Community) -> None:
    meter = community.dupont_meter
    half_hourly = imported(community.organization, estate.readings(meter, [1.0, 2.0, 3.0, 4.0, 5.0]), now=DAY_ONE)
    hourly = estate.readings(meter, [1.0, 3.0, 5.0], every=HOUR)
    imported(community.organization, hourly, now=DAY_ONE + HOUR)
    undone(half_hourly, now=DAY_ONE + 2 * HOUR)
    assert stored(meter) == [1.0, 3.0, 5.0]


def test_an_import_that_is_started_again_does_not_hold_what_it_brought_before(community: Community) -> None:
    meter = community.dupont_meter
    first = imported(community.organization, estate.readings(meter, [1.0, 2.0]), now=DAY_ONE)
    second = imported(community.organization, estate.readings(meter, [1.0, 2.0]), now=DAY_ONE + HOUR)
    undone(second, now=DAY_ONE + 2 * HOUR)
    assert not Arrival.objects.exists()
    again = requests.start(import_run=second, recipe=Recipe(), remember_as="", now=DAY_ONE + 3 * HOUR)
    claim = jobs.claim(job=again.job, worker="worker 1", now=DAY_ONE + 3 * HOUR)
    stored_part(again, estate.readings(meter, [1.0]), now=DAY_ONE + 3 * HOUR)
    succeed(claim, {"kind": "readings"}, now=DAY_ONE + 3 * HOUR)
    undone(first, now=DAY_ONE + 4 * HOUR)
    assert stored(meter) == [1.0]


def test_an_import_that_meets_nothing_keeps_no_arrivals(community: Community) -> None:
    imported(community.organization, estate.readings(community.dupont_meter, [1.0, 2.0]), now=DAY_ONE)
    imported(community.organization, estate.readings(community.dupont_meter, [3.0, 4.0]), now=DAY_ONE + HOUR)
    assert not Arrival.objects.exists()


def test_each_push_of_a_day_is_known_from_its_own_moment_on(community: Community) -> None:
    where, meter = community.organization, community.dupont_meter
    run = pushed(where, [row(1.0), row(4.0, step=3)], now=DAY_ONE)
    pushed(where, [row(2.0, step=1), row(9.0, meter="M-martin")], now=DAY_ONE + HOUR)  # between those of the first
    pushed(where, [row(5.0), row(3.0, step=2)], now=DAY_ONE + 2 * HOUR)  # and a correction

    def known() -> list[list[float]]:
        moments = [DAY_ONE - HOUR, *(DAY_ONE + hours * HOUR for hours in range(3))]
        return [[value for _, value in sorted(known_on(moment, meter).items())] for moment in moments]

    expected = [[], [1.0, 4.0], [1.0, 2.0, 4.0], [5.0, 2.0, 3.0, 4.0]]
    assert known() == expected
    undone(run, now=DAY_ONE + 3 * HOUR)
    assert stored(meter) == []
    assert known() == expected


def test_a_push_that_repeats_itself_keeps_nothing_new(community: Community) -> None:
    rows = [row(1.0, step=step) for step in range(48)]
    for minutes in range(3):
        pushed(community.organization, rows, now=DAY_ONE + minutes * timedelta(minutes=1))
    [arrival] = Arrival.objects.values("first_at", "last_at", "step", "confirms", "known_at")
    assert arrival == {
        "first_at": NOON, "last_at": NOON + 47 * HALF_HOUR, "step": 1_800_000_000, "confirms": False, "known_at": DAY_ONE,
    }  # fmt: skip


def test_what_a_push_confirmed_stays_when_the_file_goes(community: Community) -> None:
    meter = community.dupont_meter
    file = imported(community.organization, estate.readings(meter, [1.0, 2.0, 3.0]), now=DAY_ONE)
    pushed(community.organization, [row(2.0, step=1)], now=DAY_ONE + HOUR)
    undone(file, now=DAY_ONE + 2 * HOUR)
    assert stored(meter) == [2.0]
    assert known_on(DAY_ONE + 3 * HOUR, meter) == {(meter.pk, NOON + HALF_HOUR): 2.0}


@pytest.mark.parametrize("seed", range(5))
def test_runs_hold_each_reading_once(seed: int, community: Community) -> None:
    chance = np.random.default_rng(seed)
    tables = []
    for meter in (community.dupont_meter, community.martin_meter):
        steps = np.unique(chance.integers(0, 60, size=30 if meter == community.dupont_meter else 1))
        tables += [estate.readings(meter, [1.0], start=NOON + int(step) * HALF_HOUR) for step in steps]
    batch = checked_batch(pa.concat_tables(tables))
    held: list[tuple[Any, int]] = []
    for run in pa.table(runs_of(batch)).to_pylist():
        first, last = (round(run[name].timestamp() * 1e6) for name in ("first_at", "last_at"))
        held += [(run["meter_id"], at) for at in range(first, last + 1, run["step"] or 1)]
    assert held == list(zip(batch.meter_id, batch.starts_at, strict=True))
