"""Rows of a database as Arrow, whatever its driver makes of its types."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from wattwise_consumption.fetching import CannotFetch


def batch_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Numbers, times and texts keep their kind; NULL stays null. Raises CannotFetch for a column that is none of these."""
    columns = list(zip(*rows, strict=True))
    arrays = [_array(name, column) for name, column in zip(names, columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def _array(name: str, values: Sequence[Any]) -> "pa.Array[Any]":
    kinds = {type(value) for value in values if value is not None}
    if kinds & {bytes, bytearray, memoryview}:
        raise CannotFetch(
            f"The column {name} holds bytes.", "Leave it out of the query, or convert it to a text there."
        )
    if kinds and kinds <= {int, float, Decimal}:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if kinds and kinds <= {datetime}:
        return _moments(values)
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _moments(values: Sequence[datetime | None]) -> "pa.Array[Any]":
    """With their zone where the database has one, as the clock shows them where it has none."""
    if all(value is None or value.tzinfo is not None for value in values):
        utc = [None if value is None else value.astimezone(UTC) for value in values]
        return pa.array(utc, pa.timestamp("us", tz="UTC"))
    return pa.array([None if value is None else value.isoformat() for value in values], pa.string())


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
