"""What a meter's charts show: series at the fitting grain, typical days, heat maps."""

from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from django.test import Client

from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import Reading
from wattwise_contract.rollups import Grain

from .conftest import Community, Roller, community

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def record(meter: Meter, *, start: datetime, count: int, kwh: float = 0.5, every: timedelta = HALF_HOUR) -> None:
    """Readings as an import leaves them, with the meter's own span."""
    Reading.objects.bulk_create(
        Reading(meter_id=meter.pk, starts_at=start + every * n, value=kwh, quality=n % 2, import_id=1)
        for n in range(count)
    )
    meter.first_reading_at, meter.last_reading_at = start, start + every * (count - 1)
    meter.readings_count = count
    meter.save()


def series(client: Client, meter: Meter, **params: Any) -> dict[str, Any]:
    response = client.get(f"/api/meters/{meter.pk}/series/", params)
    assert response.status_code == 200, response.content
    return dict(response.json())


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.fixture
def meter(mill_lane: Community, roll_up: Roller) -> Meter:
    """A home that draws 1 kW all winter; its readings say the same as its rollups."""
    meter = mill_lane.meters[0]
    meter.first_reading_at = NEW_YEAR
    meter.last_reading_at = NEW_YEAR + timedelta(days=80) - HALF_HOUR
    meter.save()
    roll_up(meter, start=NEW_YEAR, hours=80 * 24, kw=1.0)
    return meter


@pytest.mark.parametrize(
    ("days", "pixels", "grain", "periods"),
    [(80, 200, "day", 80), (80, 1000, "hour", 1920), (20, 1000, "hour", 480), (20, 50, "day", 20)],
)
def test_the_coarsest_grain_that_fills_the_pixels(
    alice: Client, meter: Meter, days: int, pixels: int, grain: str, periods: int
) -> None:
    end = NEW_YEAR + timedelta(days=days)
    shown = series(alice, meter, end=end.isoformat(), pixels=pixels)
    assert (shown["grain"], len(shown["value"]), sum(shown["value"])) == (grain, periods, 24.0 * days)
    assert (shown["unit"], shown["timezone"]) == ("kWh", "Europe/London")
    assert set(shown["coverage"]) == {1.0}


def test_weeks_and_years_end_where_the_next_begins(alice: Client, mill_lane: Community, roll_up: Roller) -> None:
    meter, monday = mill_lane.meters[0], datetime(2026, 3, 23, tzinfo=UTC)
    meter.first_reading_at, meter.last_reading_at = monday, monday + timedelta(days=400)
    meter.save()
    roll_up(meter, start=monday, hours=14 * 24, kw=1.0, grains=(Grain.WEEK,))
    roll_up(meter, start=NEW_YEAR, hours=1, kw=1.0, grains=(Grain.YEAR,))
    weeks = series(alice, meter, grain="week")
    hours = [(end - start) / 3_600_000 for start, end in zip(weeks["starts_at"], weeks["ends_at"], strict=True)]
    assert hours[0] == 7 * 24 - 1  # the clocks go forward in it
    year = series(alice, meter, grain="year")
    assert year["ends_at"] == [milliseconds(datetime(2027, 1, 1, tzinfo=UTC))]


def many(client: Client, **params: Any) -> dict[str, Any]:
    response = client.get("/api/series/", params)
    assert response.status_code == 200, response.content
    return dict(response.json())


def test_several_meters_answer_at_once_in_the_order_asked_for(
    alice: Client, mill_lane: Community, meter: Meter
) -> None:
    other = mill_lane.meters[1]
    both = many(alice, meter=f"{other.pk},{meter.pk}", end=(NEW_YEAR + timedelta(days=20)).isoformat(), pixels=50)
    assert both["grain"] == "day"
    assert [each["meter"] for each in both["series"]] == [other.pk, meter.pk]
    empty, full = both["series"]
    assert full["rolled_up_at"] is not None
    assert (empty["value"], empty["rolled_up_at"]) == ([], None)
    alone = series(alice, meter, end=(NEW_YEAR + timedelta(days=20)).isoformat(), pixels=50)
    assert full == {name: values for name, values in alone.items() if name != "grain"}


def test_many_meters_at_once_come_coarser_rather_than_not_at_all(alice: Client, mill_lane: Community) -> None:
    ten_years = timedelta(days=3650)
    meters = Meter.objects.bulk_create(
        Meter(
            organization=mill_lane.organization, key=f"many {number}", quantity="electricity_import",
            timezone="Europe/London", resolution="PT30M", first_reading_at=NEW_YEAR - ten_years, last_reading_at=NEW_YEAR,
        )
        for number in range(100)
    )  # fmt: skip
    ids = ",".join(str(each.pk) for each in meters)
    assert many(alice, meter=ids, pixels=10_000)["grain"] == "week"
    refused = alice.get("/api/series/", {"meter": ids, "grain": "hour"})
    assert refused.status_code == 400
    assert "100,000" in refused.json()["error"]


def test_a_strangers_meter_is_not_among_several(alice: Client, meter: Meter) -> None:
    theirs = community("elsewhere").meters[0]
    assert alice.get("/api/series/", {"meter": f"{meter.pk},{theirs.pk}"}).status_code == 404
    assert alice.get("/api/series/").status_code == 400


def test_what_a_chart_shows_is_taken_away_as_a_table(alice: Client, mill_lane: Community, roll_up: Roller) -> None:
    meter, saturday = mill_lane.meters[0], datetime(2026, 3, 28, tzinfo=UTC)
    meter.key, meter.first_reading_at, meter.last_reading_at = "=1+1", saturday, saturday + timedelta(days=2)
    meter.save()
    roll_up(meter, start=saturday, hours=48, kw=1.0)
    tables = {kind: table(alice, kind, meter=meter.pk, grain="day") for kind in ("csv", "parquet", "xlsx")}
    assert {kind: found["value"].to_list() for kind, found in tables.items()} == dict.fromkeys(tables, [24.0, 24.0])
    assert tables["csv"]["meter"][0] == "'=1+1"
    assert tables["csv"]["starts_at"].to_list() == ["2026-03-28T00:00:00+00:00", "2026-03-29T00:00:00+00:00"]
    assert tables["csv"]["ends_at"].to_list()[1] == "2026-03-30T00:00:00+01:00"
    assert tables["parquet"]["starts_at"][0] == saturday
    assert tables["xlsx"].select("meter", "starts_at", "utc_offset", "coverage").row(0) == (
        "=1+1", saturday.replace(tzinfo=None), "+00:00", 1.0,
    )  # fmt: skip
    assert alice.get("/api/series/file/", {"meter": meter.pk, "format": "pdf"}).status_code == 400


def table(client: Client, kind: str, **params: Any) -> pl.DataFrame:
    response = client.get("/api/series/file/", params | {"format": kind})
    assert response.status_code == 200, response.content
    read = {"csv": pl.read_csv, "parquet": pl.read_parquet, "xlsx": partial(pl.read_excel, engine="openpyxl")}[kind]
    return read(BytesIO(response.content))


def test_readings_tell_their_quality_in_the_table(alice: Client, mill_lane: Community) -> None:
    meter = mill_lane.meters[0]
    record(meter, start=NEW_YEAR, count=2)
    assert table(alice, "csv", meter=meter.pk)["quality"].to_list() == ["measured", "estimated"]


def test_a_day_ends_where_the_next_local_day_begins(alice: Client, mill_lane: Community, roll_up: Roller) -> None:
    meter, saturday = mill_lane.meters[0], datetime(2026, 3, 28, tzinfo=UTC)
    meter.first_reading_at, meter.last_reading_at = saturday, saturday + timedelta(days=3)
    meter.save()
    roll_up(meter, start=saturday, hours=48, kw=1.0, grains=(Grain.DAY,))
    shown = series(alice, meter, grain="day")
    hours = [(end - start) / 3_600_000 for start, end in zip(shown["starts_at"], shown["ends_at"], strict=True)]
    assert hours == [24, 23]  # the clocks went forward on Sunday


def test_readings_are_shown_one_by_one_with_their_quality_and_gaps_stay_gaps(
    alice: Client, mill_lane: Community
) -> None:
    meter = mill_lane.meters[0]
    record(meter, start=NEW_YEAR, count=4)
    Reading.objects.filter(starts_at=NEW_YEAR + HALF_HOUR).delete()
    shown = series(alice, meter)
    assert shown["grain"] == "reading"
    assert shown["starts_at"] == [milliseconds(NEW_YEAR + HALF_HOUR * n) for n in (0, 2, 3)]
    assert shown["ends_at"][0] == milliseconds(NEW_YEAR + HALF_HOUR)
    assert shown["quality"] == [0, 0, 1]


def test_an_interval_that_reaches_into_the_window_is_shown(alice: Client, mill_lane: Community) -> None:
    meter = mill_lane.meters[0]
    record(meter, start=NEW_YEAR, count=4)
    start = NEW_YEAR + timedelta(minutes=40)
    shown = series(alice, meter, start=start.isoformat(), end=(start + HALF_HOUR).isoformat())
    assert shown["starts_at"] == [milliseconds(NEW_YEAR + HALF_HOUR * n) for n in (1, 2)]


def test_a_thermometer_shows_its_mean(alice: Client, mill_lane: Community, roll_up: Roller) -> None:
    thermometer = mill_lane.weather
    thermometer.first_reading_at, thermometer.last_reading_at = NEW_YEAR, NEW_YEAR + timedelta(days=2)
    thermometer.save()
    roll_up(thermometer, start=NEW_YEAR, hours=48, kw=float("nan"))
    shown = series(alice, thermometer, grain="day")
    assert (shown["value"], shown["unit"]) == ([20.0, 20.0], "°C")
    refused = alice.get(f"/api/meters/{thermometer.pk}/profile/")
    assert refused.status_code == 400
    assert "temperature" in refused.json()["error"]


def test_a_meter_without_readings_shows_nothing(alice: Client, mill_lane: Community) -> None:
    shown = series(alice, mill_lane.meters[0])
    assert (shown["value"], shown["starts_at"]) == ([], [])


@pytest.mark.parametrize("params", [{"grain": "minute"}, {"start": "yesterday"}, {"pixels": "many"}])
def test_a_question_that_makes_no_sense_is_told_so(alice: Client, mill_lane: Community, params: dict[str, str]) -> None:
    answer = alice.get(f"/api/meters/{mill_lane.meters[0].pk}/series/", params)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "remedy"}


def test_too_many_readings_in_one_answer_name_the_way_out(alice: Client, mill_lane: Community) -> None:
    meter = mill_lane.meters[0]
    meter.first_reading_at, meter.last_reading_at = NEW_YEAR - timedelta(days=3650), NEW_YEAR
    meter.save()
    answer = alice.get(f"/api/meters/{meter.pk}/series/", {"grain": "reading"})
    assert answer.status_code == 400
    assert "/data/readings/" in answer.json()["remedy"]


def test_the_typical_day_of_a_flat_load_is_flat(alice: Client, meter: Meter) -> None:
    profile = alice.get(f"/api/meters/{meter.pk}/profile/").json()
    assert profile["days"] == 80
    for kind in ("weekday", "weekend"):
        assert profile[kind] == {name: [1.0] * 24 for name in ("mean_kw", "p10_kw", "p50_kw", "p90_kw")}


def test_the_heat_map_has_a_row_for_each_local_day(alice: Client, meter: Meter) -> None:
    heatmap = alice.get(
        f"/api/meters/{meter.pk}/heatmap/", {"start": (NEW_YEAR + timedelta(days=70)).isoformat()}
    ).json()
    assert heatmap["dates"][0] == "2026-03-12"
    assert heatmap["kwh"] == [[1.0] * 24] * 10
