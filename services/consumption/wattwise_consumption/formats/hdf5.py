"""HDF5: frames of pandas, the meters of NILMTK, and plain datasets of times beside values. Read slice by slice.

Links into other files are not followed, and objects that were pickled are not read. `line` is the row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import polars as pl

from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import Measure, Recipe

from .apart import read_by
from .format import Bounds, FileFormat, Table
from .hdf5_frames import Frame, attribute, checked, holds_objects, is_cell_array, text_attribute
from .hdf5_pandas import frame_of, is_pandas
from .hdf5_plain import frames_in
from .hdf5_values import Values
from .typed import cells_of, check_rows, rows_per_block

_MARK = b"\x89HDF\r\n\x1a\n"
_MARK_AT = (0, 512, 1_024, 2_048)  # MATLAB and others put a block of their own before it
_MOST_NODES = 50_000
_DEEPEST = 20
_FROM_MATLAB = "Save tables with writetable, and times as numbers: datenum(t), or posixtime(t)."
_NILMTK = re.compile(r"^(building\d+)/elec/(meter\d+)$")
_OF_NILMTK = {  # the columns of a NILMTK meter, best first → their unit and measure
    ("power", "active"): ("W", Measure.POWER),
    ("power", "apparent"): ("W", Measure.POWER),
    ("energy", "active"): ("kWh", Measure.INTERVAL),
    ("cumulative energy", "active"): ("kWh", Measure.REGISTER),
}


@dataclass
class _Found:
    """The frames of a file with what is certain of each, and why others are not read."""

    frames: list[tuple[Frame, Recipe]] = field(default_factory=list)
    refused: list[BadFile] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)


def tables_in(path: Path, bounds: Bounds) -> Iterator[Table]:
    """The tables of the file in blocks of rows. Raises `BadFile`."""
    try:
        with h5py.File(path, "r") as file:
            found = _Found()
            _look_into([file], found, times=None)
            check_rows(sum(frame.height * frame.rows_each for frame, _ in found.frames), path.stat().st_size)
            yield from _tables(found, bounds)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, IndexError, pl.exceptions.PolarsError) as error:
        if "filter" in str(error).lower():
            raise BadFile(
                "The HDF5 file is compressed in a way that is not read here.", "Repack it with gzip."
            ) from None
        raise BadFile("The HDF5 file is damaged or cut off.", "Fetch or write it again.") from None


def _tables(found: _Found, bounds: Bounds) -> Iterator[Table]:
    frames = [(frame, says) for frame, says in found.frames if frame.height]
    if bounds.table:
        wanted = bounds.table.strip("/").lower()
        keys = ", ".join(f"“{frame.key}”" for frame, _ in frames[:20])
        frames = [(frame, says) for frame, says in frames if frame.key.lower() == wanted]
        if not frames:
            raise BadFile(f"The HDF5 file has no table “{bounds.table}”.", f"Its tables are: {keys or 'none'}.")
    if not frames:
        refused = [*found.refused, BadFile("The HDF5 file holds no table of readings.", "Export it as CSV or Parquet.")]
        raise refused[0]
    notes = tuple(dict.fromkeys(f"Not read: {problem}" for problem in found.refused[:20]))
    for whole, says in frames:
        frame = _without_count(whole)
        part = frame.key if len(frames) > 1 else ""
        ids = {} if says.meter_column or len(frames) == 1 else _ids(frame)
        says = says.model_copy(update={"meter_column": "meter"}) if ids else says
        rows = max(rows_per_block(len(frame.names)) // frame.rows_each, 1)
        for first in range(0, frame.height, rows):
            columns = frame.read(first, min(first + rows, frame.height))
            height = columns[0].len()
            columns += [pl.Series(name, [text]).new_from_index(0, height) for name, text in ids.items()]
            names = (*frame.names, *ids)
            yield Table(names, cells_of(columns, first_row=first * frame.rows_each), says=says, part=part, notes=notes)


def _without_count(frame: Frame) -> Frame:
    """The frame without pandas' index, where that only counts the rows."""
    first = frame.read(0, min(frame.height, 1_000)) if frame.names[:1] == ("index",) and len(frame.names) > 1 else []
    if not first or not first[0].dtype.is_integer() or not (first[0].diff().drop_nulls() == 1).all():
        return frame
    return Frame(frame.key, frame.names[1:], frame.height, lambda start, stop: frame.read(start, stop)[1:])


def _ids(frame: Frame) -> dict[str, str]:
    """Where the file has many tables with one column of values each, a table is a meter, named by its key."""
    columns = frame.read(0, min(frame.height, 1_000))
    plain = len(columns) == 2 and all(column.dtype.is_numeric() or column.dtype.is_temporal() for column in columns)
    return {"meter": frame.key} if plain else {}


def _look_into(groups: list[h5py.Group], found: _Found, *, times: Values | None) -> None:
    """Add the frames in a group (the first; the others are those above it) and in the groups below."""
    group = groups[0]
    address = h5py.h5o.get_info(group.id).addr
    if address in found.seen or len(groups) > _DEEPEST or len(found.seen) > _MOST_NODES:
        return
    found.seen.add(address)
    if is_pandas(group):
        _add_pandas(group, found)
        return
    nodes = _nodes(group, found)
    datasets = {name: node for name, node in nodes.items() if isinstance(node, h5py.Dataset)}
    sound = {name: node for name, node in datasets.items() if _is_sound(node, found)}
    try:
        frames, times = frames_in(groups, sound, times)
        found.frames += frames
    except BadFile as problem:
        found.refused.append(problem)
    for name, node in nodes.items():
        if isinstance(node, h5py.Group) and not name.startswith(("_i_", "#")) and not _is_cache(node):
            _look_into([node, *groups], found, times=times)


def _nodes(group: h5py.Group, found: _Found) -> dict[str, h5py.HLObject]:
    """What lies in a group itself; links elsewhere are left out, and told of where they lead out of the file."""
    nodes: dict[str, h5py.HLObject] = {}
    for name in group:
        link = group.get(name, getlink=True)
        if isinstance(link, h5py.HardLink):
            nodes[name] = group[name]
        elif isinstance(link, h5py.ExternalLink):
            where = f"“{group.name.rstrip('/')}/{name}” is a link into another file, which is not followed."
            found.refused.append(BadFile(where, "Copy the data into one file."))
    return nodes


def _is_sound(dataset: h5py.Dataset, found: _Found) -> bool:
    if dataset.size is None or 0 in dataset.shape:
        return False
    try:
        if attribute(dataset, "MATLAB_object_decode") is not None:
            kind = text_attribute(dataset, "MATLAB_class")
            raise BadFile(f"“{dataset.name}” is a {kind} of MATLAB, which only MATLAB can read.", _FROM_MATLAB)
        checked(dataset)
    except BadFile as problem:
        found.refused.append(problem)
        return False
    return is_cell_array(dataset) or not holds_objects(dataset.dtype)


def _is_cache(group: h5py.Group) -> bool:
    return str(group.name).endswith("/elec/cache") or attribute(group, "CLASS") in (b"TINDEX", b"INDEX")


def _add_pandas(group: h5py.Group, found: _Found) -> None:
    try:
        frame, levels = frame_of(group)
        nilmtk = _NILMTK.match(frame.key)
        found.frames.append(_of_nilmtk(frame, levels, *nilmtk.groups()) if nilmtk else (frame, Recipe()))
    except BadFile as problem:
        found.refused.append(problem)


def _of_nilmtk(frame: Frame, levels: list[tuple[str, ...]], building: str, meter: str) -> tuple[Frame, Recipe]:
    """A meter of NILMTK: the best of its columns, which are named by physical quantity and type of current."""
    known = [name for name in _OF_NILMTK if name in levels]
    if not known:
        named = ", ".join(" ".join(name) for name in levels[1:])
        raise BadFile(f"“{frame.key}” measures no active power or energy, but {named}.", "Leave it out.")
    unit, measure = _OF_NILMTK[known[0]]
    place, name = levels.index(known[0]), " ".join(known[0])
    says = Recipe(
        time_column="time", value_column=name, meter_column="meter", consumer_column="building", unit=unit,
        measure=measure,
    )  # fmt: skip

    def read(first: int, last: int) -> list[pl.Series]:
        columns = frame.read(first, last)
        ids = {"building": building, "meter": f"{building}/{meter}"}
        named = [pl.Series(role, [text]).new_from_index(0, columns[0].len()) for role, text in ids.items()]
        return [columns[0], columns[place], *named]

    return Frame(frame.key, ("time", name, "building", "meter"), frame.height, read), says


def _recognises(head: bytes, name: str) -> bool:
    return any(head[at : at + len(_MARK)] == _MARK for at in _MARK_AT)


HDF5 = FileFormat("HDF5", _recognises, read_by("hdf5", "The HDF5 file"))
