"""How each of the nine services is, asked of the supervisor, of the services themselves, and of the backend's heartbeats."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx2

import wattwise_database
import wattwise_redis
from wattwise_cli.platform import supervision
from wattwise_cli.platform.home import Home
from wattwise_cli.platform.secrets import Secrets
from wattwise_cli.platform.services import SERVICES, WITH_HEARTBEAT
from wattwise_cli.platform.settings import Settings
from wattwise_cli.platform.supervision import ProcessState
from wattwise_cli.version import VERSION

# Services say every few seconds that they live; after this they are silent.
SILENT_AFTER = timedelta(seconds=45)
# A service that runs but does not answer yet is starting, for so long.
STARTING_FOR = timedelta(seconds=90)
WORDS = {
    "STARTING": "starting",
    "BACKOFF": "restarting",
    "STOPPING": "stopping",
    "EXITED": "restarting",
    "FATAL": "failed",
}


class Unanswered(Exception):
    """A service did not answer; the text says how."""


@dataclass(frozen=True)
class ServiceStatus:
    """What `wattwise status` tells about a service.

    `state` is running, starting, restarting (it ended and is being started again), silent (its process lives but does not
    answer), stopping, stopped, failed, or external (a server of the operator's own).
    """

    service: str
    state: str
    pid: int | None
    since: datetime | None
    version: str | None
    last_heartbeat: datetime | None
    restarts: int
    detail: str

    @property
    def is_up(self) -> bool:
        return self.state in ("running", "external")


def statuses(home: Home, settings: Settings, secrets: Secrets, *, now: datetime) -> list[ServiceStatus]:
    """Return the state of the nine services, in their usual order. Takes a few seconds at most, whatever hangs."""
    processes = supervision.states(home)
    probes: dict[str, Callable[[], str]] = {
        "frontend": lambda: _frontend(settings),
        "backend": lambda: _backend(settings),
        "database": lambda: _database(secrets.database_url(settings)),
        "redis": lambda: _redis(secrets.redis_url(settings)),
    }
    asked = [name for name in probes if name in processes or name in secrets.external]
    with ThreadPoolExecutor(max_workers=5) as pool:
        heard = pool.submit(heartbeats, settings, secrets)
        answers = dict(zip(asked, pool.map(lambda name: _answer(probes[name]), asked), strict=True))
        beats = heard.result()
    return [
        _with_heartbeat(service.name, processes.get(service.name), beats, now)
        if service.name in WITH_HEARTBEAT
        else _with_answer(service.name, processes.get(service.name), answers.get(service.name), now)
        for service in SERVICES
    ]


def heartbeats(settings: Settings, secrets: Secrets) -> dict[str, dict[str, Any]] | None:
    """Return the newest heartbeat of each service, or None while the backend cannot tell."""
    try:
        found = get(f"{settings.backend_url}/data/services/", token=secrets.tokens["operator"]).json()
    except (Unanswered, ValueError):
        return None
    newest: dict[str, dict[str, Any]] = {}
    for beat in sorted(found, key=lambda beat: str(beat["last_seen_at"])):
        newest[beat["service"]] = beat
    return newest


def get(url: str, *, token: str = "") -> httpx2.Response:
    """Ask a service on this machine. Raises Unanswered when it is away or answers with an error."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        return _client().get(url, headers=headers).raise_for_status()
    except httpx2.HTTPStatusError as error:
        raise Unanswered(f"it answers with status {error.response.status_code}") from error
    except httpx2.HTTPError as error:
        raise Unanswered(f"it does not answer ({type(error).__name__})") from error


@cache
def _client() -> httpx2.Client:
    # No proxy of the environment: the services are on this machine. One for all, because making one costs 30 ms.
    return httpx2.Client(trust_env=False, timeout=5)


@dataclass(frozen=True)
class _Answer:
    version: str | None
    trouble: str


def _answer(ask: Callable[[], str]) -> _Answer:
    try:
        return _Answer(ask(), "")
    except (Unanswered, wattwise_database.NotReady, wattwise_redis.NotReady) as error:
        return _Answer(None, str(error).strip().split("\n")[0])


def _frontend(settings: Settings) -> str:
    get(f"{settings.url}/healthz")
    return VERSION


def _backend(settings: Settings) -> str:
    return str(get(f"{settings.backend_url}/api/health/").json().get("version", VERSION))


def _database(url: str) -> str:
    edition = wattwise_database.ready(url, timeout_s=0)
    return f"PostgreSQL {edition.postgresql}, TimescaleDB {edition.timescaledb or 'absent'}"


def _redis(url: str) -> str:
    return f"Redis {wattwise_redis.ready(url, timeout_s=0)}"


def _with_answer(name: str, process: ProcessState | None, answer: _Answer | None, now: datetime) -> ServiceStatus:
    if process is None:
        if answer is None:
            return _stopped(name)
        state = "external" if not answer.trouble else "silent"
        return ServiceStatus(name, state, None, None, answer.version, None, 0, answer.trouble)
    trouble = answer.trouble if answer else ""
    return _status(process, now, version=answer.version if answer else None, trouble=trouble)


def _with_heartbeat(
    name: str, process: ProcessState | None, beats: dict[str, dict[str, Any]] | None, now: datetime
) -> ServiceStatus:
    if process is None:
        return _stopped(name)
    if beats is None:
        unknown = "the backend cannot tell of its heartbeats now"
        return _status(process, now, trouble=unknown if process.word == "STARTING" else "", detail=unknown)
    beat = beats.get(name)
    seen = datetime.fromisoformat(str(beat["last_seen_at"])) if beat else None
    trouble = ""
    if seen is None or seen.timestamp() < process.since - 1:
        trouble = "no heartbeat since it started"
    elif now - seen > SILENT_AFTER:
        trouble = f"no heartbeat for {int((now - seen).total_seconds())} s"
    return _status(process, now, version=str(beat["version"]) if beat else None, trouble=trouble, heartbeat=seen)


def _status(
    process: ProcessState,
    now: datetime,
    *,
    version: str | None = None,
    trouble: str = "",
    detail: str = "",
    heartbeat: datetime | None = None,
) -> ServiceStatus:
    since = datetime.fromtimestamp(process.since, UTC) if process.pid and process.since else None
    state = WORDS.get(process.word, "stopped")
    if process.word in ("RUNNING", "STARTING"):
        state = "running"
        if trouble:
            state = "starting" if since and now - since < STARTING_FOR else "silent"
    text = trouble or detail or process.detail
    return ServiceStatus(process.name, state, process.pid, since, version, heartbeat, process.ends, text)


def _stopped(name: str) -> ServiceStatus:
    return ServiceStatus(name, "stopped", None, None, None, None, 0, "")
