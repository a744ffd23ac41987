"""The story of landing: what a source yields is stored with its import, file after file, before anything reads it."""

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

import pyarrow as pa

from wattwise_consumption.problems import NotNow
from wattwise_contract.imports import ImportTask
from wattwise_contract.sources import Landed, Landing
from wattwise_runtime import JobRun

from .order import Fetched, Fetcher


def land_everything(run: JobRun, task: ImportTask, fetcher: Fetcher, scratch: Path) -> Landed:
    """Goes on where an earlier attempt came to."""
    return _land(run, task, fetcher.fetch(dict(task.landed.cursor)), scratch)


def land_sample(run: JobRun, task: ImportTask, fetcher: Fetcher, scratch: Path) -> Landed:
    """For a preview. A sample that was broken off is taken anew: the same numbers replace its files."""
    return _land(run, task.model_copy(update={"landed": Landed()}), fetcher.probe(), scratch)


def _land(run: JobRun, task: ImportTask, coming: Iterator[Fetched], scratch: Path) -> Landed:
    landed = task.landed
    try:
        for fetched in coming:
            run.check()
            path = _on_disk(fetched, scratch / f"landing-{landed.files}.arrow")
            landing = Landing(number=landed.files, name=fetched.name, cursor=fetched.cursor)
            landed = _landed(run, task, landing, path)
            run.progress(0.0 if fetched.progress is None else fetched.progress * 0.5, fetched.message)
    except NotNow as problem:
        problem.progressed = landed.files > task.landed.files
        raise
    done = Landing(number=landed.files, cursor=landed.cursor, done=True)
    return run.api.work.land(run.claim, task.id, done, None)


def _landed(run: JobRun, task: ImportTask, landing: Landing, path: Path | None) -> Landed:
    if path is None:
        return run.api.work.land(run.claim, task.id, landing, None)
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    landed = run.api.work.land(run.claim, task.id, landing.model_copy(update={"sha256": sha256}), path)
    path.unlink()
    return landed


def _on_disk(fetched: Fetched, path: Path) -> Path | None:
    """Nothing where there are no batches."""
    if fetched.content is None or isinstance(fetched.content, Path):
        return fetched.content
    first = next(fetched.content, None)
    if first is None:
        return None
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, first.schema, options=options) as writer:
        writer.write_batch(first)
        for batch in fetched.content:
            writer.write_batch(batch)
    return path
