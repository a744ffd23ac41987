"""The broker's side of listening, with a real broker: who is let in, what is delivered again, and what a preview hears."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wattwise_client import Wattwise
from wattwise_consumption.fetching import FetchLimits
from wattwise_consumption.guard import Guard
from wattwise_consumption.listening import ListenOrder
from wattwise_consumption.means import Means
from wattwise_consumption.preview import preview_import
from wattwise_consumption.problems import CannotFetch, NotNow
from wattwise_consumption.sources.mqtt.connection import opened
from wattwise_contract.imports import ImportStage, ImportTask
from wattwise_contract.jobs import JobKind
from wattwise_contract.previews import Preview
from wattwise_contract.recipes import Recipe
from wattwise_embedded.child import free_port
from wattwise_embedded.testing import Broker, running_broker
from wattwise_runtime.run import execute

from .broker_clients import HOME, heard_by, order_of, payloads, publisher, settings_for
from .stand_in import StandInBackend, serving

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as up:
        yield up


def test_what_is_not_acknowledged_comes_again_and_is_known(broker: Broker, tmp_path: Path) -> None:
    order = order_of(settings_for(broker, protocol="3.1.1"), tmp_path, "again")
    with publisher(broker) as publish:
        with closing(opened(order)) as connection:
            for number in range(30):
                publish("home/hall/power", str(number), qos=number % 2 + 1)
            first = heard_by(connection, 30, 1)
            assert payloads(first) == [str(number) for number in range(20)]  # the broker leaves so many open, and waits
            for delivery in first[:5]:
                delivery.acknowledge()
            assert payloads(heard_by(connection, 5)) == ["20", "21", "22", "23", "24"]
        publish("home/attic/power", "30", qos=1)
        with closing(opened(order)) as connection:
            again = heard_by(connection, 20)
            assert payloads(again) == [str(number) for number in range(5, 25)]
            assert all(delivery.is_repeated for delivery in again)
            known = {delivery.heard.delivery for delivery in first[5:]}
            assert known == {delivery.heard.delivery for delivery in again[:15]}
            for delivery in [*first, *again]:  # of the lost connection, harmless
                delivery.acknowledge()
            rest = heard_by(connection, 6)
            assert payloads(rest) == ["25", "26", "27", "28", "29", "30"]
            assert not any(delivery.is_repeated for delivery in rest)


def test_a_broker_of_version_5_leaves_a_thousand_open_and_then_waits(broker: Broker, tmp_path: Path) -> None:
    order = order_of(settings_for(broker), tmp_path, "flood")
    opened(order).close()
    with publisher(broker) as publish:
        for number in range(1_200):
            publish("home/hall/power", str(number), qos=1)
        with closing(opened(order)) as connection:
            assert len(heard_by(connection, 1_001, 2)) == 1_000
        with closing(opened(order)) as connection:
            came: list[str] = []
            while some := heard_by(connection, 100, 1):
                came += payloads(some)
                for delivery in some:
                    delivery.acknowledge()
            assert came == [str(number) for number in range(1_200)]


def test_what_the_broker_keeps_comes_once_and_is_marked(broker: Broker, tmp_path: Path) -> None:
    topic = {"filter": "kept/+", "meter": "{1}"}
    order = order_of(settings_for(broker, topic), tmp_path, "kept")
    with publisher(broker) as publish:
        publish("kept/hall", "77", qos=1, retain=True)
        with closing(opened(order)) as connection:
            (delivery,) = heard_by(connection, 1)
            assert (delivery.heard.payload, delivery.heard.is_retained) == ("77", True)
            delivery.acknowledge()
        with closing(opened(order)) as connection:
            publish("kept/hall", "78", qos=1, retain=True)
            (delivery,) = heard_by(connection, 2, 1)
            assert (delivery.heard.payload, delivery.heard.is_retained) == ("78", False)


def test_topics_that_are_no_longer_wanted_are_neither_kept_nor_left_open(broker: Broker, tmp_path: Path) -> None:
    before = order_of(settings_for(broker, {"filter": "old/#"}, HOME), tmp_path, "changed")
    opened(before).close()
    with publisher(broker) as publish:
        publish("old/thing", "1", qos=1)
        after = order_of(settings_for(broker, HOME), tmp_path, "changed", filters=frozenset({"old/#", "home/+/power"}))
        with closing(opened(after)) as connection:
            publish("old/thing", "2", qos=1)
            publish("home/hall/power", "3", qos=1)
            assert payloads(heard_by(connection, 2, 1)) == ["3"]


def test_who_is_not_let_in_is_told_what_to_change(broker: Broker, tmp_path: Path) -> None:
    cases: list[tuple[dict, type[Exception], str]] = [
        ({"password": "no"}, CannotFetch, "127.0.0.1 does not accept the user name or the password. Enter them again"),
        ({"port": free_port()}, NotNow, "No broker answers at 127.0.0.1:"),
        ({"tls": True}, NotNow, "Check the host and the port .8883 with TLS"),
        ({"host": "broker.invalid"}, NotNow, "There is no host 'broker.invalid' at present"),
    ]
    for changed, kind, sentence in cases:
        with pytest.raises(kind, match=sentence) as told:
            opened(order_of(settings_for(broker) | changed, tmp_path))
        assert broker.password not in str(told.value)


def test_a_broker_in_a_private_network_is_reached_only_where_that_is_allowed(broker: Broker, tmp_path: Path) -> None:
    strict = order_of(settings_for(broker), tmp_path)
    order = ListenOrder(strict.settings, "strict", Guard(), tmp_path, strict.clock)
    with pytest.raises(CannotFetch, match="WATTWISE_SOURCES_MAY_REACH=127.0.0.1"):
        opened(order)


def test_a_web_server_is_no_broker(tmp_path: Path, broker: Broker) -> None:
    with (
        serving(StandInBackend(JobKind.IMPORT)) as server,
        pytest.raises(NotNow, match="127.0.0.1 does not answer as a broker"),
    ):
        opened(order_of(settings_for(broker) | {"port": int(server.url.rpartition(":")[2])}, tmp_path))


@contextmanager
def old_broker(answer: bytes) -> Iterator[int]:
    """Speaks 3.1.1 alone, hangs up on what is newer, and answers subscriptions as it is told; the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve() -> None:
            for _ in range(2):
                with server.accept()[0] as client:
                    version = client.recv(4_000)[8]
                    if version != 4:
                        continue
                    client.sendall(b"\x20\x02\x00\x00")
                    subscribe = client.recv(4_000)
                    client.sendall(b"\x90\x03" + subscribe[2:4] + answer)
                    client.recv(4_000)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def test_a_broker_that_knows_only_the_older_version_is_spoken_to_in_it(broker: Broker, tmp_path: Path) -> None:
    with old_broker(b"\x01") as port:
        opened(order_of(settings_for(broker) | {"port": port}, tmp_path)).close()


def test_a_topic_that_the_user_may_not_hear_is_named(broker: Broker, tmp_path: Path) -> None:
    with old_broker(b"\x80") as port, pytest.raises(CannotFetch, match=r"does not let the user hear home/\+/power"):
        opened(order_of(settings_for(broker) | {"port": port}, tmp_path))


def test_another_client_of_the_same_name_takes_the_session(broker: Broker, tmp_path: Path) -> None:
    order = order_of(settings_for(broker), tmp_path, "twin")
    with closing(opened(order)) as first, closing(opened(order)) as second:
        with pytest.raises(NotNow, match=r"lost \(Session taken over\)"):
            heard_by(first, 1)
        second.rest()


def preview_of(config: dict, scratch: Path) -> StandInBackend:
    task = ImportTask(
        id=12, organization_id=1, organization_timezone="UTC", source_kind="mqtt", stage=ImportStage.PREVIEW,
        config=config, recipe=Recipe(), files=[], done_parts=[],
    )  # fmt: skip
    backend = StandInBackend(JobKind.PREVIEW_IMPORT, task)
    means = Means(scratch=scratch, guard=Guard.allowing(["127.0.0.1"]), fetch_limits=FetchLimits(seconds=1))
    with serving(backend), Wattwise(backend.url, "ww_test", patience=timedelta(seconds=2)) as api:
        execute(
            lambda run: preview_import(run, import_id=12, means=means), backend.job["id"], api=api, worker="w", now=NOW
        )
    return backend


def test_a_preview_shows_which_topics_were_heard_and_what_they_said(broker: Broker, tmp_path: Path) -> None:
    count = {"filter": "home/+/count", "measure": "register", "unit": "kWh", "meter": "{1} count"}
    with publisher(broker) as publish:
        publish("home/hall/power", "1234", qos=1, retain=True)
        publish("home/hall/count", "4711.5", qos=1, retain=True)
        publish("home/attic/power", "off", qos=1, retain=True)
        backend = preview_of(settings_for(broker, HOME, count), tmp_path)
    assert backend.job["state"] == "succeeded", backend.failures
    preview = Preview.model_validate(backend.job["result"])
    (way,) = preview.interpretations
    assert "home/hall/power: 1234 W, as instant of the meter “hall”." in way.warnings
    assert "home/hall/count: 4711.5 kWh, as register of the meter “hall count”." in way.warnings
    assert [(row.column, row.value) for row in way.rejected_rows] == [("home/attic/power", "off")]
    assert backend.parts == {}


def test_a_preview_that_hears_nothing_says_what_to_do(broker: Broker, tmp_path: Path) -> None:
    backend = preview_of(settings_for(broker, {"filter": "nobody/+"}), tmp_path)
    assert backend.failures[0]["error"].startswith("Nothing was heard on nobody/+ within")
    assert backend.failures[0]["permanent"]
