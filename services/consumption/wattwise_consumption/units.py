"""Units in headers and recipes, and the factor to the unit that a quantity is stored in."""

import re
from dataclasses import dataclass

from wattwise_contract.quantities import Quantity

from .problems import BadFile


@dataclass(frozen=True)
class Unit:
    """`factor` turns a value into the stored unit; power is multiplied by the interval's hours besides."""

    name: str
    family: str  # energy, power, volume, temperature, price, carbon
    factor: float = 1.0
    offset: float = 0.0


_UNITS = (
    Unit("Wh", "energy", 1e-3), Unit("kWh", "energy"), Unit("MWh", "energy", 1e3), Unit("GWh", "energy", 1e6),
    Unit("TWh", "energy", 1e9), Unit("J", "energy", 1 / 3.6e6), Unit("kJ", "energy", 1 / 3600), Unit("MJ", "energy", 1 / 3.6),
    Unit("GJ", "energy", 1e3 / 3.6), Unit("therm", "energy", 29.3001111), Unit("therms", "energy", 29.3001111),
    Unit("kBtu", "energy", 0.29307107), Unit("MMBtu", "energy", 293.07107), Unit("Btu", "energy", 0.00029307107),
    Unit("thm", "energy", 29.3001111), Unit("kcal", "energy", 4.184 / 3600), Unit("Gcal", "energy", 4.184e6 / 3600),
    Unit("W", "power", 1e-3), Unit("kW", "power"), Unit("MW", "power", 1e3), Unit("GW", "power", 1e6),
    Unit("watt", "power", 1e-3), Unit("watts", "power", 1e-3), Unit("kilowatt", "power"), Unit("kilowatts", "power"),
    Unit("m³", "volume"), Unit("m3", "volume"), Unit("cbm", "volume"), Unit("l", "volume", 1e-3),
    Unit("Nm³", "volume"), Unit("Nm3", "volume"), Unit("Sm3", "volume"), Unit("cuft", "volume", 0.0283168466),
    Unit("ccf", "volume", 2.83168466), Unit("mcf", "volume", 28.3168466), Unit("hcf", "volume", 2.83168466),
    Unit("kWhs", "energy"), Unit("Whs", "energy", 1e-3), Unit("MWhs", "energy", 1e3), Unit("kWatts", "power"),
    Unit("gal", "volume", 0.003785411784), Unit("gallons", "volume", 0.003785411784), Unit("kgal", "volume", 3.785411784),
    Unit("litre", "volume", 1e-3), Unit("liter", "volume", 1e-3), Unit("litres", "volume", 1e-3),
    Unit("liters", "volume", 1e-3), Unit("ft³", "volume", 0.0283168466), Unit("ft3", "volume", 0.0283168466),
    Unit("°C", "temperature"), Unit("degC", "temperature"), Unit("celsius", "temperature"),
    Unit("°F", "temperature", 5 / 9, -160 / 9), Unit("fahrenheit", "temperature", 5 / 9, -160 / 9),
    Unit("gCO2/kWh", "carbon"), Unit("g/kWh", "carbon"), Unit("kgCO2/MWh", "carbon"),
)  # fmt: skip
_BY_NAME = {unit.name.lower(): unit for unit in _UNITS}
_LONGEST = 300  # of a text that may hold a unit: cells are looked at, too, and may be very long
_SHORT = {"w", "j", "l"}  # a letter that is only a unit in brackets or by itself
_PRICE = re.compile(r"(?P<money>[a-z€£$¢]+)\s*(?:/|per)\s*(?P<energy>kwh|mwh)", re.IGNORECASE)
_FAMILIES: dict[Quantity, tuple[str, ...]] = {
    Quantity.WATER: ("volume",),
    Quantity.TEMPERATURE: ("temperature",),
    Quantity.PRICE: ("price",),
    Quantity.CARBON_INTENSITY: ("carbon",),
}
_OWN_UNIT = {
    Quantity.WATER: _BY_NAME["m³"],
    Quantity.TEMPERATURE: _BY_NAME["°c"],
    Quantity.PRICE: Unit("currency/kWh", "price"),
    Quantity.CARBON_INTENSITY: _BY_NAME["gco2/kwh"],
}
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]\s*$")
_CO2 = re.compile(r"co2|carbon", re.IGNORECASE)


def unit_named(name: str) -> Unit:
    """The unit a recipe names. Raises `BadFile` for one that is not known."""
    unit = _BY_NAME.get(name.strip().lower()) or _price_unit(name)
    if unit is None:
        known = ", ".join(unit.name for unit in _UNITS)
        raise BadFile(f"“{name}” is not a unit known here.", f"Known are: {known}, and prices such as EUR/MWh.")
    return unit


def unit_named_or_none(name: str) -> Unit | None:
    """The unit of this very name; None where it is none that is known."""
    return _BY_NAME.get(name.strip().lower())


def unit_written(text: str) -> Unit | None:
    """The unit that a cell holds or ends in, as "Import Interval (kW)" does; None where it holds none that is known."""
    text = text[:_LONGEST]
    bracketed = _IN_BRACKETS.search(text)
    outside = _IN_BRACKETS.sub("", text)  # “kWh (thousand Watt-hours)”
    named = [_BY_NAME.get(part.strip().lower()) for part in ((bracketed[1] if bracketed else text), outside)]
    return named[0] or named[1] or _price_unit(text)


def unit_in(header: str) -> Unit | None:
    """The unit that a header mentions, such as kWh in "energy(kWh/hh)"; None where it mentions none."""
    header = header[:_LONGEST]
    price = _price_unit(header)
    if price is not None:
        return price
    spaced = re.sub(r"(?<=[a-z])(?=[kKMG]Wh?\b)|(?<=[a-fh-jln-z])(?=Wh\b)", " ", header)  # consumptionkWh, energyWh
    spaced = re.sub(r"([a-z])([A-Z])(?=[A-Za-z]*[Ww]h?\b)", r"\1 \2", spaced)
    for word in re.findall(r"[^\W_]+[³]?|°\s?[CF]", spaced.replace("°", " °")):
        name = word.replace(" ", "").lower()
        if name in _SHORT and not re.search(rf"[\[(_/ ]{name}[\])]?\s*$|^{name}$", header, re.IGNORECASE):
            continue
        if name in _BY_NAME:
            return _BY_NAME[name]
    return None


def unit_fits(unit: Unit, quantity: Quantity) -> bool:
    """Whether a unit can measure a quantity; gas is also measured by volume."""
    allowed = _FAMILIES.get(quantity, ("energy", "power"))
    return unit.family in allowed or (quantity is Quantity.GAS and unit.family == "volume")


def unit_for(quantity: Quantity, stated: Unit | None, *, calorific: bool = False) -> Unit:
    """The unit to read with. Raises `BadFile` where the stated one cannot measure the quantity; gas by volume does
    where `calorific` values are known."""
    own = _OWN_UNIT.get(quantity, _BY_NAME["kwh"])
    if stated is None:
        return own
    allowed = _FAMILIES.get(quantity, ("energy", "power"))
    if stated.family in allowed:
        return stated
    if quantity is Quantity.GAS and stated.family == "volume":
        if calorific:
            return stated
        raise BadFile(
            "Gas in cubic metres cannot be stored without its calorific value.",
            "Give the import's setting calorific_values: MJ per m³ (39.5, say) and the volume correction (1.02264).",
        )
    raise BadFile(f"{stated.name} is no unit of {quantity.value}.", "Name the right quantity or unit for the import.")


def quantity_of(unit: Unit | None) -> Quantity | None:
    """The only quantity that a unit can mean, if there is one."""
    families = {"temperature": Quantity.TEMPERATURE, "price": Quantity.PRICE, "carbon": Quantity.CARBON_INTENSITY}
    return families.get(unit.family) if unit else None


def _price_unit(text: str) -> Unit | None:
    found = _PRICE.search(text)
    if found is None:
        return None
    money = found["money"].lower()
    if _CO2.search(text) or money in {"g", "kg"}:
        return Unit("gCO2/kWh", "carbon")
    pence = 0.01 if money in {"p", "pence", "ct", "cent", "cents", "c", "¢"} else 1.0
    return Unit(found[0], "price", pence * (1e-3 if found["energy"].lower() == "mwh" else 1.0))
