"""What is pushed belongs to one import a day, to one organization, and to those who may write there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wattwise_backend.imports.models import Import
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import Reading
from wattwise_contract.scopes import Scope

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON, Machine
from .pushing import COUNTS, counts, row, send, stored

pytestmark = pytest.mark.django_db


def test_the_receipt_of_the_day_adds_up(gateway: Machine, community: Community, alice: Client) -> None:
    send(gateway, [row(0.25), row(0.5, step=1), row(-1, step=2)])
    answer = send(
        gateway, [row(0.25), row(0.75, step=1), row(1, step=3), row(2, step=3), row(4, meter="M-martin")]
    ).json()
    assert counts(answer) == (5, 2, 1, 1, 1)
    (run,) = alice.get("/api/imports/").json()["results"]
    assert run["id"] == answer["import"]
    assert (run["source"]["kind"], run["source"]["name"], run["job"]) == ("push", "Pushed readings", None)
    receipt = run["receipt"]
    assert [receipt[name] for name in COUNTS] == [8, 4, 1, 1, 1]
    assert (receipt["rejected"], receipt["meters"], receipt["consumers"]) == (1, 2, 2)
    assert receipt["totals"] == {"kWh": 0.75 + 0.25 + 0.75 + 2 + 4}
    assert receipt["last_reading_at"] == (NOON + 3 * HALF_HOUR).isoformat().replace("+00:00", "Z")
    (rejected,) = alice.get(f"/api/imports/{run['id']}/rejected/").json()["results"]
    assert rejected["file"].startswith("push of ")
    assert set(Reading.objects.values_list("import_id", flat=True)) == {run["id"]}


def test_a_new_day_begins_a_new_import(gateway: Machine, community: Community) -> None:
    first = send(gateway, [row(0.25)]).json()["import"]
    Import.objects.update(created_at=datetime.now(UTC) - timedelta(days=1))
    assert send(gateway, [row(0.5, step=1)]).json()["import"] != first


def test_nothing_sent_is_nothing_done(gateway: Machine) -> None:
    assert send(gateway, []).json() == {
        "import": None, "read": 0, "stored": 0, "unchanged": 0, "corrected": 0, "duplicate": 0, "rejected": [],
    }  # fmt: skip


def test_meters_of_others_cannot_be_written(gateway: Machine, community: Community) -> None:
    elsewhere = estate.organization("charlies-own")
    theirs = estate.meter(elsewhere, None, "M-theirs")
    answer = send(gateway, [row(1, meter="M-theirs")]).json()
    assert [each["reason"] for each in answer["rejected"]] == [
        "There is no such meter of this quantity in the organization."
    ]
    assert send(gateway, [row(1, meter="M-theirs")], organization=elsewhere.pk).status_code == 404
    assert send(gateway, {"organization": elsewhere.pk, "readings": [row(1, meter="M-theirs")]}).status_code == 404
    assert stored(theirs) == []


def test_who_may_only_read_is_refused(community: Community, household: Client, bob: Client) -> None:
    body = {"organization": community.organization.pk, "readings": [row(0.25)]}
    for acting in (bob, household):
        response = acting.post("/api/readings/", body, content_type="application/json")
        assert response.status_code == 403
        assert "needs the role manager" in response.json()["error"]
    for scope in (Scope.READ, Scope.JOBS):
        assert send(estate.machine(scope, where=community.organization), body).status_code == 403
    assert send(Machine("ww_nobody"), body).status_code == 401
    assert not Reading.objects.exists()


def test_a_manager_may_push_from_a_session(alice: Client, community: Community) -> None:
    body = {"organization": community.organization.pk, "readings": [row(0.25)]}
    response = alice.post("/api/readings/", body, content_type="application/json")
    assert counts(response.json()) == (1, 1, 0, 0, 0)
    assert Import.objects.get().created_by.email == "alice@example.org"


def test_whoever_may_write_everywhere_names_the_organization(community: Community) -> None:
    operator = estate.service("operator")
    assert send(operator, [row(0.25)]).json()["error"] == "Which organization?"
    assert counts(send(operator, [row(0.25)], organization=community.organization.pk).json()) == (1, 1, 0, 0, 0)


def test_a_push_of_one_row_takes_few_statements(gateway: Machine, community: Community) -> None:
    send(gateway, [row(0.25)])
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert counts(send(gateway, [row(0.5, step=1)]).json()) == (1, 1, 0, 0, 0)
    assert len(context) <= 14, [each["sql"][:80] for each in context.captured_queries]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("meters", [("M-dupont", "M-dupont"), ("M-dupont", "M-martin")])
def test_pushes_at_once_share_the_import_of_the_day(
    gateway: Machine, community: Community, meters: tuple[str, str]
) -> None:
    gate = Barrier(2)
    answers: list[Any] = []

    def pushing(meter: str, first: int) -> Callable[[], None]:
        def go() -> None:
            gate.wait()
            for step in range(first, 20, 2):
                answers.append(send(Machine(gateway.token), [row(0.25, step=step, meter=meter)]).json())
            connection.close()

        return go

    threads = [Thread(target=pushing(meter, first)) for first, meter in enumerate(meters)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer["import"] for answer in answers}) == 1
    receipt = Import.objects.get().receipt
    assert (receipt["read"], receipt["stored"]) == (20, 20)
    assert Reading.objects.count() == 20
    assert sum(Meter.objects.values_list("readings_count", flat=True)) == 20
