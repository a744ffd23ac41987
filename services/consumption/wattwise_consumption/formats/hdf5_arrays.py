"""Arrays of two axes: one of times, the other of meters, or of columns that have names."""

from collections.abc import Callable
from dataclasses import dataclass

import h5py
import numpy as np
import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.csv_cells import MOST_COLUMNS
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import Recipe

from .hdf5_facts import Around
from .hdf5_frames import Frame, attribute, not_too_wide, series
from .hdf5_times import holds_times, is_time, times_from
from .hdf5_values import Values

_NAMES_OF_COLUMNS = ("columns", "column_names", "columnnames", "col_names", "names", "fields", "header", "labels")
_LABELS = f"{vocabulary.METER};{vocabulary.CONSUMER};meters;meter ids;ids;households;homes;houses;buildings;names;columns;labels"
Found = tuple[Frame, Recipe]


@dataclass(frozen=True)
class _Meters:
    """Who is along the other axis than the times."""

    name: str
    texts: list[str]


def frames_of_arrays(key: str, values: list[Values], time: Values | None, about: Around) -> list[Found]:
    """The tables that arrays make. Raises `BadFile` where nothing tells which of their axes is that of the times."""
    arrays = [value for value in values if len(value.shape) == 2 and value.is_number]
    found: list[Found] = []
    beside: dict[tuple[int, bool], list[Values]] = {}
    for array in arrays:
        names = _named_columns(array)
        if names and (time is None or array.shape[0] == time.size):
            found.append(_of_named_columns(f"{key}/{array.name}".strip("/"), array, names, time, about))
        elif time is not None and time.size in array.shape:
            along = _axis_of(time, array)
            beside.setdefault((array.shape[1 - along], along == 0), []).append(array)
    for (count, time_first), some in beside.items():
        meters = _meters_in(values, some[0], count, time)
        several = "/".join(filter(None, [key, some[0].name] if len(arrays) > 1 else [key])) or some[0].name
        found.append(_of_meters(several, some, time, meters, about, time_first=time_first))  # type: ignore[arg-type]  # there are times, see above
    return found


def _axis_of(time: Values, array: Values) -> int:
    if array.shape[0] != array.shape[1]:
        return array.shape.index(time.size)
    told = [axis for axis in (0, 1) if time.name in _axis_names(array.node, axis)]
    if len(told) != 1:
        raise BadFile(
            f"“{array.node.name}” has as many rows as columns: nothing tells which of them are the times.",
            "Save it as a table with a column for each meter, or with dimension scales.",
        )
    return told[0]


def _axis_names(node: h5py.Dataset, axis: int) -> set[str]:
    """What a dimension is called: its label, and the datasets that are its scale."""
    try:
        scales = [str(scale.name).rpartition("/")[2] for scale in node.dims[axis].values()]
        return {str(node.dims[axis].label), *scales}
    except (RuntimeError, KeyError, ValueError, TypeError):
        return set()


def _meters_in(values: list[Values], array: Values, count: int, time: Values | None) -> _Meters:
    """The dataset that names the meters: by its own name, or as the only one of texts; else they are numbered."""
    fitting = [value for value in values if value.shape == (count,) and value is not time and not holds_times(value)]
    known = [value for value in fitting if names_meters(value.name)]
    known += [value for value in fitting if not value.is_number and value not in known]
    if not known:
        return _Meters("meter", [f"{array.name} {number}" for number in range(1, count + 1)])
    cells = series("meter", known[0].read(0, count))
    return _Meters(known[0].name, cells.cast(pl.String).str.strip_chars().fill_null("").to_list())


def names_meters(name: str) -> bool:
    """Whether a dataset of this name says what the meters of an array are called."""
    return (
        vocabulary.rank_among(name, _LABELS) is not None
        or vocabulary.rank_among(name.removesuffix("s"), _LABELS) is not None
    )


def _of_meters(
    key: str, arrays: list[Values], time: Values, meters: _Meters, about: Around, *, time_first: bool
) -> Found:
    """A row for each time and meter, and a column for each of the arrays."""
    about = about.nearer(time.node)
    unit, shown = about.units_of(arrays)
    stamps = times_from(time, 0, time.size).alias("time")
    names = pl.Series("meter", meters.texts, dtype=pl.String)

    def read(first: int, last: int) -> list[pl.Series]:
        cells = [array.read(first, last) for array in arrays]
        count = last - first
        some_stamps, some_names = (stamps[first:last], names) if time_first else (stamps, names[first:last])
        outer, inner = (some_stamps, some_names) if time_first else (some_names, some_stamps)
        places = np.repeat(np.arange(count), len(inner)), np.tile(np.arange(len(inner)), count)
        columns = [outer.gather(places[0]), inner.gather(places[1])]
        return [*columns, *(series(name, each.reshape(-1)) for name, each in zip(shown, cells, strict=True))]

    order = ["time", "meter"] if time_first else ["meter", "time"]
    other = len(names) if time_first else len(stamps)
    return Frame(key, (*order, *shown), arrays[0].shape[0], read, rows_each=other), about.recipe(unit, meter="meter")


def _of_named_columns(key: str, array: Values, columns: list[str], times: Values | None, about: Around) -> Found:
    own_time = times is None or any(is_time(name) for name in columns)
    unit = about.unit_of(array)
    names = not_too_wide([*([] if own_time else ["time"]), *columns], key)

    def read(first: int, last: int) -> list[pl.Series]:
        cells = array.read(first, last)
        found = [
            times_from(_one_of(array, name, cells[:, place]), 0, last - first) for place, name in enumerate(columns)
        ]
        return found if own_time or times is None else [times_from(times, first, last).alias("time"), *found]

    return Frame(key, names, array.size, read), about.recipe(unit)


def _one_of(array: Values, name: str, cells: np.ndarray) -> Values:
    cut: Callable[[int, int, int], np.ndarray] = lambda axis, first, last: cells[first:last]  # noqa: E731
    return Values(name, array.node, (len(cells),), is_number=True, cut=cut, is_matlab=array.is_matlab)


def _named_columns(array: Values) -> list[str]:
    if array.shape[1] > MOST_COLUMNS:
        return []
    for name in _NAMES_OF_COLUMNS:
        value = attribute(array.node, name)
        listed = np.asarray(value).reshape(-1).tolist() if value is not None else []
        if len(listed) == 1 and array.shape[1] > 1:
            listed = str(listed[0].decode(errors="replace") if isinstance(listed[0], bytes) else listed[0]).split(",")
        if len(listed) == array.shape[1]:
            texts = [word.decode(errors="replace") if isinstance(word, bytes) else str(word) for word in listed]
            return [text.strip() for text in texts]
    return []
