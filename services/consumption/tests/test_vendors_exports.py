"""Exports as many vendors write them, made here: each is understood by itself, with the right totals."""

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from wattwise_contract.previews import Interpretation, Preview

from .conftest import Imported, Importer
from .exports import (
    america,
    asia_pacific,
    britain,
    devices,
    eastern_europe,
    france_belgium,
    german_speaking,
    north_and_south,
    portfolios,
    research,
)
from .exports.making import Found, Kind
from .exports.workbooks import workbook_of

Previewer = Callable[..., Preview]
MODULES = (
    britain, france_belgium, german_speaking, north_and_south, eastern_europe, america, asia_pacific, research, portfolios, devices,
)  # fmt: skip
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "formats.md"
BEGIN = "<!-- made by services/consumption/tests/test_vendors_exports.py -->"
END = "<!-- end of the kinds -->"
KINDS = {kind.name: kind for module in MODULES for kind in module.KINDS}


@pytest.fixture
def export(tmp_path: Path) -> Callable[[Kind], Path]:
    def written(kind: Kind) -> Path:
        path = tmp_path / kind.file
        path.write_bytes(kind.text if isinstance(kind.text, bytes) else kind.text.encode())
        return path

    return written


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.shown])
def test_an_export_is_read_as_it_is_meant(import_files: Importer, export: Callable[[Kind], Path], name: str) -> None:
    kind = KINDS[name]
    expect(kind, import_files(export(kind), zone=kind.zone))


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.shown])
def test_what_an_export_leaves_open_is_shown(
    preview_files: Previewer, import_files: Importer, export: Callable[[Kind], Path], name: str
) -> None:
    kind = KINDS[name]
    way = labelled(preview_files(export(kind), zone=kind.zone), kind.shown)
    expect(kind, import_files(export(kind), zone=kind.zone, recipe=way.recipe))


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.shown][::4])
def test_a_preview_shows_the_same_first(preview_files: Previewer, export: Callable[[Kind], Path], name: str) -> None:
    kind = KINDS[name]
    first = preview_files(export(kind), zone=kind.zone).interpretations[0]
    assert {(meter.meter_key, meter.quantity.value) for meter in first.meters} == set(kind.meters)
    assert {(meter.meter_key, meter.quantity.value): meter.total for meter in first.meters} == {
        key: pytest.approx(wanted.total, abs=kind.tolerance) for key, wanted in kind.meters.items()
    }
    assert first.rejected == kind.rejected


IN_EXCEL = (
    "thousands with points, and a sum at the end", "Fronius Solar.web, with a row of units", "SDG&E",
    "Portfolio Manager, meters of several fuels", "Vattenfall, a row for each day", "E-REDES, ends of quarters in kW",
    "days beside each other, half hours below each other", "months beside each other, a row for each building",
    "Smart Meter Texas", "Enedis, load curve in watts, through autumn's change",
)  # fmt: skip


@pytest.mark.parametrize("name", IN_EXCEL)
def test_a_workbook_of_it_is_read_alike(import_files: Importer, tmp_path: Path, name: str) -> None:
    path = tmp_path / Path(KINDS[name].file).with_suffix(".xlsx").name
    path.write_bytes(workbook_of(KINDS[name]))
    expect(KINDS[name], import_files(path, zone=KINDS[name].zone))


def test_the_reference_names_each_kind() -> None:
    made = "\n".join(f"- {module.__doc__} {'; '.join(kind.name for kind in module.KINDS)}." for module in MODULES)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    kept, _, after = rest.partition(END)
    if os.environ.get("WATTWISE_WRITE_REFERENCE"):
        PAGE.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}")
    assert kept.strip() == made


def labelled(preview: Preview, words: str) -> Interpretation:
    return next(way for way in preview.interpretations if words in way.label)


def expect(kind: Kind, imported: Imported) -> None:
    by_series = imported.readings.group_by("meter_key", "quantity").agg(
        pl.col("value").sum(), pl.len(), pl.col("starts_at").min().dt.strftime("%Y-%m-%d %H:%M")
    )
    seen = {(meter, quantity): Found(*about) for meter, quantity, *about in by_series.rows()}
    assert set(seen) == set(kind.meters)
    for series, wanted in kind.meters.items():
        assert seen[series].total == pytest.approx(wanted.total, abs=kind.tolerance)
        assert seen[series].count == (wanted.count or seen[series].count)
        assert seen[series].first_at == (wanted.first_at or seen[series].first_at)
    assert sum(part.notes.rejected_count for part in imported.parts) == kind.rejected
    assert int((imported.readings["quality"] == 1).sum()) == kind.estimated
