"""What the messages of a topic are, as people describe it, and how a topic names its meters."""

import re
from enum import StrEnum
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from wattwise_consumption.problems import BadFile
from wattwise_consumption.units import unit_fits, unit_named
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import StampMarks
from wattwise_timeseries.resolutions import Resolution

_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*|\d+)\}")
KEY = "key"  # what a * of the value's path stood for


class Payload(StrEnum):
    """How a message's bytes are written."""

    AUTO = "auto"  # JSON where they begin with a bracket, else a number
    NUMBER = "number"
    JSON = "json"
    LINE_PROTOCOL = "line_protocol"
    P1 = "p1"  # a whole telegram of a Dutch or Belgian smart meter


class HeardMeasure(StrEnum):
    """What the numbers of a topic are: a recipe's measures, of which one must be chosen."""

    INSTANT = "instant"
    REGISTER = "register"
    INTERVAL = "interval"
    POWER = "power"


class Topic(BaseModel):
    """Some topics and what their messages hold. Several may have the same filter: then each message is several values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    filter: str = Field(
        title="Topic", min_length=1, max_length=500,
        description="A topic of the broker. + or {name} stands for one level, # at the end for all that follow: home/{room}/power.",
    )  # fmt: skip
    meter: str = Field(
        default="", title="Meter", max_length=200,
        description="The meter's key, made of the topic's levels: {room}, or {1} for the first +. {key} is what a * in the value's path stood for. Empty: all levels that vary.",
    )  # fmt: skip
    payload: Payload = Field(default=Payload.AUTO, title="Payload", description="How the messages are written.")
    value: str = Field(
        default="", title="Where the value is", max_length=200,
        description="In JSON, the path to the number, such as ENERGY.Total or meters.*.kwh. Empty: the payload is the number.",
    )  # fmt: skip
    time: str = Field(
        default="", title="Where the time is", max_length=200,
        description="In JSON, the path to the value's time. Empty: the time at which the message comes.",
    )  # fmt: skip
    measure: HeardMeasure = Field(
        default=HeardMeasure.INSTANT, title="Measure",
        description="What the numbers are: power at this moment, a register's count, the energy of an interval, or its mean power.",
    )  # fmt: skip
    quantity: Quantity = Field(
        default=Quantity.ELECTRICITY_IMPORT, title="Quantity", description="What the meter measures."
    )
    unit: str = Field(
        default="",
        title="Unit",
        max_length=30,
        description="Such as W, kWh or m³. Empty: W for power, else the quantity's own.",
    )
    consumer: str = Field(
        default="", title="Consumer", max_length=200,
        description="The consumer's key, made like the meter's. Empty: each meter is a consumer of its own.",
        json_schema_extra={"x-group": "advanced"},
    )  # fmt: skip
    covers: str = Field(
        default="", title="Each value covers",
        description="How long an interval's energy or mean power lasts, such as PT1M. Empty: the source's resolution.",
        json_schema_extra={"format": "duration", "x-group": "advanced"},
    )  # fmt: skip
    marks: StampMarks = Field(
        default=StampMarks.AUTO, title="The time marks",
        description="Which end of the interval the value's time is. Found out: the start, or the end where it is the time at which the message comes.",
        json_schema_extra={"x-group": "advanced"},
    )  # fmt: skip

    @field_validator("filter")
    @classmethod
    def _is_a_filter(cls, text: str) -> str:
        levels = text.split("/")
        wrong = [level for level in levels if ("+" in level or "#" in level) and level not in ("+", "#")]
        wrong += [level for level in levels if "{" in level and not _NAMED.fullmatch(level)]
        if wrong or "#" in levels[:-1] or "\0" in text:
            raise ValueError(
                f"“{text}” is no topic: + and {{name}} stand for a whole level, and # for all that follow, at the end."
            )
        return text

    @field_validator("covers")
    @classmethod
    def _is_a_length(cls, text: str) -> str:
        if text and not Resolution.parse(text).microseconds:
            raise ValueError(f"“{text}” is no length of time: write it like PT10S, PT1M or PT15M.")
        return text

    @model_validator(mode="after")
    def _fits_together(self) -> "Topic":
        known = {*_names(self.filter), KEY}
        for template in (self.meter, self.consumer):
            for name in _PLACE.findall(template):
                if name not in known:
                    raise ValueError(
                        f"{{{name}}} in “{template}” is not among what “{self.filter}” tells: {_told(known)}."
                    )
        try:
            unit = unit_named(self.unit) if self.unit else None
        except BadFile as problem:
            raise ValueError(str(problem)) from problem
        if unit is not None and not unit_fits(unit, self.quantity):
            raise ValueError(f"{self.unit} is no unit of {self.quantity.value}.")
        return self

    @property
    def subscription(self) -> str:
        """As brokers know it, without names."""
        return _NAMED.sub("+", self.filter)

    def levels_of(self, topic: str) -> dict[str, str] | None:
        """What the filter's places stand for in a topic, by name and by number; None where the topic does not fit."""
        found = _pattern(self.filter).fullmatch(topic)
        if found is None or (topic.startswith("$") and not self.filter.startswith("$")):
            return None
        return dict(zip(_names(self.filter), [text for text in found.groups() for _ in (0, 1)], strict=True))


def key_of(template: str, levels: dict[str, str], topic: str) -> str:
    """A meter's or consumer's key. Without a template: what varies in the topic, or all of it where nothing does."""
    if not template:
        varying = [text for place, text in levels.items() if place.isdigit() or place == KEY]
        return "/".join(text for text in varying if text) or topic
    return _PLACE.sub(lambda place: levels.get(place[1], ""), template).strip()


def _names(text: str) -> list[str]:
    """The names of a filter's places, each after its number: 1, room, 2, 2, …"""
    places = [level for level in text.split("/") if level in ("+", "#") or _NAMED.fullmatch(level)]
    return [
        name for number, level in enumerate(places, 1) for name in (str(number), level.strip("{}+#") or f" {number}")
    ]


@lru_cache(maxsize=1_000)
def _pattern(text: str) -> re.Pattern[str]:
    patterns = [
        "(.*)" if level == "#" else "([^/]*)" if level == "+" or _NAMED.fullmatch(level) else re.escape(level)
        for level in text.split("/")
    ]
    if patterns[-1] == "(.*)" and len(patterns) > 1:  # a/# is a itself, too
        return re.compile("/".join(patterns[:-1]) + "(?:/(.*))?", re.DOTALL)
    return re.compile("/".join(patterns), re.DOTALL)


def _told(known: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(known) if not name.startswith(" "))
