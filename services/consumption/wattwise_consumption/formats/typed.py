"""Columns that have a type of their own (numbers, dates, times with a zone) as the text that the rest reads."""

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.problems import BadFile

MOST_ROWS = 2_000_000_000  # that any file of readings has
_ANY_FILE_HAS = 10_000_000
_ROWS_IN_A_BYTE = 100  # of the best packed readings
BLOCK_ROWS = 250_000
_BLOCK_CELLS = 1_500_000
_NANOSECONDS = (10**18, 2 * 10**18)  # since 1970: years 2001 to 2033


def check_rows(rows: int, file_bytes: int) -> None:
    """Raises `BadFile` where a file declares more rows than it can hold readings."""
    if rows > min(MOST_ROWS, max(_ANY_FILE_HAS, file_bytes * _ROWS_IN_A_BYTE)):
        raise BadFile(
            f"The file claims to have {rows:,} rows in {file_bytes:,} bytes: it is damaged, or repeats one row.",
            "Write it again, or split it.",
        )


def rows_per_block(columns: int) -> int:
    """How many rows are read at once, so that wide tables take no more memory than long ones."""
    return max(min(BLOCK_ROWS, _BLOCK_CELLS // max(columns, 1)), 1)


def text_of(column: pl.Series) -> pl.Series:
    """A column as text, null where it says nothing: numbers in the fewest digits that give them back, moments with a
    zone with their offset. Columns that no text stands for (pictures, objects, durations) are null."""
    kind = column.dtype
    text: pl.Series
    if isinstance(kind, pl.Datetime):
        text = _moments(column.cast(pl.Datetime("us", kind.time_zone)), zoned=kind.time_zone is not None)
    elif kind.is_float():
        text = column.fill_nan(None).cast(pl.String)
    elif kind.is_integer() and _counts_nanoseconds(column):
        text = (column // 1_000).cast(pl.String)
    elif kind == pl.Time:
        text = column.dt.to_string("%H:%M:%S")
    elif kind in (pl.String, pl.Date, pl.Boolean, pl.Categorical, pl.Enum) or kind.is_integer() or kind.is_decimal():
        text = column.cast(pl.String)
    elif kind == pl.Binary:
        text = _text_in(column)
    else:
        text = nothing(column.len())
    return text.alias(column.name)


def nothing(height: int) -> pl.Series:
    """A column of text in which every cell is empty."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)


def not_read(columns: list[pl.Series], cells: pl.DataFrame) -> tuple[str, ...]:
    """Notes for the receipt: the columns that hold something, but nothing that text stands for."""
    lost = [
        f"“{column.name}”"
        for place, column in enumerate(columns)
        if column.null_count() < column.len() == cells[f"c{place}"].null_count() and not column.dtype.is_float()
    ]
    return (f"Not read, as they hold no text, numbers or times: {', '.join(lost[:12])}.",) if lost else ()


def cells_of(columns: list[pl.Series], *, first_row: int) -> pl.DataFrame:
    """The cells of a `Table` from its columns; `line` counts the rows from 1."""
    texts = [text_of(column).alias(f"c{place}") for place, column in enumerate(columns)]
    height = columns[0].len() if columns else 0
    lines = pl.int_range(first_row + 1, first_row + 1 + height, dtype=pl.Int64, eager=True).alias("line")
    return pl.DataFrame([*texts, lines]).with_columns(pl.lit(None, dtype=pl.String).alias("extra"))


def _text_in(column: pl.Series) -> pl.Series:
    """Bytes that are text, as some writers of Parquet leave it; nothing where one cell is none (pictures, objects)."""
    try:
        return column.cast(pl.String)
    except pl.exceptions.PolarsError:
        return nothing(column.len())


def _moments(moments: pl.Series, *, zoned: bool) -> pl.Series:
    """Each moment is written once, however many meters share it."""
    fraction = "%.6f" if (moments.dt.microsecond() != 0).any() else ""
    written = f"%Y-%m-%d %H:%M:%S{fraction}" + ("%:z" if zoned else "")
    if moments.n_unique() * 2 > moments.len():
        return moments.dt.to_string(written)
    stamps = moments.unique(maintain_order=True).alias("moment").to_frame()
    stamps = stamps.with_columns(pl.col("moment").dt.to_string(written).alias("text"))
    found = moments.alias("moment").to_frame().join(stamps, on="moment", how="left", maintain_order="left")
    return found["text"]


def _counts_nanoseconds(column: pl.Series) -> bool:
    """Whether whole numbers are moments in a unit that is too fine for text to tell from an identifier."""
    if column.dtype not in (pl.Int64, pl.UInt64) or not column.len():
        return False
    hinted = any(word in vocabulary.TIME for word in vocabulary.words_of(column.name)) or column.name == "index"
    return hinted and bool(column.is_between(*_NANOSECONDS).all())
