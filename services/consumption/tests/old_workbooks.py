"""Workbooks that openpyxl does not write: .xls, .xlsb and .ods, as small as they may be. Cells are text, numbers or
moments (in the first two: numbers with a format of dates)."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta

Rows = Sequence[Sequence[object]]
_EPOCH = datetime.fromisoformat("1899-12-30")
_SECTOR = 512


def serial(moment: datetime) -> float:
    """A moment as Excel counts it."""
    return (moment - _EPOCH) / timedelta(days=1)


def xls(rows: Rows, *, sheet: str = "Sheet1") -> bytes:
    """https://learn.microsoft.com/openspecs/office_file_formats/ms-xls"""
    beginning = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    formats = b"".join(_record(0x00E0, struct.pack("<HHH", 0, number, 0) + bytes(14)) for number in (0, 22))
    name = struct.pack("<BB", len(sheet), 0) + sheet.encode("latin-1")
    end = _record(0x000A, b"")
    place = len(beginning) + len(formats) + 4 + 6 + len(name) + len(end)
    sheets = _record(0x0085, struct.pack("<IH", place, 0) + name)
    cells = b"".join(
        _xls_cell(row, column, value) for row, cells in enumerate(rows) for column, value in enumerate(cells)
    )
    content = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + end
    return _compound_file("Workbook", beginning + formats + sheets + end + content)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _xls_cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, datetime):
        return _record(0x0203, struct.pack("<HHHd", row, column, 1, serial(value)))
    if isinstance(value, int | float):
        return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    text = str(value).encode("latin-1")
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text)


def _compound_file(name: str, content: bytes) -> bytes:
    """The container of old Office files, with one stream."""
    content = content.ljust(max(len(content), 4096), b"\0")
    content += bytes(-len(content) % _SECTOR)
    sectors = len(content) // _SECTOR
    chain = [*range(1, sectors), 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFD]  # the stream, the folder, this table
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    assert len(table) == _SECTOR
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", sectors + 1) + b"\xff" * 432
    folder = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(name, 2, 0xFFFFFFFF, 0, len(content))
    return header + content + folder.ljust(_SECTOR, b"\0") + table


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + bytes(36)
        + struct.pack("<IQ", start, size)
    )  # fmt: skip


def ods(rows: Rows, *, sheet: str = "Sheet1") -> bytes:
    """https://docs.oasis-open.org/office/OpenDocument/v1.3/"""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="{sheet}">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return packed.getvalue()


def _ods_cell(value: object) -> str:
    if isinstance(value, datetime):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def xlsb(rows: Rows, *, sheet: str = "Sheet1") -> bytes:
    """https://learn.microsoft.com/openspecs/office_file_formats/ms-xlsb"""
    named = struct.pack("<III", 0, 0, 0)[:8] + _wide("rId1") + _wide(sheet)
    workbook = _part(0x83) + _part(0x8F, b"") + _part(0x9C, named) + _part(0x90) + _part(0x84)
    cells = b"".join(
        _part(0x00, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0))
        + b"".join(_xlsb_cell(*cell) for cell in enumerate(cells))
        for row, cells in enumerate(rows)
    )
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    content = _part(0x81) + _part(0x94, size) + _part(0x91) + cells + _part(0x92) + _part(0x82)
    formats = b"".join(_part(0x2F, struct.pack("<HHHHHBBH", 0, number, 0, 0, 0, 0, 0, 0)) for number in (0, 22))
    styles = _part(0x0116) + _part(0x0269, struct.pack("<I", 2)) + formats + _part(0x026A) + _part(0x0117)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/_rels/workbook.bin.rels", links)
        archive.writestr("xl/workbook.bin", workbook)
        archive.writestr("xl/styles.bin", styles)
        archive.writestr("xl/worksheets/sheet1.bin", content)
    return packed.getvalue()


def _part(kind: int, data: bytes = b"") -> bytes:
    code = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7]) if kind > 0xFF else bytes([kind, 1])
    assert len(data) < 0x80
    return code + bytes([len(data)]) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, value: object) -> bytes:
    if isinstance(value, datetime):
        return _part(0x05, struct.pack("<IId", column, 1, serial(value)))
    if isinstance(value, int | float):
        return _part(0x05, struct.pack("<IId", column, 0, value))
    return _part(0x06, struct.pack("<II", column, 0) + _wide(str(value)))
