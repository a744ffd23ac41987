"""Waiting for a job with a progress bar, through a restart of the platform."""

import time
from collections.abc import Callable
from typing import Any

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from wattwise_client import Unreachable

from .output import notes

EVERY = 0.5  # seconds between looks
LONGEST_SILENCE = 120.0  # seconds for which a platform that does not answer may still be restarting
ENDED = ("succeeded", "dead", "cancelled")


def wait_for_job(look: Callable[[], dict[str, Any]], title: str, *, quiet: bool = False) -> dict[str, Any]:
    """Calls `look` until the job that it answers has ended, and answers that. Ctrl-C leaves the job running."""
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TaskProgressColumn(),
        TimeElapsedColumn(), TextColumn("[dim]{task.fields[message]}"), console=notes, disable=quiet or not notes.is_terminal, transient=True,
    ) as progress:  # fmt: skip
        bar = progress.add_task(title, total=1.0, message="")
        heard_at = time.monotonic()
        while True:
            try:
                job = look()
                heard_at = time.monotonic()
            except Unreachable:
                if time.monotonic() - heard_at > LONGEST_SILENCE:
                    raise
                progress.update(bar, message="the platform does not answer, waiting …")
            else:
                progress.update(bar, completed=job["progress"], message=job["message"] or job["state"])
                if job["state"] in ENDED:
                    return job
            time.sleep(EVERY)
