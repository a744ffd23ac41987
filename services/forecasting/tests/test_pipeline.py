"""The story of a job, over the real client: what is asked of the backend, and that a run has a word on every meter."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from wattwise_client import Wattwise, arrow
from wattwise_contract.forecasts import Basis, ForecastOut, MeterForecast
from wattwise_contract.jobs import Claim, Job, JobKind, JobState
from wattwise_contract.meters import Meter
from wattwise_contract.quantities import Quantity
from wattwise_contract.schemas import ROLLUPS
from wattwise_forecasting import pipeline
from wattwise_forecasting.assembly import NoHours
from wattwise_forecasting.history import ending_together

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def meter(number: int, *, ends_at: datetime | None, quantity: str = "electricity_import", every: str = "PT1H") -> Meter:
    last = ends_at and ends_at - HOUR
    return Meter(
        id=number, organization_id=1, key=f"home {number}", quantity=Quantity(quantity), unit="kWh", timezone="UTC",
        resolution=every, last_reading_at=last,
    )  # fmt: skip


class Backend:
    """Answers as the backend does, with 70 days of hours before each meter's end, and keeps what is published."""

    def __init__(self, meters: list[Meter]) -> None:
        self.meters = meters
        self.asked: list[tuple[datetime, list[int]]] = []
        self.published: list[tuple[ForecastOut, pl.DataFrame]] = []
        self._answers: dict[str, Callable[[httpx2.Request], httpx2.Response]] = {
            "/data/meters/": self._meters,
            "/data/consumers/": lambda request: httpx2.Response(200, json=[]),
            "/data/models/": lambda request: httpx2.Response(200, json=[]),
            "/data/rollups/": self._rollups,
            "/data/forecast-runs/": self._publish,
        }

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        return self._answers[request.url.path](request)

    def _meters(self, request: httpx2.Request) -> httpx2.Response:
        quantity = request.url.params.get("quantity")
        found = [each for each in self.meters if quantity in (None, each.quantity.value)]
        return httpx2.Response(200, json=[each.model_dump(mode="json") for each in found])

    def _rollups(self, request: httpx2.Request) -> httpx2.Response:
        start = datetime.fromisoformat(request.url.params["start"])
        wanted = [int(number) for number in request.url.params.get_list("meter")]
        self.asked.append((start, wanted))
        hours = [(each.id, hour) for each in self.meters if each.id in wanted for hour in _hours(each) if hour >= start]
        count = len(hours)
        columns = {name: [None] * count for name in ROLLUPS.names} | {
            "meter_id": [number for number, _ in hours],
            "starts_at": [hour for _, hour in hours],
            "total": [1 + np.sin(hour.hour / 4) ** 2 for _, hour in hours],
            **{name: [1.0] * count for name in ("mean", "minimum", "maximum", "standard_deviation")},
            **{name: [hour for _, hour in hours] for name in ("minimum_at", "maximum_at")},
            **{name: [1] * count for name in ("count", "expected_count", "estimated_count")},
        }
        rows = pa.table({name: pa.array(columns[name], type=ROLLUPS.field(name).type) for name in ROLLUPS.names})
        return httpx2.Response(200, content=arrow.stream_of(rows, schema=ROLLUPS))

    def _publish(self, request: httpx2.Request) -> httpx2.Response:
        rows = pa.ipc.open_stream(request.read()).read_all()
        run = ForecastOut.model_validate_json(rows.schema.metadata[b"run"])
        self.published.append((run, pl.DataFrame(rows)))
        return httpx2.Response(200, json={"id": 5})


def _hours(each: Meter) -> list[datetime]:
    if each.last_reading_at is None:
        return []
    return [each.last_reading_at - i * HOUR for i in range(70 * 24)]


@dataclass
class Running:
    api: Wattwise
    now: datetime = NOON
    told: list[float] = field(default_factory=list)
    claim: Claim = field(init=False)

    def __post_init__(self) -> None:
        job = Job(
            id=uuid4(), kind=JobKind.FORECAST_METERS, organization_id=1, scope={}, state=JobState.RUNNING,
            created_at=NOON,
        )  # fmt: skip
        self.claim = Claim(job=job, lease_token=uuid4(), lease_expires_at=NOON + DAY)

    @property
    def job(self) -> Job:
        return self.claim.job

    def progress(self, fraction: float, message: str = "") -> None:
        self.told.append(fraction)


def forecast_by(backend: Backend) -> dict[int, MeterForecast]:
    api = Wattwise("http://meters.test", "ww_t", transport=httpx2.MockTransport(backend))
    running = Running(api)
    pipeline.forecast_meters(running, meter_ids=None)
    assert running.told == sorted(running.told)
    return {story.meter_id: story for story in backend.published[0][0].meters}


def test_a_run_has_a_word_on_every_energy_meter_so_that_none_is_asked_for_again():
    backend = Backend(
        [
            meter(1, ends_at=NOON),
            meter(2, ends_at=NOON - 800 * DAY),
            meter(3, ends_at=None),
            meter(4, ends_at=NOON, every="P1D"),
            meter(5, ends_at=NOON, quantity="gas"),
            meter(6, ends_at=NOON, quantity="temperature"),
            meter(7, ends_at=NOON, quantity="water"),
        ]
    )
    found = forecast_by(backend)
    assert {number: story.status for number, story in found.items()} == {
        1: "fallback", 2: "fallback", 3: "refused", 4: "refused", 5: "fallback",
    }  # fmt: skip
    assert [found[number].basis for number in (1, 2, 5)] == [Basis.LIVE, Basis.HISTORICAL, Basis.LIVE]
    assert found[2].starts_at == NOON - 800 * DAY
    assert found[3].reason == "It has no readings yet."
    rows = backend.published[0][1]
    assert dict(rows.group_by("meter_id").len().iter_rows()) == {1: 48, 2: 48, 5: 48}


def test_of_a_meter_that_ended_years_ago_its_own_last_weeks_are_asked_for():
    backend = Backend([meter(1, ends_at=NOON), meter(2, ends_at=NOON - 800 * DAY)])
    forecast_by(backend)
    assert backend.asked == [
        (NOON - HOUR - 856 * DAY, [2]),
        (NOON - HOUR - 56 * DAY, [1]),
    ]


def test_without_any_reading_the_remedy_is_said():
    with pytest.raises(NoHours, match="Import readings"):
        forecast_by(Backend([meter(1, ends_at=None)]))


def test_every_quantity_of_energy_is_forecast():
    assert set(pipeline.ENERGY) == {quantity for quantity in Quantity if quantity.unit == "kWh"}


def test_meters_that_end_within_four_weeks_go_together():
    ends = [0, 100, 10, 28, 29, None]
    meters = [
        meter(number, ends_at=None if days is None else NOON + days * DAY) for number, days in enumerate(ends, start=1)
    ]
    groups = ending_together(meters, at_most=1_000)
    assert [[each.id for each in group] for group in groups] == [[1, 3, 4], [5], [2]]
    assert [len(group) for group in ending_together(meters, at_most=2)] == [2, 2, 1]
