"""What other people's names may do to a terminal and to a spreadsheet: nothing."""

import csv
from pathlib import Path

import pytest

from wattwise_cli import output

NAMES = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "home;=1+1", "home; =1+1", "a\n=1", "＝1"]


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_is_a_formula_however_a_line_is_cut(name: str, tmp_path: Path) -> None:
    file = tmp_path / "homes.csv"
    output.save_csv(file, ["name", "kwh"], [{"name": name, "kwh": -1.5}])
    text = file.read_text(encoding="utf-8")
    for delimiter in ",;\t":
        for row in list(csv.reader(text.splitlines(), delimiter=delimiter))[1:]:
            assert not [cell for cell in row if cell.strip('"').lstrip()[:1] in tuple("=+@＝")]
    assert text.splitlines()[-1].endswith(",-1.5")


def test_names_as_people_have_them_stay_as_they_are() -> None:
    for name in ("Rue des Lilas 4", "a-b; c", "5 = five", "A+B", "anna@example.org", ""):
        assert output.harmless(name) == name


def test_a_name_says_nothing_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    name = "\x1b]0;owned\x07home\r\n[/bold][red]"
    output.print_table(["name"], [[name]], empty="none")
    output.print_statement(f"Source 1: {name}", [("last error", name)])
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\x07" not in said
    assert said.count("[/bold][red]") == 3
