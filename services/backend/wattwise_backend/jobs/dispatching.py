"""What the scheduler puts into Redis next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from wattwise_contract.jobs import Dispatch, DispatchRequest, JobKind, JobState

from .operations import recover_expired

MOST_AT_ONCE = 200
LOST_AFTER = timedelta(seconds=10)  # queued this long ago on a queue that is empty: Redis lost it


@transaction.atomic
def dispatch(request: DispatchRequest, *, now: datetime) -> list[Dispatch]:
    """Jobs to send, highest priority first: those due now, and those that Redis lost.

    Jobs of vanished workers are taken back first. Two schedulers at once get different jobs.
    """
    recover_expired(now=now)
    due = _mark_queued(_DUE, [now, JobState.QUEUED, JobState.WAITING, now, MOST_AT_ONCE])
    lost: list[Dispatch] = []
    kinds = [kind.value for kind in JobKind if kind.queue in request.empty_queues]
    if kinds and (room := MOST_AT_ONCE - len(due)):
        lost = _mark_queued(_LOST, [now, JobState.QUEUED, JobState.QUEUED, kinds, now - LOST_AFTER, room])
    return sorted(due + lost, key=lambda job: -job.priority)


def _mark_queued(sql: str, params: Sequence[Any]) -> list[Dispatch]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    rows.sort(key=lambda row: (-row[2], row[3]))
    return [Dispatch(job_id=job_id, kind=JobKind(kind), priority=priority) for job_id, kind, priority, _ in rows]


_DUE = """
UPDATE jobs SET queued_at = %s, state = %s
WHERE id IN (
    SELECT id FROM jobs WHERE state = %s AND run_after <= %s
    ORDER BY priority DESC, run_after LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, kind, priority, run_after
"""
_LOST = """
UPDATE jobs SET queued_at = %s, state = %s
WHERE id IN (
    SELECT id FROM jobs WHERE state = %s AND kind = ANY(%s) AND queued_at <= %s
    ORDER BY priority DESC, run_after LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, kind, priority, run_after
"""
