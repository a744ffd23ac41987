"""Programs push readings: every way to write them means the same, nothing is dropped in silence, and a retry is free."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from wattwise_backend.imports.models import Import
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import DirtyRange, Reading, ReadingRevision

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON, Machine
from .pushing import counts, row, send, stored

pytestmark = pytest.mark.django_db
ARROW = "application/vnd.apache.arrow.stream"
NOON_S = int(NOON.timestamp())


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


def test_a_time_off_the_grid_is_rejected_once_the_meter_has_one(gateway: Machine, community: Community) -> None:
    send(gateway, [row(0.25)])
    late = (NOON + timedelta(minutes=47)).isoformat()
    answer = send(gateway, [row(0.5, step=1), row(1) | {"starts_at": late}, row(2, step=-3)]).json()
    assert [(each["line"], each["value"]) for each in answer["rejected"]] == [(2, late)]
    assert "off the meter's grid" in answer["rejected"][0]["reason"]
    assert stored(community.dupont_meter) == [2.0, 0.25, 0.5]


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
