"""Parts of imports become readings, once, and nothing that is replaced is lost."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from wattwise_backend.imports import operations
from wattwise_backend.imports.models import ImportPart
from wattwise_backend.jobs import operations as jobs
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import DirtyRange, Reading, ReadingRevision
from wattwise_contract.jobs import Failure
from wattwise_contract.meters import MeterWanted

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON, Machine

pytestmark = pytest.mark.django_db


def send(worker: Machine, community: Community, body: bytes, *, key: str = "part 1", run: Any = None) -> Any:
    import_run, claim = run or estate.started_import(community.organization)
    return worker.call("PUT", f"/data/imports/{import_run.pk}/parts/{key}/", body, lease=claim.lease)


def stored(meter: Meter) -> list[float]:
    return list(Reading.objects.filter(meter_id=meter.pk).order_by("starts_at").values_list("value", flat=True))


def test_a_first_part_is_stored_whole(worker: Machine, community: Community) -> None:
    meter = community.dupont_meter
    receipt = send(worker, community, estate.part(estate.readings(meter, [0.2, 0.5, 0.1]))).json()
    assert receipt == {"read": 3, "stored": 3, "unchanged": 0, "corrected": 0, "duplicate": 0, "rejected": 0}
    assert stored(meter) == [0.2, 0.5, 0.1]
    meter.refresh_from_db()
    assert (meter.first_reading_at, meter.last_reading_at) == (NOON, NOON + 2 * HALF_HOUR)
    assert meter.readings_count == 3


def test_the_same_part_again_answers_its_first_receipt(worker: Machine, community: Community) -> None:
    run = estate.started_import(community.organization)
    body = estate.part(estate.readings(community.dupont_meter, [0.2, 0.5]))
    first = send(worker, community, body, run=run).json()
    assert send(worker, community, body, run=run).json() == first
    assert ImportPart.objects.count() == 1
    assert DirtyRange.objects.count() == 1


def test_the_same_readings_in_another_import_change_nothing(worker: Machine, community: Community) -> None:
    body = estate.part(estate.readings(community.dupont_meter, [0.2, 0.5]))
    send(worker, community, body)
    DirtyRange.objects.all().delete()
    receipt = send(worker, community, body).json()
    assert (receipt["stored"], receipt["unchanged"], receipt["corrected"]) == (0, 2, 0)
    assert not DirtyRange.objects.exists()
    assert not ReadingRevision.objects.exists()
    assert set(Reading.objects.values_list("import_id", flat=True)) == {ImportPart.objects.earliest("id").import_run_id}


def test_a_correction_keeps_the_value_it_replaces(worker: Machine, community: Community) -> None:
    meter = community.dupont_meter
    first, second = estate.started_import(community.organization), estate.started_import(community.organization)
    send(worker, community, estate.part(estate.readings(meter, [0.2, 0.5])), run=first)
    DirtyRange.objects.all().delete()
    receipt = send(worker, community, estate.part(estate.readings(meter, [0.2, 0.7, 0.9])), run=second).json()
    assert (receipt["stored"], receipt["unchanged"], receipt["corrected"]) == (1, 1, 1)
    assert stored(meter) == [0.2, 0.7, 0.9]
    revision = ReadingRevision.objects.get()
    assert (revision.old_value, revision.starts_at) == (0.5, NOON + HALF_HOUR)
    assert (revision.old_import_id, revision.replaced_by_import_id) == (first[0].pk, second[0].pk)
    dirty = DirtyRange.objects.get()
    assert (dirty.starts_at, dirty.ends_at) == (NOON + HALF_HOUR, NOON + 3 * HALF_HOUR)
    meter.refresh_from_db()
    assert meter.readings_count == 3


def test_a_better_quality_of_the_same_value_is_a_correction(worker: Machine, community: Community) -> None:
    send(worker, community, estate.part(estate.readings(community.dupont_meter, [0.4], quality=1)))
    receipt = send(worker, community, estate.part(estate.readings(community.dupont_meter, [0.4], quality=0))).json()
    assert receipt["corrected"] == 1
    assert ReadingRevision.objects.get().old_quality == 1


def test_readings_in_a_gap_go_in_between(worker: Machine, community: Community) -> None:
    meter = community.dupont_meter
    send(worker, community, estate.part(estate.readings(meter, [1.0, 4.0], every=3 * HALF_HOUR)))
    receipt = send(worker, community, estate.part(estate.readings(meter, [2.0, 3.0], start=NOON + HALF_HOUR))).json()
    assert receipt["stored"] == 2
    assert stored(meter) == [1.0, 2.0, 3.0, 4.0]


def test_only_the_meters_that_changed_are_marked_for_rollups(worker: Machine, community: Community) -> None:
    import pyarrow as pa

    dupont, martin = community.dupont_meter, community.martin_meter
    both = pa.concat_tables([estate.readings(dupont, [1.0]), estate.readings(martin, [2.0])])
    send(worker, community, estate.part(both))
    DirtyRange.objects.all().delete()
    changed = pa.concat_tables([estate.readings(dupont, [1.0]), estate.readings(martin, [2.5])])
    send(worker, community, estate.part(changed))
    assert list(DirtyRange.objects.values_list("meter_id", flat=True)) == [martin.pk]


def test_readings_of_many_years_find_their_chunks(worker: Machine, community: Community) -> None:
    meter = community.dupont_meter
    weekly = estate.readings(meter, [float(week) for week in range(300)], every=timedelta(days=7))
    assert send(worker, community, estate.part(weekly)).json()["stored"] == 300
    assert send(worker, community, estate.part(weekly)).json()["unchanged"] == 300
    assert sum(stored(meter)) == sum(range(300))


@pytest.mark.parametrize(("values", "said"), [([float("nan")], "not a number"), ([float("inf")], "not a number")])
def test_what_is_no_number_is_refused(values: list[float], said: str, worker: Machine, community: Community) -> None:
    response = send(worker, community, estate.part(estate.readings(community.dupont_meter, values)))
    assert response.status_code == 400
    assert said in response.json()["error"]
    assert not Reading.objects.exists()


def test_two_values_of_the_same_moment_are_refused(worker: Machine, community: Community) -> None:
    twice = estate.readings(community.dupont_meter, [1.0, 2.0], every=timedelta(0))
    response = send(worker, community, estate.part(twice))
    assert response.status_code == 400
    assert "two readings at 2026-06-15T12:00:00Z" in response.json()["error"]


def test_rows_that_are_not_accounted_for_are_refused(worker: Machine, community: Community) -> None:
    body = estate.part(estate.readings(community.dupont_meter, [1.0]), read=5)
    response = send(worker, community, body)
    assert response.status_code == 400
    assert "5 rows read, but 1 sent" in response.json()["error"]


def test_a_body_that_is_no_arrow_is_refused_with_the_remedy(worker: Machine, community: Community) -> None:
    response = send(worker, community, b"meter;kwh")
    assert response.status_code == 400
    assert "Arrow" in response.json()["error"]
    assert response.json()["remedy"]


def test_a_meter_of_another_organization_is_refused(worker: Machine, community: Community) -> None:
    theirs = estate.organization("elsewhere")
    foreign = estate.meter(theirs, None, "M-foreign")
    response = send(worker, community, estate.part(estate.readings(foreign, [1.0])))
    assert response.status_code == 400
    assert f"no meter {foreign.pk} in this organization" in response.json()["error"]
    assert not Reading.objects.exists()


def test_a_write_under_a_lost_lease_is_refused(worker: Machine, community: Community) -> None:
    import_run, claim = estate.started_import(community.organization)
    jobs.fail(job_id=claim.job.id, token=claim.lease_token, failure=Failure(error="It fell over."), now=NOON)
    response = send(
        worker, community, estate.part(estate.readings(community.dupont_meter, [1.0])), run=(import_run, claim)
    )
    assert response.status_code == 409
    assert not Reading.objects.exists()


def test_the_lease_of_another_import_is_refused(worker: Machine, community: Community) -> None:
    first, _ = estate.started_import(community.organization)
    _, other_claim = estate.started_import(community.organization)
    body = estate.part(estate.readings(community.dupont_meter, [1.0]))
    response = send(worker, community, body, run=(first, other_claim))
    assert response.status_code == 409
    made_up = worker.call("PUT", f"/data/imports/{first.pk}/parts/p/", body, lease=f"{uuid4()}:{uuid4()}")
    assert made_up.status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_readings_at_once_store_them_once(worker: Machine, community: Community) -> None:
    body = estate.part(estate.readings(community.dupont_meter, [float(n) for n in range(500)]))
    runs = [estate.started_import(community.organization) for _ in range(4)]
    together, receipts = Barrier(len(runs)), []

    def go(run: Any) -> None:
        together.wait()
        receipts.append(send(Machine(worker.token), community, body, run=run).json())
        connection.close()

    threads = [Thread(target=go, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipt["stored"] for receipt in receipts) == [0, 0, 0, 500]
    assert sorted(receipt["unchanged"] for receipt in receipts) == [0, 500, 500, 500]
    assert Reading.objects.count() == 500


@pytest.mark.django_db(transaction=True)
def test_two_imports_that_make_the_same_meters_in_another_order_do_not_block_each_other(community: Community) -> None:
    names = [f"M-{number:04d}" for number in range(2_000)]
    wanted = [MeterWanted(meter_key=name, timezone="Europe/Paris", resolution="PT30M") for name in names]
    gate, failures, made = Barrier(2), [], []

    def finding(wishes: list[MeterWanted]) -> Callable[[], None]:
        import_run, claim = estate.started_import(community.organization)

        def go() -> None:
            gate.wait()
            try:
                made.append(
                    operations.find_meters(import_run=import_run, wanted=wishes, fence=lambda: import_run.job, now=NOON)
                )
            except Exception as error:  # noqa: BLE001 – a thread's failure is shown below
                failures.append(error)
            connection.close()

        return go

    threads = [Thread(target=finding(wishes)) for wishes in (wanted, wanted[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [found.meter_id for found in made[0]] == [found.meter_id for found in made[1]][::-1]
