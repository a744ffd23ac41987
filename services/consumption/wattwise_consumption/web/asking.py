"""Asking a server until it answers: redirects, refusals, `Retry-After`, and a pace that it bears."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2
import tenacity
from pydantic import BaseModel

from wattwise_consumption.fetching import FetchOrder
from wattwise_consumption.problems import CannotFetch, NotNow

from .answers import Answer, Doubtful, no_access, refusal, unpack
from .credentials import ClientCredentials, Credentials, Nobody
from .transport import client

_REDIRECTS = (301, 302, 303, 307, 308)
_COMES_BACK = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 529, 530)
_MOST_REDIRECTS = 10
_OPEN_HEADERS = ("accept", "if-none-match", "if-modified-since")  # may be known to other origins
_STEP = 0.2  # seconds between looks at whether to go on waiting


@dataclass(frozen=True)
class Question:
    url: httpx2.URL
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    tells_who_asks: bool = True

    def with_header(self, name: str, value: str) -> "Question":
        return replace(self, headers={**self.headers, name: value})

    def led_to(self, url: httpx2.URL) -> "Question":
        """The same at another address that a server named. Another origin learns neither credentials nor settings.
        Raises CannotFetch where it would get a body."""
        if same_origin(url, self.url):
            return replace(self, url=url)
        if self.body is not None:
            raise CannotFetch(
                f"{self.url.host} sends a request with a body on to {url.host}.",
                "Enter the new address in the settings.",
            )
        headers = {name: value for name, value in self.headers.items() if name.lower() in _OPEN_HEADERS}
        return replace(self, url=url, headers=headers, tells_who_asks=False)


class _Again(Exception):
    """Worth another try: at once, or after so many seconds."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Web:
    """One attempt's conversation with a source; a `with` block, since it keeps connections open."""

    def __init__(
        self, order: FetchOrder[BaseModel], credentials: Credentials | None = None, *, most_per_minute: float = 0.0
    ) -> None:
        self._order = order
        self._credentials = credentials or Nobody()
        self._pace = 60 / most_per_minute if most_per_minute else 0.0
        self._client = client(order.guard)
        self._started = self._asked_at = time.monotonic()
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(
        self, question: Question, to: Path, *, also_fine: Callable[[Answer], bool] = lambda answer: False
    ) -> Answer:
        """The answer, whole and below the limits, in the file `to`. Statuses of failure raise, unless `also_fine`."""
        limits = self._order.limits
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Again),
            stop=tenacity.stop_after_attempt(limits.tries),
            wait=_after_what_was_said(
                tenacity.wait_exponential_jitter(
                    multiplier=limits.first_pause, max=limits.longest_pause, jitter=limits.first_pause
                )
            ),
            sleep=self._pause,
            reraise=True,
        )
        try:
            return tries(self._once, question, to, also_fine)
        except _Again as problem:
            raise NotNow(str(problem), "It is asked again by itself.") from None

    def _once(self, question: Question, to: Path, also_fine: Callable[[Answer], bool]) -> Answer:
        credentials = self._credentials if question.tells_who_asks else Nobody()
        answer = self._redirected(credentials.on(question), to)
        if answer.status == 401 and credentials.renew():
            answer = self._redirected(credentials.on(question), to)
        if answer.status == 304 or also_fine(answer):
            return answer
        self._must_be_fine(answer)
        if isinstance(self._credentials, ClientCredentials):
            self._credentials.worked()
        try:
            answer.must_be_whole()
        except Doubtful as problem:
            raise _Again(str(problem)) from None
        return answer

    def _redirected(self, question: Question, to: Path) -> Answer:
        for _ in range(_MOST_REDIRECTS):
            answer = self._sent(question, to)
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                return answer
            question = _onwards(question, answer, location)
        raise CannotFetch(
            f"{question.url.host} sends from one address to the next without end.", "Check the source's address."
        )

    def _sent(self, question: Question, to: Path) -> Answer:
        self._keep_to_limits()
        host = question.url.host
        try:
            with self._client.stream(
                question.method, question.url, headers=dict(question.headers), content=question.body
            ) as response:
                path = self._saved(response, to)
        except httpx2.TimeoutException:
            raise _Again(f"{host} did not answer in time.") from None
        except httpx2.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise _untrusted(host) from None
            raise _Again(f"The connection to {host} broke ({error or type(error).__name__}).") from None
        except NotNow as problem:
            raise _Again(str(problem)) from None
        except Doubtful as problem:
            raise _Again(f"{problem} ({host})") from None
        links = {str(name): link["url"] for name, link in response.links.items() if "url" in link}
        return Answer(response.status_code, question.url, response.headers, path, links)

    def _saved(self, response: httpx2.Response, to: Path) -> Path | None:
        if response.status_code in (204, 205, 304):
            return None
        most, size = self._order.limits.file_bytes, 0
        with to.open("wb") as file:
            for piece in response.iter_raw():
                self._keep_going()
                size += len(piece)
                if size > most:
                    raise CannotFetch(
                        f"{response.url.host} sends more than {most:,} bytes at once.",
                        "Ask for shorter periods, or let the operator raise WATTWISE_MOST_FETCHED_BYTES.",
                    )
                file.write(piece)
        unpack(to, response.headers.get("content-encoding", "").strip().lower(), most_bytes=most)
        return to

    def _must_be_fine(self, answer: Answer) -> None:
        status, host = answer.status, answer.url.host
        if 200 <= status < 300:
            return
        after = _retry_after(answer, self._now())
        if status in _COMES_BACK or (status == 403 and after is not None):
            self._come_back(answer, after)
        if status in (401, 403, 407):
            raise no_access(answer)
        if status in (404, 410):
            raise CannotFetch(
                f"There is nothing at {answer.url.copy_with(query=None, userinfo=b'')} (status {status}{refusal(answer)}).",
                "Check the source's address and settings.",
            )
        raise CannotFetch(
            f"{host} does not understand what it was asked (status {status}{refusal(answer)}).",
            "Check the source's settings.",
        )

    def _come_back(self, answer: Answer, after: float | None) -> None:
        says = "asks to come back later" if answer.status == 429 else "cannot answer at present"
        reason = f"{answer.url.host} {says} (status {answer.status}{refusal(answer)})."
        if after is not None and after > self._order.limits.longest_pause:
            raise NotNow(reason, "It is asked again by itself.", retry_after=timedelta(seconds=after))
        raise _Again(reason, after)

    def _keep_to_limits(self) -> None:
        wait = self._asked_at + self._pace - time.monotonic()
        if self._asked and wait > 0:
            self._pause(wait)
        self._asked_at = time.monotonic()
        self._asked += 1
        if self._asked > self._order.limits.requests:
            raise NotNow(
                f"More than {self._order.limits.requests:,} requests were made at a stretch.",
                "The next attempt goes on.",
            )
        self._keep_going()

    def _keep_going(self) -> None:
        self._order.check()
        if time.monotonic() - self._started > self._order.limits.seconds:
            raise NotNow(
                f"Fetching took longer than {self._order.limits.seconds:,.0f} seconds.",
                "The next attempt goes on from there.",
            )

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._keep_going()
            time.sleep(min(left, _STEP))

    def _now(self) -> datetime:
        return self._order.now + timedelta(seconds=time.monotonic() - self._started)


class _after_what_was_said(tenacity.wait.wait_base):
    def __init__(self, otherwise: tenacity.wait.wait_base) -> None:
        self._otherwise = otherwise

    def __call__(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        said = error.after if isinstance(error, _Again) else None
        return self._otherwise(state) if said is None else said


def _onwards(question: Question, answer: Answer, location: str) -> Question:
    """The question to ask where a redirect leads. To another origin it goes without credentials and without a body."""
    try:
        url = question.url.join(location)
    except httpx2.InvalidURL:
        raise CannotFetch(f"{question.url.host} sends to an address that is none.", "Check the address.") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise CannotFetch(f"{question.url.host} sends to what is no web address.", "Check the address.")
    if question.url.scheme == "https" and url.scheme == "http":
        raise CannotFetch(f"{question.url.host} sends to {url.host} without encryption.", "Check the address.")
    if answer.status == 303 or (answer.status in (301, 302) and question.method == "POST"):
        question = replace(question, method="GET", body=None)
    return question.led_to(url)


def _untrusted(host: str) -> CannotFetch:
    return CannotFetch(
        f"The certificate of {host} is not to be trusted: it has expired, is another host's, or nobody known signed it.",
        "Mend it; or let the operator trust who signed it, with SSL_CERT_FILE in the consumption worker's environment.",
    )


def same_origin(url: httpx2.URL, before: httpx2.URL) -> bool:
    """Also where encryption began on the way: the same host at the usual ports."""
    if url.host != before.host:
        return False
    if (before.scheme, before.port, url.scheme, url.port) == ("http", None, "https", None):
        return True
    ports = [one.port or {"http": 80, "https": 443}.get(one.scheme) for one in (url, before)]
    return url.scheme == before.scheme and ports[0] == ports[1]


def _retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds, from a number of them or a date."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    with suppress(ValueError, TypeError):
        return max((parsedate_to_datetime(said) - now).total_seconds(), 0.0)
    return None
