"""What a kind of source that is listened to has, beside what every kind has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from wattwise_consumption.formats.heard import Heard, Reading, Topic
from wattwise_consumption.guard import Guard
from wattwise_contract.sources import SourceKindInfo
from wattwise_timeseries.resolutions import Resolution

S_co = TypeVar("S_co", bound="HeardSettings", covariant=True)
_LENGTH = {"format": "duration", "x-group": "advanced"}


class HeardSettings(BaseModel):
    """What every kind that is listened to is told of its messages."""

    model_config = ConfigDict(extra="forbid")

    topics: list[Topic] = Field(
        title="Topics", min_length=1, max_length=200, description="What is listened to, and which meters it tells of."
    )
    resolution: Literal["PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT1H"] = Field(
        default="PT15M", title="Resolution",
        description="The length of the intervals that are stored, each when it is over.",
    )  # fmt: skip
    held_for: Literal["PT5M", "PT15M", "PT1H", "PT6H", "PT24H"] = Field(
        default="PT1H", title="A power holds for",
        description="At most so long, where no message follows. After it, nothing is known.",
        json_schema_extra={"x-group": "advanced"},
    )  # fmt: skip
    waits: Literal["PT1S", "PT10S", "PT30S", "PT2M", "PT10M"] = Field(
        default="PT30S", title="Waits for late messages",
        description="How long after an interval's end its messages may still come.",
        json_schema_extra={"x-group": "advanced"},
    )  # fmt: skip

    def reading(self, zone: str) -> Reading:
        step, held_for = (Resolution.parse(text).microseconds for text in (self.resolution, self.held_for))
        return Reading(tuple(self.topics), zone, step, held_for)

    @property
    def grace(self) -> int:
        """Microseconds that late messages are waited for."""
        return Resolution.parse(self.waits).microseconds


@dataclass(frozen=True)
class Delivery:
    """A message as it was delivered. `is_repeated`: the broker says that it has delivered it before."""

    heard: Heard
    is_repeated: bool
    acknowledge: Callable[[], None]  # harmless where its connection is gone


class Connection(Protocol):
    """An open connection. Raises CannotFetch or NotNow where it cannot be made or is lost."""

    def poll(self, seconds: float) -> Sequence[Delivery]:
        """What comes within some time, or some of it as soon as it is plenty. Called at least every few seconds."""

    def rest(self) -> None:
        """Keeps the connection alive without taking anything in."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class ListenOrder(Generic[S_co]):
    """All that a connection is made from. `identity`: the client's name at the broker. `filters`: what it may be
    subscribed to from before. Connect to `guard.check(host, port)` only."""

    settings: S_co
    identity: str
    guard: Guard
    scratch: Path
    clock: Callable[[], datetime]
    filters: frozenset[str] = field(default_factory=frozenset)


class ListenerKind(Protocol):
    """A kind of source that is listened to. It also makes fetchers, whose `probe` a preview asks for a sample."""

    info: SourceKindInfo
    Settings: type[HeardSettings]

    def connection(self, order: ListenOrder[HeardSettings]) -> Connection: ...
