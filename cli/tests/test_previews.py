"""What a person sees of a preview, of recipes and of many rows."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from wattwise_cli import previews, receipts
from wattwise_cli.connection import CommandError
from wattwise_cli.output import save_csv, sparkline
from wattwise_cli.recipe_words import calorific_value, recipe_in
from wattwise_contract.imports import RejectedRow
from wattwise_contract.previews import (
    Interpretation,
    Preview,
    PreviewedDay,
    PreviewedFile,
    PreviewedMeter,
    PreviewedReading,
)
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DateOrder, DecimalSign, ImportKind, Recipe

MARCH = datetime(2024, 3, 4, tzinfo=UTC)
ELECTRICITY = Quantity.ELECTRICITY_IMPORT


def way(label: str, at: datetime, kwh: float, *, rejected: int = 0) -> Interpretation:
    return Interpretation(
        recipe=Recipe(date_order=DateOrder.DAY_FIRST),
        label=label,
        because="13/04 can only be 13 April.",
        kind=ImportKind.READINGS,
        read=48 + rejected,
        readings_count=48,
        rejected=rejected,
        rejected_rows=[RejectedRow(file="a.csv", line=9, column="kWh", value="x", reason="Not a number.")] * rejected,
        meters_count=1,
        meters=[
            PreviewedMeter(meter_key="M-1", quantity=ELECTRICITY, resolution="PT30M", readings=48, total=kwh, first_at=at, last_at=at)
        ],
        readings=[
            PreviewedReading(
                meter_key="M-1", quantity=ELECTRICITY, starts_at=at, local_time=f"{at:%Y-%m-%d} 00:00 GMT", value=0.25,
                unit="kWh", file="[a].csv", line=2,
            )
        ],
        days=[PreviewedDay(day=date(2024, 3, day), quantity=ELECTRICITY, value=float(day), readings=48) for day in (1, 2, 3)],
        totals={"kWh": kwh},
        first_reading_at=at,
        last_reading_at=at,
        findings=["The delimiter is a semicolon."],
    )  # fmt: skip


@pytest.fixture
def printed(monkeypatch, capsys):
    from rich.console import Console

    def show(preview: Preview, **more: int) -> str:
        wide = Console(width=240, highlight=False)
        for module in (previews, receipts, __import__("wattwise_cli.output", fromlist=["console"])):
            monkeypatch.setattr(module, "console", wide)
        previews.print_preview(preview, 7, **more)
        return capsys.readouterr().out

    return show


def test_ways_to_understand_a_file_stand_side_by_side(printed):
    ways = [way("Day first", MARCH, 12.0), way("Month first", datetime(2024, 4, 3, tzinfo=UTC), 11.5, rejected=1)]
    out = printed(Preview(files=[PreviewedFile(name="[a].csv", format="CSV", rows=48)], interpretations=ways))
    first, second = (line for line in out.splitlines() if line.startswith(("1  ", "2  ")))
    assert "Day first" in first
    assert "12.000 kWh" in first
    assert "2024-03-04 00:00" in first
    assert "Month first" in second
    assert "11.500 kWh" in second
    assert "2024-04-03 00:00" in second
    assert second.index("1  13/04") > second.index("2024-04-03")
    assert "[a].csv:2" in out
    assert "electricity_import by day: 2024-03-01 to 2024-03-03, 1 to 3 kWh a day" in out
    assert "▁▅█" in out
    assert "rejected rows" not in out, "the likeliest rejects nothing"


def test_the_chosen_one_is_shown_in_full(printed):
    ways = [way("Day first", MARCH, 12.0), way("Month first", MARCH, 11.5, rejected=1)]
    out = printed(Preview(files=[], interpretations=ways), chosen=2)
    assert "2. Month first" in out
    assert "a.csv:9 kWh='x': Not a number." in out


def test_files_that_nobody_can_read_are_named_with_the_reason(printed):
    out = printed(Preview(files=[PreviewedFile(name="roof.jpg", refused="This is a picture.")], interpretations=[]))
    assert "roof.jpg" in out
    assert "This is a picture." in out
    assert "None of the files can be read." in out


def test_many_days_share_marks():
    assert sparkline([]) == ""
    assert sparkline([1.0, 1.0]) == "▁▁"
    assert sparkline([float(day) for day in range(365)], width=60) == "".join(sorted(sparkline(range(365), width=60)))
    assert len(sparkline(range(365), width=60)) <= 60


def test_a_calorific_value_is_written_with_its_day():
    assert calorific_value("39.4").valid_from is None
    since = calorific_value("2024-01-01=39.4,1.02")
    assert (since.valid_from, since.mj_per_m3, since.volume_correction) == (date(2024, 1, 1), 39.4, 1.02)
    for wrong in ("", "much", "2024=39", "2024-01-01=-3"):
        with pytest.raises(CommandError, match="is no calorific value"):
            calorific_value(wrong)


def test_an_option_goes_before_the_recipe_in_a_file(tmp_path: Path):
    file = tmp_path / "recipe.json"
    file.write_text('{"unit": "Wh", "date_order": "day_first"}')
    recipe = Recipe(unit="MWh", decimal_sign=DecimalSign.COMMA).stated_over(recipe_in(file))
    assert (recipe.unit, recipe.date_order, recipe.decimal_sign) == ("MWh", DateOrder.DAY_FIRST, DecimalSign.COMMA)
    file.write_text('{"date_order": "sideways"}')
    with pytest.raises(CommandError, match=r"recipe\.json holds no recipe"):
        recipe_in(file)


def test_a_table_for_a_spreadsheet_holds_no_formulas(tmp_path: Path):
    file = tmp_path / "rows.csv"
    assert save_csv(file, ["value", "line"], iter([{"value": "=1+1", "line": 3}, {"value": "x", "line": 4}])) == 2
    assert file.read_text() == "value,line\n'=1+1,3\nx,4\n"


@pytest.mark.parametrize(("said", "chosen"), [("2\n", 2), ("7\nmaybe\n1\n", 1), ("\n", 0), ("n\n", 0)])
def test_a_person_is_asked_until_the_answer_is_one_of_those_offered(monkeypatch, said, chosen):
    import io

    from wattwise_cli import starting

    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    assert starting.ask_which(7, 2) == chosen
