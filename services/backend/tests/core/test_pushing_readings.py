"""Programs push readings: every way to write them means the same, nothing is dropped in silence, and a retry is free."""

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wattwise_backend.imports.models import Import
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import DirtyRange, Reading, ReadingRevision
from wattwise_contract.scopes import Scope

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON, Machine

pytestmark = pytest.mark.django_db
ARROW = "application/vnd.apache.arrow.stream"
NOON_S = int(NOON.timestamp())
COUNTS = ("read", "stored", "unchanged", "corrected", "duplicate")


@pytest.fixture
def gateway(community: Community) -> Machine:
    """A program with a token that may import into Alice's community."""
    return estate.machine(Scope.IMPORT, where=community.organization)


def send(gateway: Machine, body: Any, kind: str = "application/json", *, packed: bool = False, **query: Any) -> Any:
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {gateway.token}"}
    if packed:
        raw, headers["Content-Encoding"] = gzip.compress(raw), "gzip"
    return gateway.client.generic(
        "POST", "/api/readings/", raw, content_type=kind, headers=headers, query_params=query or None
    )


def row(value: object = 0.25, *, step: int = 0, meter: str = "M-dupont", **more: object) -> dict[str, object]:
    return {"meter": meter, "starts_at": (NOON + step * HALF_HOUR).isoformat(), "value": value, **more}


def counts(answer: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in COUNTS)


def stored(meter: Meter) -> list[float]:
    return list(Reading.objects.filter(meter_id=meter.pk).order_by("starts_at").values_list("value", flat=True))


CSV = f"meter,starts_at,value\nM-dupont,{NOON.isoformat()},0.25\nM-dupont,{(NOON + HALF_HOUR).isoformat()},0.5\n"
LINES = f"home,meter=M-dupont value=0.25 {NOON_S}000000000\nhome,meter=M-dupont,host=pi value=0.5 {NOON_S + 1800}\n"
TABLE = estate.stream(
    pa.table({"meter": ["M-dupont"] * 2, "starts_at": pa.array([NOON, NOON + HALF_HOUR]), "value": [0.25, 0.5]})
)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"readings": [row(0.25), row(0.5, step=1)]}, "application/json"),
        ([row(0.25), row("500", step=1, unit="Wh")], "application/json; charset=utf-8"),
        (CSV, "text/csv"),
        (CSV.replace(",", ";"), "text/csv; charset=utf-8"),
        (LINES, "text/plain; charset=utf-8"),
        (LINES, "application/x-line-protocol"),
        (TABLE, ARROW),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_way_to_write_them_means_the_same(
    gateway: Machine, community: Community, body: Any, kind: str, packed: bool
) -> None:
    response = send(gateway, body, kind, packed=packed)
    assert response.status_code == 200, response.content
    answer = response.json()
    assert counts(answer) == (2, 2, 0, 0, 0)
    assert answer["rejected"] == []
    assert stored(community.dupont_meter) == [0.25, 0.5]
    assert DirtyRange.objects.get().starts_at == NOON


def test_the_same_again_changes_nothing(gateway: Machine, community: Community) -> None:
    body = [row(0.25), row(0.5, step=1)]
    first = send(gateway, body).json()
    DirtyRange.objects.all().delete()
    again = send(gateway, body).json()
    assert counts(again) == (2, 0, 2, 0, 0)
    assert again["import"] == first["import"]
    assert not DirtyRange.objects.exists()
    assert not ReadingRevision.objects.exists()


def test_another_value_is_a_correction_that_keeps_the_old_one(gateway: Machine, community: Community) -> None:
    send(gateway, [row(0.25)])
    assert counts(send(gateway, [row(0.75)]).json()) == (1, 0, 0, 1, 0)
    assert ReadingRevision.objects.get().old_value == 0.25
    assert stored(community.dupont_meter) == [0.75]


def test_of_two_readings_of_one_time_the_last_wins_and_is_counted(gateway: Machine, community: Community) -> None:
    answer = send(gateway, [row(0.1), row(0.9, step=1), row(0.3), row(0.2)]).json()
    assert counts(answer) == (4, 2, 0, 0, 2)
    assert stored(community.dupont_meter) == [0.2, 0.9]


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        (row(""), "value", "There is no value."),
        (row(None), "value", "There is no value."),
        (row("a lot"), "value", "no finite number"),
        (row("1_000"), "value", "no finite number"),
        (row(float("nan")), "value", "no finite number"),
        (row("1e999"), "value", "no finite number"),
        (row(True), "value", "no finite number"),
        (row(-0.25), "value", "negative"),
        (row(1e13), "value", "impossibly large"),
        (row() | {"starts_at": "2026-06-15T12:00"}, "starts_at", "no time with its offset"),
        (row() | {"starts_at": NOON_S}, "starts_at", "no time with its offset"),
        (row() | {"starts_at": "1970-01-01T00:00Z"}, "starts_at", "before 1980"),
        (row() | {"starts_at": "2200-01-01T00:00Z"}, "starts_at", "in the future"),
        (row(meter=""), "meter", "names no meter"),
        (row(meter="x" * 201), "meter", "longer than 200"),
        (row(meter="M-nobody's"), "meter", "no such meter"),
        (row(meter="\x00\ud800"), "meter", "no such meter"),
        (row(quantity="steam"), "quantity", "no such quantity"),
        (row(quantity="gas"), "meter", "no such meter of this quantity"),
        (row(unit="kW"), "unit", "no unit of the quantity"),
        (row(quality="guessed"), "quality", "no such quality"),
    ],
)
def test_a_wrong_row_is_answered_with_place_reason_and_remedy_and_the_others_are_stored(
    gateway: Machine, community: Community, bad: dict[str, object], column: str, reason: str
) -> None:
    answer = send(gateway, [row(0.25), bad, row(0.5, step=1)]).json()
    assert counts(answer) == (3, 2, 0, 0, 0)
    (rejected,) = answer["rejected"]
    assert (rejected["line"], rejected["column"]) == (2, column)
    assert reason in rejected["reason"]
    assert rejected["remedy"]
    assert stored(community.dupont_meter) == [0.25, 0.5]


def test_temperatures_may_be_below_zero_and_lie_ahead(gateway: Machine, community: Community) -> None:
    weather = estate.meter(community.organization, None, "roof", quantity="temperature")
    tomorrow = datetime.now(UTC) + timedelta(days=3)
    body = [row(-4.5, meter="roof", quantity="temperature") | {"starts_at": tomorrow.isoformat()}]
    assert counts(send(gateway, body).json()) == (1, 1, 0, 0, 0)
    assert stored(weather) == [-4.5]


def test_strict_stores_all_or_nothing(gateway: Machine, community: Community) -> None:
    response = send(gateway, [row(0.25), row(-1, step=1), row(1, meter="M-new", resolution="PT1H")], strict="true")
    assert response.status_code == 400
    assert response.json()["error"] == "2 of 3 rows are wrong, so nothing was stored."
    assert [each["line"] for each in response.json()["rejected"]] == [2, 3]
    assert stored(community.dupont_meter) == []
    assert not Import.objects.exists()
    assert counts(send(gateway, [row(0.25)], strict="true").json()) == (1, 1, 0, 0, 0)


def test_lines_are_counted_as_a_text_editor_counts(gateway: Machine, community: Community) -> None:
    text = (
        f"meter,starts_at,value\nM-dupont,{NOON.isoformat()},0.25\n\nM-dupont,soon,1\nM-dupont,{NOON.isoformat()},0,5\n"
    )
    answer = send(gateway, text, "text/csv").json()
    assert [(each["line"], each["column"], each["value"]) for each in answer["rejected"]] == [
        (4, "starts_at", "soon"),
        (5, "", "5"),
    ]
    assert counts(answer) == (3, 1, 0, 0, 0)


def test_the_line_protocol_is_read_with_its_escapes_and_its_units_of_time(
    gateway: Machine, community: Community
) -> None:
    odd = estate.meter(community.organization, None, "roof, east=1 a", quantity="gas")
    text = (
        "# from the gateway\n"
        f"gas,meter=roof\\,\\ east\\=1\\ a,unit=Wh value=1500i {NOON_S}000\n"
        f'gas,meter=roof\\,\\ east\\=1\\ a value=2,quality="estimated" {NOON_S + 1800}000000\n'
        "gas,meter=roof value\n"
        f"gas,meter=roof value=1,voltage=230 {NOON_S}\n"
        "gas,meter=roof\\,\\ east\\=1\\ a value=3\n"
    )
    answer = send(gateway, text, "text/plain").json()
    assert counts(answer) == (5, 2, 0, 0, 0)
    assert [each["line"] for each in answer["rejected"]] == [4, 5, 6]
    assert stored(odd) == [1.5, 2.0]
    assert set(Reading.objects.values_list("quality", flat=True)) == {0, 1}


@pytest.mark.parametrize(
    ("body", "kind", "status", "sentence"),
    [
        ("{", "application/json", 400, "no JSON"),
        ("[" * 100_000, "application/json", 400, "no JSON"),
        ('{"readings": 7}', "application/json", 400, "no list of readings"),
        ("[7]", "application/json", 400, "no list of readings"),
        ('[{"meter": "M-dupont", "kWh": 1}]', "application/json", 400, "no field 'kWh'"),
        ("meter,kWh\n", "text/csv", 400, "no field 'kWh'"),
        ("meter,value\n", "text/csv", 400, "no column starts_at"),
        ("\n", "text/csv", 400, "no column meter"),
        (b"\xff\xfe", "text/csv", 400, "no UTF-8"),
        (b"nonsense", ARROW, 400, "no Arrow stream"),
        ("<readings/>", "application/xml", 400, "not read here"),
        ("[" + " " * 5_000_000 + "]", "application/json", 413, "larger than 4 MB"),
        ("[" + "{}," * 100_000 + "{}]", "application/json", 413, "100,001 rows are too many"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_whole(
    gateway: Machine, body: Any, kind: str, status: int, sentence: str
) -> None:
    response = send(gateway, body, kind)
    assert response.status_code == status
    assert sentence in response.json()["error"]
    assert response.json()["remedy"]


def test_a_packed_body_is_held_to_the_same_size(gateway: Machine) -> None:
    assert send(gateway, " " * 5_000_000, packed=True).status_code == 413


def test_a_meter_is_made_only_when_asked_and_described(gateway: Machine, community: Community) -> None:
    body = [row(1, meter="M-new", resolution="PT15M"), row(2, meter="M-new", step=1), row(3, meter="M-vague")]
    assert counts(send(gateway, body).json()) == (3, 0, 0, 0, 0)
    answer = send(gateway, body, create="true").json()
    assert counts(answer) == (3, 2, 0, 0, 0)
    assert [each["value"] for each in answer["rejected"]] == ["M-vague"]
    made = Meter.objects.get(key="M-new")
    assert (made.timezone, made.resolution, made.consumer.key) == ("Europe/Paris", "PT15M", "M-new")


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
