"""A broker, meters that publish, and a listened source of Mill Lane: what tests of listening share."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import paho.mqtt.client as paho
import polars as pl
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from wattwise_client import Wattwise
from wattwise_consumption.guard import Guard
from wattwise_consumption.listening import Holder, Surroundings, hold_sources
from wattwise_consumption.sources.kinds import listener_kinds
from wattwise_consumption.sources.mqtt import SOURCE
from wattwise_embedded.testing import Broker, running_broker

from .commanding import at_work  # noqa: F401 - a fixture
from .conftest import TOKENS, Platform

START = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PROGRAM = Path(__file__).with_name("listener_process.py")


@dataclass
class Clock:
    """Runs faster than ours, from START on."""

    speed: float = 240.0  # a quarter of an hour in about four seconds
    started: float = field(default_factory=time.time)

    def __call__(self) -> datetime:
        return START + timedelta(seconds=(time.time() - self.started) * self.speed)


@dataclass
class Home:
    """What a test acts on. `listen` runs a worker's listening in a thread, `process` in a process of its own."""

    platform: Platform
    url: str
    broker: Broker
    clock: Clock
    running: ExitStack
    source_id: int = 0

    def connect(self, *topics: dict[str, Any], password: str | None = None, **settings: Any) -> None:
        """Make and start the source."""
        config = {"host": "127.0.0.1", "port": self.broker.port, "tls": False, "topics": list(topics), "user": "meter"}
        secrets = {"password": self.broker.password if password is None else password}
        body = {
            "organization": self.platform.organization.id, "name": "Broker", "kind": "mqtt",
            "config": config | settings, "secrets": secrets,
        }  # fmt: skip
        self.source_id = self.ask("POST", "/api/sources/", body)["id"]
        self.ask("POST", f"/api/sources/{self.source_id}/start/", {})

    def ask(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {TOKENS['operator']}"}
        answer = httpx2.request(method, self.url + path, json=body, headers=headers, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    @property
    def source(self) -> dict[str, Any]:
        return dict(self.ask("GET", f"/api/sources/{self.source_id}/"))

    @contextmanager
    def listening(self, worker: str = "meter-room:7", wire: "Wire | None" = None) -> Iterator[threading.Event]:
        """The event ends it before the block does."""
        stop = threading.Event()
        with Wattwise(self.url, TOKENS["consumption"], patience=timedelta(seconds=1), transport=wire) as api:
            around = Surroundings(api, Guard.allowing(["127.0.0.1"]), None, self.clock)
            thread = threading.Thread(target=hold_sources, args=(Holder(worker, listener_kinds(), around), stop))
            thread.start()
            try:
                yield stop
            finally:
                stop.set()
                thread.join(10)
                assert not thread.is_alive()

    def process(self) -> "subprocess.Popen[bytes]":
        """A worker that only listens."""
        words = [self.url, TOKENS["consumption"], str(self.clock.started), str(self.clock.speed), START.isoformat()]
        started = subprocess.Popen([sys.executable, str(PROGRAM), *words])
        self.running.callback(started.wait)
        self.running.callback(started.kill)
        return started

    def publisher(self) -> paho.Client:
        """A meter's own client; what it publishes is delivered once the broker has it."""
        client = paho.Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set("meter", self.broker.password)
        client.max_queued_messages_set(0)
        client.reconnect_delay_set(min_delay=1, max_delay=1)
        client.connect("127.0.0.1", self.broker.port)
        client.loop_start()
        self.running.callback(client.loop_stop)
        self.running.callback(client.disconnect)
        return client

    def eventually(self, ask: Callable[[], Any], what: str, seconds: float = 30) -> Any:
        until = time.monotonic() + seconds
        while not (answer := ask()):
            assert time.monotonic() < until, f"in {seconds} s there was no {what}; {self.source['last_error']}"
            time.sleep(0.1)
        return answer

    @property
    def readings(self) -> pl.DataFrame:
        """meter (its key), quantity, starts_at, value of everything that is stored."""
        organization_id = self.platform.organization.id
        meters = {meter.id: meter for meter in self.platform.operator.meters(organization_id=organization_id)}
        if not meters:
            return pl.DataFrame(schema={"meter": pl.String, "quantity": pl.String, "value": pl.Float64})
        rows = self.platform.operator.readings(organization_id=organization_id)
        return rows.with_columns(
            pl.col("meter_id").replace_strict({key: meter.key for key, meter in meters.items()}).alias("meter"),
            pl.col("meter_id").replace_strict({key: meter.quantity.value for key, meter in meters.items()}).alias("quantity"),
        )  # fmt: skip

    def kwh(self, meter: str, *, until: datetime | None = None) -> float:
        rows = self.readings.filter(pl.col("meter") == meter)
        return float(rows.filter(pl.col("starts_at") < until if until else True)["value"].sum())

    def is_stored_until(self, line: datetime) -> bool:
        """Whether both meters have every interval up to the line. What comes after it is always under way."""
        if self.readings.is_empty():
            return False
        before = self.readings.filter(pl.col("starts_at") < line)
        spans = before.group_by("meter").agg(pl.len().alias("held"), pl.col("starts_at").min().alias("first"))
        return spans.filter(pl.col("first") + pl.col("held") * QUARTER == line).height == 2

    def restart_broker(self) -> None:
        self.broker.stop()
        self.broker.start()

    @property
    def holder(self) -> str:
        """Which worker has the source."""
        from wattwise_backend.imports.models import Source

        return Source.objects.get(pk=self.source_id).listener

    def imports(self) -> list[dict[str, Any]]:
        found = self.platform.operator.imports(organization_id=self.platform.organization.id)
        return [each for each in found if each["source"]["id"] == self.source_id]


class Wire(httpx2.HTTPTransport):
    """To the backend. `is_cut`: nobody answers. `loses_answers`: what is sent arrives, and its answer does not."""

    is_cut = False
    loses_answers = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_cut:
            raise httpx2.ConnectError("the cable is out")
        answer = super().handle_request(request)
        if self.loses_answers and request.url.path.endswith("/spool/") and request.method == "POST":
            self.loses_answers -= 1
            answer.close()
            raise httpx2.ReadError("the cable came out")
        return answer


def said(**values: object) -> str:
    return json.dumps(values)


@pytest.fixture
def home(live_server, platform: Platform, monkeypatch, at_work: None) -> Iterator[Home]:  # noqa: F811
    from django.db import connections

    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 0)
    monkeypatch.setenv("WATTWISE_TOKEN", "not used: the worker is given its client")
    platform.consumption.work.declare_source_kinds([SOURCE.info])
    with ExitStack() as running:
        broker = running.enter_context(running_broker())
        yield Home(platform, live_server.url, broker, Clock(), running)
