"""The story of a preview: an import's files are read, understood in the ways that they allow, and nothing is stored."""

from collections.abc import Callable

from wattwise_contract.jobs import Success
from wattwise_contract.previews import Preview
from wattwise_runtime import JobRun

from .fetching.story import with_files
from .interpretations import ways_to_read
from .means import Means, as_job_failures
from .pipeline import Platform
from .showing import files_of, interpretation_of
from .sources import Order
from .sources.files.collected import Collected, NothingUnderstood, collected

MOST_BYTES = 60_000_000  # of text cells; of larger files only the beginning is looked at
MOST_ROWS = 1_500_000
_MOST_COLUMNS = 300
NO_READINGS = "The source answered, but has no readings for these settings."


def preview_import(run: JobRun, *, import_id: int, means: Means) -> Success:
    """The job's result is a `Preview`. Files that cannot be read are listed in it, with the reason. Of a source that
    fetches, a sample is fetched first."""
    with means.folder("preview") as folder, as_job_failures():
        task = with_files(run, run.api.work.import_task(import_id), means, folder)
        if task.landed.done and not task.files:
            return Success(message=NO_READINGS, result=Preview(files=[], interpretations=[]).model_dump(mode="json"))
        order = Order(task, Platform(run.api, task), run.now, folder, means.limits)
        preview = preview_of(order, progress=run.progress)
    ways = len(preview.interpretations)
    message = "Nothing of it can be read." if not ways else "Understood." if ways == 1 else f"{ways} ways to read it."
    return Success(message=message, result=preview.model_dump(mode="json"))


def preview_of(
    order: Order,
    *,
    progress: Callable[[float, str], None] = lambda *_: None,
    most_bytes: int = MOST_BYTES,
    most_rows: int = MOST_ROWS,
) -> Preview:
    """`progress` is told how far it is, 0..1, and may raise to end it."""
    found = collected(
        order, most_bytes=most_bytes, most_rows=most_rows, progress=lambda done, text: progress(done * 0.5, text)
    )
    try:
        ways = ways_to_read(order, found, lambda: progress(0.6, "Understanding it in several ways"))
        refused = ways[0].look.refused
    except NothingUnderstood as problem:
        ways, refused = [], problem.refused
    zone = order.task.organization_timezone
    return Preview(
        files=files_of(found, refused),
        interpretations=[interpretation_of(way, zone=zone) for way in ways],
        is_sample=found.is_sample,
        columns=_columns(found),
    )


def _columns(found: Collected) -> list[str]:
    names = found.blocks[0].names if found.blocks else ()
    return [name for name in names if name][:_MOST_COLUMNS]
