"""What of an HDF5 file is a table: columns of equal height that are read slice by slice. Nothing is ever unpickled."""

from collections.abc import Callable
from dataclasses import dataclass

import h5py
import numpy as np
import polars as pl

from wattwise_consumption.csv_cells import MOST_COLUMNS
from wattwise_consumption.problems import BadFile

from .typed import MOST_ROWS

_LARGEST_CHUNK_BYTES = 300_000_000
_REPACK = "Repack it with gzip: h5repack -f GZIP=5 in.h5 out.h5, or ptrepack --complib=zlib --complevel=5 in.h5 out.h5."
_FILTERS = {
    32001: "Blosc", 32026: "Blosc2", 32015: "Zstandard", 32004: "LZ4", 32008: "bitshuffle", 307: "bzip2", 305: "LZO",
    32013: "ZFP", 4: "SZIP",
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """A table within the file. `read(first, last)`: the columns, in the order of `names`, of those rows."""

    key: str  # as people write it, without the first slash
    names: tuple[str, ...]
    height: int
    read: Callable[[int, int], list[pl.Series]]
    rows_each: int = 1  # rows of the table that a step of `read` gives


def checked(dataset: h5py.Dataset) -> h5py.Dataset:
    """The dataset, if reading it is safe and possible. Raises `BadFile`."""
    name = str(dataset.name)
    if dataset.external or dataset.is_virtual:
        raise BadFile(f"“{name}” lies in other files.", "Copy the data into the file: h5repack, or h5py's copy.")
    if dataset.ndim > 2 or max(dataset.shape, default=1) > MOST_ROWS:
        raise BadFile(f"“{name}” is no table: its shape is {dataset.shape}.", "Export the readings as columns.")
    plan = dataset.id.get_create_plist()
    for number in range(plan.get_nfilters()):
        code, _, _, label = plan.get_filter(number)
        if not h5py.h5z.filter_avail(code):
            called = _FILTERS.get(code) or label.decode(errors="replace") or f"filter {code}"
            raise BadFile(f"“{name}” is compressed with {called}, which is not read here.", _REPACK)
    chunk = int(np.prod(dataset.chunks or (1,))) * dataset.dtype.itemsize
    if chunk > _LARGEST_CHUNK_BYTES:
        raise BadFile(f"“{name}” is stored in pieces of {chunk / 1e6:,.0f} MB.", "Repack it in smaller chunks.")
    if holds_objects(dataset.dtype) and not is_cell_array(dataset):
        raise BadFile(f"“{name}” holds pickled objects, which are never read.", "Save its columns as numbers and text.")
    return dataset


def holds_objects(kind: np.dtype) -> bool:
    """Whether cells are neither numbers nor text: references and lists, as which pickles are kept."""
    if kind.names:
        return False  # looked at field by field
    return kind.kind == "O" and h5py.check_string_dtype(kind) is None


def is_cell_array(dataset: h5py.Dataset) -> bool:
    """Whether it is MATLAB's list of anything: references to datasets in the same file."""
    is_list = h5py.check_ref_dtype(dataset.dtype) is h5py.Reference
    return is_list and text_attribute(dataset, "MATLAB_class") == "cell"


def text_attribute(node: h5py.HLObject, name: str) -> str:
    """An attribute that is text; empty where it is not there, or is none."""
    value = attribute(node, name)
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    return value.decode(errors="replace") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def attribute(node: h5py.HLObject, name: str) -> object:
    """An attribute as it is stored; None where it is missing or of a type that cannot be read."""
    try:
        return node.attrs.get(name)
    except (OSError, TypeError, ValueError, RuntimeError):
        return None


def series(name: str, values: np.ndarray) -> pl.Series:
    """A column of a slice: bytes and text as text, numbers as they are, everything else empty."""
    if values.dtype.kind in "SO":
        return pl.Series(name, values.tolist(), dtype=pl.Binary if values.dtype.kind == "S" else None, strict=False)
    if values.dtype.kind in "iufb" and values.ndim == 1:
        native = values.astype(values.dtype.newbyteorder("="), copy=False)
        native = native.astype(np.float32) if native.dtype == np.float16 else native
        return pl.Series(name, np.ascontiguousarray(native))
    return pl.Series(name, [None] * len(values), dtype=pl.String)


def not_too_wide(names: list[str], key: str) -> tuple[str, ...]:
    if len(names) > MOST_COLUMNS:
        raise BadFile(f"“{key}” has {len(names):,} columns.", f"{MOST_COLUMNS:,} is the most; split it.")
    return tuple(names)
