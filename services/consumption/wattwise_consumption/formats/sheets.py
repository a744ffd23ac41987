"""Find the table on a sheet: where its header is, which columns belong to it, and its dates as CSV would write them."""

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.csv_cells import MOST_COLUMNS
from wattwise_consumption.head_facts import facts_above, titles_of, with_facts
from wattwise_consumption.numbers import share_true
from wattwise_consumption.problems import BadFile
from wattwise_consumption.sniff import header_of

_ROWS_LOOKED_AT = 60
_DATE_OR_NUMBER = r"^[+-]?[\d.,]*\d(e[+-]?\d+)?$|^\d{4}-\d{2}-\d{2}"
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_MOMENT = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"
_TIME = r"^1899-12-3[01] (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$"  # a time of day: a moment of the day before Excel's first
_MIDNIGHT_AFTER = r"^1900-01-01 00:00:00$"  # 24:00, as such a moment
_LIBRE_OFFICE_MOMENT, _LIBRE_OFFICE_TIME = r"^(\d{4}-\d{2}-\d{2})T", r"^PT(\d{2})H(\d{2})M(\d{2})(?:\.\d+)?S$"
_DAY_MS = 86_400_000
_DAYS_TO_1904 = 1_462
Found = tuple[tuple[str, ...], pl.DataFrame, tuple[str, ...]]


def table_in(sheet: pl.DataFrame, *, from_1904: bool = False) -> Found | None:
    """(names, cells as a `Table` has them, titles above) of all text cells c0, c1, … of a sheet; None where it holds no
    table. `from_1904`: its numbers of days count from 1904, as old Macs did."""
    sheet = sheet.with_row_index("line", offset=1).with_columns(pl.col("line").cast(pl.Int64))
    columns = [name for name in sheet.columns if name != "line"]
    sheet = sheet.with_columns(_plain(sheet[name]) for name in columns)
    columns = [name for name in columns if sheet[name].null_count() < sheet.height]
    sheet = sheet.filter(~pl.all_horizontal(pl.col(columns).is_null()))
    if len(columns) < 2 or sheet.height < 2:
        return None
    if len(columns) > MOST_COLUMNS:
        raise BadFile(f"A sheet has {len(columns):,} columns.", f"{MOST_COLUMNS:,} is the most; split it.")
    first = [_without_tail(row) for row in sheet[columns].head(_ROWS_LOOKED_AT).rows()]
    names, first_row, has_header = header_of(first)
    below = sheet[first_row:]
    if not _holds_numbers(below[columns]):
        return None
    named = dict(zip(columns, [*names, *([""] * len(columns))], strict=False))
    kept = [column for column in columns if not has_header or _belongs(named[column], below[column])]
    names = tuple(named[column] for column in kept)
    facts = facts_above(first[: first_row - 1], names) if has_header else {}
    titles = titles_of(first[: first_row - 1]) if has_header else ()
    return *with_facts(names, _as_cells(below, kept, named, from_1904=from_1904), facts), titles


def _as_cells(below: pl.DataFrame, kept: list[str], named: dict[str, str], *, from_1904: bool) -> pl.DataFrame:
    start = _DAYS_TO_1904 if from_1904 else 0
    cells = [_moments(below[column], named[column], start).alias(f"c{place}") for place, column in enumerate(kept)]
    return pl.DataFrame([*cells, below["line"]]).with_columns(pl.lit(None, dtype=pl.String).alias("extra"))


def _plain(cells: pl.Series) -> pl.Series:
    """Cells without blanks around them, null where empty; days without a time of day, times of day without a day."""
    text = pl.col("cell").str.strip_chars().replace("", None)
    for pattern, plain in (
        (_TIME, "${1}"),
        (_MIDNIGHT_AFTER, "24:00:00"),
        (_LIBRE_OFFICE_MOMENT, "${1} "),
        (_LIBRE_OFFICE_TIME, "${1}:${2}:${3}"),
    ):
        text = text.str.replace(pattern, plain)
    frame = cells.alias("cell").to_frame().select(text)
    moments = frame.filter(pl.col("cell").str.contains(_MOMENT))
    if moments.height and moments["cell"].str.contains(_MIDNIGHT).all():
        frame = frame.select(pl.col("cell").str.replace(_MIDNIGHT, "${1}"))
    return frame["cell"].alias(cells.name)


def _without_tail(row: tuple[str | None, ...]) -> list[str]:
    cells = [cell or "" for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _holds_numbers(below: pl.DataFrame) -> bool:
    """Whether the rows are data, not notes: some column holds mostly numbers or dates."""
    first = below.head(200)
    return any(share_true(first[name].drop_nulls().str.contains(_DATE_OR_NUMBER)) > 0.5 for name in first.columns)


def _belongs(name: str, cells: pl.Series) -> bool:
    """Whether a column is part of the table: it has a name, or is filled and more than a count of the rows."""
    if name:
        return True
    if cells.null_count() > cells.len() / 2:
        return False
    counts = cells.cast(pl.Int64, strict=False)
    return counts.null_count() > 0 or not (counts.diff().drop_nulls() == 1).all()


def _moments(cells: pl.Series, name: str, start: int) -> pl.Series:
    """The cells of a column of times, where they are Excel's numbers that nobody formatted: 46146.0208 is half past
    midnight on 2026-05-04, and 0.0208 half past midnight. Whole days are left as they are: `stamps` reads them. `start`:
    the day that they count from."""
    if not any(word in vocabulary.TIME for word in vocabulary.words_of(name)):
        return cells
    days = cells.cast(pl.Float64, strict=False)
    if days.null_count() > cells.null_count():
        return cells
    if days.drop_nulls().is_between(25_000 - start, 65_000 - start).all():
        days = days + start
    elif start:
        return cells
    if (days == days.floor()).all():
        return days.cast(pl.Int64).cast(pl.String) if start else cells
    since = (days * _DAY_MS).round().cast(pl.Int64)
    if days.drop_nulls().is_between(25_000, 65_000).all():
        moment = pl.lit("1899-12-30").str.to_datetime(time_unit="ms") + pl.duration(milliseconds=pl.col("since"))
        return since.alias("since").to_frame().select(moment.dt.to_string("%Y-%m-%d %H:%M:%S%.3f")).to_series()
    on_minutes = ((since % 60_000) < 10) | ((since % 60_000) > 59_990)
    if days.drop_nulls().is_between(0, 1).all() and on_minutes.all():
        minutes = (since / 60_000).round().cast(pl.Int64).alias("minutes")
        clock = pl.format("{}:{}", *(part.cast(pl.String).str.zfill(2) for part in _clock(pl.col("minutes"))))
        return minutes.to_frame().select(clock).to_series()
    return cells


def _clock(minutes: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    return minutes // 60, minutes % 60
