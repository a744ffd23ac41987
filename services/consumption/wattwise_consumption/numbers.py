"""Read text as numbers: decimal point or comma, thousands, and the many ways of writing "nothing"."""

from dataclasses import dataclass

import polars as pl

from wattwise_contract.recipes import DecimalSign

NOTHING = ("", "null", "none", "n/a", "#n/a", "na", "?", "-", "--", ".", "nil", "missing", "void", "*")
_NOT_FINITE = ("nan", "inf", "-inf", "+inf", "infinity", "-infinity")


@dataclass(frozen=True)
class NumberFormat:
    decimal: str = "."
    thousands: str = ""


def number_format_of(
    sample: pl.Series, *, comma_splits_cells: bool = True, decimal: DecimalSign = DecimalSign.AUTO
) -> NumberFormat:
    """Decide what a comma, a point, a space or an apostrophe means from how the numbers look together, unless
    `decimal` says it. In a file whose cells are not split by commas, "1,234" is taken for one and a bit."""
    text = sample.drop_nulls().str.strip_chars()
    if decimal is not DecimalSign.AUTO:
        return _stated_format(text, "," if decimal is DecimalSign.COMMA else ".")
    commas, points = int(text.str.contains(",", literal=True).sum()), int(text.str.contains(".", literal=True).sum())
    spaced = bool(text.str.contains(r"^-?\d{1,3}([ '\u00a0\u202f]\d{3})+([.,]\d+)?$").any())
    separator = next((mark for mark in (" ", "'", "\u00a0", "\u202f") if spaced and _any(text, mark)), "")
    if not commas:
        return NumberFormat(".", separator)
    both = text.filter(text.str.contains(",", literal=True) & text.str.contains(".", literal=True))
    if len(both):
        comma_last = share_true(both.str.contains(r"\..*,")) > 0.5
        return NumberFormat(",", ".") if comma_last else NumberFormat(".", ",")
    if points:
        return NumberFormat(".", ",")
    groups = r"^-?[1-9]\d{0,2}(,\d{3})+$" if comma_splits_cells else r"^-?[1-9]\d{0,2}(,\d{3}){2,}$"
    grouped = text.filter(text.str.contains(",", literal=True)).str.contains(groups).all()
    return NumberFormat(".", ",") if grouped else NumberFormat(",", separator)


def _stated_format(text: pl.Series, decimal: str) -> NumberFormat:
    other = "." if decimal == "," else ","
    marks = (other, " ", "'", "\u00a0", "\u202f")
    return NumberFormat(decimal, next((mark for mark in marks if _any(text, mark)), ""))


def numbers_from(text: pl.Expr, written: NumberFormat) -> pl.Expr:
    """Numbers as float; null where the text is none."""
    plain = text.str.strip_chars()
    if written.thousands:
        plain = plain.str.replace_all(written.thousands, "", literal=True)
    if written.decimal == ",":
        plain = plain.str.replace(",", ".", literal=True)
    return plain.cast(pl.Float64, strict=False)


def says_nothing(text: pl.Expr) -> pl.Expr:
    return text.is_null() | text.str.strip_chars().str.to_lowercase().is_in(NOTHING)


def says_not_finite(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase().is_in(_NOT_FINITE)


def share_of_numbers(sample: pl.Series) -> float:
    """How many of the cells that say something are numbers, 0..1; 0 where none says anything."""
    plain = sample.cast(pl.Float64, strict=False)
    if plain.null_count() == sample.null_count() < len(sample) and plain.is_finite().all():
        return 1.0
    filled = sample.to_frame("text").filter(~says_nothing(pl.col("text")))
    if filled.is_empty():
        return 0.0
    written = number_format_of(filled["text"])
    return float(1.0 - filled.select(numbers_from(pl.col("text"), written).is_null().mean()).item())


def share_true(flags: pl.Series) -> float:
    """How many of the flags are true, 0..1; null counts as false."""
    return float(flags.fill_null(value=False).sum()) / len(flags) if len(flags) else 0.0


def _any(text: pl.Series, mark: str) -> bool:
    return bool(text.str.contains(mark, literal=True).any())
