"""A vendor's server on this machine, which answers as a test says and misbehaves in the ways that servers do."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    url: str  # path and query as they came

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Says:
    """`declared`: the Content-Length that is told, where it is not the true one; `seconds`: between two pieces."""

    body: bytes | str | list | dict = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    declared: int | None = None
    chunked: bool = False
    cut_after: int | None = None  # bytes, then the connection is closed
    seconds: float = 0.0

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


Answers = Callable[[Asked], Says]


class Vendor:
    """`asked` keeps every request. `answers` is called for each, in its order."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.url = ""

    @property
    def queries(self) -> list[dict[str, str]]:
        return [one.query for one in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    vendor: Vendor

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        place = urlsplit(self.path)
        asked = Asked(
            self.command, place.path, dict(parse_qsl(place.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()}, self.rfile.read(length), self.path,
        )  # fmt: skip
        with self.vendor.lock:
            self.vendor.asked.append(asked)
            says = self.vendor.answers(asked)
        try:
            self._say(says)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET

    def _say(self, says: Says) -> None:
        content = says.content
        self.send_response(says.status)
        for name, value in says.headers.items():
            self.send_header(name, value)
        if says.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif says.status not in (204, 304):
            self.send_header("Content-Length", str(len(content) if says.declared is None else says.declared))
        self.end_headers()
        sent = content if says.cut_after is None else content[: says.cut_after]
        for first in range(0, len(sent), 400):
            piece = sent[first : first + 400]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if says.chunked else piece)
            self.wfile.flush()
            time.sleep(says.seconds)
        if says.cut_after is not None or says.declared is not None:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif says.chunked:
            self.wfile.write(b"0\r\n\r\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what some tests are about."""


@contextmanager
def vendor(answers: Answers, certificate: Path | None = None) -> Iterator[Vendor]:
    """With a certificate (and its key, in one file) it speaks TLS."""
    made = Vendor(answers)
    handler = type("Handler", (_Handler,), {"vendor": made})
    with _Server(("127.0.0.1", 0), handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        made.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
        yield made
        server.shutdown()


def one_after_another(*answers: Says, last: Says | None = None) -> Answers:
    """Each once, in order; `last` (else the last of them) from then on."""
    left = list(answers)

    def answer(asked: Asked) -> Says:
        if len(left) > 1 or (left and last is not None):
            return left.pop(0)
        return last or left[0]

    return answer
