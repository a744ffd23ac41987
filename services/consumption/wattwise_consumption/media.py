"""Which medium a whole table is of, where its columns do not say: by its title, its sheet, its file's name, or the kind of
its meter points."""

import re
from collections.abc import Sequence

import polars as pl

from wattwise_contract.quantities import Quantity

from . import vocabulary
from .columns import Columns
from .flows import Flow, flow_of
from .row_kinds import kind_column
from .units import unit_fits, unit_in

_ELECTRIC = vocabulary.listed("""
    electricity electric electrical elec strom electricite elektriciteit elektrizitat electricidad elettrica energia sahko
    solar pv power current mpan pdl prm cups esiid nmi active reactive photovoltaik wind battery heatpump warmepumpe pump
    heater heaters boiler boilers immersion kettle washer dishwasher machine appliance appliances
""")
_FED = vocabulary.EXPORT - vocabulary.listed("export exports exported")  # of a file these say that it was exported
_OF_GAS = vocabulary.listed("pce gaziere gazier gaziers")
_NAMES_OF_SHEETS = ("export", "exports")
_MEDIA = (Quantity.GAS, Quantity.HEAT, Quantity.WATER)
_PIPES_OF_HEAT = (
    re.compile(r"vorlauf|\b(?:flow|forward|supply|inlet|frem\w*|aanvoer\w*) ?temp"),
    re.compile(r"rucklauf|\b(?:return|outlet|retur\w*|retour\w*) ?temp"),
)
_MEDIUM_COLUMNS = vocabulary.listed("medium commodity fuel utility sparte energietrager")
_DIGITS_OF_BRITISH_GAS = r"^\d{6,10}$"  # a meter point of Ireland's electricity has eleven
_ROWS_LOOKED_AT = 500
_TAKEN = "{} says “{}”: the values were taken for {}. If they are not, state the quantity."
_OF_POINTS = "The columns are those of {} meters: the values were taken for it. If they are not, state the quantity."


def told_medium(
    names: Sequence[str], cells: pl.DataFrame, places: Sequence[tuple[str, str]]
) -> tuple[Quantity | None, str]:
    """(the medium of a table whose columns leave it open, a sentence on where it was said). `places`: what may say it,
    with its text, the nearest first."""
    if _are_of_heat(names):
        return Quantity.HEAT, _OF_POINTS.format(Quantity.HEAT.value)
    if not leaves_medium_open(names, cells):
        return None, ""
    if (quantity := medium_of_points(names, cells)) is not None:
        return quantity, _OF_POINTS.format(quantity.value)
    for place, text in places:
        if (quantity := medium_in(text)) is not None and _may_measure(quantity, names):
            return quantity, _TAKEN.format(place, text.strip(" .")[:80], quantity.value.replace("_", " "))
    return None, ""


def medium_in(text: str) -> Quantity | None:
    """The medium that a title or a name says, if it is not that of electricity which is taken from the grid."""
    words = set(vocabulary.words_of(text))
    if text.strip().lower() in _NAMES_OF_SHEETS:
        return Quantity.ELECTRICITY_EXPORT
    named = {quantity for word in words if (quantity := vocabulary.quantity_named_in(word)) in _MEDIA}
    if named:
        return named.pop() if len(named) == 1 and not words & _ELECTRIC else None
    fed = bool(words & _FED) or flow_of(text) is Flow.FED and not words & (vocabulary.EXPORT - _FED)
    return Quantity.ELECTRICITY_EXPORT if fed and not words & {"bezug", "verbrauch", "import"} else None


def medium_of_points(names: Sequence[str], cells: pl.DataFrame) -> Quantity | None:
    """Gas where the meter points are of a kind that only gas has: France's PCE, Great Britain's MPRN."""
    for place, name in enumerate(names):
        words = set(vocabulary.words_of(name))
        if words & _OF_GAS:
            return Quantity.GAS
        if words == {"mprn"}:
            points = cells[f"c{place}"].head(_ROWS_LOOKED_AT).drop_nulls().str.strip_chars()
            return Quantity.GAS if len(points) and points.str.contains(_DIGITS_OF_BRITISH_GAS).all() else None
    return None


def _may_measure(quantity: Quantity, names: Sequence[str]) -> bool:
    """Whether the units of the columns can be those of a medium: water is not measured in kWh."""
    units = [unit for name in names if (unit := unit_in(name)) is not None and unit.family in ("energy", "volume")]
    return all(unit_fits(unit, quantity) for unit in units)


def _are_of_heat(names: Sequence[str]) -> bool:
    """Whether there are temperatures of the water that comes and goes, and nothing of electricity but, perhaps, “Power”."""
    phrases = [vocabulary.phrase_of(name) for name in names]
    piped = all(any(side.search(phrase) for phrase in phrases) for side in _PIPES_OF_HEAT)
    return piped and not any((_ELECTRIC - {"power"}) & set(phrase.split()) for phrase in phrases)


def leaves_medium_open(names: Sequence[str], cells: pl.DataFrame) -> bool:
    """Whether no column, by its name or its cells, says which medium or direction its values are of."""
    if any(_says_medium(name) or _MEDIUM_COLUMNS & set(vocabulary.words_of(name)) for name in names):
        return False
    columns = Columns({f"c{place}": name for place, name in enumerate(names)}, cells.head(_ROWS_LOOKED_AT))
    return not kind_column(columns)[0]


def _says_medium(name: str) -> bool:
    words = set(vocabulary.words_of(name))
    quantity = vocabulary.quantity_named_in(name)
    is_cost = bool(words & vocabulary.NOT_A_VALUE)
    flows = flow_of(name) in (Flow.FED, Flow.TAKEN, Flow.MADE, Flow.NET)
    unit = unit_in(name)
    is_electric = bool(words & (_ELECTRIC - {"energia"})) or (unit is not None and unit.family == "power")
    return not is_cost and (quantity in (*_MEDIA, Quantity.ELECTRICITY_EXPORT) or flows or is_electric)
