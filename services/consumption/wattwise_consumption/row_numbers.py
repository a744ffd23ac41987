"""Which row of a file is which: a number that goes up through the file and tells the row's line.

Mostly it is the line itself. Where lines do not tell rows apart (a line that became several rows, kinds of files without
lines, two files of one name), the row's place among all rows of the file is packed in behind it.
"""

import re

import numpy as np
import polars as pl

_PLACES = 1 << 32
_NO_LINE = 1 << 62
_TEXT = re.compile(r"(?P<line>\d{1,10})?(?:#(?P<place>\d{1,10}))?")


class RowNumbers:
    """Numbers the rows of an import's blocks, in order: the same blocks get the same numbers, always."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}  # line of each file
        self._rows: dict[str, int] = {}
        self._packed: set[str] = set()

    def numbered(self, file: str, cells: pl.DataFrame) -> pl.DataFrame:
        """The cells with `line` as the rows' numbers."""
        if cells.is_empty():
            return cells
        lines = cells["line"].to_numpy()
        first = self._rows.get(file, 0)
        self._rows[file] = first + cells.height
        goes_up = lines[0] > self._last.get(file, 0) and bool((np.diff(lines) > 0).all())
        self._last[file] = int(lines[-1])
        if goes_up and file not in self._packed:
            return cells
        self._packed.add(file)
        places = np.arange(first + 1, first + 1 + cells.height, dtype=np.int64)
        return cells.with_columns(
            pl.Series("line", np.where(lines > 0, lines.astype(np.int64) * _PLACES, _NO_LINE) + places)
        )


def lines() -> pl.Expr:
    """The lines of the rows whose numbers are in the column `line`, 0 where they have none."""
    number = pl.col("line").cast(pl.Int64)
    packed = pl.when(number >= _NO_LINE).then(0).otherwise(number // _PLACES)
    return pl.when(number >= _PLACES).then(packed).otherwise(number).alias("line")


def line_of(number: int) -> int:
    return 0 if number >= _NO_LINE else number // _PLACES if number >= _PLACES else number


def text_of(number: int) -> str:
    """As people see it: `57`, `57#3` (what line 57 became, the third row of the file), `#3`. No spreadsheet changes it."""
    if number < _PLACES:
        return str(number)
    return f"{line_of(number) or ''}#{number % _PLACES}"


def number_in(text: str) -> int | None:
    """The number that a text says, as `text_of` writes it; None where it says none."""
    found = _TEXT.fullmatch(text.strip().removesuffix(".0"))
    if found is None or not (found["line"] or found["place"]):
        return None
    line, place = int(found["line"] or 0), int(found["place"] or 0)
    if not place:
        return line
    return (line * _PLACES if line else _NO_LINE) + place
