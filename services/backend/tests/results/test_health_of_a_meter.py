"""How sound a meter's data are, on days that one can count by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from wattwise_backend.aggregates import health
from wattwise_backend.aggregates.models import MeterRollups, Rollup
from wattwise_backend.imports.models import Import, Source
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import Arrival, Reading, ReadingRevision

from .conftest import NOON, Community, community, signed_in

pytestmark = pytest.mark.django_db
HALF_HOUR, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
SATURDAY = datetime(2026, 3, 28, tzinfo=UTC)  # London's clocks go forward on Sunday


def record(meter: Meter, values: dict[datetime, float], *, import_id: int = 1, quality: int = 0) -> None:
    """Readings, and the meter's own span."""
    Reading.objects.bulk_create(
        Reading(meter_id=meter.pk, starts_at=at, value=value, quality=quality, import_id=import_id)
        for at, value in values.items()
    )
    known = Reading.objects.filter(meter_id=meter.pk).order_by("starts_at")
    meter.first_reading_at, meter.last_reading_at = known[0].starts_at, known.last().starts_at
    meter.save()


def varying(start: datetime, count: int) -> dict[datetime, float]:
    return {start + number * HALF_HOUR: 0.1 + number % 7 for number in range(count)}


def rolled_up(meter: Meter, day_counts: dict[datetime, int], *, until: datetime, estimated: int = 0) -> None:
    """Its days as the aggregation worker leaves them."""
    Rollup.objects.bulk_create(
        Rollup(
            meter_id=meter.pk, grain=1, starts_at=start, total=1, mean=1, minimum=1, maximum=1, minimum_at=start,
            maximum_at=start, standard_deviation=0, count=count, expected_count=48, estimated_count=estimated,
        )
        for start, count in day_counts.items()
    )  # fmt: skip
    MeterRollups.objects.create(
        meter=meter, organization=meter.organization, hours_from=min(day_counts), hours_until=until - HOUR,
        rolled_up_at=NOON,
    )  # fmt: skip


def health_of(client: Client, meter: Meter, **params: Any) -> dict[str, Any]:
    response = client.get(f"/api/meters/{meter.pk}/health/", params)
    assert response.status_code == 200, response.content
    return dict(response.json())


def test_a_23_hour_day_is_complete_with_46_readings_and_a_missing_day_is_empty(
    alice: Client, mill_lane: Community
) -> None:
    meter = mill_lane.meters[0]
    sunday, monday, tuesday = SATURDAY + DAY, SATURDAY + DAY + 23 * HOUR, SATURDAY + 2 * DAY + 23 * HOUR
    record(meter, varying(SATURDAY, 48) | varying(sunday, 46) | varying(tuesday, 24))
    rolled_up(meter, {SATURDAY: 48, sunday: 46, tuesday: 24}, until=tuesday + 12 * HOUR, estimated=2)
    found = health_of(alice, meter)
    assert found["completeness"] == {
        "dates": ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"],
        "coverage": [1.0, 1.0, 0.0, 1.0],  # of Tuesday only the morning counts, there being no more yet
        "complete_days": 3,
        "share": pytest.approx((48 + 46 + 24) / (48 + 46 + 48 + 24)),
    }
    assert found["estimated_share"] == pytest.approx(6 / 118)
    assert found["gaps"] == {
        "count": 1, "missing": 48,
        "longest": [{"starts_at": monday.isoformat().replace("+00:00", "Z"), "ends_at": "2026-03-30T23:00:00Z",
                     "missing": 48}],
    }  # fmt: skip
    one_day = health_of(alice, meter, start=sunday.isoformat(), end=monday.isoformat())
    assert (one_day["completeness"]["coverage"], one_day["gaps"]["count"]) == ([1.0], 0)


def test_a_day_that_is_not_rolled_up_yet_is_not_called_empty(alice: Client, mill_lane: Community) -> None:
    meter = mill_lane.meters[0]
    record(meter, varying(SATURDAY, 94))
    assert health_of(alice, meter)["completeness"] is None
    rolled_up(meter, {SATURDAY: 48}, until=SATURDAY + DAY)
    assert health_of(alice, meter)["completeness"]["coverage"] == [1.0]


def test_a_gap_across_midnight_is_one_and_ends_where_the_time_shown_does(alice: Client, mill_lane: Community) -> None:
    meter, midnight = mill_lane.meters[0], SATURDAY + DAY
    evening, morning = midnight - 2 * HOUR, midnight + 3 * HOUR
    record(meter, varying(SATURDAY, 44) | varying(morning, 10) | varying(morning + 6 * HOUR, 1))
    gaps = health_of(alice, meter)["gaps"]
    assert (gaps["count"], gaps["missing"]) == (2, 12)
    spans = [(gap["starts_at"], gap["ends_at"], gap["missing"]) for gap in gaps["longest"]]
    assert spans == [
        ("2026-03-28T22:00:00Z", "2026-03-29T03:00:00Z", 10),
        ("2026-03-29T08:00:00Z", "2026-03-29T09:00:00Z", 2),
    ]
    assert evening.isoformat().startswith(spans[0][0][:19])
    until_midnight = health_of(alice, meter, end=midnight.isoformat())["gaps"]
    assert until_midnight["longest"] == [
        {"starts_at": "2026-03-28T22:00:00Z", "ends_at": "2026-03-29T00:00:00Z", "missing": 4}
    ]
    from_midnight = health_of(alice, meter, start=midnight.isoformat())["gaps"]
    assert (from_midnight["missing"], from_midnight["longest"][0]["starts_at"]) == (8, "2026-03-29T00:00:00Z")


def test_days_by_the_calendar_have_no_gap_where_the_clock_changes(alice: Client, mill_lane: Community) -> None:
    meter = mill_lane.meters[0]
    meter.resolution = "P1D"
    record(
        meter, {SATURDAY: 8.0, SATURDAY + DAY: 8.5, SATURDAY + DAY + 23 * HOUR: 7.0, SATURDAY + 71 * HOUR + DAY: 9.0}
    )
    found = health_of(alice, meter)
    assert found["stuck"] is None  # a day's energy may be that of the day before
    assert found["gaps"]["longest"] == [
        {"starts_at": "2026-03-30T23:00:00Z", "ends_at": "2026-03-31T23:00:00Z", "missing": 1}
    ]


def test_stuck_is_the_same_value_for_a_day_but_never_zero(alice: Client, mill_lane: Community) -> None:
    meter = mill_lane.meters[0]
    begin = SATURDAY + 5 * HOUR
    same = {begin + number * HALF_HOUR: 0.7 for number in range(48)}
    nothing = {begin + DAY + number * HALF_HOUR: 0.0 for number in range(96)}
    almost = {begin + 3 * DAY + number * HALF_HOUR: 0.9 for number in range(47)}
    record(meter, varying(SATURDAY, 10) | same | nothing | almost)
    assert health_of(alice, meter)["stuck"] == {
        "count": 1,
        "longest": [{"starts_at": "2026-03-28T05:00:00Z", "ends_at": "2026-03-29T05:00:00Z", "value": 0.7}],
    }
    record(mill_lane.weather, {SATURDAY + number * HOUR: 12.0 for number in range(48)})
    assert health_of(alice, mill_lane.weather)["stuck"] is None


def test_corrections_count_readings_once_and_not_those_of_an_undone_import(alice: Client, mill_lane: Community) -> None:
    meter, organization = mill_lane.meters[0], mill_lane.organization
    source = Source.objects.create(organization=organization, name="Files", kind="files", created_at=NOON)
    first, second, undone = (
        Import.objects.create(organization=organization, source=source, created_at=NOON, undone_at=undone_at)
        for undone_at in (None, None, NOON)
    )
    record(meter, varying(SATURDAY, 10), import_id=second.pk)

    def revise(number: int, *, by: Import | None, at: datetime, identity: int) -> None:
        ReadingRevision.objects.create(
            id=identity, meter_id=meter.pk, starts_at=SATURDAY + number * HALF_HOUR, old_value=9.0, old_quality=0,
            old_import_id=first.pk, replaced_by_import_id=by.pk if by else None, replaced_at=at,
        )  # fmt: skip

    revise(0, by=second, at=NOON, identity=1)
    revise(0, by=second, at=NOON + HOUR, identity=2)
    revise(1, by=second, at=NOON, identity=3)
    revise(2, by=undone, at=NOON + DAY, identity=4)
    revise(3, by=None, at=NOON + DAY, identity=5)
    assert health_of(alice, meter)["corrections"] == {"count": 2, "last_at": "2026-06-15T13:00:00Z"}
    later = health_of(alice, meter, start=(SATURDAY + HOUR).isoformat())
    assert later["corrections"] == {"count": 0, "last_at": None}


def silent_feed(mill_lane: Community, *, now: datetime) -> Meter:
    """A gateway's meter whose readings came ten minutes after their time, until a day ago."""
    meter, organization = mill_lane.meters[0], mill_lane.organization
    source = Source.objects.create(organization=organization, name="Pushes", kind="push", created_at=now - 9 * DAY)
    run = Import.objects.create(organization=organization, source=source, created_at=now - 2 * DAY)
    start = now - 2 * DAY
    record(meter, varying(start, 48), import_id=run.pk)
    Arrival.objects.bulk_create(
        Arrival(
            id=number, import_id=run.pk, meter_id=meter.pk, first_at=at, last_at=at, step=0, confirms=False,
            known_at=at + timedelta(minutes=40),
        )
        for number, at in enumerate(start + number * HALF_HOUR for number in range(48))
    )  # fmt: skip
    return meter


def test_a_late_feed_says_so_on_its_page_and_on_the_first(alice: Client, mill_lane: Community) -> None:
    now = datetime.now(UTC)
    meter = silent_feed(mill_lane, now=now)
    found = health_of(alice, meter)
    assert found["delay"] == {"median_s": 600.0, "p95_s": 600.0}
    due = meter.last_reading_at + 4 * HALF_HOUR
    assert found["late_since"] == due.isoformat().replace("+00:00", "Z")
    overview = alice.get("/api/overview/", {"organization": mill_lane.organization.pk}).json()
    [item] = overview["attention"]
    assert (item["kind"], item["title"], item["link"]) == (
        "late_feed", "home 1 is late", f"/meters/{meter.pk}?tab=data",
    )  # fmt: skip
    assert item["detail"].startswith("Its next reading should have come 22 hours ago")


def test_a_feed_of_a_source_that_is_said_to_be_silent_is_not_said_twice(alice: Client, mill_lane: Community) -> None:
    now = datetime.now(UTC)
    silent_feed(mill_lane, now=now)
    Source.objects.update(kind="portal", every="PT1H", brought_at=now - 5 * DAY)
    overview = alice.get("/api/overview/", {"organization": mill_lane.organization.pk}).json()
    assert [item["kind"] for item in overview["attention"]] == ["late_source"]


def test_a_meter_without_readings_has_nothing_to_say(alice: Client, mill_lane: Community) -> None:
    found = health_of(alice, mill_lane.meters[0])
    assert (found["starts_at"], found["completeness"], found["delay"], found["late_since"]) == (None,) * 4
    assert (found["gaps"]["count"], found["corrections"]["count"]) == (0, 0)


def test_too_long_a_time_is_refused_with_a_way_out(
    alice: Client, mill_lane: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "MOST_READINGS", 90)
    meter = mill_lane.meters[0]
    record(meter, varying(SATURDAY, 91))
    refused = alice.get(f"/api/meters/{meter.pk}/health/")
    assert (refused.status_code, "90" in refused.json()["error"]) == (400, True)
    assert health_of(alice, meter, end=(SATURDAY + DAY).isoformat())["gaps"]["count"] == 0


def test_a_stranger_does_not_see_it(mill_lane: Community) -> None:
    charlie = signed_in("charlie@example.org", community("far-away").organization, "owner")
    assert charlie.get(f"/api/meters/{mill_lane.meters[0].pk}/health/").status_code == 404
