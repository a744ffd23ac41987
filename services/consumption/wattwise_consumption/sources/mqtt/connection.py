"""A connection to a broker: the session is the broker's to keep, and each message is acknowledged by hand.

Topics are subscribed to at QoS 1 at most. At QoS 2 the client would own a message before it is safe here (PUBREC goes
out first): a worker killed then would lose it. A broker delivers what was published at QoS 2 at QoS 1 instead, and a
message that comes twice is known by its number."""

import select
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from wattwise_consumption.formats.heard import Heard, microseconds
from wattwise_consumption.listening import Delivery, ListenOrder
from wattwise_consumption.problems import CannotFetch, NotNow
from wattwise_timeseries.resolutions import Resolution

from .settings import MqttSettings
from .trouble import UnsupportedVersion, lost, of_socket, raise_for_connack, refused_topic

V5, V3 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311
_ANSWERS_WITHIN = 10.0  # seconds
_DIALS_FOR = 5.0  # seconds
_KEEP_ALIVE = 30  # seconds
_OPEN_AT_ONCE = 1_000  # deliveries that are not acknowledged yet
_MOST_BYTES = 1_000_000  # of a message
_AT_ONCE = 500


class _Client(paho.Client):
    """Connects as it is told: to the address that was allowed, by the name that its certificate is for."""

    dial: Callable[[], socket.socket]

    def _create_socket_connection(self) -> socket.socket:
        return self.dial()


class MqttConnection:
    """Open and subscribed, once made. `is_look`: for a sample, of which the broker keeps nothing."""

    def __init__(
        self, order: ListenOrder[MqttSettings], version: MQTTProtocolVersion, *, is_look: bool = False
    ) -> None:
        self._order = order
        self._settings = order.settings
        self._version = version
        self._is_look = is_look
        self._came: list[Delivery] = []
        self._answers: dict[str, Any] = {}
        self._wanted: dict[str, bool] = {}
        self._filters = {topic.subscription for topic in order.settings.topics}
        self._client = self._made()
        try:
            self._connect()
            self._subscribe()
        except BaseException:
            self.close()
            raise

    def poll(self, seconds: float) -> Sequence[Delivery]:
        deadline = time.monotonic() + seconds
        while len(self._came) < _AT_ONCE and (left := deadline - time.monotonic()) > 0:
            self._turn(left)
        came, self._came = self._came, []
        return came

    def rest(self) -> None:
        if self._client.loop_misc() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise lost(self._settings.host)

    def close(self) -> None:
        self._client.on_message = None
        self._client.disconnect()
        if (open_socket := self._client.socket()) is not None:
            open_socket.close()

    def _made(self) -> _Client:
        said: dict[str, Any] = {} if self._version is V5 else {"clean_session": self._is_look}
        client = _Client(
            CallbackAPIVersion.VERSION2, self._order.identity, protocol=self._version, manual_ack=True,
            reconnect_on_failure=False, **said,
        )  # fmt: skip
        client.dial = partial(_dialled, self._order)
        if self._settings.user:
            password = self._settings.password
            client.username_pw_set(self._settings.user, password.get_secret_value() if password else None)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _connect(self) -> None:
        said: dict[str, Any] = {}
        if self._version is V5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            kept_for = Resolution.parse(self._settings.kept_for).typical // 1_000_000
            properties.SessionExpiryInterval = 0 if self._is_look else kept_for
            properties.ReceiveMaximum = _OPEN_AT_ONCE
            properties.MaximumPacketSize = _MOST_BYTES
            said = {"clean_start": self._is_look, "properties": properties}
        host, port = self._settings.host, self._settings.at
        try:
            self._client.connect(host, port, keepalive=_KEEP_ALIVE, **said)
        except OSError as error:
            raise of_socket(error, host, port) from None
        try:
            raise_for_connack(self._answer("connected"), host)
        except NotNow:
            # A broker that knows only older versions may hang up without a word.
            hung_up = "lost" in self._answers and "connected" not in self._answers
            if self._version is V5 and hung_up:
                raise UnsupportedVersion from None
            raise

    def _subscribe(self) -> None:
        """What the session is subscribed to already would only bring the messages that the broker keeps once more."""
        if stale := sorted(self._order.filters - self._filters):
            self._client.unsubscribe(stale)
        known = self._order.filters if self._answers["session"] else frozenset[str]()
        for topic in sorted(self._filters - known):
            options = {"options": SubscribeOptions(qos=1, retainHandling=1)} if self._version is V5 else {"qos": 1}
            self._answers.pop("subscribed", None)
            self._client.subscribe(topic, **options)
            reasons: list[ReasonCode] = self._answer("subscribed")
            if reasons and reasons[0].is_failure:
                raise refused_topic(topic, reasons[0])

    def _answer(self, name: str) -> Any:
        """What the broker says to what it was asked."""
        deadline = time.monotonic() + _ANSWERS_WITHIN
        while name not in self._answers:
            if time.monotonic() > deadline:
                raise NotNow(
                    f"{self._settings.host} does not answer as a broker of MQTT does.", "Check the host and the port."
                )
            self._turn(0.1)
        return self._answers[name]

    def _turn(self, seconds: float) -> None:
        if self._exchanged(seconds) is MQTTErrorCode.MQTT_ERR_SUCCESS:
            return
        if "connected" in self._answers:
            raise_for_connack(self._answers["connected"], self._settings.host)
        raise lost(self._settings.host, str(self._answers.get("lost", "")))

    def _exchanged(self, seconds: float) -> MQTTErrorCode:
        """Reads and writes what is there within some time. (The client's own loop leaves a pair of sockets open.)"""
        client, open_socket = self._client, cast("socket.socket | None", self._client.socket())
        if open_socket is None:
            return MQTTErrorCode.MQTT_ERR_NO_CONN
        is_pending = isinstance(open_socket, ssl.SSLSocket) and open_socket.pending() > 0
        ready = select.poll()
        ready.register(open_socket, select.POLLIN | (select.POLLOUT if client.want_write() else 0))
        happened = dict(ready.poll(0 if is_pending else seconds * 1000)).get(open_socket.fileno(), 0)
        done = MQTTErrorCode.MQTT_ERR_SUCCESS
        if is_pending or happened & ~select.POLLOUT:
            done = client.loop_read()
        if done is MQTTErrorCode.MQTT_ERR_SUCCESS and happened & select.POLLOUT:
            done = client.loop_write()
        return client.loop_misc() if done is MQTTErrorCode.MQTT_ERR_SUCCESS else done

    def _on_connect(self, _client: Any, _data: Any, flags: paho.ConnectFlags, reason: ReasonCode, _more: Any) -> None:
        self._answers["connected"], self._answers["session"] = reason, flags.session_present

    def _on_subscribe(self, _client: Any, _data: Any, _mid: int, reasons: list[ReasonCode], _more: Any) -> None:
        self._answers["subscribed"] = reasons

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        self._answers["lost"] = reason

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        acknowledge = partial(self._acknowledge, message.mid, message.qos)
        topic = _topic_of(message)
        if not self._is_wanted(topic):  # the session may be subscribed to more, from before
            acknowledge()
            return
        is_retained = message.retain and not self._is_look
        at = microseconds(self._order.clock())
        heard = Heard.from_bytes(topic, bytes(message.payload), at=at, is_retained=is_retained, mid=message.mid)
        self._came.append(Delivery(heard, message.dup, acknowledge))

    def _acknowledge(self, mid: int, qos: int) -> None:
        """Only here: to another connection, the number may mean another message."""
        if "lost" not in self._answers:
            self._client.ack(mid, qos)

    def _is_wanted(self, topic: str) -> bool:
        if topic not in self._wanted:
            self._wanted = self._wanted if len(self._wanted) < 10_000 else {}
            self._wanted[topic] = any(each.levels_of(topic) is not None for each in self._settings.topics)
        return self._wanted[topic]


def opened(order: ListenOrder[MqttSettings], *, is_look: bool = False) -> MqttConnection:
    """By the newest version that the broker speaks. Raises CannotFetch or NotNow."""
    wanted = order.settings.protocol
    if wanted != "3.1.1":
        try:
            return MqttConnection(order, V5, is_look=is_look)
        except UnsupportedVersion:
            if wanted == "5":
                raise NotNow(f"{order.settings.host} does not speak MQTT 5.", "Choose version 3.1.1.") from None
    try:
        return MqttConnection(order, V3, is_look=is_look)
    except UnsupportedVersion:
        raise NotNow(f"{order.settings.host} speaks neither MQTT 5 nor 3.1.1.", "Update the broker.") from None


def _dialled(order: ListenOrder[MqttSettings]) -> socket.socket:
    """Raises CannotFetch where the host is out of bounds, OSError where it does not answer."""
    settings = order.settings
    context = _tls(settings, order.scratch) if settings.tls else None
    address = order.guard.check(settings.host, settings.at)
    dialled = socket.create_connection((address, settings.at), timeout=_DIALS_FOR)
    return context.wrap_socket(dialled, server_hostname=settings.host) if context else dialled


def _topic_of(message: paho.MQTTMessage) -> str:
    try:
        return message.topic
    except UnicodeDecodeError:
        return ""


def _tls(settings: MqttSettings, scratch: Path) -> ssl.SSLContext:
    """Raises CannotFetch for certificates that are none."""
    try:
        context = ssl.create_default_context(cadata=settings.ca_certificate or None)
        if settings.client_certificate and settings.client_key:
            pem = scratch / "client.pem"
            pem.touch(mode=0o600)
            try:
                pem.write_text(f"{settings.client_certificate}\n{settings.client_key.get_secret_value()}\n")
                context.load_cert_chain(pem, password=lambda: b"")
            finally:
                pem.unlink()
    except (ssl.SSLError, OSError):
        raise CannotFetch("A certificate, or the client's key, cannot be read.", "Enter them again, in PEM.") from None
    return context
