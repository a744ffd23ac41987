"""Before an import is read: its source is asked for files, unless they are all there."""

from pathlib import Path

from wattwise_consumption.means import Means
from wattwise_consumption.sources.kinds import fetcher_kind
from wattwise_contract.imports import ImportStage, ImportTask
from wattwise_runtime import JobRun

from .landing import land_everything, land_sample
from .order import Fetcher, FetcherKind, FetchOrder
from .schemas import validated


def with_files(run: JobRun, task: ImportTask, means: Means, folder: Path) -> ImportTask:
    """The task with every file that its source brings: a sample of them for a preview. What was landed is not fetched
    again. Raises CannotFetch or NotNow."""
    kind = fetcher_kind(task.source_kind)
    if kind is None or task.landed.done:
        return task
    fetcher = _fetcher(run, task, kind, means, folder)
    land = land_sample if task.stage is ImportStage.PREVIEW else land_everything
    land(run, task, fetcher, folder)
    return run.api.work.import_task(task.id)


def _fetcher(run: JobRun, task: ImportTask, kind: FetcherKind, means: Means, folder: Path) -> Fetcher:
    order = FetchOrder(
        settings=validated(kind.Settings, task.config),
        recipe=task.recipe,
        now=run.now,
        timezone=task.recipe.timezone or task.organization_timezone,
        scratch=folder,
        guard=means.guard,
        limits=means.fetch_limits,
        check=run.check,
    )
    return kind(order)
