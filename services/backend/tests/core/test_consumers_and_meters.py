"""Consumers and meters as people see and change them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from wattwise_backend.aggregates.models import Rollup
from wattwise_backend.consumers.models import AttributeDefinition, Consumer
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import Reading

from . import estate
from .conftest import Community
from .estate import NOON

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


def roll_up_days(meter: Meter, *, days: int, kwh: float) -> None:
    midnight = NOON.replace(hour=22) - timedelta(days=1)  # of Paris in summer
    Meter.objects.filter(pk=meter.pk).update(first_reading_at=midnight - timedelta(days=days), last_reading_at=NOON)
    Rollup.objects.bulk_create(
        Rollup(
            meter_id=meter.pk, grain=1, starts_at=midnight - timedelta(days=day), total=kwh, mean=kwh / 48,
            minimum=0, maximum=1, minimum_at=NOON, maximum_at=NOON, standard_deviation=0, count=48,
            expected_count=48, estimated_count=0,
        )
        for day in range(days)
    )  # fmt: skip


def test_the_list_shows_the_last_30_local_days_of_each_ones_own_data(alice: Client, community: Community) -> None:
    roll_up_days(community.dupont_meter, days=40, kwh=9.5)
    rows = alice.get("/api/consumers/", {"organization": community.organization.pk}).json()["results"]
    dupont, martin = rows
    assert (dupont["last_30_days_kwh"], len(dupont["spark_kwh"]), dupont["meters_count"]) == (285.0, 30, 1)
    assert (martin["last_30_days_kwh"], martin["spark_kwh"], martin["data_ends_at"]) == (None, [], None)


def test_consumers_are_found_by_name_detail_and_page(alice: Client, community: Community) -> None:
    Consumer.objects.filter(pk=community.dupont.pk).update(attributes={"heating": "gas", "occupants": 3})
    for query, keys in {
        "search=dup": ["dupont"],
        "attribute.heating=Gas": ["dupont"],
        "attribute.occupants=3": ["dupont"],
        "attribute.occupants=4": [],
        "attribute.nothing=4": [],
        "ordering=-key": ["martin", "dupont"],
        "page_size=1&page=2": ["martin"],
    }.items():
        answer = alice.get(f"/api/consumers/?{query}").json()
        assert [each["key"] for each in answer["results"]] == keys, query
    assert alice.get("/api/consumers/?attribute.occupants=many").status_code == 400


def test_the_list_takes_the_same_few_statements_for_many_consumers(
    alice: Client, community: Community, django_assert_max_num_queries: object
) -> None:
    for number in range(60):
        home = estate.home(community.organization, f"home {number}")
        estate.meter(community.organization, home, f"meter {number}")
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert alice.get("/api/consumers/?page_size=100").json()["count"] == 62


def test_details_are_typed_as_they_are_changed(alice: Client, community: Community) -> None:
    address = f"/api/consumers/{community.dupont.pk}/"
    changed = alice.patch(address, {"attributes": {"heating": "Heat Pump", "floor_area_m2": "120"}}, **JSON).json()
    assert changed["attributes"] == {"heating": "heat pump", "floor_area_m2": 120.0}
    wrong = alice.patch(address, {"attributes": {"heating": "steam", "occupants": "2.5"}}, **JSON)
    assert wrong.status_code == 400
    assert set(wrong.json()["fields"]) == {"heating", "occupants"}
    taken_away = alice.patch(address, {"attributes": {"heating": None}}, **JSON).json()
    assert taken_away["attributes"] == {"floor_area_m2": 120.0}


def test_an_organization_keeps_details_of_its_own(alice: Client, community: Community) -> None:
    body = {
        "organization": community.organization.pk, "key": "pool", "label": "Swimming pool", "type": "boolean",
        "group": "house",
    }  # fmt: skip
    made = alice.post("/api/attribute-definitions/", body, **JSON)
    assert made.status_code == 201, made.content
    assert alice.post("/api/attribute-definitions/", body, **JSON).status_code == 409
    address = f"/api/attribute-definitions/{made.json()['id']}/"
    assert alice.patch(address, {"label": "Pool", "type": "text"}, **JSON).json()["type"] == "boolean"
    consumer = alice.patch(f"/api/consumers/{community.dupont.pk}/", {"attributes": {"pool": "yes"}}, **JSON)
    assert consumer.json()["attributes"] == {"pool": True}
    assert alice.delete(address).status_code == 204


def test_a_consumer_goes_with_all_that_it_measured(alice: Client, community: Community) -> None:
    roll_up_days(community.dupont_meter, days=2, kwh=1.0)
    for meter in (community.dupont_meter, community.martin_meter):
        Reading.objects.create(meter_id=meter.pk, starts_at=NOON, value=1.0, quality=0, import_id=1)
    assert alice.delete(f"/api/consumers/{community.dupont.pk}/").status_code == 204
    assert list(Reading.objects.values_list("meter_id", flat=True)) == [community.martin_meter.pk]
    assert not Rollup.objects.exists()
    assert [each["key"] for each in alice.get("/api/meters/").json()["results"]] == ["M-martin"]


def test_a_meter_says_whether_its_feed_lives(alice: Client, community: Community) -> None:
    now = timezone.now()
    Meter.objects.filter(pk=community.dupont_meter.pk).update(last_reading_at=now - timedelta(hours=20))
    Meter.objects.filter(pk=community.martin_meter.pk).update(last_reading_at=now - timedelta(days=400))
    estate.meter(community.organization, None, "weather", quantity="temperature")
    feeds = {each["key"]: (each["feed"], each["unit"]) for each in alice.get("/api/meters/").json()["results"]}
    assert feeds == {"M-dupont": ("live", "kWh"), "M-martin": ("historical", "kWh"), "weather": ("empty", "°C")}


def test_a_meter_gets_another_name_from_a_manager_only(alice: Client, bob: Client, community: Community) -> None:
    address = f"/api/meters/{community.dupont_meter.pk}/"
    assert bob.patch(address, {"name": "Mine"}, **JSON).status_code == 403
    assert alice.patch(address, {"name": "Main house"}, **JSON).json()["name"] == "Main house"


def test_another_organizations_choices_neither_show_nor_stand_in_the_way(alice: Client, charlie: Client) -> None:
    AttributeDefinition.objects.filter(organization__slug="charlies-own", key="heating").update(
        label="Charlie's secret", choices=["tidal"]
    )
    refused = alice.get("/api/consumers/?attribute.heating=coal dust")
    assert "secret" not in refused.content.decode()
    assert alice.get("/api/consumers/?attribute.heating=Gas").status_code == 200
    assert charlie.get("/api/consumers/?attribute.heating=Gas").status_code in (200, 400)
