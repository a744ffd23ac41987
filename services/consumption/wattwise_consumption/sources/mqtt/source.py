"""MQTT: what it asks people for, what a preview hears of it, and how it is listened to."""

import secrets
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import cast

from wattwise_consumption.fetching import CannotFetch, Cursor, Fetched, FetchOrder, schema_of
from wattwise_consumption.formats.heard import Heard, Piece, write_piece
from wattwise_consumption.listening import HeardSettings, ListenOrder
from wattwise_contract.recipes import ImportKind, Recipe
from wattwise_contract.sources import Brings, SourceKindInfo

from .connection import MqttConnection, opened
from .settings import MqttSettings

_LOOKS_FOR = 20.0  # seconds
_ENOUGH = 200  # messages


class Mqtt:
    Settings = MqttSettings
    info = SourceKindInfo(
        kind="mqtt", title="MQTT broker", brings=Brings.LISTENS, settings_schema=schema_of(MqttSettings),
        description="Power, counts and energies that meters and gateways publish, as they come. Needs a broker that this platform can reach.",
        recipe=Recipe(kind=ImportKind.READINGS),
    )  # fmt: skip

    def __init__(self, order: FetchOrder[MqttSettings]) -> None:
        self._order = order

    @staticmethod
    def connection(order: ListenOrder[HeardSettings]) -> MqttConnection:
        return opened(cast("ListenOrder[MqttSettings]", order))

    def probe(self) -> Iterator[Fetched]:
        """What comes within 20 seconds, with what the broker has kept."""
        order = self._order
        heard = self._some()
        if not heard:
            topics = ", ".join(topic.subscription for topic in order.settings.topics[:5])
            raise CannotFetch(
                f"Nothing was heard on {topics} within {self._looks_for:.0f} seconds.",
                "Check the topics, or preview again while the meters send.",
            )
        path = order.scratch / "sample.ndjson"
        piece = Piece(order.settings.reading(order.timezone), None, None)
        write_piece(path, piece, (message.line() for message in heard))
        yield Fetched("sample.ndjson", path, message=f"Heard {len(heard):,} messages")

    def fetch(self, cursor: Cursor) -> Iterator[Fetched]:
        """Nothing is fetched: what is heard is cut off into imports by itself."""
        yield from ()

    @property
    def _looks_for(self) -> float:
        return min(_LOOKS_FOR, self._order.limits.seconds)

    def _some(self) -> list[Heard]:
        order, started = self._order, time.monotonic()
        looking = ListenOrder(
            settings=order.settings, identity=f"wattwise-look-{secrets.token_hex(6)}", guard=order.guard,
            scratch=order.scratch, clock=lambda: order.now + timedelta(seconds=time.monotonic() - started),
        )  # fmt: skip
        heard: list[Heard] = []
        until = started + self._looks_for
        with closing(opened(looking, is_look=True)) as connection:
            while len(heard) < _ENOUGH and time.monotonic() < until:
                order.check()
                heard += [delivery.heard for delivery in connection.poll(0.5)]
        return heard[:_ENOUGH]
