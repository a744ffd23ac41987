"""Plain HDF5: datasets of values beside one of times, records with named fields, and arrays with named columns."""

from collections.abc import Iterator

import h5py
import numpy as np
import polars as pl

from wattwise_consumption.units import unit_in

from .hdf5_frames import Frame, attribute, holds_objects, is_time, moments, not_too_wide, series, text_attribute

_NAMES_OF_COLUMNS = ("columns", "column_names", "columnnames", "col_names", "names", "fields", "header", "labels")


def frames_in(group: h5py.Group, datasets: dict[str, h5py.Dataset]) -> Iterator[Frame]:
    """The tables that the datasets of a group make. Raises `BadFile`."""
    key = str(group.name).strip("/")
    flat = {name: node for name, node in datasets.items() if node.ndim == 1 and not node.dtype.names}
    time = next((name for name, node in flat.items() if is_time(name, _units(node))), "")
    if time:
        beside = {name: node for name, node in flat.items() if node.shape == flat[time].shape}
        if len(beside) > 1:
            yield _of_columns(key or str(time), beside)
    for name, node in datasets.items():
        own_key = f"{key}/{name}".strip("/")
        if node.dtype.names and node.ndim == 1:
            yield _of_records(own_key, node)
        elif node.ndim == 2:
            times = flat.get(time) if time and flat[time].shape[0] == node.shape[0] else None
            if (names := _named_columns(node)) or times is not None:
                yield _of_array(own_key, node, names, times)


def _of_columns(key: str, columns: dict[str, h5py.Dataset]) -> Frame:
    names = not_too_wide([_with_unit(name, node) for name, node in columns.items()], key)

    def read(first: int, last: int) -> list[pl.Series]:
        nodes = zip(names, columns.items(), strict=True)
        return [_read(shown, name, node[first:last], _units(node)) for shown, (name, node) in nodes]

    return Frame(key, names, int(next(iter(columns.values())).shape[0]), read)


def _of_records(key: str, records: h5py.Dataset) -> Frame:
    fields = [
        name
        for name in records.dtype.names or ()
        if not records.dtype[name].shape and not holds_objects(records.dtype[name])
    ]
    names = not_too_wide(fields, key)

    def read(first: int, last: int) -> list[pl.Series]:
        rows = records[first:last]
        return [_read(name, name, rows[name], text_attribute(records, f"{name}_units")) for name in fields]

    return Frame(key, names, int(records.shape[0]) if names else 0, read)


def _of_array(key: str, array: h5py.Dataset, named: list[str], times: h5py.Dataset | None) -> Frame:
    columns = named or [f"column {number}" for number in range(1, int(array.shape[1]) + 1)]
    own_time = any(is_time(name) for name in columns)
    names = not_too_wide([*([] if own_time or times is None else ["time"]), *columns], key)

    def read(first: int, last: int) -> list[pl.Series]:
        cells = array[first:last]
        found = [_read(name, name, cells[:, place], "") for place, name in enumerate(columns)]
        if own_time or times is None:
            return found
        return [_read("time", "time", times[first:last], _units(times)), *found]

    return Frame(key, names, int(array.shape[0]), read)


def _read(shown: str, name: str, cells: np.ndarray, units: str) -> pl.Series:
    column = series(shown, cells)
    return moments(column, units=units) if is_time(name, units) else column


def _units(dataset: h5py.Dataset) -> str:
    return text_attribute(dataset, "units") or text_attribute(dataset, "unit")


def _with_unit(name: str, dataset: h5py.Dataset) -> str:
    """A column's name with the unit that its dataset says, as a header would have it."""
    units = _units(dataset)
    return f"{name} [{units}]" if unit_in(name) is None and units and unit_in(f"x [{units}]") is not None else name


def _named_columns(array: h5py.Dataset) -> list[str]:
    for name in _NAMES_OF_COLUMNS:
        value = attribute(array, name)
        listed = np.asarray(value).reshape(-1).tolist() if value is not None else []
        if len(listed) == 1 and array.shape[1] > 1:
            listed = str(listed[0].decode(errors="replace") if isinstance(listed[0], bytes) else listed[0]).split(",")
        if len(listed) == array.shape[1]:
            texts = [word.decode(errors="replace") if isinstance(word, bytes) else str(word) for word in listed]
            return [text.strip() for text in texts]
    return []
