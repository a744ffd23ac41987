"""Small files that were made to keep a worker busy for hours, and names of files that would."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import polars as pl
import pytest

from wattwise_consumption.csv_cells import blocks_of
from wattwise_consumption.formats.espi_feed import Feed
from wattwise_consumption.formats.espi_series import Series, without_repetition
from wattwise_consumption.formats.green_button import meter_names
from wattwise_consumption.problems import BadFile
from wattwise_consumption.sniff import Dialect
from wattwise_consumption.sources.files.naming import key_from
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure

from .conftest import Importer

SECONDS = 40  # of the CPU; most take less than one
ROWS = "".join(f"H1,2026-05-04 {hour:02d}:00,0.5\n" for hour in range(24))


@contextmanager
def soon() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (f"meter_2019{'1' * 150}x.csv", f"meter_2019{'1' * 150}x"),
        (f"meter{'_2019' * 35}x.csv", f"meter{'_2019' * 35}x"),
        (f"meter{'_' * 60_000}x.csv", f"{'_' * 295}x"),
        (f"meter 2019{'-05' * 20}.csv", "meter"),
        ("meter__2019__2020-05.csv", "meter"),
    ],
)
def test_any_name_of_a_file_is_understood_at_once(name: str, key: str) -> None:
    with soon():
        assert key_from(name) == key


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        f"meter,time,kwh\nH1,{'1' * 200_000}x,0.5\n{ROWS}",
        f"meter,time,kwh,{'1' * 200_000}x\n{ROWS}",
        "/ISk5\\2MT382\n1-0:1.8.1(000001.0*kWh)\n!" + " " * 1_000_000 + "x\n",
        "<!--" * 65_000,
        "<?" * 120_000,
        f"m,{'a' * 60_000}\nm,a=b kwh=1 1767225600\n",
    ],
    ids=[
        "digits in a cell",
        "digits in a name",
        "blanks in a telegram",
        "open comments",
        "open instructions",
        "a name of letters",
    ],
)
def test_a_small_file_is_read_or_refused_soon(import_files: Importer, text: str) -> None:
    with soon(), suppress(BadFile):
        import_files(small_DOT_csv=text)


def test_a_wide_header_over_short_rows_is_refused(import_files: Importer) -> None:
    names = ",".join(f"kWh {number}" for number in range(2_900))
    with soon(), pytest.raises(BadFile, match="few of them") as refused:
        import_files(wide_DOT_csv=f"time,{names}\n" + "2026-05-04 00:00,1\n" * 20_000)
    assert "as long as the header" in refused.value.remedy


def test_wide_tables_come_in_pieces_and_keep_every_row() -> None:
    names = tuple(f"column {number}" for number in range(2_000))
    rows = [f'{at},"in {at}\nlines"' + ",1" * 100 for at in range(2_500)]
    blocks = list(
        blocks_of(
            io.BytesIO("\n".join(rows).encode()), Dialect("utf-8", ",", names, 0, has_header=False, lone_cr=False)
        )
    )
    assert len(blocks) > 1
    assert pl.concat(blocks)["line"].to_list() == list(range(1, 5_001, 2))
    assert pl.concat(blocks)["c1"].to_list() == [f"in {at}\nlines" for at in range(2_500)]


def test_thousands_of_sections_of_one_kind_are_read_together(import_files: Importer) -> None:
    sections = "".join(
        f"I,DEMAND,T{at % 3},1,REGIONID,SETTLEMENTDATE,TOTALDEMAND\n"
        f'D,DEMAND,T{at % 3},1,NSW{at},"2026/05/01 00:30:00",{at}\nD,DEMAND,T{at % 3},1,NSW{at},"2026/05/01 01:00:00",1\n'
        for at in range(4_000)
    )
    with soon():
        imported = import_files(demand_DOT_csv=f"C,NEMP.WORLD,DEMAND,AEMO,PUBLIC\n{sections}")
    assert len(imported.meters) == 4_000
    assert imported.values("NSW7") == {"2026-04-30 14:00": 3_500.0, "2026-04-30 14:30": 500.0}


def test_qualities_told_again_and_again_take_no_memory(import_files: Importer) -> None:
    day = f"300,{{}},{','.join(['0.1'] * 288)},V,,,20260101000000,\n" + "400,1,288,E,,\n" * 400
    days = "".join(day.format(f"2025{1 + at // 28:02d}{1 + at % 28:02d}") for at in range(60))
    with soon():
        imported = import_files(days_DOT_csv=f"100,NEM12,202601010000,A,B\n200,NMI1,E1,,E1,,M,KWH,5,\n{days}900\n")
    assert imported.readings["quality"].n_unique() == 1
    assert imported.kwh == pytest.approx(60 * 28.8)


def test_thousands_of_meters_of_one_green_button_feed_are_told_apart_soon() -> None:
    rows = pl.DataFrame({"start": [str(hour * 3_600) for hour in range(3)]})
    lengths = [
        Series(f"{step}", "home", Quantity.ELECTRICITY_IMPORT, Measure.INTERVAL, rows, step=step)
        for step in range(60, 2_060)
    ]
    with soon():
        kept, notes = without_repetition(lengths)
    assert [each.meter for each in kept] == ["60"]
    assert notes == (
        "Left out are readings of longer intervals (days, say) where shorter ones of the same time are there.",
    )
    with soon():
        feed = Feed(usage_points={}, usage_point_of={f"meter {number}": "" for number in range(20_000)})
        assert meter_names(feed)["meter 7"] == "meter 7"
