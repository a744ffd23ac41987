"""The short way through an ordinary table gives what the long way gives, to the last row; or it leaves it alone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from wattwise_consumption.layout import layout_of, sample_of
from wattwise_consumption.meaning import Meaning, Rhythm
from wattwise_consumption.plain import plain_batch_of
from wattwise_consumption.problems import BadFile
from wattwise_consumption.readings import Batch, batch_of
from wattwise_contract.recipes import Recipe

NOW = datetime(2027, 1, 1, tzinfo=UTC)
NAMES = ("home", "time", "kwh")
AUTUMN = datetime(2026, 10, 24, 22, tzinfo=UTC)  # three hours before the clocks of Amsterdam go back


def cells_of(
    rows: Sequence[tuple[str | None, str | None, str | None]], *, files: list[int] | None = None
) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(["c0", "c1", "c2"], pl.String), orient="row")
    return frame.with_columns(
        pl.lit(None, dtype=pl.String).alias("extra"),
        pl.Series("line", range(2, len(rows) + 2), dtype=pl.Int64),
        pl.Series("file", files or [0] * len(rows), dtype=pl.Int32),
    )


def read_both(
    blocks: list[pl.DataFrame], *, zone: str = "UTC", unit: str = ""
) -> tuple[list[Batch], list[Batch | None]]:
    """What the long and the short way make of blocks of one file, each with its own memory of rhythms."""
    recipe = Recipe(consumer_column="home", time_column="time", value_column="kwh", timezone=zone, unit=unit)
    layout = layout_of(NAMES, sample_of(blocks[0]), recipe)
    meaning = Meaning.of(recipe, organization_timezone="UTC", now=NOW, delimiter=",", stamps=layout.stamps)
    long_memory, short_memory = Rhythm(), Rhythm()
    long, short = [], []
    for cells in blocks:
        long.append(batch_of(cells, layout, meaning, long_memory, file_keys=["a", "b"]))
        short.append(plain_batch_of(cells, layout, meaning, short_memory, file_keys=["a", "b"]))
        if short[-1] is None:
            batch_of(cells, layout, meaning, short_memory, file_keys=["a", "b"])
        assert_frame_equal(long_memory.known.sort("meter_key"), short_memory.known.sort("meter_key"))
    return long, short


def assert_same(long: Batch, short: Batch | None) -> None:
    assert short is not None, "this table is an ordinary one"
    assert_frame_equal(long.readings, short.readings)
    assert_frame_equal(long.rejected, short.rejected)
    assert (long.read, long.duplicate, long.warnings) == (short.read, short.duplicate, short.warnings)


def series(
    home: str, count: int, *, zone: str = "", start: datetime = AUTUMN, minutes: int = 30
) -> list[tuple[str, str, str]]:
    moments = [start + timedelta(minutes=minutes) * step for step in range(count)]
    if zone:
        stamps = [f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for moment in moments]
    else:
        stamps = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments]
    return [(home, stamp, f"{0.1 * (step % 7):.3f}") for step, stamp in enumerate(stamps)]


def test_homes_one_after_the_other() -> None:
    long, short = read_both(
        [cells_of(series("H1", 100) + series("H2", 50)), cells_of(series("H2", 30, start=NOW - timedelta(days=3)))]
    )
    assert_same(long[0], short[0])
    assert_same(long[1], short[1])


def test_all_homes_hour_by_hour_are_sorted() -> None:
    rows = [row for four in zip(*(series(f"H{home}", 60) for home in "3142"), strict=True) for row in four]
    long, short = read_both([cells_of(rows)])
    assert_same(long[0], short[0])
    assert short[0] is not None
    assert short[0].readings["meter_key"].unique(maintain_order=True).to_list() == ["H3", "H1", "H4", "H2"]


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_local_stamps_through_the_repeated_hour_of_autumn(minutes: int) -> None:
    rows = series("H1", 40, zone="Europe/Amsterdam", minutes=minutes)
    long, short = read_both([cells_of(rows)], zone="Europe/Amsterdam")
    assert_same(long[0], short[0])
    assert short[0] is not None
    assert short[0].readings.height == 40
    assert short[0].readings["starts_at"].diff().drop_nulls().unique().to_list() == [timedelta(minutes=minutes)]


def test_an_hour_that_autumn_repeats_but_the_file_does_not_is_a_guess() -> None:
    rows = [row for row in series("H1", 40, zone="Europe/Amsterdam") if "T02" not in row[1] and " 02:" not in row[1]]
    once = [*rows, ("H2", "2026-10-25 02:30", "1"), ("H2", "2026-10-25 03:00", "1")]
    long, short = read_both([cells_of(once)], zone="Europe/Amsterdam")
    assert_same(long[0], short[0])
    assert "repeats" in long[0].warnings[0]


def test_wrong_values_are_rejected_with_their_reasons() -> None:
    rows = series("H1", 60)
    for place, text in enumerate([None, "", "nan", "inf", "a lot", "-1", "1e13", "Null", " 0.5 "]):
        rows[5 * place] = (*rows[5 * place][:2], text)  # type: ignore[assignment]  # None is an empty cell
    long, short = read_both([cells_of(rows)])
    assert_same(long[0], short[0])
    assert long[0].rejected.height == 8


def test_power_and_watt_hours_are_converted() -> None:
    for unit in ("W", "Wh", "kW", "MWh"):
        long, short = read_both([cells_of(series("H1", 20) + series("H2", 20, minutes=60))], unit=unit)
        assert_same(long[0], short[0])


def test_what_is_not_ordinary_is_left_to_the_long_way() -> None:
    good = series("H1", 30)
    double, off_grid = [*good, good[3]], [*good, ("H1", "2026-10-24T22:07:00Z", "1")]
    no_home, no_time = [*good, (" ", good[3][1], "1")], [*good, ("H1", "yesterday", "1")]
    future = [*good, ("H1", "2031-01-01T00:00:00Z", "1")]
    register = [(home, stamp, str(10_000 + 2 * step)) for step, (home, stamp, _) in enumerate(series("H1", 300))]
    for rows in (double, off_grid, no_home, no_time, future):
        assert read_both([cells_of(rows)])[1] == [None]
    assert read_both([cells_of(register)])[1] == [None]


ROW = st.tuples(
    st.sampled_from(["H1", "H2", " H1 "]), st.integers(0, 20), st.sampled_from(["0", "1.5", "-2", "x", None])
)


@given(rows=st.lists(ROW, min_size=1, max_size=25), local=st.booleans(), minutes=st.sampled_from([30, 60, 43_200]))
@settings(deadline=None)
def test_whatever_the_rows_both_ways_agree(rows: list[tuple[str, int, str | None]], local: bool, minutes: int) -> None:
    zone = ZoneInfo("Europe/Amsterdam") if local else UTC
    form = "%Y-%m-%d %H:%M" if local else "%Y-%m-%dT%H:%M:%SZ"
    texts = [
        (home, f"{(AUTUMN + timedelta(minutes=minutes) * step).astimezone(zone):{form}}", value)
        for home, step, value in rows
    ]
    try:
        long, short = read_both([cells_of(texts)], zone="Europe/Amsterdam" if local else "UTC")
    except BadFile:
        return  # both ways begin with the layout
    if short[0] is not None:
        assert_same(long[0], short[0])
