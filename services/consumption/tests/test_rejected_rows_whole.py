"""Rejected rows come back whole, in a file that people put right; sent back, its rows take their places among all others."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from wattwise_consumption.problems import BadFile
from wattwise_consumption.sources.files.rejects import Rejects
from wattwise_contract.recipes import DuplicateRule, ImportKind, Recipe

from .corrected_story import Story, story_of

HOMES = "home,time,kwh\n"


@pytest.fixture
def story(tmp_path: Path) -> Callable[..., Story]:
    def tell(recipe: Recipe | None = None, **texts: str) -> Story:
        return story_of(tmp_path, recipe, texts)

    return tell


def half_hours(home: str, days: int = 2, kwh: str = "0.5") -> list[str]:
    return [
        f"{home},2026-05-{day:02d} {hour:02d}:{minute},{kwh}"
        for day in range(4, 4 + days)
        for hour in range(24)
        for minute in ("00", "30")
    ]


def test_a_rejected_row_is_written_as_it_was_with_what_is_wrong_before_it(story) -> None:
    lines = half_hours("Müller")
    lines[9] = 'Müller,yesterday,"0,5"'
    told = story(a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    header, *_ = told.text.splitlines()
    assert header == "wattwise_file,wattwise_line,wattwise_column,wattwise_reason,wattwise_remedy,home,time,kwh"
    (row,) = told.rows
    assert (row["wattwise_line"], row["home"], row["time"], row["kwh"]) == ("11", "Müller", "yesterday", "0,5")
    assert "not a date and time" in row["wattwise_reason"]
    assert row["wattwise_column"] == "time"


def test_nothing_rejected_writes_no_file(story) -> None:
    assert story(a_DOT_csv=HOMES + "\n".join(half_hours("A")) + "\n").texts == {}


def test_corrected_rows_give_what_the_right_file_would_have_given(story, import_files) -> None:
    right = half_hours("A") + half_hours("B", kwh="0.25")
    wrong = list(right)
    wrong[5], wrong[40], wrong[120] = "A,2026-05-04 02:30,oops", "A,soon,0.5", ",2026-05-04 12:00,0.25"
    told = story(a_DOT_csv=HOMES + "\n".join(wrong) + "\n")
    assert len(told.first.rejected) == 3
    fixed = told.text.replace("oops", "0.5").replace("soon", "2026-05-04 20:00").replace(",,2026", ",B,2026")
    assert fixed != told.text
    imported = told.sends(fixed)
    assert (imported.read, imported.readings.height, imported.rejected) == (3, 3, [])
    whole = import_files(right_DOT_csv=HOMES + "\n".join(right) + "\n")
    assert sum(told.together(imported).values()) == pytest.approx(whole.kwh, rel=1e-12)
    assert len(told.together(imported)) == whole.readings.height
    assert imported.summary.put_right == {"a.csv": ["7", "42", "122"]}
    assert "import 1" in imported.summary.interpretation[0]


def test_end_stamps_of_an_hourly_meter_are_understood_by_the_other_rows(story, import_files) -> None:
    right = [f"{day:02d}/05/2026 {hour:02d}:00;0,5" for day in range(4, 20) for hour in range(24)]
    wrong = right.copy()
    wrong[100] = wrong[100].replace("0,5", "n/a")
    told = story(a_DOT_csv="Period ending;kWh\n" + "\n".join(wrong) + "\n")
    imported = told.sends(told.text.replace(",n/a", ',"0,5"'))
    whole = import_files(a_DOT_csv="Period ending;kWh\n" + "\n".join(right) + "\n")
    assert told.together(imported) == {("a", start): value for start, value in whole.values().items()}
    assert imported.readings.height == 1


def test_a_corrected_count_of_a_register_changes_the_two_intervals_beside_it_alone(story, import_files) -> None:
    counts = [1000.0 + 0.5 * step + (0.25 if step % 3 == 0 else 0) for step in range(96)]
    stamps = [line.split(",")[1] for line in half_hours("A")]
    right = [f"A,{stamp},{count}" for stamp, count in zip(stamps, counts, strict=True)]
    wrong = right.copy()
    wrong[50] = f"A,{stamps[50]},broken"
    recipe = Recipe(measure="register")
    told = story(recipe, a_DOT_csv=HOMES + "\n".join(wrong) + "\n")
    imported = told.sends(told.text.replace("broken", str(counts[50])))
    whole = import_files(a_DOT_csv=HOMES + "\n".join(right) + "\n", recipe=recipe)
    assert imported.readings.height == 2
    assert told.together(imported) == pytest.approx({("A", at): kwh for at, kwh in whole.values().items()})


def test_a_count_that_left_its_course_is_found_again_in_its_file(story) -> None:
    counts = [1000.0 + 0.5 * step for step in range(96)]
    counts[50] = 1.0
    stamps = [line.split(",")[1] for line in half_hours("A")]
    text = HOMES + "".join(f"A,{stamp},{count}\n" for stamp, count in zip(stamps, counts, strict=True))
    told = story(Recipe(measure="register"), a_DOT_csv=text)
    (row,) = told.rows
    assert (row["wattwise_line"], row["kwh"]) == ("52", "1.0")
    imported = told.sends(told.text.replace("1.0", "1025.0"))
    assert imported.readings["value"].to_list() == [0.5, 0.5]
    assert imported.summary.put_right == {"a.csv": ["52"]}


def test_of_two_rows_that_contradict_each_other_one_may_be_sent_back(story) -> None:
    lines = [*half_hours("A"), "A,2026-05-04 00:00,9"]
    told = story(Recipe(duplicates=DuplicateRule.REJECT), a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    assert len(told.rows) == 2
    header, _, second = told.text.splitlines()
    imported = told.sends(f"{header}\n{second}\n")
    assert imported.readings["value"].to_list() == [9.0]


def test_a_row_of_many_values_comes_back_once_and_its_sound_values_stay(story) -> None:
    names = [f"{hour:02d}:{minute}" for hour in range(24) for minute in ("00", "30")]
    days = [",".join(["A", f"2026-05-{day:02d}", *["0.5"] * 48]) for day in range(4, 10)]
    days[2] = days[2].replace("0.5", "x", 2)
    told = story(a_DOT_csv="home,date," + ",".join(names) + "\n" + "\n".join(days) + "\n")
    assert len(told.first.rejected) == 2
    (row,) = told.rows
    assert row["wattwise_column"] == "00:00 | 00:30"
    imported = told.sends(told.text.replace(",x", ",0.75"))
    assert (imported.read, imported.kwh) == (48, 46 * 0.5 + 2 * 0.75)
    assert len(told.together(imported)) == 6 * 48


def test_files_with_other_headers_come_in_a_zip_and_all_are_put_right(story) -> None:
    one = half_hours("A")
    one[7] = "A,2026-05-04 03:30,x"
    two = [line.split(",", 1)[1].replace("0.5", "500") for line in half_hours("B")]
    two[8] = "2026-05-04 04:00,x"
    told = story(a_DOT_csv=HOMES + "\n".join(one) + "\n", b_DOT_csv="time,Wh\n" + "\n".join(two) + "\n")
    assert list(told.texts) == ["1-a.csv", "2-b.csv"]
    fixed = [text.replace(",x", ",0.5" if "kwh" in text else ",500") for text in told.texts.values()]
    imported = told.sends(*fixed)
    assert imported.readings.sort("meter_key").select("meter_key", "value").rows() == [("A", 0.5), ("b", 0.5)]


def test_what_is_still_wrong_comes_back_and_a_fix_of_the_fix_counts_with_the_first(story) -> None:
    counts = [1000.0 + 0.5 * step for step in range(96)]
    stamps = [line.split(",")[1] for line in half_hours("A")]
    lines = [f"A,{stamp},{count}" for stamp, count in zip(stamps, counts, strict=True)]
    lines[50], lines[51] = f"A,{stamps[50]},x", f"A,{stamps[51]},y"
    told = story(Recipe(measure="register"), a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    first = told.sends(told.text.replace(",x", ",1025.25"))
    assert [row.value for row in first.rejected] == ["y"]
    assert first.summary.put_right == {"a.csv": ["52"]}
    header, _, second = told.text.splitlines()
    fixed = told.sends(f"{header}\n{second.replace(',y', ',1025.5')}\n")
    assert fixed.readings["value"].to_list() == pytest.approx([0.25, 0.5])
    assert sum(told.together(first, fixed).values()) == pytest.approx(0.5 * 95)


def test_a_row_with_too_many_fields_says_what_lies_beyond_and_is_not_taken_before_it_is_put_right(story) -> None:
    lines = half_hours("A")
    lines[5] = "A,2026-05-04 02:30,1,5"
    told = story(a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    assert told.rows[0]["wattwise_beyond_the_last_column"] == "5"
    assert told.sends(told.text).readings.is_empty()
    imported = told.sends(told.text.replace(",5,A,", ",,A,").replace("02:30,1", "02:30,1.5"))
    assert imported.readings["value"].to_list() == [1.5]


def test_a_corrected_file_that_a_spreadsheet_saved_its_own_way_is_read(story) -> None:
    lines = half_hours("A")
    lines[5] = "A,2026-05-04 02:30,oops"
    told = story(a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    rows = list(csv.reader(io.StringIO(told.text)))
    rows = [[*row[5:], *row[:5]] for row in rows]  # moved, with semicolons, in its own encoding
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    imported = told.sends(text.getvalue().replace("oops", "0.5").encode("cp1252"))
    assert imported.readings["value"].to_list() == [0.5]


def test_formulas_are_made_harmless_and_are_themselves_again(story) -> None:
    lines = [line.replace("A,", "=A,", 1) for line in half_hours("A")]
    lines[5] = "=A,2026-05-04 02:30,=1+1"
    told = story(a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    assert (told.rows[0]["home"], told.rows[0]["kwh"]) == ("'=A", "'=1+1")
    imported = told.sends(told.text.replace("'=1+1", "2"))
    assert imported.readings.select("meter_key", "value").rows() == [("A", 2.0)]


def test_kinds_of_files_without_lines_come_back_too(story) -> None:
    records = [f'{{"home":"A","time":"{line.split(",")[1]}","kwh":0.5}}' for line in half_hours("A")]
    records[5] = records[5].replace("0.5", '"oops"')
    told = story(a_DOT_json="[" + ",".join(records) + "]")
    (row,) = told.rows
    assert row["wattwise_line"] == "#6"
    imported = told.sends(told.text.replace("oops", "0.5"))
    assert len(told.together(imported)) == len(records)
    assert told.first.rejected[0].line == 0


def test_details_come_back_too(story) -> None:
    rows = "household,people,roof\nDupont,4,slate\n,2,tile\nSmith,1,slate\n"
    told = story(Recipe(kind=ImportKind.CONSUMERS), a_DOT_csv=rows)
    (row,) = told.rows
    assert (row["wattwise_line"], row["people"]) == ("3", "2")
    imported = told.sends(told.text.replace(",,2,tile", ",Jones,2,tile"))
    (part,) = imported.consumer_parts
    assert [(each.key, each.line) for each in part.details.consumers] == [("Jones", 3)]
    assert imported.summary.put_right == {"a.csv": ["3"]}


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda text: text.split("\n", 1)[0] + "\n", "holds no rows"),
        (lambda text: text.replace("wattwise_line", "line"), "does not say which rejected rows"),
        (lambda text: text.replace(",kwh", ",energy"), "the column “kwh” of a.csv is missing"),
        (lambda text: HOMES + "A,2026-05-04 02:30,0.5\n", "does not say which rejected rows"),
    ],
)
def test_what_cannot_be_placed_is_refused_in_a_sentence(story, edit, sentence) -> None:
    lines = half_hours("A")
    lines[5] = "A,2026-05-04 02:30,oops"
    told = story(a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    with pytest.raises(BadFile, match=sentence):
        told.sends(edit(told.text))


def test_a_row_that_was_not_rejected_is_not_touched(story) -> None:
    lines = half_hours("A")
    lines[5] = "A,2026-05-04 02:30,oops"
    told = story(a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    header, row = told.text.splitlines()
    imported = told.sends(f"{header}\n{row.replace(',7,', ',8,').replace('oops', '99')}\n")
    assert imported.readings.is_empty()
    assert (imported.read, [bad.value for bad in imported.rejected]) == (1, ["8"])
    assert imported.summary.put_right == {}


def test_a_file_of_rejected_rows_can_be_imported_by_itself_as_well(story, import_files) -> None:
    lines = half_hours("A")
    lines[5:15] = [line.replace("0.5", "oops") for line in lines[5:15]]
    told = story(a_DOT_csv=HOMES + "\n".join(lines) + "\n")
    imported = import_files(mine_DOT_csv=told.text.replace("oops", "0.5"))
    assert (imported.readings.height, imported.kwh) == (10, 5.0)
    assert {meter.meter_key for meter in imported.meters} == {"A"}


def test_more_rows_than_the_file_may_hold_are_counted() -> None:
    rejects = Rejects(most_bytes=10, numbers={})
    cells = pl.DataFrame({"c0": ["a" * 20], "extra": [None], "line": [2], "file": [0]})
    told = pl.DataFrame(
        {"file": ["a.csv"], "line": [2], "column": ["x"], "value": ["y"], "reason": ["r"], "remedy": ["m"]}
    )
    rejects.add(("x",), cells, ["a.csv"], told)
    rejects.add_without_cells(told)
    assert rejects.left_out == 2
    assert not rejects.waits
    assert rejects.numbers == {"a.csv": {2}}
