"""How the text of a table is to be taken, beyond its layout: zones, marks, duplicates, and each series' rhythm."""

from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from wattwise_contract.recipes import (
    CalorificValue,
    DecimalSign,
    DuplicateRule,
    Measure,
    NegativeValues,
    Recipe,
    StampMarks,
)

from . import grid
from .stamps import StampFormat

SERIES = ["meter_key", "quantity"]
DEFAULT_STEP = 30 * grid.MINUTE


@dataclass(frozen=True)
class Meaning:
    """What a recipe says, with what it leaves open filled in."""

    zone: str  # the meters' IANA zone
    stamps_in: str  # the zone that local stamps are written in
    marks: StampMarks
    duplicates: DuplicateRule
    now: datetime
    comma_splits_cells: bool = True
    measure: Measure = Measure.AUTO
    decimal: DecimalSign = DecimalSign.AUTO
    negative_is_export: bool = False
    step: int = 0  # the resolution wanted, in microseconds (see grid); 0: each meter's own
    register_columns: tuple[str, ...] = ()  # whose header says that they hold a register's count
    calorific_values: tuple[CalorificValue, ...] = ()

    @classmethod
    def of(
        cls,
        recipe: Recipe,
        *,
        organization_timezone: str,
        now: datetime,
        delimiter: str = ",",
        stamps: StampFormat,
        marks_found: StampMarks = StampMarks.START,
        register_columns: tuple[str, ...] = (),
        zone_found: str = "",
    ) -> "Meaning":
        """`marks_found`, `zone_found`: what the stamps were found to mark and to be written in, where the recipe leaves
        it open."""
        zone = recipe.timezone or organization_timezone
        stamps_in = recipe.stamps_in or zone_found or zone
        marks = marks_found if recipe.stamp_marks is StampMarks.AUTO else recipe.stamp_marks
        several_registers = (
            len(register_columns) > 1 and recipe.measure is Measure.AUTO
        )  # of one meter, such as tariffs
        says_end = marks is StampMarks.END and not stamps.is_period  # of a period, the first end was read
        return cls(
            zone, stamps_in, StampMarks.END if says_end else StampMarks.START, recipe.duplicates, now,
            comma_splits_cells=delimiter == ",", measure=Measure.REGISTER if several_registers else recipe.measure, decimal=recipe.decimal_sign,
            negative_is_export=recipe.negative_values is NegativeValues.EXPORT,
            step=grid.step_of(recipe.resolution) if recipe.resolution else 0, register_columns=register_columns,
            calorific_values=tuple(recipe.calorific_values),
        )  # fmt: skip

    def kwh_per_m3(self) -> pl.Expr:
        """What a cubic metre of gas holds on the day of `local` or `instant`, by the calorific values: the one that is
        valid from the latest day that is not after it, else the earliest."""
        day = pl.coalesce(
            "local", pl.col("instant").dt.convert_time_zone(self.zone).dt.replace_time_zone(None)
        ).dt.date()
        values = sorted(self.calorific_values, key=lambda value: value.valid_from or date.min)
        if not values:
            return pl.lit(None, dtype=pl.Float64)
        held = [value.volume_correction * value.mj_per_m3 / 3.6 for value in values]
        factor = pl.lit(held[0])
        for value, kwh in zip(values[1:], held[1:], strict=True):
            factor = pl.when(day >= pl.lit(value.valid_from)).then(pl.lit(kwh)).otherwise(factor)
        return factor


@dataclass
class Rhythm:
    """What earlier blocks taught about each series: its step and its place on the grid (columns of `known`)."""

    known: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={
                "meter_key": pl.String,
                "quantity": pl.String,
                "step": pl.Int64,
                "phase": pl.Int64,
                "local_phase": pl.Int64,
            }
        )
    )

    apart: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"meter_key": pl.String, "quantity": pl.String, "measure": pl.String}
        )
    )  # the series that are gathered, see gathering.py

    def apart_of(self, series: pl.DataFrame) -> pl.Series:
        """How each series has been taken so far: null where it is taken as it is, or is new."""
        return series.join(self.apart, on=SERIES, how="left", nulls_equal=True, maintain_order="left")["measure"]

    def learn_apart(self, series: pl.DataFrame) -> None:
        fresh = series.select(*SERIES, "measure").drop_nulls("measure")
        fresh = fresh.join(self.apart, on=SERIES, how="anti", nulls_equal=True)
        self.apart = pl.concat([self.apart, fresh])

    def learn(self, series: pl.DataFrame) -> None:
        """Keep the step and phases of series seen for the first time (those with at least one moment)."""
        fresh = series.join(self.known, on=SERIES, how="anti", nulls_equal=True).drop_nulls("phase")
        self.known = pl.concat([self.known, fresh.select(self.known.columns)])
