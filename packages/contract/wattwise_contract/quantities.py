"""What a meter measures, in which unit it is stored, and how good a reading is."""

from enum import IntEnum, StrEnum


class Quantity(StrEnum):
    ELECTRICITY_IMPORT = "electricity_import"
    ELECTRICITY_EXPORT = "electricity_export"
    GAS = "gas"
    HEAT = "heat"
    WATER = "water"
    TEMPERATURE = "temperature"
    PRICE = "price"
    CARBON_INTENSITY = "carbon_intensity"

    @property
    def unit(self) -> str:
        """The unit that every stored value of this quantity is in."""
        return _UNITS[self]

    @property
    def adds_up(self) -> bool:
        """Whether two intervals' values may be summed (energy and volume), or only averaged."""
        return self in _ADDITIVE


_ADDITIVE = frozenset(
    {Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, Quantity.GAS, Quantity.HEAT, Quantity.WATER}
)
_UNITS = {
    Quantity.ELECTRICITY_IMPORT: "kWh",
    Quantity.ELECTRICITY_EXPORT: "kWh",
    Quantity.GAS: "kWh",
    Quantity.HEAT: "kWh",
    Quantity.WATER: "m³",
    Quantity.TEMPERATURE: "°C",
    Quantity.PRICE: "currency/kWh",
    Quantity.CARBON_INTENSITY: "gCO2/kWh",
}


class Quality(IntEnum):
    MEASURED = 0
    ESTIMATED = 1
    INTERPOLATED = 2
    EDITED = 3
