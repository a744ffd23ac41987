"""200 real London homes: the figures that the whole platform must come to."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from wattwise_contract.recipes import Recipe

pytestmark = pytest.mark.real_data


def test_a_year_of_200_homes_is_read_to_the_watt_hour(import_files, real_data: Path) -> None:
    files = sorted((real_data / "lcl_households" / "readings_2013").glob("*.csv.gz"))
    imported = import_files(*files, recipe=Recipe(timezone="Europe/London", stamps_in="UTC"))
    assert imported.readings.height == imported.read == 3_360_369
    assert imported.kwh == pytest.approx(624_032.126, abs=0.001)
    assert len(imported.meters) == 200
    assert {meter.consumer_key for meter in imported.meters} == {path.name.split(".")[0] for path in files}
    assert {meter.resolution for meter in imported.meters} == {"PT30M"}
    assert imported.rejected == []
    assert sum(imported.values("MAC000002").values()) == pytest.approx(4_214.648, abs=0.001)
    local = pl.col("starts_at").dt.convert_time_zone("Europe/London").dt.date()
    days = imported.readings.group_by(local).agg(pl.len(), pl.col("value").sum())
    by_day = {row[0]: row[1:] for row in days.iter_rows()}
    assert by_day[date(2013, 3, 31)] == (9_016, pytest.approx(2_142.645, abs=0.001))
    assert by_day[date(2013, 10, 27)] == (9_197, pytest.approx(1_718.429, abs=0.001))


def test_the_raw_file_keeps_its_defects_apart(import_files, real_data: Path) -> None:
    raw = real_data / "lcl_households" / "raw_datastore_format" / "MAC000002.csv.gz"
    imported = import_files(raw, recipe=Recipe(timezone="Europe/London", stamps_in="UTC"))
    assert imported.duplicate == 17
    (odd,) = imported.rejected
    assert odd.value in ("Null", "2012-12-19 12:37:27.0000000")
    assert imported.read == imported.readings.height + 18


def test_details_of_homes_are_typed(import_files, real_data: Path) -> None:
    homes = real_data / "lcl_households" / "household_information.csv"
    imported = import_files(homes, keys=frozenset({"MAC000002", "MAC000003"}))
    details = [part.details for part in imported.consumer_parts]
    assert sum(part.notes.read for part in details) == sum(len(part.consumers) for part in details) == 5_444
    types = {definition.label: definition.type for definition in details[0].definitions}
    assert types["stdorToU"] == types["Acorn"] == types["Acorn grouped"] == "category"
    home = next(home for part in details for home in part.consumers if home.key == "MAC000002")
    assert home.attributes["acorn"] == "ACORN-A"
    assert home.attributes["acorn_grouped"] == "Affluent"
