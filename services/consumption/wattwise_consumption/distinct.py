"""Columns that repeat few texts, a thousand meters' stamps say: each distinct text is looked at once."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Column = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Distinct:
    """`values` in the order of their first appearance; `codes` says for each row which of them it has."""

    values: pl.Series
    codes: Column

    def with_values(self, values: pl.Series) -> "Distinct":
        """Other texts in place of these, of which several may be the same."""
        again = distinct(values)
        return Distinct(again.values, again.codes[self.codes])

    def rows(self) -> pl.Series:
        return self.values.gather(self.codes)


def distinct(texts: pl.Series) -> Distinct:
    """The distinct texts of a column; null is one of them."""
    coded = pc.dictionary_encode(texts.rechunk().to_arrow(), null_encoding="encode")
    encoded = cast("pa.DictionaryArray[Any, Any]", coded)
    values = pl.Series("value", encoded.dictionary, dtype=pl.String)
    return Distinct(values, encoded.indices.to_numpy(zero_copy_only=False))
