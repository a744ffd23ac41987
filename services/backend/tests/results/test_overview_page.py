"""The first page: from rollups only, for living feeds and for history, and for nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from wattwise_backend.accounts.models import Organization
from wattwise_backend.imports.models import Import, Source
from wattwise_backend.jobs import operations
from wattwise_backend.meters.models import Meter
from wattwise_contract.jobs import Failure, JobKind
from wattwise_contract.rollups import Grain

from .conftest import NOON, Community, Roller, claimed, community, job_of, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
JUNE = datetime(2013, 5, 31, 23, tzinfo=UTC)  # London midnights of the summer of 2013
MAY = JUNE - 31 * DAY


def overview(client: Client, organization: Organization) -> dict[str, Any]:
    response = client.get("/api/overview/", {"organization": organization.pk})
    assert response.status_code == 200, response.content
    return dict(response.json())


@pytest.fixture
def two_months(mill_lane: Community, roll_up: Roller) -> Community:
    """May, and the first 14 days of June: home 1 doubles its load, home 2 halves it; a thermometer says 20 °C."""
    for meter, may_kw, june_kw in zip(mill_lane.meters, (1.0, 2.0), (2.0, 1.0), strict=True):
        roll_up(meter, start=MAY, hours=31 * 24, kw=may_kw)
        roll_up(meter, start=JUNE, hours=14 * 24, kw=june_kw)
    roll_up(mill_lane.weather, start=MAY, hours=45 * 24, kw=20.0)
    return mill_lane


def test_the_month_so_far_against_the_same_days_before(alice: Client, two_months: Community) -> None:
    page = overview(alice, two_months.organization)
    assert (page["basis"], page["quantity"], page["timezone"]) == ("historical", "electricity_import", "Europe/London")
    assert page["as_of"] == "2013-06-14T23:00:00Z"
    month = page["month"]
    assert (month["kwh"], month["previous_kwh"], month["days"]) == (1008.0, 1008.0, 14)
    assert month["previous_label"] == "first 14 days of May"
    assert month["change"] == pytest.approx(0.0)
    assert page["peak_yesterday"] == {"kw": 3.0, "at": "2013-06-13T23:00:00Z"}
    assert page["forecast_month_end"]["kwh"] == pytest.approx(30 * 72)


def test_daily_hourly_and_heat_map_add_all_homes_up_and_leave_the_weather_out(
    alice: Client, two_months: Community
) -> None:
    page = overview(alice, two_months.organization)
    assert page["daily"]["kwh"] == [72.0] * 45
    assert (page["daily"]["date"][0], page["daily"]["date"][-1]) == ("2013-05-01", "2013-06-14")
    assert page["hourly"]["kwh"] == [3.0] * 720
    assert page["heatmap"] == [[3.0] * 24] * 7
    assert page["data_health"] == {
        "coverage_30_days": 1.0,
        "meters": 3,
        "silent_meters": 0,
        "rejected_rows_30_days": 0,
    }


def test_who_moved_most_comes_with_how_far(alice: Client, two_months: Community) -> None:
    down, up = overview(alice, two_months.organization)["movers"]
    assert (up["consumer"]["key"], up["change"], up["kwh"], up["previous_kwh"]) == ("home 1", 1.0, 672.0, 336.0)
    assert (down["consumer"]["name"], down["change"]) == ("2 Mill Lane", -0.5)


def test_a_home_that_joined_in_june_is_no_rise(alice: Client, mill_lane: Community, roll_up: Roller) -> None:
    roll_up(mill_lane.meters[0], start=MAY, hours=45 * 24, kw=1.0)
    roll_up(mill_lane.meters[1], start=JUNE, hours=14 * 24, kw=5.0)
    month = overview(alice, mill_lane.organization)["month"]
    assert month["kwh"] == 14 * 24 * 6.0
    assert month["change"] == pytest.approx(0.0)


def test_a_home_that_fell_silent_lowers_the_coverage(alice: Client, mill_lane: Community, roll_up: Roller) -> None:
    roll_up(mill_lane.meters[0], start=MAY, hours=40 * 24, kw=1.0)
    roll_up(mill_lane.meters[1], start=MAY, hours=25 * 24, kw=1.0)
    page = overview(alice, mill_lane.organization)
    assert page["data_health"]["silent_meters"] == 1
    assert page["data_health"]["coverage_30_days"] == pytest.approx(0.75)
    assert page["daily"]["coverage"] == [1.0] * 25 + [0.5] * 15


def test_what_solar_gives_back_is_counted_apart(alice: Client, two_months: Community, roll_up: Roller) -> None:
    solar = Meter.objects.create(
        organization=two_months.organization,
        consumer=two_months.homes[0],
        key="home 1",
        quantity="electricity_export",
        timezone="Europe/London",
        resolution="PT30M",
    )
    roll_up(solar, start=JUNE, hours=14 * 24, kw=0.5)
    page = overview(alice, two_months.organization)
    assert page["exported_month_kwh"] == 168.0
    assert page["month"]["kwh"] == 1008.0


def test_dead_jobs_failed_imports_and_rejected_rows_ask_for_attention(alice: Client, mill_lane: Community) -> None:
    organization = mill_lane.organization
    now = datetime.now(UTC)
    source = Source.objects.create(organization=organization, name="files", kind="files", created_at=now)
    run = Import.objects.create(organization=organization, source=source, created_at=now, receipt={"rejected": 12})
    for job in (job_of(organization), job_of(organization, JobKind.IMPORT, import_id=run.pk)):
        claim = claimed(job)
        failure = Failure(error="The file has no time column.", permanent=True)
        operations.fail(job_id=job.id, token=claim.lease_token, failure=failure, now=now)
    run.job = job
    run.save()
    page = overview(alice, organization)
    items = {item["kind"]: item for item in page["attention"]}
    assert items.keys() == {"dead_job", "failed_import", "rejected_rows"}
    assert items["failed_import"]["detail"] == "The file has no time column."
    assert items["rejected_rows"]["title"] == f"12 rows of import {run.pk} were rejected"
    assert page["data_health"]["rejected_rows_30_days"] == 12
    assert page["attention"][-1]["severity"] == "warning"


def test_sources_that_fail_or_fell_silent_ask_for_attention_once(alice: Client, mill_lane: Community) -> None:
    organization, now = mill_lane.organization, datetime.now(UTC)

    def source(name: str, **fields: object) -> Source:
        known = {"kind": "portal", "every": "PT1H", "created_at": now - timedelta(days=30), "brought_at": now}
        return Source.objects.create(organization=organization, name=name, **known | fields)

    source("Fresh")
    source("Paused", state="paused", brought_at=now - timedelta(days=9))
    late = source("Attic", brought_at=now - timedelta(days=3))
    never = source("Cellar", brought_at=None)
    failing = source("Flat", failures=2, last_error="The key is not accepted. Enter it again.", brought_at=None)
    run = Import.objects.create(organization=organization, source=failing, created_at=now)
    run.job = job_of(organization, JobKind.IMPORT, import_id=run.pk)
    run.save()
    claim = claimed(run.job)
    failure = Failure(error="The key is not accepted.", permanent=True)
    operations.fail(job_id=run.job.id, token=claim.lease_token, failure=failure, now=now)
    items = [
        (item["kind"], item["title"], item["detail"], item["link"])
        for item in overview(alice, organization)["attention"]
    ]
    failing.refresh_from_db()
    assert items == [
        ("failing_source", "Flat brings nothing", failing.last_error, f"/sources/{failing.pk}"),
        ("late_source", "Attic is silent", "It last brought something 3 days ago, longer ago than is usual for it.",
         f"/sources/{late.pk}"),
        ("late_source", "Cellar is silent",
         "It has brought nothing since it was connected 30 days ago. Are its settings right?", f"/sources/{never.pk}"),
    ]  # fmt: skip


def test_an_import_that_was_started_again_needs_nobody(alice: Client, mill_lane: Community) -> None:
    organization, now = mill_lane.organization, datetime.now(UTC)
    source = Source.objects.create(organization=organization, name="files", kind="files", created_at=now)
    run = Import.objects.create(organization=organization, source=source, created_at=now)
    dead = job_of(organization, JobKind.IMPORT, import_id=run.pk)
    failure = Failure(error="The file has no time column.", permanent=True)
    operations.fail(job_id=dead.id, token=claimed(dead).lease_token, failure=failure, now=now)
    run.job = job_of(organization, JobKind.IMPORT, import_id=run.pk)
    run.save()
    assert run.job != dead
    assert overview(alice, organization)["attention"] == []


def test_an_organization_without_readings_has_an_empty_page(alice: Client, mill_lane: Community) -> None:
    page = overview(alice, mill_lane.organization)
    assert (page["as_of"], page["month"], page["peak_yesterday"], page["movers"]) == (None, None, None, [])
    assert page["daily"] == {"date": [], "kwh": [], "coverage": []}


def test_strangers_and_households_do_not_see_it(mill_lane: Community) -> None:
    number = mill_lane.organization.pk
    charlie = signed_in("charlie@example.org", community("far-away").organization, "owner")
    dupont = signed_in("dupont@example.org", mill_lane.organization, "household", consumer=mill_lane.homes[0])
    assert charlie.get("/api/overview/", {"organization": number}).status_code == 404
    assert dupont.get("/api/overview/", {"organization": number}).status_code == 403
    assert charlie.get("/api/overview/").status_code == 400


def test_the_first_hours_of_a_new_feed_are_no_failure(alice: Client, mill_lane: Community, roll_up: Roller) -> None:
    roll_up(mill_lane.meters[0], start=NOON, hours=2, kw=1.0, grains=(Grain.HOUR,))
    page = overview(alice, mill_lane.organization)
    assert (page["month"], page["forecast_month_end"], page["peak_yesterday"]) == (None, None, None)
    assert page["data_health"]["coverage_30_days"] is None
    assert page["hourly"]["kwh"] == [1.0, 1.0]
