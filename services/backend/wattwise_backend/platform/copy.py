"""Rows into PostgreSQL at full speed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from django.db.backends.utils import CursorWrapper
from psycopg import sql

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
EPOCH_US = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000-01-01, others from 1970
_ROWS_AT_ONCE = 100_000
_FORMATS = {pa.bool_(): "?", pa.int16(): ">i2", pa.int32(): ">i4", pa.int64(): ">i8", pa.float64(): ">f8"}


def copy_rows(cursor: CursorWrapper, table: str, columns: pa.Table) -> int:
    """Append the rows of an Arrow table (bool, int16, int32, int64, float64, timestamps in µs; no nulls) to a database table
    with columns of the same names and binary widths, within the cursor's own transaction. Returns how many."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns.column_names))
    )
    with cursor.copy(statement) as copy:
        copy.write(_HEADER)
        for start in range(0, columns.num_rows, _ROWS_AT_ONCE):
            copy.write(_records(columns.slice(start, _ROWS_AT_ONCE)))
        copy.write(_TRAILER)
    return int(columns.num_rows)


def _records(table: pa.Table) -> bytes:
    """The rows in the binary COPY format: a field count, then each field behind its length."""
    formats = [_format(column.type) for column in table.columns]
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for index, kind in enumerate(formats):
        layout += [(f"length{index}", ">i4"), (f"value{index}", kind)]
    records: np.ndarray[Any, np.dtype[np.void]] = np.empty(table.num_rows, dtype=np.dtype(layout))
    records["fields"] = len(formats)
    for index, column in enumerate(table.columns):
        records[f"length{index}"] = np.dtype(formats[index]).itemsize
        records[f"value{index}"] = _values(column)
    return records.tobytes()


def _format(kind: pa.DataType) -> str:
    return ">i8" if pa.types.is_timestamp(kind) else _FORMATS[kind]


def _values(column: pa.ChunkedArray[Any]) -> np.ndarray[Any, np.dtype[Any]]:
    if pa.types.is_timestamp(column.type):
        moments: np.ndarray[Any, np.dtype[Any]] = column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy()
        return moments - EPOCH_US
    values: np.ndarray[Any, np.dtype[Any]] = column.to_numpy()
    return values
