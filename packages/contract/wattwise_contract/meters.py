"""Consumers and meters as they cross the wire."""

from enum import StrEnum

from pydantic import Field

from .message import Message, UtcDatetime
from .quantities import Quantity

AttributeValue = str | int | float | bool | None


class AttributeType(StrEnum):
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CATEGORY = "category"
    TEXT = "text"
    DATE = "date"


class AttributeGroup(StrEnum):
    HOUSE = "house"
    PERSONAL = "personal"
    FAMILY = "family"
    OTHER = "other"


class AttributeDefinition(Message):
    key: str
    label: str
    type: AttributeType
    group: AttributeGroup = AttributeGroup.OTHER
    unit: str = ""
    choices: list[str] = Field(default_factory=list)
    description: str = ""
    clustering: bool = True  # whether clusters may be built on it


class Consumer(Message):
    id: int
    organization_id: int
    key: str
    name: str = ""
    timezone: str
    country: str = ""  # ISO 3166-1 alpha-2, for holidays
    latitude: float | None = None
    longitude: float | None = None
    is_simulated: bool = False
    attributes: dict[str, AttributeValue] = Field(default_factory=dict)


class Meter(Message):
    id: int
    organization_id: int
    consumer_id: int | None = None
    key: str
    name: str = ""
    quantity: Quantity
    unit: str
    timezone: str
    resolution: str  # ISO 8601 duration, such as PT30M
    is_simulated: bool = False
    first_reading_at: UtcDatetime | None = None
    last_reading_at: UtcDatetime | None = None


class MeterWanted(Message):
    """A meter that an import found; it and its consumer are made where they do not exist. An empty consumer_key is a
    meter of the organization itself (weather, price)."""

    meter_key: str
    consumer_key: str = ""
    name: str = ""
    quantity: Quantity = Quantity.ELECTRICITY_IMPORT
    timezone: str
    resolution: str


class MeterFound(Message):
    meter_key: str
    meter_id: int
    created: bool
