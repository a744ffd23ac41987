"""A broker's clients for tests: a source's connection, and a meter that publishes."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from wattwise_consumption.guard import Guard
from wattwise_consumption.listening import Delivery, ListenOrder
from wattwise_consumption.sources.mqtt.connection import MqttConnection
from wattwise_consumption.sources.mqtt.settings import MqttSettings
from wattwise_embedded.testing import Broker

HOME = {"filter": "home/{room}/power", "meter": "{room}"}


def settings_for(broker: Broker, *topics: dict, **more: object) -> dict:
    told = {"host": "127.0.0.1", "port": broker.port, "tls": False, "user": "meter", "password": broker.password}
    return told | {"topics": list(topics) or [HOME]} | more


def order_of(settings: dict, scratch: Path, identity: str = "mill-lane", **more: object) -> ListenOrder[MqttSettings]:
    guard = Guard.allowing(["127.0.0.1", "localhost"])
    return ListenOrder(
        MqttSettings.model_validate(settings), identity, guard, scratch, lambda: datetime.now(UTC), **more
    )


@contextmanager
def publisher(broker: Broker) -> Iterator[Callable[..., None]]:
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("meter", broker.password)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    yield lambda topic, payload, **how: client.publish(topic, payload, **how).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()


def heard_by(connection: MqttConnection, count: int, seconds: float = 10) -> list[Delivery]:
    came: list[Delivery] = []
    until = time.monotonic() + seconds
    while len(came) < count and time.monotonic() < until:
        came += connection.poll(0.1)
    return came


def payloads(deliveries: Sequence[Delivery]) -> list[str]:
    return [delivery.heard.payload for delivery in deliveries]
