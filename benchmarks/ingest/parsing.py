"""From a CSV to sound readings, without a platform: the worker's way, and the usual one in pandas."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import polars as pl

from wattwise_consumption.sources import Order, ReadingsPart
from wattwise_consumption.sources.files import FilesSource
from wattwise_contract.imports import ImportFile, ImportTask, SourceKind
from wattwise_contract.meters import AttributeDefinition

from .whole_path import RECIPE


class _OneFile:
    """Answers a source's questions from a folder instead of a platform."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fetch_file(self, file: ImportFile, import_id: int, to: Path) -> Path:
        to.symlink_to(self._path.resolve())  # the source removes it when it is read
        return to

    def fetch_rejected_rows(self, import_id: int, to: Path) -> Path:
        raise FileNotFoundError  # nothing is put right here

    def consumer_keys(self) -> frozenset[str]:
        return frozenset()

    def definitions(self) -> list[AttributeDefinition]:
        return []


def parsed_by_wattwise(file: Path, scratch: Path) -> int:
    """How many readings the worker's source yields, ready to be sent."""
    task = ImportTask(
        id=1, organization_id=1, organization_timezone="UTC", source_kind=SourceKind.FILES, recipe=RECIPE,
        files=[ImportFile(number=1, name=file.name, bytes=file.stat().st_size, sha256="")], done_parts=[],
    )  # fmt: skip
    source = FilesSource(Order(task, _OneFile(file), datetime.now(UTC), scratch))
    return sum(part.readings.height for part in source.parts() if isinstance(part, ReadingsPart))


def parsed_by_pandas(file: Path) -> int:
    """The same outcome as most people would write it: times and numbers read, what is no reading left out, one of
    each, in order, on the meter's own grid."""
    frame = pd.read_csv(file, dtype={"meter_id": str})
    frame["starts_at"] = pd.to_datetime(frame["starts_at"], utc=True, errors="coerce")
    frame["value"] = pd.to_numeric(frame["value"], errors="coerce")
    frame = frame.dropna()
    frame = frame[(frame["value"] >= 0) & (frame["value"] <= 1e12) & (frame["starts_at"] <= pd.Timestamp.now("UTC"))]
    frame = frame.drop_duplicates(["meter_id", "starts_at"], keep="last").sort_values(["meter_id", "starts_at"])
    distances = frame.groupby("meter_id")["starts_at"].diff()
    resolution = distances.groupby(frame["meter_id"]).agg(lambda of_meter: of_meter.mode().iloc[0])
    since = frame["starts_at"] - frame.groupby("meter_id")["starts_at"].transform("first")
    return len(frame[since % frame["meter_id"].map(resolution) == pd.Timedelta(0)])


def correct(file: Path, corrected: Path, *, every: int) -> int:
    """Write the file with every so manieth value changed; returns how many that are."""
    frame = pl.read_csv(file)
    is_changed = pl.int_range(pl.len()) % every == 0
    changed = pl.when(is_changed).then(pl.col("value") + 0.5).otherwise(pl.col("value")).round(3)
    frame.with_columns(changed).write_csv(corrected)
    return int(frame.select(is_changed.sum()).item())
