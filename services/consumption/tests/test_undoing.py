"""Undoing an import, against a stand-in for the backend over real HTTP."""

from datetime import UTC, datetime, timedelta

from wattwise_client import Wattwise
from wattwise_consumption.undoing import undo_import
from wattwise_contract.jobs import JobKind
from wattwise_runtime.run import execute

from .stand_in import StandInBackend, serving

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def undo(
    *, readings: int, each: int, kept: int = 0, breaks_at: int = 0, cancel_after: int = 1_000
) -> tuple[str, StandInBackend]:
    backend = StandInBackend(JobKind.UNDO_IMPORT)
    backend.left, backend.each, backend.breaks_at, backend.cancel_after = readings, each, breaks_at, cancel_after
    backend.kept = kept
    with serving(backend), Wattwise(backend.url, "ww_test", patience=timedelta(seconds=2)) as api:
        outcome = execute(
            lambda run: undo_import(run, import_id=12), backend.job["id"], api=api, worker="meter-room:7", now=NOW
        )
    return outcome, backend


def test_an_import_is_taken_back_step_by_step_until_nothing_is_left() -> None:
    outcome, backend = undo(readings=17_520, each=5_000)
    assert outcome == "succeeded"
    assert backend.job["message"] == "Taken back: 17,520 readings."
    assert backend.calls == ["POST/data/imports/12/undo"] * 4


def test_an_import_without_readings_is_taken_back_at_once() -> None:
    outcome, backend = undo(readings=0, each=5_000)
    assert (outcome, backend.job["message"]) == ("succeeded", "Taken back: 0 readings.")
    assert len(backend.calls) == 1


def test_one_reading_is_one_reading() -> None:
    assert undo(readings=1, each=5_000)[1].job["message"] == "Taken back: 1 reading."


def test_what_other_imports_brought_too_is_told_to_stay() -> None:
    assert undo(readings=10, each=20, kept=3)[1].job["message"] == (
        "Taken back: 7 readings. 3 that other imports brought, too, stay."
    )


def test_who_lost_the_lease_stops_and_leaves_the_rest_to_the_next() -> None:
    outcome, backend = undo(readings=17_520, each=5_000, breaks_at=10_000)
    assert outcome == "lease lost"
    assert (backend.undone, backend.left, backend.failures) == (10_000, 7_520, [])


def test_an_undo_can_be_cancelled_between_two_steps() -> None:
    outcome, backend = undo(readings=10_000_000, each=1_000, cancel_after=3)
    assert outcome == "failed for good"
    assert backend.failures[0]["error"] == "Cancelled on request."
    assert backend.left > 0
    assert backend.progress[-1] < 1.0
