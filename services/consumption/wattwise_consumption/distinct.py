"""Columns that repeat few texts, a thousand meters' stamps say: each distinct text is looked at once."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Column = np.ndarray[Any, np.dtype[Any]]
_SAMPLE = 1_000
_FEW_RUNS = 3


@dataclass(frozen=True)
class Distinct:
    """`values`, each once; `codes` says for each row which of them it has."""

    values: pl.Series
    codes: Column

    def with_values(self, values: pl.Series) -> "Distinct":
        """Other texts in place of these, of which several may be the same."""
        again = distinct(values)
        return Distinct(again.values, again.codes[self.codes])

    def rows(self) -> pl.Series:
        return self.values.gather(self.codes)


def distinct(texts: pl.Series) -> Distinct:
    """The distinct texts of a column; null is one of them. Names that come in runs are looked at once a run."""
    runs = texts.rle() if _comes_in_runs(texts) else None
    if runs is None:
        return _encoded(texts)
    fields = runs.struct.unnest()
    few = _encoded(fields["value"])
    return Distinct(few.values, np.repeat(few.codes, fields["len"].to_numpy()))


def distinct_like(texts: pl.Series, groups: Column) -> Distinct:
    """The same as `distinct`, quicker where the groups, numbers that come in runs, go through the same texts in the same
    order: stamps of meters, say."""
    starts = np.flatnonzero(np.diff(groups, prepend=groups[0] - 1))
    lengths = np.diff(starts, append=len(texts))
    longest = int(lengths.argmax())
    model = texts.slice(int(starts[longest]), int(lengths[longest]))
    if len(starts) < _FEW_RUNS or model.n_unique() < len(model):
        return distinct(texts)
    offsets = texts.gather(starts).to_frame("text").join(
        model.to_frame("text").with_row_index("place"), on="text", how="left", maintain_order="left", nulls_equal=True
    )["place"].fill_null(len(model)).cast(pl.Int64).to_numpy()  # fmt: skip
    codes = np.arange(len(texts)) + np.repeat(offsets - starts, lengths)
    if codes.max() >= len(model) or not texts.eq_missing(model.gather(codes)).all():
        return distinct(texts)
    return Distinct(model, codes)


def run_starts(frame: pl.DataFrame, columns: list[str]) -> Column:
    """The places where a row differs from the one before in any of the columns; the first row is one."""
    if frame.is_empty():
        return np.zeros(0, dtype=np.int64)
    lengths = (frame[name].rle().struct.field("len").to_numpy().astype(np.int64) for name in columns)
    ends = np.concatenate([np.cumsum(length)[:-1] for length in lengths])
    return np.unique(np.append(ends, 0))


def _comes_in_runs(texts: pl.Series) -> bool:
    some = texts.slice(len(texts) // 2, _SAMPLE)
    return len(some) == _SAMPLE and len(some.rle()) * 20 < _SAMPLE


def _encoded(texts: pl.Series) -> Distinct:
    coded = pc.dictionary_encode(texts.rechunk().to_arrow(), null_encoding="encode")
    encoded = cast("pa.DictionaryArray[Any, Any]", coded)
    values = pl.Series("value", encoded.dictionary, dtype=pl.String)
    return Distinct(values, encoded.indices.to_numpy(zero_copy_only=False))
