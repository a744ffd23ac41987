"""What holds whatever the numbers, the zone and the order: energy is conserved, and order does not matter."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from wattwise_contract.recipes import Measure, Recipe
from wattwise_timeseries.registers import register_differences
from wattwise_timeseries.resampling import resample_energy

ZONES = [
    "Europe/London", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Adelaide", "Australia/Lord_Howe", "America/St_Johns",
]  # fmt: skip
FEW = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # an import is too slow to shrink examples by
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
VALUES = st.lists(st.integers(0, 5_000), min_size=60, max_size=200)
HALF_HOUR = timedelta(minutes=30)


def table(values: list[int], start: datetime, zone: str = "UTC", home: str = "H1") -> list[str]:
    moments = ((start + HALF_HOUR * step).astimezone(ZoneInfo(zone)) for step in range(len(values)))
    return [f"{home},{at:%Y-%m-%d %H:%M:%S%z},{value / 1_000:.3f}" for at, value in zip(moments, values, strict=True)]


def text_of(rows: list[str]) -> str:
    return "\n".join(["home,time,kwh", *rows]) + "\n"


@FEW
@given(
    values=VALUES,
    zone=st.sampled_from(ZONES),
    resolution=st.sampled_from(["PT5M", "PT15M", "PT30M", "PT1H", "PT2H", "P1D", "P1M"]),
    first_hour=st.integers(0, 15_000),
)
def test_no_resampling_in_any_zone_makes_or_loses_energy(import_files, values, zone, resolution, first_hour) -> None:
    start = datetime(2025, 3, 1, tzinfo=UTC) + timedelta(hours=first_hour)
    recipe = Recipe(timezone=zone, resolution=resolution)
    imported = import_files(a_DOT_csv=text_of(table(values, start, zone)), recipe=recipe)
    assert imported.kwh == pytest.approx(sum(values) / 1_000, rel=1e-9, abs=1e-12)
    assert imported.readings["value"].min() >= 0
    assert imported.readings["starts_at"].is_unique().all()


@FEW
@given(used=st.lists(st.integers(10, 900), min_size=30, max_size=200), data=st.data())
def test_a_register_gives_back_what_it_counted_through_its_rollovers(used: list[int], data) -> None:
    start = data.draw(st.integers(0, 99_999))
    counts = (start + np.concatenate(([0], np.cumsum(used)))) % 100_000
    at = np.arange(counts.size, dtype=np.int64) * 1_800_000_000
    found = register_differences(at, counts.astype(np.float64))
    assert found.kept.size == counts.size
    assert (found.amounts >= 0).all()
    assert found.amounts.tolist() == used


@FEW
@given(used=st.lists(st.integers(50, 900), min_size=30, max_size=200), data=st.data())
def test_a_reset_costs_at_most_what_was_used_in_its_interval(used: list[int], data) -> None:
    place = data.draw(st.integers(10, len(used) - 5))
    counts = 50_000 + np.concatenate(([0], np.cumsum(used))).astype(np.float64)
    counts[place:] -= counts[place]  # at that moment the register is set to zero
    at = np.arange(counts.size, dtype=np.int64) * 1_800_000_000
    found = register_differences(at, counts)
    assert found.amounts.tolist() == [0 if step == place - 1 else amount for step, amount in enumerate(used)]


@FEW
@given(values=VALUES, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(import_files, values, shuffle) -> None:
    rows = table(values, datetime(2026, 3, 28, tzinfo=UTC)) + table(
        values[::-1], datetime(2026, 3, 28, tzinfo=UTC), home="H2"
    )
    in_order = import_files(a_DOT_csv=text_of(rows))
    shuffle.shuffle(rows)
    anyhow = import_files(b_DOT_csv=text_of(rows))
    for home in ("H1", "H2"):
        assert in_order.values(home) == anyhow.values(home)


@FEW
@given(values=VALUES, cut=st.integers(5, 50))
def test_the_order_of_a_register_s_files_does_not_matter(import_files, values, cut) -> None:
    counts = [int(count) for count in 10_000_000 + np.cumsum(values)]
    rows = table(counts, datetime(2026, 3, 28, tzinfo=UTC))
    recipe = Recipe(measure=Measure.REGISTER)
    one = import_files(a_DOT_csv=text_of(rows[:cut]), b_DOT_csv=text_of(rows[cut:]), recipe=recipe)
    other = import_files(c_DOT_csv=text_of(rows[cut:]), d_DOT_csv=text_of(rows[:cut]), recipe=recipe)
    assert one.values() == other.values()
    assert one.kwh == pytest.approx((counts[-1] - counts[0]) / 1_000, rel=1e-9, abs=1e-9)


@FEW
@given(
    values=st.lists(st.integers(0, 5_000), min_size=500, max_size=600),
    zone=st.sampled_from(ZONES),
    spring=st.booleans(),
)
def test_local_days_of_23_to_25_hours_sum_to_their_readings(import_files, values, zone, spring) -> None:
    start = datetime(2026, 3, 26, tzinfo=UTC) if spring else datetime(2026, 10, 22, tzinfo=UTC)
    if zone == "Asia/Kathmandu":
        start += timedelta(minutes=15)  # so that no half hour lies across midnight at +05:45
    if zone.startswith("Australia"):
        start += timedelta(days=5) if spring else timedelta(days=-22)
    if zone == "America/St_Johns":
        start += timedelta(days=-20) if spring else timedelta(days=6)
    by_day: dict[date, float] = defaultdict(float)
    for step, value in enumerate(values):
        by_day[(start + HALF_HOUR * step).astimezone(ZoneInfo(zone)).date()] += value / 1_000
    recipe = Recipe(timezone=zone, resolution="P1D")
    imported = import_files(a_DOT_csv=text_of(table(values, start, zone)), recipe=recipe)
    local = imported.readings["starts_at"].dt.convert_time_zone(zone).dt.date().to_list()
    daily = dict(zip(local, imported.readings["value"].to_list(), strict=True))
    assert daily == pytest.approx(dict(by_day), rel=1e-9)


@FEW
@given(values=VALUES, lines=st.lists(st.integers(0, 200 * 1_800), min_size=2, max_size=50, unique=True))
def test_energy_between_any_lines_is_what_lies_between_them(values, lines) -> None:
    starts = np.arange(len(values), dtype=np.int64) * 1_800_000_000
    edges = np.unique(np.concatenate(([0, starts[-1] + 1_800_000_000], np.array(lines, dtype=np.int64) * 1_000_000)))
    found = resample_energy(starts, starts + 1_800_000_000, np.array(values, dtype=np.float64), edges=edges)
    assert np.nansum(found.values) == pytest.approx(sum(values), rel=1e-9)
