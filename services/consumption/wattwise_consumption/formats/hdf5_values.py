"""A dataset as the person who wrote it sees it: MATLAB's arrays the right way round, packed numbers unpacked, text as text."""

from collections.abc import Callable
from dataclasses import dataclass

import h5py
import numpy as np

from .hdf5_frames import attribute, holds_objects, is_cell_array, text_attribute

_MOST_TEXTS = 500_000  # of a list of references, each of which is looked up
_MISSING = ("_FillValue", "missing_value")
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable"


@dataclass(frozen=True)
class Values:
    """One or two axes of cells; `cut(axis, first, last)`: those of the rows (0) or columns (1) from first to last.
    An array with one row or column has one axis. `is_matlab`: days are counted from the year 0."""

    name: str
    node: h5py.Dataset
    shape: tuple[int, ...]
    is_number: bool
    cut: Callable[[int, int, int], np.ndarray]
    units: str = ""  # as it says itself
    is_matlab: bool = False

    @property
    def size(self) -> int:
        return self.shape[0]

    def read(self, first: int, last: int) -> np.ndarray:
        return self.cut(0, first, last)


def values_of(name: str, node: h5py.Dataset) -> Values | None:
    """None for what holds no columns of cells."""
    kind = text_attribute(node, "MATLAB_class")
    if node.ndim == 0:
        return None if node.dtype.names or holds_objects(node.dtype) else _of_one(name, node)
    if attribute(node, "MATLAB_empty") or text_attribute(node, "NAME").startswith(_NO_VARIABLE):
        return None
    if is_cell_array(node):
        return _of_texts(name, node, _texts_referred_to(node))
    if kind == "char":
        return _of_texts(name, node, ["".join(map(chr, row)).rstrip("\0 ") for row in node[:].T.tolist()])
    if node.dtype.kind == "S" and node.dtype.itemsize == 1 and node.ndim == 2:  # netCDF's characters
        return _of_texts(name, node, [b"".join(row).decode(errors="replace").strip("\0 ") for row in node[:].tolist()])
    return None if holds_objects(node.dtype) else _of_cells(name, node, is_matlab=bool(kind))


def _of_one(name: str, node: h5py.Dataset) -> Values:
    cell = np.array([node[()]])
    return Values(name, node, (1,), node.dtype.kind in "iufb", lambda axis, first, last: cell[first:last])


def _of_cells(name: str, node: h5py.Dataset, *, is_matlab: bool) -> Values:
    shape = tuple(map(int, node.shape[::-1] if is_matlab else node.shape))
    is_flat = len(shape) == 2 and 1 in shape
    unpacked = _unpacking(node)

    def cut(axis: int, first: int, last: int) -> np.ndarray:
        along = shape.index(max(shape)) if is_flat else axis
        window = [slice(None)] * len(shape)
        window[len(shape) - 1 - along if is_matlab else along] = slice(first, last)
        cells = node[tuple(window)]
        cells = cells.T if is_matlab else cells
        return unpacked(cells.reshape(-1) if is_flat else cells)

    is_number = node.dtype.kind in "iufb"
    said = text_attribute(node, "units") or text_attribute(node, "unit")
    return Values(name, node, (max(shape),) if is_flat else shape, is_number, cut, said, is_matlab)


def _of_texts(name: str, node: h5py.Dataset, texts: list[str]) -> Values:
    cells = np.array([text.encode() for text in texts], dtype=object)
    return Values(name, node, (len(texts),), is_number=False, cut=lambda axis, first, last: cells[first:last])


def _texts_referred_to(node: h5py.Dataset) -> list[str]:
    """The texts in a cell array of MATLAB; empty where one of its cells is none."""
    if node.size > _MOST_TEXTS:
        return []
    cells = [node.file[reference] for reference in node[:].T.reshape(-1).tolist()]
    if not all(isinstance(cell, h5py.Dataset) and text_attribute(cell, "MATLAB_class") == "char" for cell in cells):
        return []
    return ["".join(map(chr, cell[:].T.reshape(-1).tolist())) for cell in cells]


def _unpacking(node: h5py.Dataset) -> Callable[[np.ndarray], np.ndarray]:
    """What turns stored numbers into those that are meant: CF's scale, offset, and the values that stand for none."""
    scale, offset = _number(node, "scale_factor"), _number(node, "add_offset")
    nothing = [number for name in _MISSING if (number := _number(node, name)) is not None]
    if node.dtype.kind not in "iuf" or (scale is None and offset is None and not nothing):
        return lambda cells: cells

    def unpacked(cells: np.ndarray) -> np.ndarray:
        missing = (
            np.isin(cells, np.array(nothing).astype(cells.dtype)) if nothing else np.zeros(cells.shape, dtype=np.bool_)
        )
        if scale is None and offset is None and not missing.any():
            return cells
        return np.where(missing, np.nan, cells * (1.0 if scale is None else scale) + (offset or 0.0))

    return unpacked


def _number(node: h5py.Dataset, name: str) -> float | None:
    value = attribute(node, name)
    return float(value.reshape(-1)[0]) if isinstance(value, np.ndarray | np.number) and value.size == 1 else None
