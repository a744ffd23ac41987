"""What the tests of the consumption worker share: imports of files without a platform, and the real data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from wattwise_consumption.preview import preview_of
from wattwise_consumption.sources import ConsumersPart, Order, ReadingsPart
from wattwise_consumption.sources.files import FilesSource
from wattwise_contract.imports import ImportFile, ImportSummary, ImportTask, RejectedRow, SourceKind
from wattwise_contract.meters import AttributeDefinition, MeterWanted
from wattwise_contract.previews import Preview
from wattwise_contract.recipes import Recipe

from .listening import Listening

REAL_DATA = Path(__file__).parents[4] / "shared" / "data"
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass
class LocalFiles:
    """Answers a source's questions from a folder instead of a platform."""

    paths: list[Path]
    keys: frozenset[str] = frozenset()
    kept: list[AttributeDefinition] = field(default_factory=list)
    others: dict[int, list[Path]] = field(default_factory=dict)  # files of other imports
    rejected: dict[int, Path] = field(default_factory=dict)

    def fetch_file(self, file: ImportFile, import_id: int, to: Path) -> Path:
        to.write_bytes(self.others.get(import_id, self.paths)[file.number].read_bytes())
        return to

    def fetch_rejected_rows(self, import_id: int, to: Path) -> Path:
        to.write_bytes(self.rejected[import_id].read_bytes())
        return to

    def consumer_keys(self) -> frozenset[str]:
        return self.keys

    def definitions(self) -> list[AttributeDefinition]:
        return self.kept


@dataclass
class Imported:
    """Everything that a source yielded, added up."""

    readings: pl.DataFrame
    meters: list[MeterWanted]
    parts: list[ReadingsPart]
    consumer_parts: list[ConsumersPart]
    summary: ImportSummary

    @property
    def kwh(self) -> float:
        return float(self.readings["value"].sum())

    @property
    def read(self) -> int:
        return sum(part.notes.read for part in self.parts)

    @property
    def duplicate(self) -> int:
        return sum(part.notes.duplicate for part in self.parts)

    @property
    def rejected(self) -> list[RejectedRow]:
        return [row for part in self.parts for row in part.notes.rejected]

    def values(self, meter_key: str = "", quantity: str = "") -> dict[str, float]:
        """Values by start in UTC, as "2026-03-29 00:30"."""
        rows = self.readings
        if meter_key:
            rows = rows.filter(pl.col("meter_key") == meter_key)
        if quantity:
            rows = rows.filter(pl.col("quantity") == quantity)
        starts = rows["starts_at"].dt.strftime("%Y-%m-%d %H:%M").to_list()
        return dict(zip(starts, rows["value"].to_list(), strict=True))


Importer = Callable[..., Imported]


@pytest.fixture
def import_files(tmp_path: Path) -> Importer:
    """Imports files: paths, or texts and bytes by file name."""

    def carry_out(
        *paths: Path,
        recipe: Recipe | None = None,
        zone: str = "UTC",
        keys: frozenset[str] = frozenset(),
        kept: list[AttributeDefinition] | None = None,
        now: datetime = NOW,
        **texts: str | bytes,
    ) -> Imported:
        order = order_of(
            tmp_path, _written(tmp_path, paths, texts), recipe=recipe, zone=zone, now=now, keys=keys, kept=kept
        )
        return added_up(FilesSource(order))

    return carry_out


@pytest.fixture
def preview_files(tmp_path: Path) -> Callable[..., Preview]:
    """Previews files: paths, or texts and bytes by file name."""

    def carry_out(
        *paths: Path, recipe: Recipe | None = None, zone: str = "UTC", most_rows: int = 1_500_000, **texts: str | bytes
    ) -> Preview:
        order = order_of(tmp_path, _written(tmp_path, paths, texts), recipe=recipe, zone=zone)
        return preview_of(order, most_rows=most_rows)

    return carry_out


def _written(folder: Path, paths: Sequence[Path], texts: Mapping[str, str | bytes]) -> list[Path]:
    """The paths, and after them the texts as files; `_DOT_` in a name stands for a dot."""
    written = list(paths)
    for name, text in texts.items():
        path = folder / name.replace("_DOT_", ".")
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        written.append(path)
    return written


def order_of(
    folder: Path,
    paths: list[Path],
    *,
    recipe: Recipe | None,
    zone: str,
    now: datetime = NOW,
    keys: frozenset[str] = frozenset(),
    kept: list[AttributeDefinition] | None = None,
    names: list[str] | None = None,
) -> Order:
    files = [
        ImportFile(number=number, name=names[number] if names else path.name, bytes=path.stat().st_size, sha256="")
        for number, path in enumerate(paths)
    ]
    task = ImportTask(
        id=1, organization_id=1, organization_timezone=zone, source_kind=SourceKind.FILES,
        recipe=recipe or Recipe(), files=files, done_parts=[],
    )  # fmt: skip
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return Order(task, LocalFiles(paths, keys, kept or []), now, scratch)


def added_up(source: FilesSource) -> Imported:
    parts = list(source.parts())
    readings = [part for part in parts if isinstance(part, ReadingsPart)]
    for part in readings:
        assert part.notes.read == part.readings.height + part.notes.duplicate + part.notes.rejected_count
    frames = [part.readings for part in readings] or [source._reader.no_readings()]
    return Imported(
        readings=pl.concat(frames),
        meters=[meter for part in readings for meter in part.meters],
        parts=readings,
        consumer_parts=[part for part in parts if isinstance(part, ConsumersPart)],
        summary=source.summary(),
    )


@pytest.fixture
def real_data() -> Path:
    if not REAL_DATA.is_dir():
        pytest.skip("../shared/data, the recorded data of real meters, is not here")
    return REAL_DATA


@pytest.fixture
def listening(import_files: Importer, tmp_path: Path) -> Callable[..., Listening]:
    """Listens to topics, without a broker."""

    def start(*topics: dict[str, object], **how: object) -> Listening:
        return Listening(topics, import_files, tmp_path, **how)

    return start
