"""The story of an undo: some readings are taken back at a time, until none are left."""

from wattwise_contract.jobs import Success
from wattwise_runtime import JobRun


def undo_import(run: JobRun, *, import_id: int) -> Success:
    """Each step is whole in itself: after a break, another attempt goes on where this one ended."""
    while True:
        run.check()
        done = run.api.work.undo_some(run.claim, import_id)
        if done.left <= 0:
            return Success(message=f"Taken back: {done.undone:,} reading{'' if done.undone == 1 else 's'}.")
        run.progress(done.undone / (done.undone + done.left), f"Taken back {done.undone:,} readings")
