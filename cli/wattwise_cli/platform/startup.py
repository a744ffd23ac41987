"""From nothing, or from whatever runs already, to nine healthy services."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from wattwise_cli.platform import frontend_build, health, secrets, settings, supervision
from wattwise_cli.platform.errors import PlatformError
from wattwise_cli.platform.health import ServiceStatus
from wattwise_cli.platform.home import Home
from wattwise_cli.platform.leftovers import end_leftovers
from wattwise_cli.platform.secrets import Secrets
from wattwise_cli.platform.services import SERVICES, ours
from wattwise_cli.platform.settings import Settings, Wishes
from wattwise_embedded import ensure
from wattwise_embedded.account import require_way_to, service_account

Say = Callable[[str], None]
# A service that ended so often, and is not up after so long, will not come by waiting.
ENDS_ENOUGH, GIVE_UP_AFTER_S = 5, 30.0


class NotHealthy(PlatformError):
    def __init__(self, home: Home, waiting: list[ServiceStatus]) -> None:
        lines = [
            f"{status.service} is {status.state}{_ended(status)}: {_last_words(home, status)}" for status in waiting
        ]
        super().__init__(
            "Not everything came up.\n  "
            + "\n  ".join(lines)
            + f"\nIt stays running and keeps trying. Look: ./wattwise logs {waiting[0].service} --home {home.folder}"
        )


class AlreadyElsewhere(PlatformError):
    def __init__(self, running: Settings) -> None:
        super().__init__(
            f"The platform of this home already runs at {running.url}. Stop it first to change its ports: ./wattwise stop"
        )


@dataclass(frozen=True)
class Platform:
    """A platform that is up. `first_login` is given once only, to whoever started it first."""

    home: Home
    settings: Settings
    secrets: Secrets
    was_running: bool
    first_login: dict[str, str] | None


def bring_up(home: Home, wishes: Wishes, *, say: Say, patience_s: float = 180.0) -> Platform:
    """Bring all nine services up and return once they are healthy; harmless when they are already.

    `say` hears in a few words what is being done. Raises PlatformError or EmbeddedError with the remedy.
    """
    home.make()
    with home.alone():
        was_running = supervision.is_running(home)
        if was_running:
            chosen, kept = settings.load(home), secrets.load(home)
            _require_unchanged(chosen, wishes)
        else:
            for service in SERVICES:
                end_leftovers(service, home)
            chosen, kept = settings.settle(home, wishes), secrets.settle(home)
            settings.require_free_ports(chosen, external=frozenset(kept.external))
            settings.save(home, chosen)
        rebuilt = _prepare(home, say)
        if not was_running:
            supervision.start(home, ours(kept))
        else:
            supervision.start_missing(home)
            if rebuilt:
                supervision.restart(home, "frontend")
        _wait(home, chosen, kept, say=say, patience_s=patience_s)
        first_login = None if kept.first_login_shown else kept.first_login
        if first_login:
            secrets.save(home, replace(kept, first_login_shown=True))
    return Platform(home, chosen, kept, was_running, first_login)


def _require_unchanged(chosen: Settings, wishes: Wishes) -> None:
    for name, wish in vars(wishes).items():
        if wish is not None and wish != getattr(chosen, name):
            raise AlreadyElsewhere(chosen)


def _prepare(home: Home, say: Say) -> bool:
    """Unpack the servers and build the pages, both at once; say whether the pages are new."""
    say("preparing the servers and the pages")
    if os.geteuid() == 0:
        require_way_to(home.data / "postgresql", service_account())
    with ThreadPoolExecutor(max_workers=2) as pool:
        prefix, pages = pool.submit(ensure), pool.submit(frontend_build.ensure)
        prefix.result()
        return pages.result()


def _wait(home: Home, chosen: Settings, kept: Secrets, *, say: Say, patience_s: float) -> None:
    started = time.monotonic()
    while True:
        now = health.statuses(home, chosen, kept, now=datetime.now(UTC))  # noqa: TID251 - the edge: it waits in real time
        waiting = [status for status in now if not status.is_up]
        if not waiting:
            return
        passed = time.monotonic() - started
        hopeless = passed > GIVE_UP_AFTER_S and all(status.restarts >= ENDS_ENOUGH for status in waiting)
        if hopeless or passed > patience_s:
            raise NotHealthy(home, waiting)
        say(
            f"{len(now) - len(waiting)} of {len(now)} services are up; waiting for {', '.join(status.service for status in waiting)}"
        )
        time.sleep(0.4)


def _ended(status: ServiceStatus) -> str:
    return f", ended {status.restarts} times" if status.restarts else ""


def _last_words(home: Home, status: ServiceStatus) -> str:
    log = home.log / f"{status.service}.log"
    lines = log.read_text(errors="replace").strip().split("\n") if log.is_file() else []
    return (lines[-1] if lines and lines[-1] else status.detail)[:300]
