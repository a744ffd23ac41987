"""What the metadata of a Parquet or Arrow file says of its columns: their units, the zone, the meter."""

import json
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from wattwise_consumption import vocabulary
from wattwise_consumption.units import unit_in
from wattwise_contract.recipes import Recipe

from .facts import facts_in, unit_said

_SAY_NO_METER = ("name", "id", "key", "identifier", "series", "channel")
_HAVE_NO_UNIT = (
    vocabulary.QUALITY | vocabulary.NOT_A_VALUE | vocabulary.TIME | {"meter", "id", "key", "name", "lat", "lon"}
)
_LARGEST = 100_000  # bytes of a text in the metadata
_LONGEST = 200
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Metadata:
    """`units`: column → its unit, where its name does not say it. `ids`: the attribute that names the meter, and what it
    says. `says`: the unit of all values, and the zone."""

    units: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    says: Recipe = Recipe()

    def named(self, column: str) -> str:
        return f"{column} [{self.units[column]}]" if column in self.units else column


def metadata_of(schema: pa.Schema) -> Metadata:
    said = _pairs(schema.metadata)
    own = {
        each.name: unit for each in schema if (unit := _unit_of(_pairs(each.metadata))) and not _says_unit(each.name)
    }
    around = _unit_of(said)
    values = [each.name for each in schema if _may_have_unit(each)]
    units = {name: own.get(name) or around for name in values if own.get(name) or around} | own
    zone = facts_in(said).zone
    ids = [(name, text) for name, text in said if _names_meter(name)]
    says = Recipe(stamps_in=zone, timezone=zone if "/" in zone else "")
    if len(values) > 1 and len({units.get(name) for name in values}) == 1 and units and not set(units) - set(values):
        return Metadata({}, dict(ids[:1]), says.model_copy(update={"unit": units[values[0]]}))
    return Metadata(units, dict(ids[:1]), says)


def _pairs(metadata: dict[bytes, bytes] | None) -> Pairs:
    """Names and short texts, those within pandas' attributes, too."""
    pairs: Pairs = []
    for key, value in (metadata or {}).items():
        if len(value) > _LARGEST or key.startswith(b"ARROW:"):
            continue
        name, text = key.decode(errors="replace"), value.decode(errors="replace")
        if text.startswith("{"):
            found = _parsed(text)
            inner = found.get("attributes") or found.get("attrs") or (found if name == "PANDAS_ATTRS" else {})
            pairs += [(str(each), str(said)) for each, said in (inner.items() if isinstance(inner, dict) else ())]
        else:
            pairs.append((name, text))
    return [(name, text.strip()) for name, text in pairs if 0 < len(text.strip()) <= _LONGEST]


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _unit_of(pairs: Pairs) -> str:
    for name, text in pairs:
        words = set(vocabulary.words_of(name))
        unit = unit_said(text) if words & vocabulary.UNIT and not words & {"time", "price"} else None
        if unit is not None and unit_in(f"x [{unit.name}]") is not None:
            return unit.name
    return ""


def _says_unit(name: str) -> bool:
    return unit_in(name) is not None


def _may_have_unit(each: "pa.Field[Any]") -> bool:
    kind = each.type
    while pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        kind = kind.value_type
    is_number = pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind)
    return is_number and not _says_unit(each.name) and not set(vocabulary.words_of(each.name)) & _HAVE_NO_UNIT


def _names_meter(name: str) -> bool:
    return vocabulary.phrase_of(name) not in _SAY_NO_METER and vocabulary.rank_among(name, vocabulary.METER) is not None
