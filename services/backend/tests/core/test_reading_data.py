"""The door for data: Arrow, CSV and Parquet, by meter and time."""

import io
from datetime import timedelta

import pyarrow.csv as csv
import pyarrow.parquet as parquet
import pytest

from wattwise_backend.platform.access import Role
from wattwise_contract.schemas import READINGS
from wattwise_contract.scopes import Scope

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON, Machine

pytestmark = pytest.mark.django_db(transaction=True)  # streams read on a connection of their own


@pytest.fixture
def measured(worker: Machine, community: Community) -> Community:
    import_run, claim = estate.started_import(community.organization)
    for index, meter in enumerate((community.martin_meter, community.dupont_meter)):
        body = estate.part(estate.readings(meter, [index + 0.1, index + 0.2, index + 0.3]))
        worker.call("PUT", f"/data/imports/{import_run.pk}/parts/{meter.pk}/", body, lease=claim.lease)
    return community


@pytest.fixture
def reader(measured: Community) -> Machine:
    return estate.machine(Scope.READ, where=measured.organization)


def test_readings_come_by_meter_and_time(reader: Machine, measured: Community) -> None:
    table = estate.table_of(reader.get("/data/readings/", organization=measured.organization.pk))
    assert table.schema == READINGS
    assert table["meter_id"].to_pylist() == [measured.dupont_meter.pk] * 3 + [measured.martin_meter.pk] * 3
    assert table["value"].to_pylist() == [1.1, 1.2, 1.3, 0.1, 0.2, 0.3]
    assert table["starts_at"].to_pylist()[:2] == [NOON, NOON + HALF_HOUR]


def test_bounds_are_half_open(reader: Machine, measured: Community) -> None:
    table = estate.table_of(
        reader.get(
            "/data/readings/",
            meter=measured.dupont_meter.pk,
            start=NOON.isoformat(),
            end=(NOON + HALF_HOUR).isoformat(),
        )
    )
    assert table["value"].to_pylist() == [1.1]


def test_long_lists_of_meters_are_posted(reader: Machine, measured: Community) -> None:
    ids = [measured.dupont_meter.pk, *range(10_000, 14_000)]
    assert estate.table_of(reader.call("POST", "/data/readings/", {"meter_ids": ids})).num_rows == 3


def test_nothing_found_is_an_empty_stream_with_its_schema(reader: Machine, measured: Community) -> None:
    later = (NOON + timedelta(days=900)).isoformat()
    table = estate.table_of(reader.get("/data/readings/", meter=measured.dupont_meter.pk, start=later))
    assert (table.num_rows, table.schema) == (0, READINGS)


def test_the_same_rows_come_as_csv_and_parquet(reader: Machine, measured: Community) -> None:
    address = {"organization": measured.organization.pk}
    as_csv = b"".join(reader.get("/data/readings/", format="csv", **address).streaming_content)
    as_parquet = b"".join(reader.get("/data/readings/", format="parquet", **address).streaming_content)
    arrow = estate.table_of(reader.get("/data/readings/", **address))
    assert parquet.read_table(io.BytesIO(as_parquet)).cast(READINGS) == arrow
    assert csv.read_csv(io.BytesIO(as_csv)).num_rows == 6
    assert as_csv.startswith(b'"meter_id","starts_at","value","quality"')


def test_the_accept_header_chooses_too(reader: Machine, measured: Community) -> None:
    response = reader.client.get(
        "/data/readings/",
        {"meter": measured.dupont_meter.pk},
        headers={"Authorization": f"Bearer {reader.token}", "Accept": "text/csv"},
    )
    assert response.headers["Content-Type"] == "text/csv"
    assert b"".join(response.streaming_content).count(b"\n") == 4


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "Which meters?"),
        ({"meter": "one"}, "meter: one is no number."),
        ({"meter": 1, "start": "2026-06-15"}, "start: 2026-06-15 is no time."),
        ({"meter": 1, "quantity": "steam"}, "quantity: there is no steam."),
        ({"meter": 1, "format": "xls"}, "There is no format xls."),
    ],
)
def test_what_cannot_be_read_is_named(params: dict[str, object], said: str, reader: Machine) -> None:
    response = reader.get("/data/readings/", **params)
    assert (response.status_code, response.json()["error"]) == (400, said)
    assert response.json()["remedy"]


def test_strangers_get_no_row(measured: Community) -> None:
    elsewhere = estate.machine(Scope.READ, where=estate.organization("elsewhere"))
    assert estate.table_of(elsewhere.get("/data/readings/", meter=measured.dupont_meter.pk)).num_rows == 0
    assert elsewhere.get("/data/meters/").json() == []


def test_a_household_reads_its_own_meter_only(measured: Community) -> None:
    client = estate.signed_in(measured.monsieur_dupont)
    table = estate.table_of(client.get("/data/readings/", {"organization": measured.organization.pk}))
    assert set(table["meter_id"].to_pylist()) == {measured.dupont_meter.pk}


def test_meters_consumers_and_definitions_are_messages(reader: Machine, measured: Community) -> None:
    meters = reader.get("/data/meters/", quantity="electricity_import").json()
    assert [meter["key"] for meter in meters] == ["M-dupont", "M-martin"]
    assert meters[0]["unit"] == "kWh"
    assert [each["key"] for each in reader.get("/data/consumers/").json()] == ["dupont", "martin"]
    assert "heating" in [each["key"] for each in reader.get("/data/attribute-definitions/").json()]
    assert [each["slug"] for each in reader.get("/data/organizations/").json()] == ["rue-des-lilas"]


def test_dirty_ranges_are_for_the_aggregation_worker(measured: Community, reader: Machine) -> None:
    address = {"meter": measured.dupont_meter.pk}
    assert reader.get("/data/dirty-ranges/", **address).status_code == 403
    ranges = estate.service("aggregation").get("/data/dirty-ranges/", **address).json()
    assert [each["meter_id"] for each in ranges] == [measured.dupont_meter.pk]


def test_a_token_loses_what_its_maker_loses(measured: Community) -> None:
    acting = estate.machine(Scope.READ, Scope.ADMIN, where=measured.organization, user=measured.alice)
    assert acting.get("/api/tokens/").status_code == 200
    measured.alice.memberships.update(role=Role.VIEWER.value)
    assert acting.get("/api/tokens/").json()["count"] == 0
    measured.alice.memberships.all().delete()
    assert acting.get("/data/meters/").json() == []
