"""Undo in several steps, sent twice, beside an import, with a lost lease, and of what programs pushed."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test import Client

from wattwise_backend.imports import operations, requests, undoing
from wattwise_backend.imports.models import Import
from wattwise_backend.jobs import operations as jobs
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import Reading, ReadingRevision
from wattwise_contract.imports import PartNotes
from wattwise_contract.recipes import Recipe

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, Machine
from .pushing import row, send, stored
from .undoing import imported, succeed, undone

pytestmark = pytest.mark.django_db
DAY_ONE = datetime(2026, 7, 1, tzinfo=UTC)
LATER = DAY_ONE + timedelta(hours=1)


def test_an_undo_takes_several_steps_and_a_step_sent_again_goes_on(community: Community) -> None:
    meters = [community.dupont_meter, community.martin_meter]
    readings = pa.concat_tables([estate.readings(meter, [1.0, 2.0, 3.0]) for meter in meters])
    run = requests.undo(import_run=imported(community.organization, readings, now=DAY_ONE), now=LATER)
    claim = jobs.claim(job=run.job, worker="worker 1", now=LATER)
    steps = [undoing.undo_some(import_run=run, fence=lambda: run.job, now=LATER, most=4) for _ in range(3)]
    assert [(step.undone, step.left) for step in steps] == [(4, 2), (6, 0), (6, 0)]
    assert (Reading.objects.count(), ReadingRevision.objects.count()) == (0, 6)
    succeed(claim, {}, now=LATER)
    assert set(Meter.objects.values_list("readings_count", "first_reading_at")) == {(0, None)}


def test_an_undone_import_is_started_and_undone_once_more(community: Community) -> None:
    meter = community.dupont_meter
    run = imported(community.organization, estate.readings(meter, [1.0]), now=DAY_ONE)
    undone(run, now=LATER)
    again = requests.start(import_run=run, recipe=Recipe(), remember_as="", now=LATER)
    claim = jobs.claim(job=again.job, worker="worker 1", now=LATER)
    operations.store_part(
        import_run=again, key="p", readings=estate.readings(meter, [1.0]), notes=PartNotes(read=1),
        fence=lambda: again.job, now=LATER,
    )  # fmt: skip
    succeed(claim, {"kind": "readings"}, now=LATER)
    assert stored(meter) == [1.0]
    undone(again, now=LATER + HALF_HOUR)
    assert stored(meter) == []


def test_a_lost_lease_takes_nothing_back(community: Community, worker: Machine) -> None:
    run = imported(community.organization, estate.readings(community.dupont_meter, [1.0]), now=DAY_ONE)
    run = requests.undo(import_run=run, now=LATER)
    lost = jobs.claim(job=run.job, worker="worker 1", now=LATER)
    jobs.recover_expired(now=LATER + HALF_HOUR)
    assert worker.call("POST", f"/data/imports/{run.pk}/undo/", {}, lease=lost.lease).status_code == 409
    assert stored(community.dupont_meter) == [1.0]


@pytest.mark.django_db(transaction=True)
def test_an_undo_beside_an_import_into_the_same_meters_is_as_if_the_undone_one_had_never_been(
    community: Community,
) -> None:
    meters = [community.dupont_meter, community.martin_meter]
    first = pa.concat_tables([estate.readings(meter, [1.0] * 50) for meter in meters])
    second = pa.concat_tables([estate.readings(meter, [2.0] * 30) for meter in meters])
    gone = imported(community.organization, first, now=DAY_ONE)
    gate, failures = Barrier(2), []

    def go(work: Any) -> None:
        gate.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001 – a thread's failure is shown below
            failures.append(error)
        connection.close()

    works = [lambda: undone(gone, now=LATER), lambda: imported(community.organization, second, now=LATER)]
    threads = [Thread(target=go, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [stored(meter) for meter in meters] == [[2.0] * 30] * 2
    assert set(Reading.objects.values_list("import_id", flat=True)) == {Import.objects.latest("id").pk}
    assert set(Meter.objects.values_list("readings_count", flat=True)) == {30}


def test_pushed_readings_are_undone_and_the_next_push_is_an_import_of_its_own(
    gateway: Machine, community: Community, alice: Client
) -> None:
    first = send(gateway, [row(0.25), row(1, meter="new", resolution="PT30M")], create="true").json()["import"]
    assert alice.post(f"/api/imports/{first}/undo/").status_code == 200
    second = send(gateway, [row(0.5, step=1)]).json()["import"]
    assert second != first
    run = Import.objects.get(pk=first)
    claim = jobs.claim(job=run.job, worker="worker 1", now=run.job.created_at)
    assert undoing.undo_some(import_run=run, fence=lambda: run.job, now=LATER).left == 0
    succeed(claim, {}, now=run.job.created_at)
    assert stored(community.dupont_meter) == [0.5]
    assert not Meter.objects.filter(key="new").exists()
    refused = alice.post(f"/api/imports/{first}/start/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["remedy"]) == (409, "Push them again.")
