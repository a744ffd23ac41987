"""The same exports as people have them in Excel: numbers as numbers, dates and times as such."""

import csv
import io
import re
from datetime import datetime, time

import openpyxl

from wattwise_consumption import sniff

from .making import Kind

_DAY_FIRST, _MONTH_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"), ("%m/%d/%Y",)
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M %p")


def workbook_of(kind: Kind) -> bytes:
    raw = kind.text if isinstance(kind.text, bytes) else kind.text.encode()
    dialect = sniff.dialect_of(raw[: sniff.HEAD_BYTES])
    text = raw.decode(dialect.encoding).lstrip("\ufeff").removeprefix("sep=;\n")
    dates = (*(_MONTH_FIRST if kind.zone.startswith("America") else _DAY_FIRST), "%Y-%m-%d", "%Y/%m/%d")
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(text), delimiter=dialect.delimiter):
        book.active.append([_typed(cell.strip(), dates) for cell in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _typed(cell: str, dates: tuple[str, ...]) -> str | float | datetime | time | None:
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+", cell):
        return float(cell.replace(".", "").replace(",", "."))
    if re.fullmatch(r"-?(0|[1-9]\d{0,9})([.,]\d+)?", cell):
        return float(cell.replace(",", "."))
    written = [*dates, *(f"{date} {clock}" for date in dates for clock in _TIMES)]
    moments = [moment for pattern in written if (moment := _read(cell, pattern))]
    times = [moment.time() for pattern in _TIMES if (moment := _read(cell, pattern))]
    return next(iter([*moments, *times]), cell or None)


def _read(cell: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(cell, pattern)  # noqa: DTZ007  # a spreadsheet knows no zone
    except ValueError:
        return None
