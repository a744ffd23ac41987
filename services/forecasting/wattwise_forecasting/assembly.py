"""From rollups and consumers to a panel, and from a prediction back to rows."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from wattwise_contract.meters import Consumer, Meter
from wattwise_contract.schemas import FORECASTS, QUANTILE_COLUMNS
from wattwise_timeseries.calendars import period_edges
from wattwise_timeseries.moments import HOUR, to_datetime

from .base import Points, Prediction
from .panel import Floats, Integers, MeterFacts, Panel

COMPLETE = 0.75  # the share of an hour's readings that must be there; what is missing of the rest is made up for
SCHEMA = pl.Schema(FORECASTS)


class NoHours(ValueError):
    """There is no hour of any energy meter yet."""

    def __init__(self) -> None:
        super().__init__(
            "There are no hourly rollups of energy meters yet. Import readings, and let them be rolled up."
        )


def known_hours(rollups: pl.DataFrame, *, column: str = "total") -> pl.DataFrame:
    """Return meter_id, slot, value of hour rollups that are complete enough: a fifth of the rollups' size.

    An hour counts as known where at least 75 % of its readings are there; a total is then scaled up to the whole hour.
    """
    share = pl.col("count") / pl.col("expected_count")
    value = pl.col(column) / (share.clip(0, 1) if column == "total" else 1)
    return (
        rollups.lazy()
        .filter(share >= COMPLETE, pl.col(column).is_finite())
        .group_by("meter_id", slot=pl.col("starts_at").dt.timestamp("us") // HOUR)
        .agg(value=value.mean())
        .collect()
    )


def panel_of(
    meters: Sequence[Meter],
    consumers: Sequence[Consumer],
    hours: pl.DataFrame,
    temperatures: pl.DataFrame | None = None,
) -> Panel:
    """Return the panel of the meters' known hours; every meter has a row. Raises NoHours."""
    if hours.is_empty():
        raise NoHours
    first, last = _bounds(hours)
    rows = {meter.id: row for row, meter in enumerate(meters)}
    values = np.full((len(meters), last - first + 1), np.nan)
    row = hours["meter_id"].replace_strict(rows, return_dtype=pl.Int64).to_numpy()
    values[row, (hours["slot"] - first).to_numpy()] = hours["value"].to_numpy()
    facts = _facts(meters, {consumer.id: consumer for consumer in consumers})
    return Panel(facts, first, values, _temperature(temperatures, first, values.shape[1]))


def rows_of(panel: Panel, points: Points, prediction: Prediction) -> pl.DataFrame:
    """Return contract FORECASTS: a row for each local hour that starts in a forecast slot.

    An hour that a clock change made shorter or longer gets its share.
    """
    frames = [SCHEMA.to_frame()]
    borders = [*np.flatnonzero(np.diff(points.meter, prepend=-1)), len(points)]
    for start, end in zip(borders, borders[1:], strict=False):
        meter = panel.meters[int(points.meter[start])]
        frames.append(_rows_of_meter(meter, panel.first_slot + points.target[start:end], prediction, int(start)))
    return pl.concat(frames)


def data_sha256(panel: Panel) -> str:
    """Return a hash of all that the panel knows; the same data give the same hash."""
    digest = hashlib.sha256(str((panel.first_slot, [meter.meter_id for meter in panel.meters])).encode())
    digest.update(np.ascontiguousarray(panel.values).tobytes())
    digest.update(np.ascontiguousarray(panel.temperature).tobytes())
    return digest.hexdigest()


def _rows_of_meter(meter: MeterFacts, slots: Integers, prediction: Prediction, start: int) -> pl.DataFrame:
    first, last = to_datetime(int(slots[0]) * HOUR), to_datetime((int(slots[-1]) + 1) * HOUR)
    edges = period_edges("hour", timezone=meter.timezone, starts_at=first, ends_at=last)
    wanted = edges[:-1] // HOUR
    inside = (wanted >= slots[0]) & (wanted <= slots[-1])
    point = start + (wanted[inside] - slots[0])
    share = (np.diff(edges)[inside] / HOUR)[:, None]
    numbers = np.concatenate([prediction.mean[point, None], prediction.quantiles[point]], axis=1) * share
    columns = {"meter_id": np.full(point.size, meter.meter_id), "starts_at": edges[:-1][inside]}
    columns |= {name: numbers[:, i] for i, name in enumerate(("mean", *QUANTILE_COLUMNS))}
    return pl.DataFrame(columns).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _bounds(hours: pl.DataFrame) -> tuple[int, int]:
    first, last = hours.select(first=pl.col("slot").min(), last=pl.col("slot").max()).row(0)
    return int(first), int(last)


def _facts(meters: Sequence[Meter], consumers: Mapping[int, Consumer]) -> list[MeterFacts]:
    facts = []
    for meter in meters:
        consumer = consumers.get(meter.consumer_id or 0)
        country, attributes = (consumer.country, consumer.attributes) if consumer else ("", {})
        facts.append(MeterFacts(meter.id, meter.timezone, country, meter.quantity.value, attributes))
    return facts


def _temperature(temperatures: pl.DataFrame | None, first: int, hours: int) -> Floats:
    """Return the mean over the organization's temperature meters."""
    found = np.full(hours, np.nan)
    if temperatures is not None and not temperatures.is_empty():
        means = temperatures.group_by("slot").agg(pl.col("value").mean())
        means = means.filter(pl.col("slot").is_between(first, first + hours - 1))
        found[(means["slot"] - first).to_numpy()] = means["value"].to_numpy()
    return found
