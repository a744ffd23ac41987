"""Imports by the command line: looked at first, understood one way or another, listed, and taken back."""

import io
import json
from pathlib import Path

import polars as pl
import pytest

from .commanding import at_work, half_hours, home_file, wattwise
from .conftest import CLOCKS_GO_FORWARD

__all__ = ["at_work", "wattwise"]  # fixtures
pytestmark = pytest.mark.timeout(60)


def ambiguous(folder: Path) -> Path:
    """Twelve days of hours, of which nobody can say whether day or month comes first."""
    file = folder / "meter 7.csv"
    lines = [f"0{day % 9 + 1}/0{day // 9 + 1}/2024 {hour:02}:00,0.5\n" for day in range(12) for hour in range(24)]
    file.write_text("time,kWh\n" + "".join(lines))
    return file


@pytest.mark.usefixtures("at_work")
def test_an_import_is_listed_with_what_it_did(wattwise, tmp_path):
    file = home_file(tmp_path, "home 1", half_hours(4, 0.25) + "2026-01-01 02:00:00,a lot\n")
    assert wattwise("import", file, "--timezone", "Europe/London", "--wait")[0] == 0
    code, out, _ = wattwise("imports")
    assert code == 0
    assert "home 1.csv" in out
    assert "1.000 kWh" in out
    (listed,) = json.loads(wattwise("imports", "list", "--json")[1])
    assert f"Import {listed['id']}" in wattwise("imports", "show", listed["id"])[1]
    assert json.loads(wattwise("imports", "show", listed["id"], "--json")[1])["receipt"]["rejected"] == 1
    assert "a lot" in wattwise("imports", "rejected", listed["id"])[1]
    assert json.loads(wattwise("imports", "rejected", listed["id"], "--json")[1])[0]["line"] == 6
    table = tmp_path / "rejected.csv"
    wattwise("imports", "rejected", listed["id"], "--csv", table)
    assert pl.read_csv(table)["value"].to_list() == ["a lot"]


def test_pushed_readings_are_listed_too(wattwise, platform):
    row = {"meter": "gate", "starts_at": CLOCKS_GO_FORWARD, "value": 0.25, "resolution": "PT30M"}
    pushed = platform.operator.push_readings([row], organization_id=platform.organization.id, create=True)
    out = wattwise("imports")[1]
    assert "Pushed readings" in out
    assert "imported" in out
    assert "0.250 kWh" in wattwise("imports", "show", pushed["import"])[1]


@pytest.mark.usefixtures("at_work")
def test_what_is_piped_in_is_imported(wattwise, monkeypatch):
    piped = io.TextIOWrapper(io.BytesIO(("time,kWh\n" + half_hours(4, 0.25)).encode()))
    monkeypatch.setattr("sys.stdin", piped)
    code, out, _ = wattwise("import", "-", "--timezone", "Europe/London", "--wait")
    assert code == 0
    assert "1.000 kWh" in out


def test_a_source_that_nobody_made_is_named_with_those_there_are(wattwise, tmp_path):
    file = home_file(tmp_path, "home 1", half_hours(4, 0.25))
    code, _, err = wattwise("import", file, "--source", "Roof")
    assert code == 1
    assert "There is no source 'Roof'." in err


@pytest.mark.parametrize("command", ["show", "start"])
def test_an_import_that_is_not_there_is_one_sentence(wattwise, command):
    code, _, err = wattwise("imports", command, 4711)
    assert code == 1
    assert err.startswith("wattwise: There is no such import")


@pytest.mark.usefixtures("at_work")
def test_without_a_terminal_a_preview_stores_nothing_and_says_how_to_go_on(wattwise, tmp_path):
    code, out, _ = wattwise("import", ambiguous(tmp_path), "--timezone", "Europe/London", "--preview")
    assert code == 0
    assert "nothing is stored yet" in out
    assert "The files can be understood in" in out
    (listed,) = json.loads(wattwise("imports", "--json")[1])
    assert (listed["stage"], listed["receipt"]) == ("preview", None)
    assert f"wattwise imports start {listed['id']} --choose N" in out
    assert "previewed" in wattwise("imports")[1]
    assert "The files can be understood in" in wattwise("imports", "show", listed["id"])[1]
    assert "is forgotten" in wattwise("imports", "discard", listed["id"])[1]
    assert json.loads(wattwise("imports", "--json")[1]) == []


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("choice", [1, 2])
def test_the_chosen_understanding_is_imported_exactly_as_it_was_shown(wattwise, tmp_path, choice):
    words = ["import", ambiguous(tmp_path), "--timezone", "Europe/London"]
    shown = json.loads(wattwise(*words, "--preview", "--json")[1])
    way = shown["preview"]["interpretations"][choice - 1]
    code, out, _ = wattwise("imports", "start", shown["id"], "--choose", choice, "--wait", "--json")
    receipt = json.loads(out)["receipt"]
    assert code == 0
    assert receipt["totals"] == way["totals"]
    assert (receipt["first_reading_at"], receipt["last_reading_at"]) == (
        way["first_reading_at"],
        way["last_reading_at"],
    )
    assert receipt["rejected"] == way["rejected"]
    code, _, err = wattwise("imports", "start", shown["id"])
    assert code == 1
    assert err.startswith("wattwise: ")


@pytest.mark.usefixtures("at_work")
def test_choosing_on_the_first_line_imports_at_once_and_remembers(wattwise, tmp_path):
    file = ambiguous(tmp_path)
    words = ["import", file, "--timezone", "Europe/London", "--choose", 2, "--remember-as", "Meter 7", "--wait"]
    code, out, _ = wattwise(*words)
    assert code == 0
    assert "2. " in out
    again = wattwise("import", file, "--source", "Meter 7", "--wait")
    assert again[0] == 0
    assert "Nothing changed: all of it was here already." in again[1]
    code, _, err = wattwise("import", file, "--choose", 9)
    assert code == 1
    assert "has no understanding number 9" in err


@pytest.mark.usefixtures("at_work")
def test_an_import_is_undone_by_its_number(wattwise, platform, tmp_path):
    file = home_file(tmp_path, "home 1", half_hours(4, 0.25))
    wattwise("import", file, "--timezone", "Europe/London", "--wait")
    file.write_text(file.read_text().replace("0.25", "0.5"))
    wattwise("import", file, "--timezone", "Europe/London", "--wait")
    second, first = json.loads(wattwise("imports", "--json")[1])
    out = wattwise("imports", "corrections", second["id"])[1]
    assert "0.25" in out
    assert "0.5" in out
    code, out, _ = wattwise("imports", "undo", second["id"], "--wait")
    assert code == 0
    assert f"Import {second['id']} is undone." in out
    readings = platform.operator.readings(organization_id=platform.organization.id)
    assert readings["value"].to_list() == [0.25] * 4
    assert "undone" in wattwise("imports")[1]
    known = tmp_path / "known.csv"
    words = ["export", "readings", "-o", known, "--as-known-on", first["created_at"]]
    assert wattwise(*words)[0] == 0
    assert wattwise("export", "rollups", "--as-known-on", "2026-01-01")[0] == 1


@pytest.mark.usefixtures("at_work")
def test_rejected_rows_are_written_put_right_and_sent_back(wattwise, platform, tmp_path):
    file = home_file(tmp_path, "home 1", half_hours(4, 0.25) + "2026-01-01 02:00:00,a lot\n")
    assert wattwise("import", file, "--timezone", "Europe/London", "--wait")[0] == 0
    (listed,) = json.loads(wattwise("imports", "--json")[1])
    number, rows = listed["id"], tmp_path / "to-put-right.csv"
    assert f"wattwise imports rejected {number} -o" in wattwise("imports", "show", number)[1]
    code, out, err = wattwise("imports", "rejected", number, "--output", rows)
    assert code == 0
    assert f"wattwise import {rows} --fixes {number}" in out.replace("\n", "")
    assert "1 rows" in err
    rows.write_text(rows.read_text("utf-8-sig").replace("a lot", "0.5"))
    code, out, _ = wattwise("import", rows, "--fixes", number, "--wait")
    assert code == 0
    assert f"It puts rejected rows of import {number} right." in out
    fix = json.loads(wattwise("imports", "--json")[1])[0]["id"]
    out = wattwise("imports", "show", number)[1]
    assert f"Import {fix} put 1 of its rejected rows right." in out
    assert "To put them right" not in out
    readings = platform.operator.readings(organization_id=platform.organization.id)
    assert readings["value"].to_list() == [0.25, 0.25, 0.25, 0.25, 0.5]
    code, out, _ = wattwise("imports", "undo", number, "--wait")
    assert code == 0
    assert f"wattwise imports undo {fix}" in out
    code, _, err = wattwise("import", rows, "--fixes", number)
    assert code == 1
    assert f"Import {number} was undone. Start it again" in err


@pytest.mark.usefixtures("at_work")
def test_what_says_how_corrected_rows_are_read_is_refused_and_nothing_to_put_right_is_told(wattwise, tmp_path):
    file = home_file(tmp_path, "home 1", half_hours(4, 0.25))
    assert wattwise("import", file, "--timezone", "Europe/London", "--wait")[0] == 0
    (listed,) = json.loads(wattwise("imports", "--json")[1])
    code, _, err = wattwise("import", file, "--fixes", listed["id"], "--unit", "Wh")
    assert code == 1
    assert f"read as import {listed['id']} was" in err
    code, _, err = wattwise("imports", "rejected", listed["id"], "--output", tmp_path / "none.csv")
    assert code == 1
    assert "has no rejected rows that could be put right" in err
    assert not (tmp_path / "none.csv").exists()
