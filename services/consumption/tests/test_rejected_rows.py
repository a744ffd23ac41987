"""What is wrong is rejected with its line, column, value, reason and remedy; nothing is dropped in silence."""

from datetime import UTC, datetime

import pytest

from wattwise_contract.recipes import DuplicateRule, Recipe

HEADER = "home,time,kwh\n"


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ("H1,2026-05-04 01:00,", "kwh", "There is no value."),
        ("H1,2026-05-04 01:00,NULL", "kwh", "There is no value."),
        ("H1,2026-05-04 01:00, ? ", "kwh", "There is no value."),
        ("H1,2026-05-04 01:00,abc", "kwh", "not a number"),
        ("H1,2026-05-04 01:00,NaN", "kwh", "not a finite number"),
        ("H1,2026-05-04 01:00,inf", "kwh", "not a finite number"),
        ("H1,2026-05-04 01:00,1e308", "kwh", "impossibly large"),
        ("H1,2026-05-04 01:00,-0.5", "kwh", "negative"),
        ("H1,2026-05-04 01:00,1,5", "", "more fields than the header"),
        ("H1,,0.5", "time", "There is no time."),
        ("H1,yesterday,0.5", "time", "not a date and time"),
        ("H1,2026-13-40 01:00,0.5", "time", "not a date and time"),
        ("H1,0026-05-04 01:00,0.5", "time", "before 1980"),
        ("H1,2027-05-04 01:00,0.5", "time", "in the future"),
        ("H1,2026-05-04 01:07,0.5", "time", "off the meter's grid"),
        (",2026-05-04 01:00,0.5", "", "names no meter"),
    ],
)
def test_a_bad_row_is_told_and_its_neighbours_stay(import_files, cells: str, column: str, reason: str) -> None:
    good = [f"H1,2026-05-04 {hour:02d}:{minute},0.5" for hour in range(2, 7) for minute in ("00", "30")]
    text = HEADER + "\n".join([*good[:4], cells, *good[4:]]) + "\n"
    imported = import_files(a_DOT_csv=text, now=datetime(2026, 6, 1, tzinfo=UTC))
    (row,) = imported.rejected
    assert (row.file, row.line, row.column) == ("a.csv", 6, column)
    assert reason in row.reason
    assert row.remedy
    assert imported.readings.height == 10
    assert imported.read == 11


def test_lines_are_counted_as_an_editor_does_through_blank_lines_and_quoted_line_ends(import_files) -> None:
    text = 'a title\n\nhome,time,kwh,note\nH1,2026-05-04 00:00,1,"two\nlines"\n\nH1,2026-05-04 00:30,x,\nH1,2026-05-04 01:00,1,"a ""b"""\nH1,2026-05-04 01:30,y,\n'
    imported = import_files(a_DOT_csv=text)
    assert [(row.line, row.value) for row in imported.rejected] == [(7, "x"), (9, "y")]
    assert imported.kwh == 2


def test_lines_are_right_in_the_second_block_of_a_large_file(import_files) -> None:
    from wattwise_consumption.csv_cells import BLOCK_BYTES

    row = "H{home:05d},2026-05-04 00:{minute},0.500\n"
    homes = BLOCK_BYTES * 3 // 2 // (2 * len(row.format(home=1, minute="00")))
    body = [row.format(home=home, minute=minute) for home in range(homes) for minute in ("00", "30")]
    body[-3] = body[-3].replace("0.500", "oops!")
    imported = import_files(large_DOT_csv=HEADER + "".join(body))
    (odd,) = imported.rejected
    assert odd.line == len(body) - 3 + 2
    assert imported.readings.height == len(body) - 1
    assert len(imported.parts) > 1


TWICE = HEADER + "H1,2026-05-04 00:00,1\nH1,2026-05-04 00:30,5\nH1,2026-05-04 00:00,2\n"


@pytest.mark.parametrize(
    ("rule", "first_value", "duplicate", "rejected"),
    [
        (DuplicateRule.LAST, 2.0, 1, 0),
        (DuplicateRule.FIRST, 1.0, 1, 0),
        (DuplicateRule.SUM, 3.0, 1, 0),
        (DuplicateRule.REJECT, None, 0, 2),
    ],
)
def test_duplicates_follow_the_rule(import_files, rule, first_value, duplicate, rejected) -> None:
    imported = import_files(a_DOT_csv=TWICE, recipe=Recipe(duplicates=rule))
    assert imported.values().get("2026-05-04 00:00") == first_value
    assert (imported.duplicate, len(imported.rejected)) == (duplicate, rejected)
    assert imported.read == 3


def test_only_the_first_thousand_rejected_rows_are_listed_but_all_are_counted(import_files) -> None:
    good = "".join(f"H1,2026-05-{day:02d} {hour:02d}:00,1\n" for day in range(1, 29) for hour in range(24))
    bad = "".join(
        f"H1,2026-04-{day:02d} {hour:02d}:{minute:02d},x\n"
        for day in (1, 2)
        for hour in range(24)
        for minute in range(0, 60, 2)
    )
    imported = import_files(a_DOT_csv=HEADER + good + good.replace("H1", "H2") + good.replace("H1", "H3") + bad)
    (part,) = imported.parts
    assert part.notes.rejected_count == 1_440
    assert len(part.notes.rejected) == 1_000


def test_one_bad_file_among_good_ones_is_refused_and_counted(import_files) -> None:
    good = HEADER + "H1,2026-05-04 00:00,1\nH1,2026-05-04 00:30,1\n"
    imported = import_files(a_DOT_csv=good, b_DOT_csv=b"\x89PNG\r\n\x1a\n", c_DOT_csv=good.replace("H1", "H2"))
    assert imported.kwh == 4
    (refused,) = imported.rejected
    assert (refused.file, refused.line) == ("b.csv", 0)
    assert "PNG picture" in refused.reason
    assert any("b.csv was refused" in warning for warning in imported.summary.warnings)
