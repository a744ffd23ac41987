"""Frames that pandas stored in HDF5: its `table` format (also NILMTK's) and its `fixed` format."""

import h5py
import numpy as np
import polars as pl

from wattwise_consumption.problems import BadFile

from .hdf5_frames import Frame, attribute, checked, holds_objects, not_too_wide, series, text_attribute
from .hdf5_times import moments
from .pickled_text import UNKNOWN, names_in, parsed

_TABLES, _FIXED = ("frame_table", "series_table"), ("frame", "series")
_REWRITE = "Write it again with pandas: frame.to_hdf(…, format=“table”), or as Parquet."
Levels = tuple[str, ...]


def is_pandas(group: h5py.Group) -> bool:
    return bool(text_attribute(group, "pandas_type"))


def frame_of(group: h5py.Group) -> tuple[Frame, list[Levels]]:
    """(the frame in a group that pandas wrote, the levels of its columns' names). Raises `BadFile`."""
    kind = text_attribute(group, "pandas_type")
    key = str(group.name).strip("/")
    if kind in _TABLES and isinstance(group.get("table"), h5py.Dataset):
        return _table(group, key)
    if kind in _FIXED and ("axis1" in group or "index" in group):
        return _fixed(group, key)
    raise BadFile(f"“{key}” is a “{kind}” of pandas, which is not read here.", _REWRITE)


def _table(group: h5py.Group, key: str) -> tuple[Frame, list[Levels]]:
    table = checked(group["table"])
    fields = [name for name in table.dtype.names or () if not holds_objects(table.dtype[name].base)]
    zoned = _has_zone(group)
    levels: list[Levels] = []
    for field in fields:
        width = int(np.prod(table.dtype[field].shape, initial=1))
        levels += [("index" if field == "index" else field,)] if field == "index" else _of_block(table, field, width)
    names = not_too_wide([" ".join(filter(None, name)) for name in levels], key)
    if names and names[0] == "index" and _is_dated(table, "index"):
        names = ("time", *names[1:])

    def read(first: int, last: int) -> list[pl.Series]:
        rows = table[first:last]
        columns: list[pl.Series] = []
        for field in fields:
            cells = rows[field].reshape(len(rows), -1)
            dated = _is_dated(table, field)
            for place in range(cells.shape[1]):
                column = series(names[len(columns)], cells[:, place])
                columns.append(_dated(column, table, field, zoned=zoned and field == "index") if dated else column)
        return columns

    return Frame(key, names, int(table.shape[0]), read), levels


def _of_block(table: h5py.Dataset, field: str, width: int) -> list[Levels]:
    """The names of the columns in a block, which pandas keeps pickled; numbered where they cannot be read."""
    names = names_in(attribute(table, f"{field}_kind"))
    if len(names) == width:
        return names
    return [(field,)] if width == 1 else [(field.replace("_block_", " "), str(number + 1)) for number in range(width)]


def _is_dated(table: h5py.Dataset, field: str) -> bool:
    told = [text_attribute(table, f"{field}_{what}") for what in ("kind", "dtype", "meta")]
    return any(text.startswith("datetime64") for text in told)


def _dated(column: pl.Series, table: h5py.Dataset, field: str, *, zoned: bool) -> pl.Series:
    told = text_attribute(table, f"{field}_kind") + text_attribute(table, f"{field}_dtype")
    unit = next((unit for unit in ("[us]", "[ms]", "[s]") if unit in told), "[ns]")
    column = pl.Series(column.name, column.to_numpy(), nan_to_null=True)
    return moments(column, units=unit.strip("[]"), zoned=zoned)


def _has_zone(group: h5py.Group) -> bool:
    """Whether the index has a zone: it is stored in UTC then. pandas keeps the zone in a pickled dictionary."""
    info = attribute(group, "info")
    info = parsed(info) if isinstance(info, bytes) else None
    about = info.get("index") if isinstance(info, dict) else None
    return about is UNKNOWN or (isinstance(about, dict) and about.get("tz") is not None)


def _fixed(group: h5py.Group, key: str) -> tuple[Frame, list[Levels]]:
    index = checked(group["axis1"] if "axis1" in group else group["index"])
    if index.ndim != 1:
        raise BadFile(f"“{key}” has an index of several levels.", _REWRITE)
    blocks: list[tuple[h5py.Dataset, list[Levels]]] = []
    for number in range(int(str(attribute(group, "nblocks") or 0))):
        values = checked(group[f"block{number}_values"])
        blocks.append((values, _items(group, f"block{number}_items", int(values.shape[1]))))
    if "values" in group:
        blocks.append((checked(group["values"]), [(text_attribute(group, "name") or "value",)]))
    levels = [("time" if _is_index_dated(index) else "index",), *(name for _, names in blocks for name in names)]
    names = not_too_wide([" ".join(filter(None, name)) for name in levels], key)
    height = int(index.shape[0])
    if any(values.shape[0] != height for values, _ in blocks):
        raise BadFile(f"The blocks of “{key}” are not equally long: the file is damaged.", _REWRITE)

    def read(first: int, last: int) -> list[pl.Series]:
        column = series(names[0], index[first:last])
        unit = text_attribute(index, "kind").partition("[")[2].rstrip("]") or "ns"
        zoned = attribute(index, "tz") is not None
        columns = [moments(column, units=unit, zoned=zoned) if _is_index_dated(index) else column]
        for values, block_names in blocks:
            cells = values[first:last].reshape(last - first, -1)
            dated = text_attribute(values, "value_type").startswith("datetime64")
            for place in range(len(block_names)):
                column = series(names[len(columns)], cells[:, place])
                columns.append(moments(column, units="ns", zoned=False) if dated else column)
        return columns

    return Frame(key, names, height, read), levels


def _is_index_dated(index: h5py.Dataset) -> bool:
    return text_attribute(index, "kind").startswith("datetime64") or text_attribute(index, "index_class") == "datetime"


def _items(group: h5py.Group, name: str, width: int) -> list[Levels]:
    """The names of a block's columns; several levels are stored as lists of their own, with places into them."""
    depth = int(str(attribute(group, f"{name}_nlevels") or 0))
    if depth and f"{name}_level0" in group:
        parts = []
        for level in range(depth):
            words = _words(group[f"{name}_level{level}"])
            places = checked(group[f"{name}_label{level}"])[:]
            parts.append([words[place] if 0 <= place < len(words) else "" for place in places.tolist()])
        levels = list(zip(*parts, strict=True))
    else:
        levels = [(word,) for word in _words(group[name])] if name in group else []
    return levels if len(levels) == width else [("values", str(number + 1)) for number in range(width)]


def _words(dataset: h5py.Dataset) -> list[str]:
    values = checked(dataset)[:]
    return [cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell) for cell in values.tolist()]
