"""The story of an undo: some readings are taken back at a time, until none are left."""

from wattwise_contract.imports import UndoProgress
from wattwise_contract.jobs import Success
from wattwise_runtime import JobRun


def undo_import(run: JobRun, *, import_id: int) -> Success:
    """Each step is whole in itself: after a break, another attempt goes on where this one ended."""
    while True:
        run.check()
        done = run.api.work.undo_some(run.claim, import_id)
        if done.left <= 0:
            return Success(message=_told(done))
        run.progress(done.undone / (done.undone + done.left), f"Taken back {done.undone:,} readings")


def _told(done: UndoProgress) -> str:
    taken = done.undone - done.kept
    sentence = f"Taken back: {taken:,} reading{'' if taken == 1 else 's'}."
    if not done.kept:
        return sentence
    return f"{sentence} {done.kept:,} that other imports brought, too, {'stays' if done.kept == 1 else 'stay'}."
