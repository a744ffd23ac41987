"""A guest inside the supervisor: services that keep failing are tried again for ever, never more than 5 seconds apart.

supervisord by itself waits one second more after each failure, without bound, or gives up. It calls `make` because
supervisord.conf names it as an RPC interface.
"""

import time
from collections import Counter
from typing import Any

from supervisor import events

LONGEST_WAIT_S = 5


class Watch:
    """Caps the wait between two tries, and counts how often each service ended without being asked to."""

    def __init__(self) -> None:
        self._ends: Counter[str] = Counter()
        events.subscribe(events.ProcessStateBackoffEvent, self._on_backoff)
        events.subscribe(events.ProcessStateExitedEvent, self._on_exit)

    def ends(self) -> dict[str, int]:
        """Return how often each service ended unasked since the supervisor started."""
        return dict(self._ends)

    def _on_backoff(self, event: Any) -> None:  # supervisor's events carry no types
        self._ends[event.process.config.name] += 1
        event.process.backoff = min(event.process.backoff, LONGEST_WAIT_S)
        event.process.delay = min(event.process.delay, time.time() + LONGEST_WAIT_S)

    def _on_exit(self, event: Any) -> None:
        self._ends[event.process.config.name] += 1


def make(supervisord: object, **settings: str) -> Watch:
    """Make the guest; supervisord calls this once, after its events were reset."""
    return Watch()
