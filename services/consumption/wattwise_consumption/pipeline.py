"""The story of an import: its task, the files that its source brings, their parts one after the other, its summary."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from wattwise_client import Wattwise
from wattwise_contract.imports import ImportFile, ImportTask
from wattwise_contract.jobs import Success
from wattwise_contract.meters import AttributeDefinition, MeterWanted
from wattwise_runtime import JobRun

from .ahead import ahead
from .fetching.story import with_files
from .means import Means, as_job_failures
from .sources import ConsumersPart, Order, Part, Source
from .sources.files import CorrectedFiles
from .sources.kinds import reader_of

NOTHING_NEW = "Nothing new."


def carry_out_import(run: JobRun, *, import_id: int, means: Means) -> Success:
    """Fetch what the import's source has, and store every part that is not stored yet. Raises `PermanentFailure` for a
    source that is no good."""
    with means.folder("import") as folder, as_job_failures():
        task = with_files(run, run.api.work.import_task(import_id), means, folder)
        if task.landed.done and not task.files:
            return Success(message=NOTHING_NEW)
        order = Order(task, Platform(run.api, task), run.now, folder, means.limits)
        source = CorrectedFiles(order, task.fixes) if task.fixes else reader_of(task.source_kind)(order)
        _store_all(run, task, source)
        if rejected := source.rejected_rows(folder):
            run.api.work.keep_rejected_rows(run.claim, task.id, *rejected)
    summary = source.summary()
    return Success(message="Imported.", result=summary.model_dump(mode="json"))


def _store_all(run: JobRun, task: ImportTask, source: Source) -> None:
    """Three steps at once: a part is being stored while the next finds its meters, and those after it are being read."""
    done = set(task.done_parts)
    parts = ahead(source.parts(), by=2)
    for part, rows in ahead(_with_meters(run, task, parts), by=1):
        run.check()
        if isinstance(part, ConsumersPart):  # also once more: the receipt tells which cells did not fit
            receipt = run.api.work.store_details(run.claim, task.id, part.key, part.details)
            source.note_rejected(part.key, receipt.cells)
        elif part.key not in done:
            run.api.work.store_part(run.claim, task.id, part.key, rows, part.notes)
        run.progress(part.progress * 0.99, part.message)


def _with_meters(run: JobRun, task: ImportTask, parts: Iterator[Part]) -> Iterator[tuple[Part, pl.DataFrame]]:
    """Each part with its rows as the platform stores them: no names, but its meters' ids."""
    known = pl.DataFrame(schema={"meter_key": pl.String, "quantity": pl.String, "meter_id": pl.Int32})
    for part in parts:
        if isinstance(part, ConsumersPart):
            yield part, known.clear()
            continue
        if part.meters:
            known = pl.concat([known, _found_meters(run, task, part.meters)])
        yield part, _rows_of(part.readings, known)


def _found_meters(run: JobRun, task: ImportTask, wanted: list[MeterWanted]) -> pl.DataFrame:
    found = run.api.work.find_meters(run.claim, task.id, wanted)
    return pl.DataFrame(
        [(wish.meter_key, wish.quantity.value, answer.meter_id) for wish, answer in zip(wanted, found, strict=True)],
        schema={"meter_key": pl.String, "quantity": pl.String, "meter_id": pl.Int32},
        orient="row",
    )


def _rows_of(readings: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """meter_id, starts_at, value, quality by meter. Names come in runs: each run is looked up once."""
    runs = (readings["meter_key"].rle_id().cast(pl.Int64) + readings["quantity"].rle_id()).to_numpy()
    starts = np.flatnonzero(np.diff(runs, prepend=-1))
    first = readings.select("meter_key", "quantity")[starts]
    ids = first.join(meters, on=["meter_key", "quantity"], how="left", maintain_order="left")["meter_id"]
    lengths = np.diff(starts, append=readings.height)
    rows = readings.select(pl.Series("meter_id", np.repeat(ids.to_numpy(), lengths)), "starts_at", "value", "quality")
    return rows if ids.is_sorted() else rows.sort("meter_id", "starts_at")


class Platform:
    """What sources may ask, answered through /data/."""

    def __init__(self, api: Wattwise, task: ImportTask) -> None:
        self._api = api
        self._task = task
        self._keys: frozenset[str] | None = None

    def fetch_file(self, file: ImportFile, import_id: int, to: Path) -> Path:
        return self._api.work.import_file(import_id, file.number, to, sha256=file.sha256)

    def fetch_rejected_rows(self, import_id: int, to: Path) -> Path:
        return self._api.work.rejected_rows(import_id, to)

    def consumer_keys(self) -> frozenset[str]:
        if self._keys is None:
            consumers = self._api.consumers(organization_id=self._task.organization_id)
            self._keys = frozenset(consumer.key for consumer in consumers)
        return self._keys

    def definitions(self) -> list[AttributeDefinition]:
        return self._api.attribute_definitions(organization_id=self._task.organization_id)
