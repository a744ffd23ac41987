"""What stands around the datasets of a group and holds for them: the unit, the zone, the meter, in attributes or texts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import h5py
import numpy as np
import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.units import unit_in
from wattwise_contract.recipes import Recipe

from .facts import facts_in, is_kept, unit_said
from .hdf5_frames import attribute
from .hdf5_times import holds_times
from .hdf5_values import Values

_SAY_NO_METER = ("name", "id", "key", "identifier", "series", "channel")
_HAVE_NO_UNIT = vocabulary.QUALITY | vocabulary.NOT_A_VALUE | {"meter", "id", "key", "name"}
_MOST_ATTRIBUTES = 100
_LONGEST = 200


@dataclass(frozen=True)
class Around:
    """`unit`: of the values that say none themselves. `zone`: where the meters are. `stamps_in`: what times without a
    zone are written in. `ids`: the attribute that names the meter, and what it says."""

    unit: str = ""
    zone: str = ""
    stamps_in: str = ""
    ids: tuple[tuple[str, str], ...] = ()

    def nearer(self, node: h5py.HLObject) -> "Around":
        """The same, with what the node itself says before it."""
        own = around([node], [])
        return replace(
            self, zone=own.zone or self.zone, stamps_in=own.stamps_in or self.stamps_in, ids=own.ids or self.ids
        )

    def units_of(self, columns: list[Values]) -> tuple[str, list[str]]:
        """(the unit of all values, the columns' names); with its own unit in each name where they differ."""
        own = {column.name: self.unit_of(column) for column in columns}
        values = [column.name for column in columns if column.is_number and not holds_times(column)]
        units = {own[name] for name in values}
        if len(units) == 1 and len(values) > 1 and not any(map(unit_in, values)):
            return units.pop(), [column.name for column in columns]
        return "", [f"{name} [{unit}]" if unit else name for name, unit in own.items()]

    def unit_of(self, column: Values) -> str:
        """The unit that a dataset says, or that is said for all; empty where its name says one, or that it has none."""
        if unit_in(column.name) is not None or not column.is_number or holds_times(column):
            return ""
        if column.units:
            return shown_unit(column.units)
        return "" if set(vocabulary.words_of(column.name)) & _HAVE_NO_UNIT else self.unit

    @property
    def id_names(self) -> list[str]:
        return [name for name, _ in self.ids]

    def id_columns(self, height: int) -> list[pl.Series]:
        return [pl.Series(name, [text]).new_from_index(0, height) for name, text in self.ids]

    def recipe(self, unit: str = "", *, meter: str = "") -> Recipe:
        return Recipe(unit=unit, timezone=self.zone, stamps_in=self.stamps_in, meter_column=meter)


def around(nodes: Sequence[h5py.HLObject], single: list[Values]) -> Around:
    """`nodes`: a group and those above it, the nearest first. `single`: its datasets of one cell."""
    said = [(value.name, text) for value in single if (text := _text(value.read(0, 1)))]
    for node in nodes:
        names = list(node.attrs)[:_MOST_ATTRIBUTES]
        said += [(name, text) for name in names if (text := _text(attribute(node, name)))]
    zone = facts_in(said).zone
    units = [shown_unit(text) for name, text in said if _names_unit(name)]
    ids = [(name, text) for name, text in said if _names_meter(name)]
    return Around(next(filter(None, units), ""), zone if "/" in zone else "", zone, tuple(ids[:1]))


def shown_unit(text: str) -> str:
    """The unit as headers have it; empty where it is none that is known."""
    unit = unit_said(text) if text else None
    return unit.name if unit is not None and unit_in(f"x [{unit.name}]") is not None else ""


def is_not_kept(value: Values) -> bool:
    """Whether a dataset's own unit is of something that is not kept here: volts, reactive power."""
    return bool(value.units) and not shown_unit(value.units) and not is_kept(value.units)


def _names_unit(name: str) -> bool:
    words = set(vocabulary.words_of(name))
    return bool(words & vocabulary.UNIT) and not words & {"time", "price"}


def _names_meter(name: str) -> bool:
    plain = vocabulary.phrase_of(name)
    return plain not in _SAY_NO_METER and vocabulary.rank_among(name, vocabulary.METER) is not None


def _text(value: object) -> str:
    """A short text or a whole number, as text; empty for anything else."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, np.integer):
        value = str(value)
    return value.strip() if isinstance(value, str) and len(value) <= _LONGEST else ""
