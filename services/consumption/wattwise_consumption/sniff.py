"""Find out what a file is from its first bytes: format, encoding, delimiter, header."""

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass

from .problems import BadFile

HEAD_BYTES = 262_144
_DELIMITERS = (",", ";", "\t", "|")
_LINES_LOOKED_AT = 60
_FEWEST_DAYS = 3  # that name columns
_UNKNOWN: dict[bytes, tuple[str, str]] = {
    b"\x89PNG": ("a PNG picture", "Import the table that it shows, not its picture."),
    b"\xff\xd8\xff": ("a JPEG picture", "Import the table that it shows, not its picture."),
    b"GIF8": ("a GIF picture", "Import the table that it shows, not its picture."),
    b"%PDF": ("a PDF document", "Ask for the data as CSV or Excel: tables in a PDF cannot be read."),
    b"\xd0\xcf\x11\xe0": ("an old Office document", "Save its table as CSV or Excel."),
    b"PK\x03\x04": ("a zip file within another, or damaged", "Unpack it, and import the files in it."),
    b"SQLite format 3": ("an SQLite database", "Export its table of readings as CSV."),
    b"7z\xbc\xaf": ("a 7-Zip archive", "Unpack it, and import the files in it or a zip of them."),
    b"Rar!": ("a RAR archive", "Unpack it, and import the files in it or a zip of them."),
    b"\x28\xb5\x2f\xfd": ("a file packed twice with zstd", "Unpack it once before the import."),
    b"\x1f\x8b": ("a file packed twice with gzip", "Unpack it once before the import."),
    b"BZh": ("a file packed twice with bzip2", "Unpack it once before the import."),
    b"\xfd7zXZ": ("a file packed twice with xz", "Unpack it once before the import."),
    b"\x80\x04\x95": ("a Python pickle", "Save the table as CSV, Parquet or HDF5: a pickle may run programs."),
    b"\x7fELF": ("a program", "Import a table of readings."),
}
_TABLES: tuple[bytes, ...] = (b"\x89HDF", b"PAR1", b"ARROW1", b"FEA1", b"\xff\xff\xff\xff")  # that are not text
_NUMBER = re.compile(r"^[+-]?(?=[.,' ]*\d)[\d.,' ]++(e[+-]?\d+)?%?$", re.IGNORECASE)
_DATE_LIKE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|^\d{1,2} [A-Za-z]{3,9} \d{2,4}|^\d{4}-\d{2}|^\d{8,}")


@dataclass(frozen=True)
class Dialect:
    """How a table of text is written. `first_row` is the 0-based line where data begin."""

    encoding: str
    delimiter: str
    names: tuple[str, ...]  # as the header has them; "column 1" … where there is no header
    first_row: int
    has_header: bool
    lone_cr: bool  # lines end in CR alone
    above: tuple[tuple[str, ...], ...] = ()  # the rows above the header, cell by cell


def encoding_of(head: bytes) -> str:
    """UTF-8 or UTF-16 by mark or by look; Windows' Latin otherwise."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
    half = max(len(head[:2000]) // 2, 1)
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp932" if _is_japanese(head) else "cp1252"
    return "utf-8"


def _is_japanese(head: bytes) -> bool:
    """Whether the bytes read as Japan's Windows encoding, and say something in it."""
    try:
        text = codecs.getincrementaldecoder("cp932")().decode(head)
    except UnicodeDecodeError:
        return False
    return re.search(r"[年月日時電力量]|[ぁ-んァ-ヶ]{2}", text) is not None


def is_text(head: bytes) -> bool:
    """Whether this is text with something in it."""
    if head.startswith((*_UNKNOWN, *_TABLES)) or not text_of(head).strip("\ufeff \t\r\n\0"):
        return False
    return head[:4096].count(0) <= len(head[:4096]) * 0.1 or encoding_of(head).startswith("utf-16")


def is_markup(head: bytes) -> bool:
    """Whether this is XML or a web page."""
    return text_of(head).lstrip().startswith("<")


def refusal(head: bytes) -> tuple[str, str]:
    """What a file is that no format recognises, and the remedy."""
    for mark, (what, remedy) in _UNKNOWN.items():
        if head.startswith(mark):
            return f"This is {what}, not a table of readings.", remedy
    text = text_of(head).lstrip()
    if not text.strip("\0 \t\r\n"):
        return "The file is empty.", "Export it again."
    if text[:300].lower().startswith(("<!doctype html", "<html", "<head", "<body")):
        return "This is a web page, not data.", "Download the data itself; you may have to sign in first."
    if text.startswith("<"):
        return "This is XML of a kind that is not known here.", "Export it as CSV or JSON."
    return "This is a binary file of a kind that is not known here.", "Save it as CSV, Excel or Parquet."


def dialect_of(head: bytes) -> Dialect:
    """The dialect of a CSV file from its first bytes. Raises `BadFile` where no table can be seen."""
    encoding = encoding_of(head)
    text = text_of(head)
    lone_cr = "\n" not in text and "\r" in text
    if len(head) >= HEAD_BYTES and "\n" not in text and not lone_cr:
        raise BadFile("The first line is longer than a quarter of a megabyte.", "Check that this is a table of text.")
    lines = re.split(r"\r\n|\n|\r" if lone_cr else r"\r?\n", text)[:_LINES_LOOKED_AT]
    if len(head) >= HEAD_BYTES and len(lines) > 1 and len(lines) < _LINES_LOOKED_AT:
        lines = lines[:-1]
    skip, declared = _declared_delimiter(lines)
    delimiter = declared or _likeliest_delimiter(lines[skip:])
    rows = [_cells(line, delimiter) for line in lines]
    names, first_row, has_header = header_of(rows, skip)
    above = tuple(tuple(row) for row in rows[skip : first_row - 1]) if has_header else ()
    return Dialect(encoding, delimiter, names, first_row, has_header=has_header, lone_cr=lone_cr, above=above)


def header_of(rows: list[list[str]], skip: int = 0) -> tuple[tuple[str, ...], int, bool]:
    """(names of the columns, 0-based row where data begin, whether a row names them) from the first rows of a table,
    of which `skip` are passed over; "column 1" … where there is no header. Raises `BadFile` where there are no rows."""
    header = _header_row(rows, skip)
    if header is None:
        width = max((len(row) for row in rows[skip:]), default=1)
        return tuple(f"column {number}" for number in range(1, width + 1)), skip, False
    above = rows[header - 1] if header > skip else []
    return _trimmed(_told_apart(rows[header], above), rows[header + 1 :]), header + 1, True


def text_of(head: bytes) -> str:
    """The first bytes of a file as text, without its byte order mark."""
    return head.decode(encoding_of(head), errors="replace").lstrip("\ufeff")


def _declared_delimiter(lines: list[str]) -> tuple[int, str]:
    """Excel's `sep=;` line, which may name the delimiter."""
    if lines and lines[0].strip().strip('"').lower().startswith("sep="):
        named = lines[0].strip().strip('"')[4:5]
        return 1, named or ("\t" if lines[0].strip().endswith("=") and "\t" in lines[0] else "")
    return 0, ""


def _likeliest_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most lines into the same number (over one) of cells."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(_cells(line, delimiter)) for line in lines if line.strip())
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if not wide:
            return (0.0, 0)
        count, width = max(wide)
        return (count / sum(widths.values()), width)

    best = max(_DELIMITERS, key=score)
    if score(best)[1]:
        return best
    spaced = [line.split(" ") for line in lines if line.strip()]
    is_table = all(len(cells) == len(spaced[0]) > 1 and all(map(_NUMBER.match, cells)) for cells in spaced)
    return " " if is_table and len(spaced) > 1 else ","


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def _header_row(rows: list[list[str]], skip: int) -> int | None:
    """The row of names above the data; None where the data begin at once."""
    widths = Counter(len(row) for row in rows[skip:] if any(row))
    if not widths:
        raise BadFile("The file has no rows.", "Export it again.")
    usual = max(widths, key=lambda width: (widths[width] if width > 1 else 0, width))
    wide = [number for number in range(skip, len(rows)) if any(rows[number]) and len(rows[number]) >= usual - 2]
    wide = [number for number in wide if len(rows[number]) >= min(usual, 2)]
    above_data = _rows_above_data(rows, wide, usual)
    if above_data:
        # An identity block has a row of names, too, but only one row below it.
        return next((number for number, is_repeated in above_data if is_repeated), above_data[0][0])
    begin = next((number for number in wide if len(rows[number]) >= usual), wide[0])
    first = rows[begin]
    names = [cell for cell in first if cell and not _NUMBER.match(cell) and not _is_date(cell)]
    return begin if len(names) >= len([cell for cell in first if cell]) / 2 and len(names) == len(set(names)) else None


def _rows_above_data(rows: list[list[str]], wide: list[int], usual: int) -> list[tuple[int, bool]]:
    """The rows that read as names over the next one, and whether the row after that is of the same shape: data."""
    found = []
    for place, number in enumerate(wide):
        below = [rows[each] for each in wide[place + 1 : place + 3]]
        if below and _names_days(rows[number], below[0]):
            found.append((number, True))
            break
        if any(_is_date(cell) for cell in rows[number]):
            if len(rows[number]) >= usual and (len(below) < 1 or _are_of_one_shape(rows[number], below[0])):
                break
            continue  # about the file, such as "Made; 2026-06-01" in a report's title
        if below and _stands_above(rows[number], below[0]):
            found.append((number, len(below) < 2 or _are_of_one_shape(*below)))
    return found


def _names_days(names: list[str], cells: list[str]) -> bool:
    """Whether a row has dates for names, each over a number: a table with a column for each day."""
    pairs = [(name, cell) for name, cell in zip(names, cells, strict=False) if _is_date(name)]
    numbers = [cell for _, cell in pairs if _look_of(cell) == "number"]
    return len({name for name, _ in pairs}) >= _FEWEST_DAYS and len(numbers) * 2 >= len(pairs)


def _are_of_one_shape(one: list[str], other: list[str]) -> bool:
    """Whether two rows have dates, numbers and words in the same places, as rows of data have."""
    pairs = [(a, b) for a, b in zip(one, other, strict=False) if a and b]
    alike = sum(_look_of(a) == _look_of(b) for a, b in pairs)
    return bool(pairs) and abs(len(one) - len(other)) <= 2 and alike >= 0.6 * len(pairs)


def _look_of(cell: str) -> str:
    return "date" if _is_date(cell) else "number" if _NUMBER.match(cell) else "word"


def _told_apart(names: list[str], above: list[str]) -> list[str]:
    """Names that are there twice, such as “kWh” under every building, with what stands above them: a merged cell of
    which stands in its first column only."""
    filled = [name for name in names if name]
    if len(set(filled)) == len(filled) or len([cell for cell in above if cell]) < 2 or any(map(_is_date, above)):
        return names
    heads: list[str] = []
    for cell in [*above, *[""] * (len(names) - len(above))][: len(names)]:
        heads.append(cell or (heads[-1] if heads else ""))
    joined = [" ".join(filter(None, pair)) for pair in zip(heads, names, strict=True)]
    return joined if len(set(joined)) == len(joined) else names


def _stands_above(names: list[str], cells: list[str]) -> bool:
    """Whether a row reads as names over the next one: some cell is a word, and a number or date is below it."""
    for name, cell in zip(names, cells, strict=False):
        is_word = bool(name) and not _NUMBER.match(name) and not _is_date(name)
        if is_word and cell and (_NUMBER.match(cell) or _is_date(cell)):
            return True
    return False


def _is_date(cell: str) -> bool:
    return bool(_DATE_LIKE.match(cell)) and not cell.isdigit()


def _trimmed(header: list[str], below: list[list[str]]) -> tuple[str, ...]:
    """The header without empty cells that a trailing delimiter leaves, unless the rows fill them."""
    width = len(header)
    fullest = max((len(row) for row in below[:50]), default=width)
    while width > 1 and not header[width - 1] and fullest < width:
        width -= 1
    return tuple(header[:width])
