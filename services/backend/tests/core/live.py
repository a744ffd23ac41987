"""The backend behind its web server as `serve` starts it, on the database of the test; and lines into it by hand."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wattwise_backend.environment import Environment
from wattwise_backend.platform.arrow import database_address
from wattwise_backend.serve import web_server

PATIENCE_S = 60
Answer = tuple[int, dict[str, object]]


@contextmanager
def running(home: Path) -> Iterator[int]:
    """The port of a web server, of one process: 20 slow clients are more than it has threads."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    told = {"DATABASE_URL": database_address(), "WATTWISE_HOME": str(home), "WATTWISE_BACKEND_PORT": str(port)}
    told |= {"WATTWISE_SECRET_KEY": "x" * 50}
    environment = Environment(backend_port=port, backend_processes=1)
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", *web_server(environment)], env=os.environ | told)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.kill()
        process.wait(timeout=30)


def opened(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def head(method: str, path: str, token: str, *more: str, kind: str = "text/csv") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", *more]
    lines += [f"Authorization: Bearer {token}"] if token else []
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


def answer(line: socket.socket) -> Answer:
    """What comes back until the server closes."""
    text = b""
    while piece := line.recv(65536):
        text += piece
    top, _, body = text.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opened(port) as line:
                line.sendall(head("GET", "/api/health/", ""))
                if answer(line)[0] == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web server did not come up")
