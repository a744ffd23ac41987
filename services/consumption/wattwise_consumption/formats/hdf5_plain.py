"""Plain HDF5: datasets of values beside one of times, and records with named fields. What stands around them is heeded."""

from collections.abc import Sequence
from dataclasses import replace

import h5py
import polars as pl

from wattwise_contract.recipes import Recipe

from .hdf5_arrays import frames_of_arrays, names_meters
from .hdf5_facts import Around, around, is_not_kept
from .hdf5_frames import Frame, holds_objects, not_too_wide, text_attribute
from .hdf5_times import holds_times, times_from
from .hdf5_values import Values, values_of

Found = tuple[Frame, Recipe]


def frames_in(
    groups: Sequence[h5py.Group], datasets: dict[str, h5py.Dataset], times: Values | None
) -> tuple[list[Found], Values | None]:
    """The tables that the datasets of a group make, with what is said of each; and the times for the groups below it.
    `groups`: the group and those above it, the nearest first. `times`: those of a group above. Raises `BadFile`."""
    key = str(groups[0].name).strip("/")
    records = {name: node for name, node in datasets.items() if node.dtype.names and node.ndim == 1}
    values = [value for name, node in datasets.items() if name not in records and (value := values_of(name, node))]
    about = around(groups, [value for value in values if value.shape == (1,)])
    kept = [value for value in values if not is_not_kept(value)]
    flat = [value for value in kept if len(value.shape) == 1]
    time = next((value for value in flat if holds_times(value)), times)
    found = [_of_records(f"{key}/{name}".strip("/"), node, about) for name, node in records.items()]
    beside = [value for value in flat if time is not None and value.shape == time.shape and value is not time]
    if time is not None and any(value.is_number and not names_meters(value.name) for value in beside):
        found.append(_of_columns(key or time.name, [time, *beside], about.nearer(time.node)))
    found += frames_of_arrays(key, kept, time, about)
    return found, time


def _of_columns(key: str, columns: list[Values], about: Around) -> Found:
    unit, shown = about.units_of(columns)
    names = not_too_wide([*shown, *about.id_names], key)

    def read(first: int, last: int) -> list[pl.Series]:
        found = [times_from(value, first, last).alias(name) for name, value in zip(shown, columns, strict=True)]
        return [*found, *about.id_columns(last - first)]

    return Frame(key, names, columns[0].size, read), about.recipe(unit)


def _of_records(key: str, records: h5py.Dataset, about: Around) -> Found:
    fields = [
        _field(records, name)
        for name in records.dtype.names or ()
        if not records.dtype[name].shape and not holds_objects(records.dtype[name])
    ]
    own = about.nearer(records)
    own = replace(own, unit=around([records], []).unit or about.unit)
    return _of_columns(key, [field for field in fields if not is_not_kept(field)], own)


def _field(records: h5py.Dataset, name: str) -> Values:
    return Values(
        name, records, (int(records.shape[0]),), is_number=records.dtype[name].kind in "iufb",
        cut=lambda axis, first, last: records[name, first:last],
        units=text_attribute(records, f"{name}_units") or text_attribute(records, f"{name}_unit"),
    )  # fmt: skip
