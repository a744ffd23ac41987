"""What was heard, kept by the platform until it is cut off: each message once, however often it is delivered."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import cast

from pydantic import JsonValue

from wattwise_client import Unreachable, Wattwise
from wattwise_consumption.formats.heard import Heard
from wattwise_contract.sources import ListenerTask, SpooledLine

from .kind import Delivery

_MOST_RECENT = 2_000
_REMEMBERED = 4_000  # deliveries that may not be acknowledged yet: more than brokers leave open


class Spool:
    """Of one source that is held. Raises LeaseLost where it is in other hands, Unreachable while the platform is away.
    `count`: messages that are kept."""

    def __init__(self, api: Wattwise, task: ListenerTask) -> None:
        self._api = api
        self.task = task
        self._recent: deque[tuple[tuple[int, int], int]] = deque(_recent_of(task), maxlen=_REMEMBERED)
        self.count = 0
        self._last_id = 0
        self._is_in_doubt = False  # whether what was sent last was kept
        self._note(self.read())

    def keep(self, batch: Sequence[Delivery]) -> None:
        """Returns when all are safe. After Unreachable, call it with the same deliveries, and perhaps more after them."""
        fresh = self._not_kept(batch)
        if self._is_in_doubt:  # all of it was kept, or nothing
            fresh = fresh[self._note(self.read(self._last_id)) :]
            self._is_in_doubt = False
        if not fresh:
            return
        try:
            ids = self._api.work.spool(self.task, [SpooledLine(line=heard.line()) for heard in fresh])
        except Unreachable as error:
            self._is_in_doubt = error.maybe_sent
            raise
        self._note(zip(ids, fresh, strict=True))

    def read(self, after: int = 0) -> Iterator[tuple[int, Heard]]:
        """(id, message) of all that is kept, in order."""
        while page := self._api.work.spooled(self.task, after):
            yield from ((line.id, Heard.from_line(line.line)) for line in page)
            after = page[-1].id

    def is_ours(self) -> bool:
        """Whether the platform answers. Raises LeaseLost where the source is in other hands."""
        try:
            self._api.work.spooled(self.task, self._last_id)
        except Unreachable:
            return False
        return True

    def recent(self, *, since: int) -> list[JsonValue]:
        """What the deliveries since then (µs) are known by: the broker may not have heard yet that they are kept."""
        found: list[JsonValue] = [[mid, mark] for (mid, mark), at in self._recent if at >= since]
        return found[-_MOST_RECENT:]

    def _not_kept(self, batch: Sequence[Delivery]) -> list[Heard]:
        fresh, known = [], {delivery for delivery, _ in self._recent}
        for delivery in batch:
            if not (delivery.is_repeated and delivery.heard.delivery in known):
                fresh.append(delivery.heard)
                known.add(delivery.heard.delivery)
        return fresh

    def _note(self, kept: Iterator[tuple[int, Heard]]) -> int:
        before = self.count
        for line_id, heard in kept:
            self.count += 1
            self._last_id = max(self._last_id, line_id)
            if heard.mid:
                self._recent.append((heard.delivery, heard.at))
        return self.count - before


def _recent_of(task: ListenerTask) -> list[tuple[tuple[int, int], int]]:
    recent = cast("list[list[int]]", task.cursor.get("recent", []))
    return [((mid, mark), 0) for mid, mark in recent]
