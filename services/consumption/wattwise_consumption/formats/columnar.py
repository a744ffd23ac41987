"""Parquet, Arrow (files and streams) and Feather: read batch by batch. `line` is the row."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from wattwise_consumption.csv_cells import MOST_COLUMNS
from wattwise_consumption.problems import BadFile

from .apart import read_by
from .columnar_facts import metadata_of
from .columnar_lists import unfolded_lists
from .format import Bounds, FileFormat, Table
from .typed import cells_of, check_rows, not_read, nothing, rows_per_block

_PARQUET, _LOCKED, _FILE, _STREAM, _FEATHER_1 = b"PAR1", b"PARE", b"ARROW1", b"\xff\xff\xff\xff", b"FEA1"
_DEEPEST = 5
_ROWS_OF_LISTS = 1_000  # at once: each may unfold to a year of readings
_KINDS = {_PARQUET: "Parquet", _FEATHER_1: "Feather"}


def tables_in(path: Path, bounds: Bounds) -> Iterator[Table]:
    """The table in blocks of rows. Raises `BadFile`."""
    rows, size = 0, path.stat().st_size
    try:
        for batch in _batches(path, size):
            check_rows(rows + batch.num_rows, size)
            for frame in _flat(batch).iter_slices(rows_per_block(batch.num_columns)):
                about = metadata_of(batch.schema)
                ids = {name: text for name, text in about.ids.items() if name not in frame.columns}
                frame = frame.with_columns(pl.lit(text).alias(name) for name, text in ids.items())
                columns = frame.get_columns()
                cells = cells_of(columns, first_row=rows)
                names = tuple(map(about.named, frame.columns))
                yield Table(names, cells, says=about.says, notes=not_read(columns, cells))
                rows += frame.height
                check_rows(rows, size)
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError, KeyError) as error:
        if "encrypt" in str(error).lower():
            raise BadFile("The Parquet file is encrypted.", "Write it without encryption.") from None
        with path.open("rb") as file:
            kind = _KINDS.get(file.read(4), "Arrow")
        raise BadFile(f"The {kind} file is damaged or cut off.", "Fetch or write it again.") from None
    if rows == 0:
        raise BadFile("The file has columns, but no rows.", "Export it again, for a time with readings.")


def _batches(path: Path, size: int) -> Iterator[pa.RecordBatch]:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_PARQUET):
        yield from _of_parquet(path, size)
    elif head.startswith(_LOCKED):
        raise BadFile("The Parquet file is encrypted.", "Write it without encryption.")
    elif head.startswith(_FILE):
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
            _check(file.schema)
            yield from (_sound(file.get_batch(number), size) for number in range(file.num_record_batches))
    elif head.startswith(_FEATHER_1):
        table = pyarrow.feather.read_table(path, memory_map=True)
        _check(table.schema)
        check_rows(table.num_rows, size)
        yield from (_sound(batch, size) for batch in table.to_batches(max_chunksize=rows_per_block(table.num_columns)))
    else:
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
            _check(stream.schema)
            yield from (_sound(batch, size) for batch in stream)


def _of_parquet(path: Path, size: int) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, buffer_size=1_000_000, pre_buffer=False) as file:
        schema = file.schema_arrow
        _check(schema)
        check_rows(file.metadata.num_rows, size)
        lists = any(_holds_lists(field.type) for field in schema)
        rows = _ROWS_OF_LISTS if lists else rows_per_block(len(schema))
        yield from file.iter_batches(batch_size=rows, use_threads=False)


def _check(schema: pa.Schema) -> None:
    if len(schema) > MOST_COLUMNS:
        raise BadFile(f"The table has {len(schema):,} columns.", f"{MOST_COLUMNS:,} is the most; split it.")


def _sound(batch: pa.RecordBatch, size: int) -> pa.RecordBatch:
    """A batch whose offsets were looked at: Arrow itself trusts them. Raises `ArrowInvalid`."""
    check_rows(batch.num_rows, size)
    batch.validate(full=True)
    return batch


def _holds_lists(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return any(_holds_lists(kind.field(number).type) for number in range(kind.num_fields))
    return pa.types.is_nested(kind)


def _flat(batch: pa.RecordBatch) -> pl.DataFrame:
    """Columns by unique names. Records within a column become columns of their own (“meter.id”), and lists one row for
    each of their items, where the lists of a row are equally long."""
    columns: dict[str, pl.Series] = {}
    for name, column in zip(map(_name, batch.schema), batch.columns, strict=True):
        if not name:
            continue
        columns[name if name not in columns else f"{name} ({len(columns)})"] = _series(column)
    frame = pl.DataFrame([column.alias(name) for name, column in columns.items()])
    for _ in range(_DEEPEST):
        for name in [name for name, kind in frame.schema.items() if isinstance(kind, pl.Struct)]:
            fields = frame[name].struct.unnest().get_columns()
            inner = [field.alias(f"{name}.{field.name}") for field in fields]
            at = frame.columns.index(name)
            others = frame.get_columns()
            frame = pl.DataFrame([*others[:at], *inner, *others[at + 1 :]])
        lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List | pl.Array)]
        if not lists:
            break
        frame = unfolded_lists(frame)
    return frame


def _series(column: "pa.Array[Any]") -> pl.Series:
    """A column as Polars has it; null where it is of a kind that holds no reading (unions, pictures, objects)."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if isinstance(column, pa.MapArray):
        records = pa.StructArray.from_arrays([column.keys, column.items], names=["key", "value"])
        column = pa.ListArray.from_arrays(column.offsets, records)
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    if pa.types.is_decimal256(column.type):
        column = column.cast(pa.string())
    try:
        return pl.Series(pl.from_arrow(column))
    except (pl.exceptions.PolarsError, pa.ArrowException, TypeError, ValueError):
        return nothing(len(column))


def _name(field: "pa.Field[Any]") -> str:
    """A column's name: that of several levels in one line, and “time” for pandas' nameless index; none for an index
    that only counts the rows."""
    if re.fullmatch(r"__index_level_\d+__", field.name):
        return "" if pa.types.is_integer(field.type) else "time" if pa.types.is_temporal(field.type) else "index"
    levels = re.findall(r"'([^']*)'", field.name) if field.name.startswith("('") else []
    return " ".join(filter(None, levels)) or str(field.name) or "unnamed"


def _recognises(head: bytes, name: str) -> bool:
    if head.startswith(_STREAM):
        length = int.from_bytes(head[4:8], "little")
        return 8 <= length < 2**30 and length % 8 == 0
    return head.startswith((_PARQUET, _LOCKED, _FILE, _FEATHER_1))


COLUMNAR = FileFormat("Parquet or Arrow", _recognises, read_by("columnar", "The file"))
