"""Small files that were made to keep a worker busy for hours, and names of files that would."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from wattwise_consumption.problems import BadFile
from wattwise_consumption.sources.files.naming import key_from

from .conftest import Importer

SECONDS = 10  # of the CPU; most take less than one
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
