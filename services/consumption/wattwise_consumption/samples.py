"""Power sampled every few seconds, as monitors of single homes keep it, where no unit says what the numbers are."""

from dataclasses import replace

import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure, Recipe

from . import grid
from .layout import Layout
from .numbers import number_format_of, numbers_from
from .stamps import moments_from
from .units import unit_in, unit_named

_MOST_OF_A_HOME = 1_000.0  # kW
_SAID = "No unit is named. As energy of so short intervals the values would be those of a power station: they were read as watts."


def with_sampled_power(layout: Layout, cells: pl.DataFrame, recipe: Recipe) -> Layout:
    """The layout, with watts for values without a unit that come every minute or more often and, as kWh, would be more
    than any home has. `cells` has `file`."""
    is_open = not (recipe.unit or layout.unit or layout.row_per_day) and recipe.measure is Measure.AUTO
    names_none = all(
        unit_in(value.name) is None and value.unit.name == "kWh" and value.quantity is Quantity.ELECTRICITY_IMPORT
        for value in layout.values
    )
    if not (is_open and names_none):
        return layout
    values = _numbers(cells[layout.values[0].column])
    step = _usual_step(layout, cells)
    rises = values.diff().drop_nulls()
    falls_often = int((rises < 0).sum()) * 20 > int((rises > 0).sum())  # else it may be a register
    if not (0 < step <= grid.MINUTE and falls_often):
        return layout
    if float(values.mean() or 0.0) * grid.HOUR / step <= _MOST_OF_A_HOME:  # type: ignore[arg-type]  # of numbers
        return layout
    watts = tuple(replace(value, unit=unit_named("W")) for value in layout.values)
    return replace(layout, values=watts, findings=(*layout.findings, _SAID))


def _usual_step(layout: Layout, cells: pl.DataFrame) -> int:
    """The usual distance of the stamps of one file in microseconds; 0 where there is none."""
    one = cells.filter(pl.col("file") == cells["file"].item(0)).head(2_000)
    moments = moments_from(one[layout.time], layout.stamps)
    at = moments.select(pl.coalesce(pl.col("instant").dt.replace_time_zone(None), "local")).to_series().unique().sort()
    steps = at.diff().drop_nulls().dt.total_microseconds()
    return int(steps.median() or 0)  # type: ignore[arg-type]  # of whole numbers


def _numbers(texts: pl.Series) -> pl.Series:
    some = texts.head(5_000)
    written = number_format_of(some)
    return some.to_frame("text").select(numbers_from(pl.col("text"), written)).to_series()
