"""Workbooks of Excel and LibreOffice: .xlsx, .xlsm, .xlsb, .xls and .ods. Each sheet with a table is a table.

Numbers come as they are stored, dates as dates, formulas as the values last computed. `line` is the sheet's row.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import polars as pl

from wattwise_consumption.problems import BadFile

from .apart import read_by
from .format import Bounds, FileFormat, Table
from .sheets import Found, table_in

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_PACKED_MARKS = (b"[Content_Types].xml", b"xl/", b"application/vnd.oasis.opendocument")
_BLOCK_BYTES = 10_000_000
_MOST_ERRORS = 100_000
_MOST_OF_WORKBOOK = 1_000_000
_HIDDEN = "Not read, as they are hidden: the sheets {}. To read one, name it as the table of the import."


def tables_in(path: Path, bounds: Bounds) -> Iterator[Table]:
    """The tables of a workbook, sheet after sheet, in blocks. Raises `BadFile`."""
    _refuse_what_cannot_be_read(path, bounds)
    try:
        workbook = fastexcel.read_excel(path)
        sheets, hidden = _wanted(workbook, bounds.table)
        found, without_table = _tables_of(workbook, sheets, from_1904=_counts_from_1904(path))
    except fastexcel.FastExcelError as error:
        raise _why_not(error) from None
    if not found:
        where = f"The sheet “{bounds.table}”" if bounds.table else "The workbook"
        raise BadFile(f"{where} holds no table of readings.", "Put the times and values into columns, with a header.")
    notes: tuple[str, ...] = (
        (f"Not read, as they hold no table: the sheets {', '.join(without_table[:12])}.",) if without_table else ()
    )
    notes += (_HIDDEN.format(", ".join(hidden[:12])),) if hidden else ()
    for name, (names, cells, titles) in found.items():
        part = name if len(found) > 1 else ""  # the file's own name says more than “Sheet1”
        rows = max(int(cells.height * _BLOCK_BYTES / max(cells.estimated_size(), 1)), 1_000)
        for block in cells.iter_slices(rows):
            yield Table(names, block, part=part, titles=titles, notes=notes)


def _tables_of(
    workbook: fastexcel.ExcelReader, sheets: list[str], *, from_1904: bool
) -> tuple[dict[str, Found], list[str]]:
    """(tables by sheet, the sheets that hold something else). Raises `FastExcelError`."""
    found: dict[str, Found] = {}
    without_table: list[str] = []
    for name in sheets:
        cells = _cells(workbook, name)
        table = table_in(cells, from_1904=from_1904)
        if table is not None:
            found[name] = table
        elif cells.height:
            without_table.append(f"“{name}”")
    return found, without_table


def _refuse_what_cannot_be_read(path: Path, bounds: Bounds) -> None:
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_OLD_OFFICE):
        data = path.read_bytes()
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadFile("The workbook is locked with a password.", "Save it without a password.")
        if "WordDocument".encode("utf-16-le") in data:
            raise BadFile("This is an old Word document, not a table.", "Save the table in it as CSV.")
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unfolded = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise BadFile("The workbook is damaged or cut off.", "Fetch or save it again.") from None
    if unfolded > bounds.memory_bytes // 2:
        raise BadFile(
            f"The workbook unfolds to {unfolded / 1e6:,.0f} MB, more than is allowed here.",
            "Save its sheets as CSV, or split it.",
        )


def _wanted(workbook: fastexcel.ExcelReader, table: str) -> tuple[list[str], list[str]]:
    """(the sheets to read, those that are hidden and so left out: drafts, and what others are computed from)."""
    names = workbook.sheet_names
    if not table:
        shown = [name for name in names if workbook.load_sheet(name, n_rows=0).visible == "visible"] or names
        return shown, [f"“{name}”" for name in names if name not in shown]
    chosen = [name for name in names if name.strip().lower() == table.strip().lower()]
    if not chosen:
        known = ", ".join(f"“{name}”" for name in names[:20])
        raise BadFile(f"The workbook has no sheet “{table}”.", f"Its sheets are: {known}.")
    return chosen, []


def _counts_from_1904(path: Path) -> bool:
    """Whether a workbook's numbers of days count from 1904. Cells that are formatted as dates come right by themselves."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as about:
            return re.search(rb"""date1904\s*=\s*["'](?:1|true)["']""", about.read(_MOST_OF_WORKBOOK)) is not None
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return False


def _why_not(error: fastexcel.FastExcelError) -> BadFile:
    said = str(error).lower()
    if "password" in said or "encrypt" in said:
        return BadFile("The workbook is locked with a password.", "Save it without a password.")
    return BadFile("The workbook is damaged, or no workbook at all.", "Open it in Excel and save it again, or as CSV.")


def _cells(workbook: fastexcel.ExcelReader, name: str) -> pl.DataFrame:
    """All cells of a sheet from its first row on, as text. Text is rounded to nine decimals by the library, so the
    numbers are read besides, and those that were rounded are written in full."""
    text_sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if text_sheet.height == 0 or text_sheet.width == 0:
        return pl.DataFrame()
    batch, errors = text_sheet.to_arrow_with_errors()
    text = pl.DataFrame(pl.from_arrow(batch))
    numbers = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="float").to_polars()
    places = [f"c{number}" for number in range(text.width)]
    text.columns, numbers.columns = places, [f"{place} number" for place in places]
    both = pl.concat([text, numbers], how="horizontal")
    exact = [
        pl.when(pl.col(place).cast(pl.Float64, strict=False) != pl.col(f"{place} number"))
        .then(pl.col(f"{place} number").cast(pl.String))
        .otherwise(pl.col(place))
        .alias(place)
        for place in places
    ]
    return _with_errors(both.select(exact), errors)


def _with_errors(cells: pl.DataFrame, errors: fastexcel.CellErrors | None) -> pl.DataFrame:
    """What a formula could not compute, as Excel shows it: #DIV/0! is no empty cell."""
    by_column: dict[int, tuple[list[int], list[str]]] = {}
    for error in errors.errors[:_MOST_ERRORS] if errors is not None else []:
        row, column = error.offset_position
        rows, texts = by_column.setdefault(column, ([], []))
        rows.append(row)
        texts.append(_ERRORS.get(error.detail.rpartition("Error(")[2].rstrip(")'"), "#ERROR!"))
    for column, (rows, texts) in by_column.items():
        cells = cells.with_columns(cells[f"c{column}"].scatter(rows, texts))
    return cells


_ERRORS = {
    "Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#GETTING_DATA",
}  # fmt: skip


def _recognises(head: bytes, name: str) -> bool:
    return head.startswith(_OLD_OFFICE) or (head.startswith(b"PK\x03\x04") and any(m in head for m in _PACKED_MARKS))


EXCEL = FileFormat("Excel", _recognises, read_by("excel", "The workbook"))
