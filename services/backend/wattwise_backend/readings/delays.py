"""How long after their time a meter's readings usually come, and since when they are later than that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from wattwise_backend.platform.sql import rows_of
from wattwise_contract.sources import SourceState

LEARNED_FROM = timedelta(days=60)
_NEWEST = 6_000  # readings of a meter: 60 days of quarter hours
_MOST_READINGS = 600  # of these, evenly
REMEMBERED = 300  # seconds
_MOST_METERS, _TOGETHER = 30, 5  # whose habit is looked at for the first page


@dataclass(frozen=True)
class Delay:
    """A feed's habit: half of its readings came within `median` after their interval's end, 95 of 100 within `longest`.
    Negative where they come before, as day-ahead prices do."""

    meter_id: int
    meter: str
    median: timedelta
    longest: timedelta
    source_id: int  # which brought the newest reading
    late_from: datetime | None  # from then on the next reading is late; None: what feeds it rests

    def late_since(self, now: datetime) -> datetime | None:
        return self.late_from if self.late_from and self.late_from <= now else None


def delays(meter_ids: Sequence[int], *, now: datetime) -> dict[int, Delay]:
    """By meter, where it is a feed: with readings that came at three moments or more in the last 60 days, after a first
    one. What was imported once, or ended before, has no delay."""
    params = {"meter_ids": list(meter_ids), "since": now - LEARNED_FROM, "newest": _NEWEST, "most": _MOST_READINGS}
    return {row["meter_id"]: _delay(**row) for row in rows_of("readings", "delays", params)}


def late_feeds(organization_id: int, *, now: datetime) -> list[Delay]:
    """Feeds of an organization that are late, those that became it last first. At most 30 of the meters that have been
    silent for longest are looked at, so that a page of thousands of meters does not wait for it."""
    bounds = {"since": now - LEARNED_FROM, "now": now, "together": _TOGETHER, "most": _MOST_METERS}
    silent = rows_of("readings", "silent_for_a_while", {"organization_id": organization_id, **bounds})
    if not silent:
        return []
    # Habits change slowly, and the first page is asked for again and again; a meter that speaks again changes the key.
    key = f"delays:{organization_id}:{hash(tuple((row['id'], row['last_reading_at']) for row in silent))}"
    known = cache.get_or_set(key, lambda: list(delays([row["id"] for row in silent], now=now).values()), REMEMBERED)
    late = [(since, delay) for delay in known or () if (since := delay.late_since(now))]
    return [delay for _, delay in sorted(late, key=lambda pair: pair[0], reverse=True)]


def _delay(
    *, meter_id: int, key: str, name: str, median: float, longest: float, last_reading_at: datetime, step: timedelta,
    source_id: int, source_state: str, taken_back_at: datetime | None,
) -> Delay:  # fmt: skip
    """Late is the reading after the newest that ever came once twice its usual longest delay, and two intervals, passed."""
    usual_longest = timedelta(seconds=longest)
    next_ends_at = max(last_reading_at, taken_back_at or last_reading_at) + 2 * step
    late_from = next_ends_at + max(2 * usual_longest, 2 * step)
    is_active = source_state == SourceState.ACTIVE
    return Delay(
        meter_id, name or key, timedelta(seconds=median), usual_longest, source_id, late_from if is_active else None
    )
