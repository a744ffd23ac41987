"""The one HTTP connection of a client: address, token, retries, and errors as exceptions."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import stamina
from pydantic import TypeAdapter
from pydantic_core import to_json

from .errors import BackendFailed, LeaseLost, NotFound, Refused, Unreachable

T = TypeVar("T")
Params = Mapping[str, Any]

ARROW = "application/vnd.apache.arrow.stream"
AWAY = (502, 503, 504)
TIMEOUT = httpx2.Timeout(connect=5, read=120, write=120, pool=120)
# Shorter than the keep-alive of common servers, so that a connection is never used just as the server closes it.
LIMITS = httpx2.Limits(max_connections=20, max_keepalive_connections=5, keepalive_expiry=1.5)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


class Door:
    """Sends requests, and waits up to `patience` for a backend that is away. What is not idempotent is sent again only
    where it surely never arrived."""

    def __init__(self, url: str, token: str, *, patience: timedelta, transport: httpx2.BaseTransport | None) -> None:
        address = httpx2.URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise ValueError(f"{url!r} is no address of a Wattwise platform. Write it like http://127.0.0.1:8000.")
        self.url = url.rstrip("/")
        self._patience = patience
        self._client = httpx2.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}", "User-Agent": f"wattwise-client/{version('wattwise-client')}"},
            timeout=TIMEOUT,
            limits=LIMITS,
            transport=transport,
            trust_env=address.host not in LOOPBACK,  # a proxy of the environment has no business on this machine
        )

    def close(self) -> None:
        self._client.close()

    def get(self, kind: TypeAdapter[T], path: str, **params: Any) -> T:
        return kind.validate_json(self.send("GET", path, params=params).content)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool = True,
        **more: Any,
    ) -> httpx2.Response:
        """Answers the response of a success. `body` is sent as JSON, `content` as it is; `more` goes to httpx2."""
        sent_headers = dict(headers or {})
        if body is not None:
            content = to_json(body)
            sent_headers["Content-Type"] = "application/json"

        def once() -> httpx2.Response:
            with self._named_errors():
                response = self._client.request(
                    method, path, params=_params(params), content=content, headers=sent_headers, **more
                )
            _raise_for_status(response, self.url)
            return response

        return self.retrying(once, idempotent=idempotent)

    @contextmanager
    def stream(
        self, method: str, path: str, *, params: Params | None = None, body: object = None, accept: str = ARROW
    ) -> Iterator[httpx2.Response]:
        """Opens a response whose body is read bit by bit. Opened once: wrap the whole reading in `retrying`."""
        headers = {"Accept": accept, "Accept-Encoding": "identity"}  # Arrow is compressed by itself
        content = None
        if body is not None:
            content = to_json(body)
            headers["Content-Type"] = "application/json"
        with (
            self._named_errors(),
            self._client.stream(method, path, params=_params(params), content=content, headers=headers) as response,
        ):
            if response.is_error:
                response.read()
                _raise_for_status(response, self.url)
            yield response

    def download(self, path: str, to: Path) -> str:
        """Streams an answer to disk and answers its SHA-256. Once: wrap it in `retrying`."""
        digest = hashlib.sha256()
        with self.stream("GET", path, accept="*/*") as response, to.open("wb") as file:
            for chunk in response.iter_bytes():
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()

    def retrying(self, call: Callable[[], T], *, idempotent: bool = True) -> T:
        if not self._patience:
            return call()

        def again(error: Exception) -> bool:
            return isinstance(error, Unreachable) and (idempotent or not error.maybe_sent)

        attempts = stamina.RetryingCaller(
            attempts=None, timeout=self._patience, wait_initial=0.1, wait_max=2.0, wait_jitter=0.3
        )
        return attempts(again, call)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except httpx2.TransportError as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(
                f"No answer from {self.url} ({reason}). Is the platform running (`wattwise status`), and is the"
                " address right?",
                maybe_sent=not isinstance(error, NEVER_SENT),
            ) from error


def _params(params: Params | None) -> dict[str, Any]:
    """Leaves out what is None; writes times and enums as the backend reads them; repeats lists."""
    wanted = {name: value for name, value in (params or {}).items() if value is not None}
    plain: dict[str, Any] = json.loads(to_json(wanted))
    return plain


def _raise_for_status(response: httpx2.Response, url: str) -> None:
    status = response.status_code
    if response.is_success:
        return
    answer = _answer(response)
    sentence = str(answer.get("error") or answer.get("detail") or "")
    if status in AWAY:
        raise Unreachable(sentence or f"The backend behind {url} is away (status {status}).", maybe_sent=status != 503)
    if status >= 500:
        raise BackendFailed(
            f"The backend failed at {response.request.method} {response.request.url.path} (status {status})."
            " Its log says why: `wattwise logs backend`."
        )
    kind = {404: NotFound, 409: LeaseLost if response.request.url.path.startswith("/data/") else Refused}
    raise kind.get(status, Refused)(
        sentence or _plain_sentence(status, response),
        status=status,
        remedy=str(answer.get("remedy") or ""),
        fields=answer.get("fields") or {},
    )


def _answer(response: httpx2.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _plain_sentence(status: int, response: httpx2.Response) -> str:
    path = response.request.url.path
    if status == 401:
        return "The token is not known here, has expired or was revoked. Make another with `wattwise token create`."
    if status == 404:
        return f"There is nothing at {path}, or the token may not see it."
    if response.is_redirect:
        return f"{path} is elsewhere ({response.headers.get('location', '')}). Is the address that of the platform?"
    return f"The backend refused {response.request.method} {path} (status {status})."
