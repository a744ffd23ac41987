"""Columns that say how good a reading is, and what their cells mean."""

import polars as pl

from wattwise_contract.quantities import Quality

from . import vocabulary
from .columns import Columns
from .numbers import share_of_numbers

_FLAGS = {"estimated", "estimation", "imputed", "estimado"}  # in whose columns 1 means yes
_YES_OR_NO = (*vocabulary.YES, "n", "no", "false", "0", "nein", "non")
_WEAK = {"read", "type", "readtype", "method", "code"}
_FINAL = ("f", "s")  # “final” or “substituted”, by what else there is


def quality_column(columns: Columns) -> str:
    """One that is called quality or status, before one that is only called a type or a method."""
    found = [column for column, name in columns.names.items() if _says_quality(columns, column, name)]
    weak = [
        column for column in found if not set(vocabulary.words_of(columns.names[column])) - _WEAK & vocabulary.QUALITY
    ]
    return next((column for column in found if column not in weak), next(iter(weak), ""))


def _says_quality(columns: Columns, column: str, name: str) -> bool:
    words = set(vocabulary.words_of(name))
    texts = columns.texts(column)
    if not words & vocabulary.QUALITY or texts.is_empty() or texts.n_unique() > 12:
        return False
    is_flag = bool(words & _FLAGS) and bool(texts.str.to_lowercase().is_in(_YES_OR_NO).all())
    return is_flag or share_of_numbers(texts) < 0.5


def quality_beside(columns: Columns, values: list[str]) -> dict[str, str]:
    """value column → the column of flags right after it, where each has one of its own."""
    order = list(columns.sample.columns)
    beside: dict[str, str] = {}
    for value in values:
        after = order[order.index(value) + 1] if order.index(value) + 1 < len(order) else ""
        if after in columns.names and after not in values:
            beside[value] = after
    alike = {columns.names[column] for column in beside.values()}
    flags = [columns.texts(column) for column in beside.values()]
    is_flagged = len(beside) == len(values) > 1 and all(texts.n_unique() <= 12 for texts in flags)
    return beside if is_flagged and (len(alike) == 1 or _are_named_alike(alike)) else {}


def _are_named_alike(names: set[str]) -> bool:
    return all(set(vocabulary.words_of(name)) & vocabulary.QUALITY for name in names)


def quality_of(column: str, rows: pl.DataFrame) -> pl.Expr:
    """The quality of each row by a column of marks; measured where there is none."""
    measured = pl.lit(Quality.MEASURED.value, dtype=pl.Int16)
    if not column:
        return measured
    text = pl.col(column).str.strip_chars().str.to_lowercase()
    marks = rows.select(text.alias("mark")).to_series().drop_nulls()
    marks = marks.filter(marks != "")
    says_yes = float(marks.is_in(_YES_OR_NO).mean() or 0.0)  # type: ignore[arg-type]  # of flags
    usual = marks.mode().sort().to_list()[:1] if len(marks) else []
    means = [mark for mark in vocabulary.ESTIMATED if not (mark in _FINAL and mark in usual)]
    estimated = text.is_in(list(vocabulary.YES)) if says_yes > 0.5 else text.is_in(means)
    return pl.when(estimated).then(pl.lit(Quality.ESTIMATED.value, dtype=pl.Int16)).otherwise(measured)
