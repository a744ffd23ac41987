"""Before an import is read: its source is asked for files, unless they are all there."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, SecretStr

from wattwise_consumption.means import Means
from wattwise_consumption.problems import CannotFetch, NotNow
from wattwise_consumption.sources.kinds import fetcher_kind
from wattwise_contract.imports import ImportStage, ImportTask
from wattwise_contract.recipes import Recipe
from wattwise_runtime import JobRun

from .landing import land_everything, land_sample
from .order import FetcherKind, FetchOrder
from .schemas import validated

_TRIES_OF_A_SAMPLE = 2  # of each request: somebody is waiting


def with_files(run: JobRun, task: ImportTask, means: Means, folder: Path) -> ImportTask:
    """The task with every file that its source brings (a sample of them for a preview), and with what the source knows
    of its numbers. What was landed is not fetched again. Raises CannotFetch or NotNow, which tell no secret."""
    kind = fetcher_kind(task.source_kind)
    if kind is None:
        return task
    settings = validated(kind.Settings, task.config)
    if not task.landed.done:
        order = _order(run, task, settings, means, folder)
        with _telling_no_secret(settings):
            if task.stage is ImportStage.PREVIEW:
                _land_sample(run, task, kind, order)
            else:
                land_everything(run, task, kind(order), folder)
        task = run.api.work.import_task(task.id)
    return task.model_copy(update={"recipe": task.recipe.stated_over(_known(kind, settings))})


def _order(run: JobRun, task: ImportTask, settings: BaseModel, means: Means, folder: Path) -> FetchOrder[BaseModel]:
    return FetchOrder(
        settings=settings,
        recipe=task.recipe,
        now=run.now,
        timezone=task.recipe.timezone or task.organization_timezone,
        scratch=folder,
        guard=means.guard,
        folders=means.folders,
        limits=means.fetch_limits,
        check=run.check,
    )


def _land_sample(run: JobRun, task: ImportTask, kind: FetcherKind, order: FetchOrder[BaseModel]) -> None:
    """Whoever previews hears at once what is wrong, and tries again when they like."""
    hasty = replace(order, limits=replace(order.limits, tries=_TRIES_OF_A_SAMPLE))
    try:
        land_sample(run, task, kind(hasty), order.scratch)
    except NotNow as problem:
        raise CannotFetch(problem.reason, "Check the source's settings, or try again in a while.") from problem


def _known(kind: FetcherKind, settings: BaseModel) -> Recipe:
    """Of the kind's numbers: always, or under these settings."""
    knows = getattr(kind, "knows", None)
    return knows(settings) if knows else kind.info.recipe


@contextmanager
def _telling_no_secret(settings: BaseModel) -> Iterator[None]:
    """A server may repeat in its message the key that it was sent."""
    values = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    secrets = sorted((value for value in values if len(value) > 3), key=len, reverse=True)

    def told(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "***")
        return text

    try:
        yield
    except CannotFetch as problem:
        raise CannotFetch(told(problem.reason), told(problem.remedy)) from None
    except NotNow as problem:
        reason, remedy = told(problem.reason), told(problem.remedy)
        raise NotNow(reason, remedy, retry_after=problem.retry_after, progressed=problem.progressed) from None
    except Exception as problem:  # a fault in the source's own code, whose story would hold what it was given
        story = "".join(traceback.format_exception(problem))
        if told(story) == story:
            raise
        raise RuntimeError(told(f"{type(problem).__name__}: {problem}")) from None
