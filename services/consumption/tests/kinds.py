"""A made file of a kind, and what a careful person reads from it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wattwise_contract.quantities import Quantity

IN, OUT, GAS, TEMP, PRICE, HEAT, WATER = (
    Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, Quantity.GAS, Quantity.TEMPERATURE, Quantity.PRICE,
    Quantity.HEAT, Quantity.WATER,
)  # fmt: skip
Series = dict[tuple[str, Quantity], tuple[float, str, int]]
FIRST = 1_777_852_800  # 2026-05-04 00:00 UTC
SQL, ISO = "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"
MIDNIGHT = "2026-05-04 00:00"


@dataclass(frozen=True)
class Kind:
    """`series`: (meter, quantity) → (total, of prices and temperatures the mean; start of the first interval in UTC; how
    many). `shown`: a part of the label of another way to read the file, which its preview has to offer."""

    name: str
    content: bytes
    series: Series
    file: str = "home.json"
    zone: str = "UTC"
    shown: str = ""


def document(name: str, content: Any, series: Series, *, zone: str = "UTC", shown: str = "") -> Kind:
    return Kind(name, json.dumps(content).encode(), series, zone=zone, shown=shown)


def at(step: int, seconds: int = 1800, written: str = ISO, ahead: int = 0) -> str:
    """A moment from 2026-05-04 00:00 on."""
    return (datetime(2026, 5, 4, tzinfo=UTC) + timedelta(seconds=step * seconds + ahead)).strftime(written)


def epochs(count: int, seconds: int = 1800, times: int = 1) -> list[int]:
    return [(FIRST + seconds * step) * times for step in range(count)]
