"""Requests on their way in: whole or refused, and never for ever on their way. Nor does an answer wait for ever to be taken.

The web server hands over what it has when a client goes away, and waits for one that sends a byte a second. Half of an
upload must not pass for all of it, and a thread that waits answers nobody else.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RD, socket
from typing import Any, ClassVar

from rest_framework import status

_GRACE_S = 15.0  # in which a body may come as slowly as it likes
_LEAST_BYTES_A_SECOND = 8_000  # after that, on average
_SLOW_AFTER_S = 0.5  # a body that is not there by then counts as slow
_LOOK_EVERY_S = 0.1
_SMALLEST_STEP, _LARGEST_STEP = 16 * 1024, 1024**2
_QUICK_S = 0.1
_PATIENCE_S = 120.0  # in which a client takes a piece of an answer: one that stopped reading keeps no thread for ever

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BodyFault(OSError):
    """The body did not come as it was announced. Django passes it on as the cause of an UnreadablePostError."""

    code: ClassVar[int] = status.HTTP_400_BAD_REQUEST
    remedy: ClassVar[str] = "Nothing of it was stored. Send it again."


class CutOff(BodyFault):
    def __init__(self, arrived: int, announced: int) -> None:
        super().__init__(f"The body was cut off on its way: {arrived:,} of {announced:,} bytes arrived.")


class TooSlow(BodyFault):
    code = status.HTTP_408_REQUEST_TIMEOUT
    remedy = "Nothing of it was stored. Send it in smaller pieces, packed with gzip, or over a faster line."

    def __init__(self, arrived: int, announced: int) -> None:
        super().__init__(f"The body came too slowly: {arrived:,} of {announced:,} bytes arrived.")


class TooManyAtOnce(BodyFault):
    code = status.HTTP_503_SERVICE_UNAVAILABLE
    remedy = "Nothing of it was stored. Send it again in a minute."

    def __init__(self, arrived: int, announced: int) -> None:
        super().__init__("Too many slow bodies are on their way at once, and this one was the slowest.")


class Body:
    """What a view reads as `wsgi.input`: exactly as many bytes as were announced, or a BodyFault."""

    def __init__(self, stream: Any, length: int, line: socket | None, watch: "Watch") -> None:
        self.length, self.arrived, self.began_at = length, 0, 0.0
        self.fault: type[BodyFault] | None = None
        self._stream, self._line, self._watch = stream, line, watch
        self._step = 4 * _SMALLEST_STEP

    def read(self, size: int | None = -1) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        with self._watch.over(self):
            pieces = list(self._pieces(wanted))
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readline(self, size: int | None = -1) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        if not wanted:
            return b""
        with self._watch.over(self):
            line: bytes = self._stream.readline(wanted)
        self._note(line, whole=line.endswith(b"\n") or len(line) == wanted)
        return line

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def end(self, fault: type[BodyFault]) -> None:
        """From another thread: let the one that waits for more give up."""
        self.fault = fault
        if self._line is not None:
            with suppress(OSError):  # the client is gone already
                self._line.shutdown(SHUT_RD)

    @property
    def _left(self) -> int:
        return self.length - self.arrived

    def _pieces(self, wanted: int) -> Iterator[bytes]:
        while wanted:
            asked_at, step = time.monotonic(), min(wanted, self._step)
            piece: bytes = self._stream.read(step)
            self._note(piece, whole=len(piece) == step)
            quick = time.monotonic() - asked_at < _QUICK_S  # small steps of a slow body, to see how slow it is
            self._step = min(self._step * 4, _LARGEST_STEP) if quick else max(self._step // 4, _SMALLEST_STEP)
            wanted -= step
            yield piece

    def _note(self, piece: bytes, *, whole: bool) -> None:
        self.arrived += len(piece)
        if self.fault or not whole:
            raise (self.fault or CutOff)(self.arrived, self.length)


class Head:
    """The head of a request, for as long as the web server waits for it; of what came of it nothing is known."""

    arrived = 0

    def __init__(self, line: socket) -> None:
        self.began_at = time.monotonic()
        self.fault: type[BodyFault] | None = None
        self._line = line

    def end(self, fault: type[BodyFault]) -> None:
        self.fault = fault
        with suppress(OSError):  # the client is gone already
            self._line.shutdown(SHUT_RD)


class Watch:
    """Ends what comes too slowly, and the slowest where more than `most_slow` keep a thread each."""

    def __init__(self, *, most_slow: int) -> None:
        self.most_slow = most_slow
        self._lock = threading.Lock()
        self._coming: set[Body | Head] = set()
        self._pid = 0  # of the process whose thread looks: threads do not survive gunicorn's fork

    @contextmanager
    def over(self, body: Body) -> Iterator[None]:
        body.began_at = body.began_at or time.monotonic()
        self.add(body)
        try:
            yield
        finally:
            self.remove(body)

    def add(self, coming: Body | Head) -> None:
        with self._lock:
            self._coming.add(coming)
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._look_for_ever, name="bodies", daemon=True).start()

    def remove(self, coming: Body | Head) -> None:
        with self._lock:
            self._coming.discard(coming)

    def look(self, *, now: float) -> None:
        """End those that have to end now."""
        with self._lock:
            slow = [each for each in self._coming if now - each.began_at > _SLOW_AFTER_S and each.fault is None]
            slow.sort(key=lambda each: each.arrived / (now - each.began_at))
            for place, each in enumerate(slow):
                if each.arrived < (now - each.began_at - _GRACE_S) * _LEAST_BYTES_A_SECOND:
                    each.end(TooSlow)
                elif len(slow) - place > self.most_slow:
                    each.end(TooManyAtOnce)

    def _look_for_ever(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY_S)
            self.look(now=time.monotonic())


WATCH = Watch(most_slow=4)  # of this process; its web server says how many of its threads may wait


def guarded(application: Application, watch: Watch = WATCH) -> Application:
    """The application, whose bodies have a length, come whole, and come in time."""

    def guard(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_TRANSFER_ENCODING"):
            return _without_length(start_response)
        length, line = str(environ.get("CONTENT_LENGTH") or "0"), environ.get("gunicorn.socket")
        if line is not None:
            line.settimeout(_PATIENCE_S)  # until its next request: gunicorn begins each with none
        if length.isdigit():
            environ["wsgi.input"] = Body(environ["wsgi.input"], int(length), line, watch)
        return application(environ, start_response)

    return guard


def _without_length(start_response: Callable[..., Any]) -> Iterable[bytes]:
    answer = {
        "error": "The request does not say how long it is.",
        "remedy": "Send a Content-Length instead of chunks; with curl, --data-binary @FILE does.",
    }
    text = json.dumps(answer).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(text)))]
    start_response("411 Length Required", headers)
    return [text]
