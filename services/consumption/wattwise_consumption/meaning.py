"""How the text of a table is to be taken, beyond its layout: zones, marks, duplicates, and each series' rhythm."""

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from wattwise_contract.recipes import DuplicateRule, Recipe, StampMarks

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

    @classmethod
    def of(
        cls, recipe: Recipe, *, organization_timezone: str, now: datetime, delimiter: str = ",", stamps: StampFormat
    ) -> "Meaning":
        zone = recipe.timezone or organization_timezone
        stamps_in = recipe.stamps_in or zone
        says_end = recipe.stamp_marks is StampMarks.END and not stamps.is_period  # of a period, the first end was read
        marks = StampMarks.END if says_end else StampMarks.START
        return cls(zone, stamps_in, marks, recipe.duplicates, now, delimiter == ",")


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

    def learn(self, series: pl.DataFrame) -> None:
        """Keep the step and phases of series seen for the first time (those with at least one moment)."""
        fresh = series.join(self.known, on=SERIES, how="anti", nulls_equal=True).drop_nulls("phase")
        self.known = pl.concat([self.known, fresh.select(self.known.columns)])
