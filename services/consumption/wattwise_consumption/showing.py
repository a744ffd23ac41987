"""What a preview shows of a way to read the files: counts, meters, readings, days, rejected rows."""

import polars as pl

from wattwise_contract.imports import RejectedRow
from wattwise_contract.meters import MeterWanted
from wattwise_contract.previews import Interpretation, PreviewedDay, PreviewedFile, PreviewedMeter, PreviewedReading
from wattwise_contract.quantities import Quantity

from .interpretations import Way, units_totalled
from .sources.files.collected import Collected, Look

_MOST_METERS, _FIRST, _LAST, _MOST_DAYS, _MOST_REJECTED, _MOST_EVENTS = 200, 50, 10, 400, 50, 50
_MOST_SENTENCES, _MOST_FILES, _LONGEST = 40, 300, 200
_UNITS = {quantity.value: quantity.unit for quantity in Quantity}
_ADD_UP = [quantity.value for quantity in Quantity if quantity.adds_up]


def interpretation_of(way: Way, *, zone: str) -> Interpretation:
    """`zone`: the meters' zone where the way's recipe names none."""
    look, readings = way.look, way.look.readings
    zone = way.choice.recipe.timezone or zone
    meters = readings.select("meter_key", "quantity").unique().height
    summary = look.summary
    return Interpretation(
        recipe=way.choice.recipe, label=way.choice.label[:_LONGEST], because=way.choice.because[: 3 * _LONGEST],
        kind=summary.kind, read=look.read, readings_count=readings.height, duplicate=look.duplicate,
        rejected=look.rejected, consumers=look.consumers, meters_count=meters, meters=_meters(look),
        readings=_readings(readings, zone), days=_days(readings, zone),
        rejected_rows=[_shortened(row) for row in look.rejected_rows[:_MOST_REJECTED]],
        totals=units_totalled(readings),
        first_reading_at=readings["starts_at"].min(), last_reading_at=readings["starts_at"].max(),
        findings=[text[: 5 * _LONGEST] for text in summary.interpretation[:_MOST_SENTENCES]],
        warnings=[text[: 5 * _LONGEST] for text in summary.warnings[:_MOST_SENTENCES]],
        events=summary.events[:_MOST_EVENTS],
    )  # fmt: skip


def files_of(found: Collected, refused_rows: list[RejectedRow]) -> list[PreviewedFile]:
    """Every file and member, those that are refused with the reason and the remedy."""
    formats: dict[str, str] = {}
    rows: dict[str, int] = {}
    for block in found.blocks:
        formats[block.file] = block.format_name
        rows[block.file] = rows.get(block.file, 0) + block.cells.height
    refused = {row.file: f"{row.reason} {row.remedy}".strip() for row in refused_rows}
    names = sorted(dict.fromkeys([*formats, *refused]), key=lambda name: name not in refused)[:_MOST_FILES]
    return [
        PreviewedFile(
            name=name[-2 * _LONGEST :], format=formats.get(name, ""), refused=refused.get(name, "")[: 4 * _LONGEST],
            rows=rows.get(name, 0),
        )
        for name in sorted(names, key=lambda name: list(formats).index(name) if name in formats else len(formats))
    ]  # fmt: skip


def _meters(look: Look) -> list[PreviewedMeter]:
    key = ["meter_key", "quantity"]
    value = pl.when(pl.col("quantity").is_in(_ADD_UP)).then(pl.col("value").sum()).otherwise(pl.col("value").mean())
    found = look.readings.group_by(key, maintain_order=True).agg(
        readings=pl.len(), total=value.first(), first_at=pl.col("starts_at").min(), last_at=pl.col("starts_at").max()
    )
    known = {(meter.meter_key, meter.quantity.value): meter for meter in look.meters}
    return [_meter(row, known.get((row["meter_key"], row["quantity"]))) for row in found.head(_MOST_METERS).to_dicts()]


def _meter(row: dict[str, object], wanted: MeterWanted | None) -> PreviewedMeter:
    return PreviewedMeter.model_validate(
        row
        | {"resolution": wanted.resolution if wanted else "", "consumer_key": wanted.consumer_key if wanted else ""}
        | {"total": round(float(str(row["total"])), 6)}
    )


def _readings(readings: pl.DataFrame, zone: str) -> list[PreviewedReading]:
    some = readings.head(_FIRST)
    if readings.height > _FIRST:
        some = pl.concat([some, readings.tail(min(_LAST, readings.height - _FIRST))])
    local = pl.col("starts_at").dt.convert_time_zone(zone).dt.strftime("%Y-%m-%d %H:%M %Z")
    unit = pl.col("quantity").replace_strict(_UNITS, return_dtype=pl.String)
    shown = some.with_columns(local.alias("local_time"), unit.alias("unit"))
    return [PreviewedReading.model_validate(row) for row in shown.to_dicts()]


def _days(readings: pl.DataFrame, zone: str) -> list[PreviewedDay]:
    day = pl.col("starts_at").dt.convert_time_zone(zone).dt.date().alias("day")
    daily = readings.group_by(day, "quantity").agg(
        total=pl.col("value").sum(), mean=pl.col("value").mean(), readings=pl.len()
    )
    value = pl.when(pl.col("quantity").is_in(_ADD_UP)).then("total").otherwise("mean").round(6).alias("value")
    shown = daily.sort("day", "quantity").head(_MOST_DAYS).select("day", "quantity", value, "readings")
    return [PreviewedDay.model_validate(row) for row in shown.to_dicts()]


def _shortened(row: RejectedRow) -> RejectedRow:
    return row.model_copy(update={"value": row.value[:_LONGEST], "column": row.column[:_LONGEST]})
