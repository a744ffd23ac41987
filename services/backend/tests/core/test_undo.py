"""Undo takes back exactly what an import stored, in any order, and history keeps what was known."""

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wattwise_backend.consumers.models import Consumer
from wattwise_backend.imports import operations
from wattwise_backend.imports.models import Import
from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.sql import load_sql
from wattwise_backend.readings.models import DirtyRange, Reading
from wattwise_contract.meters import MeterWanted

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON, Machine
from .undoing import imported, succeed, undone

pytestmark = pytest.mark.django_db
DAY_ONE = datetime(2026, 7, 1, tzinfo=UTC)
Series = dict[tuple[int, datetime], tuple[float, int]]


def present() -> Series:
    rows = Reading.objects.values_list("meter_id", "starts_at", "value", "import_id")
    return {(meter, at): (value, run) for meter, at, value, run in rows}


def known_on(moment: datetime, *meters: Meter) -> dict[tuple[int, datetime], float]:
    with connection.cursor() as cursor:
        sql = load_sql("readings", "as_known_on").format(condition="")
        cursor.execute(sql, {"meter_ids": [meter.pk for meter in meters], "as_known_on": moment})
        return {(meter, at): value for meter, at, value, _ in cursor.fetchall()}


def check_meters(*meters: Meter) -> None:
    for meter in meters:
        meter.refresh_from_db()
        moments = sorted(Reading.objects.filter(meter_id=meter.pk).values_list("starts_at", flat=True))
        assert meter.readings_count == len(moments)
        assert (meter.first_reading_at, meter.last_reading_at) == (
            (moments[0], moments[-1]) if moments else (None, None)
        )


def test_two_imports_over_each_other_undone_in_order_leave_nothing(community: Community) -> None:
    meter = community.dupont_meter
    first = imported(community.organization, estate.readings(meter, [1.0, 2.0]), now=DAY_ONE)
    second = imported(community.organization, estate.readings(meter, [5.0, 6.0, 7.0]), now=DAY_ONE + HALF_HOUR)
    undone(first, now=DAY_ONE + 2 * HALF_HOUR)
    assert sorted(value for value, _ in present().values()) == [5.0, 6.0, 7.0]
    undone(second, now=DAY_ONE + 3 * HALF_HOUR)
    assert present() == {}
    check_meters(meter)
    assert list(known_on(DAY_ONE, meter).values()) == [1.0, 2.0]
    assert list(known_on(DAY_ONE + 2 * HALF_HOUR, meter).values()) == [5.0, 6.0, 7.0]
    assert known_on(DAY_ONE + 3 * HALF_HOUR, meter) == {}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_any_order_of_imports_and_undos_is_as_if_the_undone_ones_had_never_been(
    chance: random.Random, community: Community
) -> None:
    """New imports, the same ones again, and undos, as hypothesis likes; in the end all are undone, and nothing is left."""
    with transaction.atomic():
        _walk(chance, community, [community.dupont_meter, community.martin_meter])
        transaction.set_rollback(True)


def _walk(chance: random.Random, community: Community, meters: list[Meter]) -> None:
    live: list[tuple[Import, pa.Table]] = []
    moments: list[tuple[datetime, Series]] = []
    for step in range(14):
        now = DAY_ONE + step * timedelta(hours=1)
        before = present()
        DirtyRange.objects.all().delete()
        if live and chance.random() < 0.4:
            run, _ = live.pop(chance.randrange(len(live)))
            undone(run, now=now)
        else:
            fresh = pa.concat_tables([_some_readings(chance, meter) for meter in meters])
            table = chance.choice(live)[1] if live and chance.random() < 0.25 else fresh
            live.append((imported(community.organization, table, now=now), table))
        after = present()
        assert _values(after) == _expected(live)
        check_meters(*meters)
        _check_dirty(before, after)
        moments.append((now, after))
        for moment, then in moments:
            assert known_on(moment, *meters) == _values(then)
    for run, _ in live:
        undone(run, now=DAY_ONE + timedelta(days=1))
    assert present() == {}


def _values(series: Series) -> dict[tuple[int, datetime], float]:
    return {key: value for key, (value, _) in series.items()}


def _expected(live: list[tuple[Import, pa.Table]]) -> dict[tuple[int, datetime], float]:
    """What the imports that are not undone say, the last one over the first."""
    rows = (row for _, table in live for row in table.to_pylist())
    return {(row["meter_id"], row["starts_at"]): row["value"] for row in rows}


def _some_readings(chance: random.Random, meter: Meter) -> pa.Table:
    """Values that often agree with those of other imports, at every half hour, hour or hour and a half."""
    values = [chance.choice([0.25, 0.5, 0.75]) for _ in range(chance.randint(1, 6))]
    start, every = NOON + chance.randint(0, 5) * HALF_HOUR, chance.randint(1, 3) * HALF_HOUR
    return estate.readings(meter, values, start=start, every=every)


def _check_dirty(before: Series, after: Series) -> None:
    ranges = list(DirtyRange.objects.values_list("meter_id", "starts_at", "ends_at"))
    for key in before.keys() | after.keys():
        if before.get(key, (None,))[0] != after.get(key, (None,))[0]:
            assert any(meter == key[0] and start <= key[1] < end for meter, start, end in ranges)


def test_meters_and_consumers_that_an_import_made_go_with_its_undo(community: Community) -> None:
    run, claim = estate.started_import(community.organization, now=DAY_ONE)
    wanted = [MeterWanted(meter_key="new", consumer_key="newcomer", timezone="Europe/Paris", resolution="PT30M")]
    operations.find_meters(import_run=run, wanted=wanted, fence=lambda: run.job, now=DAY_ONE)
    succeed(claim, {"kind": "readings"}, now=DAY_ONE)
    assert Meter.objects.filter(key="new").exists()
    undone(run, now=DAY_ONE + HALF_HOUR)
    assert not Meter.objects.filter(key="new").exists()
    assert not Consumer.objects.filter(key="newcomer").exists()
    assert Consumer.objects.filter(key="dupont").exists()


def test_an_undone_import_says_so_and_may_be_started_again(alice: Client, community: Community) -> None:
    run = imported(community.organization, estate.readings(community.dupont_meter, [1.0]), now=DAY_ONE)
    imported(community.organization, estate.readings(community.dupont_meter, [2.0]), now=DAY_ONE + HALF_HOUR)
    second = Import.objects.latest("id")
    [correction] = alice.get(f"/api/imports/{second.pk}/corrections/").json()["results"]
    assert (correction["old_value"], correction["new_value"], correction["unit"]) == (1.0, 2.0, "kWh")
    lines = b"".join(alice.get(f"/api/imports/{second.pk}/corrections/?format=csv").streaming_content).splitlines()
    assert len(lines) == 2
    assert alice.post(f"/api/imports/{run.pk}/start/", {}, content_type="application/json").status_code == 409
    undone(run, now=DAY_ONE + 2 * HALF_HOUR)
    assert alice.get(f"/api/imports/{run.pk}/").json()["undone_at"] == "2026-07-01T01:00:00Z"
    assert alice.post(f"/api/imports/{run.pk}/undo/").status_code == 409
    started = alice.post(f"/api/imports/{run.pk}/start/", {}, content_type="application/json")
    assert started.status_code == 200, started.content
    assert (started.json()["stage"], started.json()["undone_at"]) == ("import", None)


def test_the_lease_of_an_import_undoes_nothing(worker: Machine, community: Community) -> None:
    run, claim = estate.started_import(community.organization)
    assert worker.call("POST", f"/data/imports/{run.pk}/undo/", {}, lease=claim.lease).status_code == 409
