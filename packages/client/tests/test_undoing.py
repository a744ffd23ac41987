"""Undoing an import: asked for in steps, each under the lease of its job."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
import pytest

from wattwise_client import LeaseLost, Wattwise
from wattwise_contract.jobs import Claim, Job, JobKind, JobState

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
JOB = Job(
    id=UUID(int=7), kind=JobKind.UNDO_IMPORT, organization_id=1, scope={"import_id": 12}, state=JobState.RUNNING,
    created_at=NOON,
)  # fmt: skip
CLAIM = Claim(job=JOB, lease_token=UUID(int=8), lease_expires_at=NOON + timedelta(seconds=20))


def platform(answer) -> Wattwise:
    return Wattwise("http://meters.test", "ww_t", patience=timedelta(0), transport=httpx2.MockTransport(answer))


def test_a_step_of_an_undo_carries_the_lease_and_answers_how_far_it_is():
    heard = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        return httpx2.Response(200, json={"undone": 200_000, "left": 17_520})

    done = platform(answer).work.undo_some(CLAIM, 12)
    assert (done.undone, done.left) == (200_000, 17_520)
    assert (heard[0].method, heard[0].url.path) == ("POST", "/data/imports/12/undo/")
    assert heard[0].headers["X-Wattwise-Lease"] == CLAIM.lease


def test_a_step_without_the_lease_is_not_taken():
    api = platform(lambda request: httpx2.Response(409, json={"error": "The lease is no longer held."}))
    with pytest.raises(LeaseLost):
        api.work.undo_some(CLAIM, 12)
