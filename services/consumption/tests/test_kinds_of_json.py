"""JSON of many services and devices, made in their layouts: meters, totals, first intervals and counts come out right,
and what a file does not tell is offered in its preview."""

import json
from collections.abc import Callable

import polars as pl
import pytest

from wattwise_consumption.problems import BadFile
from wattwise_contract.previews import Preview

from . import kinds_of_devices, kinds_of_structures, kinds_of_utilities
from .conftest import Imported, Importer
from .kinds import Kind, Series, at, epochs

KINDS = (*kinds_of_utilities.KINDS, *kinds_of_devices.KINDS, *kinds_of_structures.KINDS)


def series_of(imported: Imported) -> Series:
    rows = imported.readings.group_by("meter_key", "quantity", maintain_order=True).agg(
        pl.col("value").sum().alias("sum"), pl.col("value").mean().alias("mean"), pl.col("starts_at").min(), pl.len(),
    )  # fmt: skip
    adds_up = {(meter.meter_key, meter.quantity): meter.quantity.adds_up for meter in imported.meters}
    return {
        key: (row["sum"] if adds_up[key] else row["mean"], f"{row['starts_at']:%Y-%m-%d %H:%M}", row["len"])
        for row in rows.to_dicts()
        for key in adds_up
        if key == (row["meter_key"], row["quantity"])
    }


def holds(imported: Imported, kind: Kind) -> None:
    found = series_of(imported)
    assert found.keys() == kind.series.keys()
    for key, (total, first, count) in kind.series.items():
        assert (found[key][0], *found[key][1:]) == (pytest.approx(total), first, count)
    assert (imported.duplicate, imported.rejected) == (0, [])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_document_is_read_as_a_careful_person_reads_it(import_files: Importer, kind: Kind) -> None:
    holds(import_files(zone=kind.zone, **{kind.file.replace(".", "_DOT_"): kind.content}), kind)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.shown], ids=lambda kind: kind.name)
def test_what_a_document_does_not_tell_is_offered(preview_files: Callable[..., Preview], kind: Kind) -> None:
    preview = preview_files(zone=kind.zone, **{kind.file.replace(".", "_DOT_"): kind.content})
    assert any(kind.shown in way.label for way in preview.interpretations[1:])


NO_READINGS = {
    "money": {"units": "pence", "classifier": "electricity.consumption.cost", "data": [[moment, 3.25] for moment in epochs(4)]},
    "reactive energy": {"meter": "M1", "unit": "kvarh", "readings": [{"time": at(step), "value": 1.0} for step in range(4)]},
    "values without any time": {"meterId": "M1", "unit": "Wh", "values": [100, 200, 300]},
    "values from a start, but no step": {"meterId": "M1", "unit": "Wh", "start": "2026-05-04T00:00:00Z", "values": [100, 200]},
}  # fmt: skip


@pytest.mark.parametrize("name", NO_READINGS)
def test_what_is_no_energy_or_has_no_times_is_refused(import_files: Importer, name: str) -> None:
    with pytest.raises(BadFile):
        import_files(a_DOT_json=json.dumps(NO_READINGS[name]))


def test_a_document_of_too_many_values_is_refused_before_it_is_unfolded(import_files: Importer) -> None:
    with pytest.raises(BadFile, match="larger than 50,000,000 values"):
        import_files(a_DOT_json="[" * 50_000_001)


def test_a_column_called_position_need_not_count_anything(import_files: Importer) -> None:
    people = [{"customer id": f"C{number}", "position": "top floor", "size": number} for number in range(3)]
    assert import_files(people_DOT_json=json.dumps(people)).consumer_parts


def test_a_powerwall_s_history_is_what_passed_the_grid_s_meter(import_files: Importer) -> None:
    series = [
        {
            "timestamp": f"2026-05-04T{hour:02d}:00:00+00:00", "solar_energy_exported": 3000, "grid_energy_imported": 500,
            "grid_energy_exported_from_solar": 1000, "grid_energy_exported_from_battery": 250, "consumer_energy_imported_from_grid": 500,
        }
        for hour in range(6)
    ]  # fmt: skip
    content = json.dumps({"response": {"period": "day", "time_series": series}})
    imported = import_files(home_DOT_json=content)
    totals = {
        quantity: sum(imported.values(quantity=quantity).values())
        for quantity in ("electricity_import", "electricity_export")
    }
    assert totals == {"electricity_import": pytest.approx(3.0), "electricity_export": pytest.approx(7.5)}
