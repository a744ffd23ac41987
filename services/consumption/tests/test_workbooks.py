"""Workbooks: what people save from Excel, and what is no workbook although its name says so."""

import io
import random
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from wattwise_consumption.archives import Limits, members_of
from wattwise_consumption.formats import Bounds, blocks_of
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import Recipe, StampMarks

from .old_workbooks import ods, xls, xlsb

chance = random.Random

STAMPS = [datetime.fromisoformat("2026-05-04") + timedelta(minutes=30 * step) for step in range(6)]
KWH = [0.25, 1.5, 0.0, 12.125]
EXPECTED = {f"{stamp:%Y-%m-%d %H:%M}": value for stamp, value in zip(STAMPS, KWH, strict=False)}
READINGS = [["home", "time", "kwh"], *(["H1", stamp, value] for stamp, value in zip(STAMPS, KWH, strict=False))]


def workbook(**sheets: Iterable[Iterable[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(number, place, value)
                if isinstance(value, str) and value.startswith("#"):
                    cell.data_type = "e"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def shape(*rows: list[object]) -> bytes:
    return workbook(Sheet1=rows)


SAME_TABLE = {
    "plain": shape(*READINGS),
    "titles above": shape(["Usage report"], ["Made", date(2026, 6, 1)], [], *READINGS),
    "not at the corner": shape([], [], *([None, None, *row] for row in READINGS)),
    "notes beside": shape(*(row if n != 3 else [*row, None, "checked by Alice"] for n, row in enumerate(READINGS))),
    "a count of the rows first": shape(["", *READINGS[0]], *([n, *row] for n, row in enumerate(READINGS[1:]))),
    "date and time apart": shape(
        ["home", "date", "time", "kwh"], *([home, at.date(), at.time(), kwh] for home, at, kwh in READINGS[1:])
    ),
    "numbers for dates": shape(
        READINGS[0], *(["H1", 46146 + step / 48, kwh] for step, kwh in enumerate(KWH))
    ),
    "text": shape(*([str(cell) for cell in row] for row in READINGS)),
    "a sheet of notes, and an empty one": workbook(
        About=[["Meter data of 2026"], ["Please ask", "Bob"]], Empty=[], Data=READINGS
    ),
    "no header": shape(*READINGS[1:]),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_TABLE)
def test_the_same_four_half_hours_come_out_of_every_sheet(import_files, name: str) -> None:
    imported = import_files(export_DOT_xlsx=SAME_TABLE[name])
    assert imported.rejected == []
    assert imported.values("H1") == EXPECTED


@pytest.mark.parametrize("write", [xls, xlsb, ods])
def test_other_kinds_of_workbooks_are_read_alike(import_files, write: Callable[[list[list[object]]], bytes]) -> None:
    name = f"export_DOT_{write.__name__}"
    assert import_files(**{name: write(READINGS)}).values("H1") == EXPECTED
    negative = import_files(**{name: write([["Report"], *READINGS, ["H1", STAMPS[4], -1.0]])})
    assert [(row.line, row.column, row.value) for row in negative.rejected] == [(7, "kwh", "-1")]


def test_times_of_day_that_are_ends_run_to_24_o_clock(import_files) -> None:
    clock = [timedelta(minutes=30 * half) for half in range(1, 49)]
    days = [["M1", date(2026, 5, 4 + day), *range(48)] for day in range(2)]
    imported = import_files(
        days_DOT_xlsx=shape(["Meter", "Date", *clock], *days), recipe=Recipe(stamp_marks=StampMarks.END)
    )
    assert imported.values("M1")["2026-05-04 00:00"] == 0
    assert imported.values("M1")["2026-05-05 23:30"] == 47


def test_sheets_that_were_passed_over_are_named_on_the_receipt(import_files) -> None:
    imported = import_files(export_DOT_xlsx=SAME_TABLE["a sheet of notes, and an empty one"])
    assert imported.summary.warnings == ["Not read, as they hold no table: the sheets “About”."]


def test_every_sheet_is_a_table_and_a_meter_may_be_named_by_its_sheet(import_files) -> None:
    rows = [row[1:] for row in READINGS]
    imported = import_files(buildings_DOT_xlsx=workbook(School=rows, Library=rows))
    assert imported.values("School") == imported.values("Library") == EXPECTED


def test_a_lone_sheet_leaves_the_meter_to_the_workbooks_name(import_files) -> None:
    imported = import_files(town_hall_DOT_xlsx=shape(*(row[1:] for row in READINGS)))
    assert [meter.meter_key for meter in imported.meters] == ["town_hall"]


def test_sheets_of_months_go_on_with_one_meter(import_files) -> None:
    months = {
        name: [["time", "kwh"], *([datetime.fromisoformat(f"2026-{month:02d}-01") + timedelta(hours=hour), 1.5] for hour in range(24))]
        for month, name in enumerate(("Jan 26", "February", "März", "2026-04"), start=1)
    }  # fmt: skip
    imported = import_files(town_hall_DOT_xlsx=workbook(**months))
    assert [meter.meter_key for meter in imported.meters] == ["town_hall"]
    assert imported.kwh == 4 * 24 * 1.5


def test_meters_are_named_above_their_units(import_files) -> None:
    rows = [["Timestamp", "School", "Library"], ["", "kWh", "kWh"], *([at, n, n / 2] for n, at in enumerate(STAMPS))]
    imported = import_files(units_DOT_xlsx=shape(*rows))
    assert list(imported.values("School kWh").values()) == list(range(6))
    assert sum(imported.values("Library kWh").values()) == 7.5


def test_a_recipe_may_name_the_sheet(import_files) -> None:
    other = [READINGS[0], ["H2", STAMPS[0], 7.0], ["H2", STAMPS[1], 7.0]]
    book = workbook(First=other, Second=READINGS)
    assert import_files(book_DOT_xlsx=book, recipe=Recipe(table="second")).kwh == sum(KWH)
    with pytest.raises(BadFile, match="Its sheets are: “First”, “Second”"):
        import_files(book_DOT_xlsx=book, recipe=Recipe(table="Third"))


def test_a_row_for_each_day_under_times_of_day(import_files) -> None:
    clock = [time(half // 2, half % 2 * 30) for half in range(48)]
    days = [[f"M{meter}", date(2026, 5, 4 + day), *([meter + day / 4] * 48)] for meter in (1, 2) for day in range(2)]
    imported = import_files(days_DOT_xlsx=shape(["Meter", "Reading Date", *clock], *days))
    assert imported.readings.height == 2 * 2 * 48
    assert imported.values("M2")["2026-05-05 23:30"] == 2.25


def test_day_numbers_beside_a_period_of_the_day(import_files) -> None:
    rows = [[46146 + day, period, period / 4] for day in range(3) for period in range(1, 49)]
    imported = import_files(demand_DOT_xlsx=shape(["Date", "Period", "kWh"], *rows))
    assert imported.values()["2026-05-05 00:30"] == 0.5
    assert imported.kwh == 3 * sum(range(1, 49)) / 4


def test_numbers_keep_every_digit(import_files) -> None:
    values = [0.1 + 0.2, 1 / 3, 1e-12, 123456789.12345678]
    imported = import_files(exact_DOT_xlsx=shape(["time", "kwh"], *map(list, zip(STAMPS, values, strict=False))))
    assert list(imported.values().values()) == [float(f"{value:.16g}") for value in values]  # as openpyxl writes them


def test_formula_errors_are_rejected_by_their_row(import_files) -> None:
    rows = [*READINGS, ["H1", STAMPS[4], "#DIV/0!"], ["H1", STAMPS[5], "#N/A"]]
    imported = import_files(errors_DOT_xlsx=shape(["Report"], *rows))
    assert [(row.line, row.value) for row in imported.rejected] == [(7, "#DIV/0!"), (8, "#N/A")]
    assert imported.values("H1") == EXPECTED


def test_a_workbook_in_a_zip_is_read_as_one(import_files) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deep/book.xlsx", SAME_TABLE["plain"])
        archive.writestr("plain.csv", "home,time,kwh\nH2,2026-05-04 00:00,1\nH2,2026-05-04 00:30,1\n")
    imported = import_files(both_DOT_zip=packed.getvalue())
    assert imported.values("H1") == EXPECTED
    assert len(imported.values("H2")) == 2


def document(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_DOT_", ".").replace("_IN_", "/"), content)
    return packed.getvalue()


def far_cell() -> bytes:
    """A sheet whose only cells are the first and the last there can be: 17 billion cells lie between."""
    source = zipfile.ZipFile(io.BytesIO(shape(*READINGS)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", row)
            archive.writestr(name, content)
    return packed.getvalue()


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
REFUSED = {
    "picture.xlsx": (b"\xff\xd8\xff\xe0" + bytes(2000), "JPEG picture"),
    "page.xls": (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "web page"),
    "locked.xlsx": (LOCKED, "locked with a password"),
    "letter.doc": (LOCKED.replace(b"E\0n\0c\0r\0y\0p\0t\0e\0d\0", "WordDocument".encode("utf-16-le")), "Word"),
    "damaged.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "damaged"),
    "cut.xlsx": (SAME_TABLE["plain"][:-300], "damaged or cut off"),
    "inside.xlsx": (document(xl_IN_workbook_DOT_xml=b"<workbook", a=b"b"), "damaged"),
    "letter.docx": (document(word_IN_document_DOT_xml=b"<a/>"), "Word document"),
    "empty.xlsx": (workbook(Sheet1=[], Sheet2=[["only a title"]]), "holds no table"),
    "notes.xlsx": (workbook(Notes=[["Ask", "Alice"], ["or", "Bob"], ["or", "Charlie"]]), "holds no table"),
    "far.xlsx": (far_cell(), "more memory|damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_workbook_of_readings_is_refused_with_a_sentence(import_files, name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(BadFile, match=reason) as refused:
        import_files(**{name.replace(".", "_DOT_"): content})
    assert refused.value.remedy


def test_a_bomb_is_refused_before_it_is_unfolded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(document(xl_IN_workbook_DOT_xml=b"<a/>", xl_IN_worksheets_IN_sheet1_DOT_xml=b" " * 60_000_000))
    with (
        members_of(path, name=path.name, limits=Limits()) as (member,),
        pytest.raises(BadFile, match="unfolds to 60 MB"),
    ):
        list(blocks_of(member, Bounds(memory_bytes=100_000_000)))


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_never_ends_the_worker(import_files, seed: int) -> None:
    dice = chance(seed)
    content = bytearray([SAME_TABLE["plain"], xls(READINGS), xlsb(READINGS), ods(READINGS)][seed % 4])
    for _ in range(dice.randint(1, 30)):
        content[dice.randrange(4, len(content))] = dice.randrange(256)
    try:
        imported = import_files(damaged_DOT_xlsx=bytes(content))
    except BadFile:
        return  # a sentence and a remedy: what the worker shows
    assert imported.readings["value"].is_finite().all()
