"""Bodies that are cut off, endless or slow, against the web server as it runs in production."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from wattwise_backend.imports.models import Import
from wattwise_backend.platform import bodies
from wattwise_contract.scopes import Scope

from . import estate, live
from .conftest import Community
from .pushing import stored
from .test_hostile_pushes import AT, CSV

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = CSV.encode()
FORM = b'--x\r\nContent-Disposition: form-data; name="organization"\r\n\r\n%d\r\n--x\r\n'
FILE = b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nmeter,starts_at,value\n'


def pushed(
    port: int, token: str, body: bytes, *more: str, path: str = "/api/readings/", kind: str = "text/csv"
) -> live.Answer:
    """The answer where the client sends this much and then no more."""
    with live.opened(port) as line:
        line.sendall(live.head("POST", path, token, *more, kind=kind) + body)
        line.shutdown(socket.SHUT_WR)
        return live.answer(line)


def test_what_was_cut_off_is_refused_and_slow_ones_hold_up_nobody(community: Community, tmp_path: Path) -> None:
    """One test, because the web server takes its time to start."""
    token = estate.machine(Scope.IMPORT, where=community.organization).token
    with live.running(tmp_path) as port:
        _cut_off(port, token, community)
        _without_a_length(port, token, community)
        _uploads(port, token, community)
        assert list((tmp_path / "data/files/uploads").iterdir()) == []
        _slow(port, token)


def _cut_off(port: int, token: str, community: Community) -> None:
    for missing in (1, len(ROWS) // 2, len(ROWS)):
        state, said = pushed(port, token, ROWS[:-missing], f"Content-Length: {len(ROWS)}")
        assert (state, "cut off" in str(said["error"])) == (400, True), said
        assert f"{len(ROWS) - missing} of {len(ROWS)} bytes" in str(said["error"])
    assert stored(community.dupont_meter) == []
    assert not Import.objects.exists()


def _without_a_length(port: int, token: str, community: Community) -> None:
    chunk = b"%x\r\n%s\r\n" % (len(ROWS), ROWS)
    for body in (chunk, chunk + b"0\r\n\r\n"):
        state, said = pushed(port, token, body, "Transfer-Encoding: chunked")
        assert (state, "how long" in str(said["error"])) == (411, True), said
    state, said = pushed(port, token, b"")
    assert (state, "how long" in str(said["error"])) == (411, True), said
    assert stored(community.dupont_meter) == []
    state, said = pushed(port, token, ROWS, f"Content-Length: {len(ROWS)}")
    assert (state, said["stored"]) == (200, 2)


def _uploads(port: int, token: str, community: Community) -> None:
    before = Import.objects.count()
    form = FORM % community.organization.pk + FILE + b"M-dupont,%s,1\r\n" % AT.encode() * 10_000
    kind = "multipart/form-data; boundary=x"
    state, said = pushed(port, token, form, f"Content-Length: {len(form) + 8}", path="/api/imports/", kind=kind)
    assert (state, "cut off" in str(said["error"])) == (400, True), said
    assert Import.objects.count() == before


def _slow(port: int, token: str) -> None:
    lines = [live.opened(port) for _ in range(20)]
    for number, line in enumerate(lines):
        head = live.head("POST", "/api/readings/", token, "Content-Length: 1000")
        line.sendall(head if number % 2 else head[:20])
    stopped: list[bool] = []
    dripping = Thread(target=_drip, args=(lines, stopped))
    dripping.start()
    time.sleep(0.2)
    took = []
    for _ in range(8):
        asked_at = time.monotonic()
        with live.opened(port) as line:
            line.sendall(live.head("GET", "/api/organizations/", token))
            assert live.answer(line)[0] == 200
        took.append(time.monotonic() - asked_at)
    stopped.append(True)
    dripping.join()
    for line in lines:
        line.close()
    assert max(took) < 2


def _drip(lines: list[socket.socket], stopped: list[bool]) -> None:
    while not stopped:
        for line in lines:
            try:
                line.send(b"m")
            except OSError:
                continue
        time.sleep(0.3)


class Dripping:
    """A stream that gives a byte and then waits until its line is shut."""

    def __init__(self) -> None:
        self.near, self.far = socket.socketpair()

    def read(self, size: int) -> bytes:
        text = b""
        while len(text) < size and (piece := self.near.recv(size - len(text))):
            text += piece
        return text

    readline = read


@pytest.fixture
def dripping() -> Iterator[list[Dripping]]:
    streams = [Dripping() for _ in range(5)]
    yield streams
    for stream in streams:
        stream.near.close()
        stream.far.close()


def reading(stream: Dripping, watch: bodies.Watch, faults: list[OSError]) -> Thread:
    def read() -> None:
        try:
            bodies.Body(stream, 1000, stream.near, watch).read()
        except bodies.BodyFault as fault:
            faults.append(fault)

    thread = Thread(target=read)
    thread.start()
    return thread


def test_only_the_slowest_bodies_are_ended_where_there_are_too_many(dripping: list[Dripping]) -> None:
    watch, faults = bodies.Watch(most_slow=3), list[OSError]()
    threads = [reading(stream, watch, faults) for stream in dripping]
    time.sleep(0.1)
    watch.look(now=time.monotonic() + 2)
    time.sleep(0.2)
    assert [type(fault) for fault in faults] == [bodies.TooManyAtOnce] * 2
    watch.look(now=time.monotonic() + 16)
    for thread in threads:
        thread.join(timeout=5)
    assert [type(fault) for fault in faults] == [bodies.TooManyAtOnce] * 2 + [bodies.TooSlow] * 3
    assert "slow" in str(faults[-1])


def test_an_answer_that_nobody_takes_is_given_up(dripping: list[Dripping], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_PATIENCE_S", 0.05)

    def application(environ: dict[str, Any], start_response: object) -> list[bytes]:
        environ["gunicorn.socket"].sendall(b"x" * 10_000_000)
        return []

    served = bodies.guarded(application)
    with pytest.raises(TimeoutError):
        served({"wsgi.input": None, "gunicorn.socket": dripping[0].near}, print)


def test_a_body_that_comes_at_a_walk_is_waited_for(dripping: list[Dripping]) -> None:
    watch, faults, stream = bodies.Watch(most_slow=3), list[OSError](), dripping[0]
    thread = reading(stream, watch, faults)
    stream.far.sendall(b"m" * 500)
    watch.look(now=time.monotonic() + 14)
    stream.far.sendall(b"m" * 500)
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert faults == []
