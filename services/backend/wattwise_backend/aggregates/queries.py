"""Questions about rollups."""

from wattwise_contract.quantities import Quantity

ENERGY = [quantity.value for quantity in Quantity if quantity.unit == "kWh"]
