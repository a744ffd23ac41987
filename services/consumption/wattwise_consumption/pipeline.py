"""The story of an import: its task, its source's parts one after the other, its summary."""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl

from wattwise_client import Wattwise
from wattwise_contract.imports import ImportTask, SourceKind
from wattwise_contract.jobs import Success
from wattwise_contract.meters import AttributeDefinition
from wattwise_runtime import JobRun, PermanentFailure

from .problems import BadFile
from .sources import ConsumersPart, Order, Part, ReadingsPart, Source, SourceLimits
from .sources.files import FilesSource
from .sources.simulation import SimulationSource

SOURCES: dict[SourceKind, Callable[[Order], Source]] = {
    SourceKind.FILES: FilesSource,
    SourceKind.SIMULATION: SimulationSource,
}


def carry_out_import(run: JobRun, *, import_id: int, limits: SourceLimits, scratch: Path | None) -> Success:
    """Store every part of an import that is not stored yet. Raises `PermanentFailure` for a source that is no good."""
    task = run.api.work.import_task(import_id)
    with tempfile.TemporaryDirectory(prefix="wattwise-import-", dir=scratch) as folder:
        order = Order(task, _Platform(run.api, task), run.now, Path(folder), limits)
        try:
            source = SOURCES[task.source_kind](order)
            _store_all(run, task, source)
        except BadFile as problem:
            raise PermanentFailure(f"{problem.reason} {problem.remedy}") from problem
    summary = source.summary()
    return Success(message="Imported.", result=summary.model_dump(mode="json"))


def _store_all(run: JobRun, task: ImportTask, source: Source) -> None:
    done = set(task.done_parts)
    meters: dict[tuple[str, str], int] = {}
    for part in _ahead(source.parts()):
        run.check()
        if isinstance(part, ConsumersPart):
            if part.key not in done:
                run.api.work.store_details(run.claim, task.id, part.key, part.details)
        else:
            _find_meters(run, task, part, meters)
            if part.key not in done:
                _store(run, task, part, meters)
        run.progress(part.progress * 0.99, part.message)


def _find_meters(run: JobRun, task: ImportTask, part: ReadingsPart, meters: dict[tuple[str, str], int]) -> None:
    if not part.meters:
        return
    found = run.api.work.find_meters(run.claim, task.id, part.meters)
    for wish, answer in zip(part.meters, found, strict=True):
        meters[(wish.meter_key, wish.quantity.value)] = answer.meter_id


def _store(run: JobRun, task: ImportTask, part: ReadingsPart, meters: dict[tuple[str, str], int]) -> None:
    places = pl.DataFrame(
        [(key, quantity, meter_id) for (key, quantity), meter_id in meters.items()],
        schema={"meter_key": pl.String, "quantity": pl.String, "meter_id": pl.Int32},
        orient="row",
    )
    rows = part.readings.join(places, on=["meter_key", "quantity"], how="left", maintain_order="left")
    rows = rows.select("meter_id", "starts_at", "value", "quality").sort("meter_id", "starts_at")
    run.api.work.store_part(run.claim, task.id, part.key, rows, part.notes)


def _ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """The same parts, each read by a thread while the one before is being stored."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading") as reading:
        coming = reading.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = reading.submit(next, parts, None)
            yield part


class _Platform:
    """What sources may ask, answered through /data/."""

    def __init__(self, api: Wattwise, task: ImportTask) -> None:
        self._api = api
        self._task = task
        self._keys: frozenset[str] | None = None

    def fetch_file(self, number: int, to: Path) -> Path:
        file = next(file for file in self._task.files if file.number == number)
        return self._api.work.import_file(self._task.id, number, to, sha256=file.sha256)

    def consumer_keys(self) -> frozenset[str]:
        if self._keys is None:
            consumers = self._api.consumers(organization_id=self._task.organization_id)
            self._keys = frozenset(consumer.key for consumer in consumers)
        return self._keys

    def definitions(self) -> list[AttributeDefinition]:
        return self._api.attribute_definitions(organization_id=self._task.organization_id)
