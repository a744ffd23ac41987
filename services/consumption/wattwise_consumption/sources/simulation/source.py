"""The simulated neighbourhood as a source: its homes' details, their meters' readings, its weather."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from pydantic import ValidationError

from wattwise_consumption.problems import BadFile
from wattwise_consumption.sources import ConsumersPart, Order, Part, ReadingsPart
from wattwise_contract.imports import ConsumerDetails, DetailsPart, ImportSummary, PartNotes, RejectedRow, SourceKind
from wattwise_contract.meters import MeterWanted
from wattwise_contract.quantities import Quality, Quantity
from wattwise_contract.recipes import ImportKind
from wattwise_contract.sources import Brings, SourceKindInfo

from .calendar import Calendar, calendar_until
from .config import SimulationConfig
from .defects import Measured, with_defects
from .homes import Home, draw_homes
from .load import simulate_load
from .weather import Weather, simulate_weather

_WEATHER_KEY = "outdoor-temperature"


@dataclass(frozen=True)
class Series:
    """One simulated meter and its place in the arrays."""

    meter: MeterWanted
    row: int


class SimulationSource:
    """Deterministic in its configuration and the moment it ends at."""

    info = SourceKindInfo(
        kind=SourceKind.SIMULATION, title="Simulated neighbourhood", brings=Brings.UPLOADS,
        description="Homes that nobody lives in, with a year of load and weather.",
    )  # fmt: skip

    def __init__(self, order: Order) -> None:
        try:
            self._config = SimulationConfig.model_validate(order.task.config)
        except ValidationError as error:
            problem = error.errors()[0]
            raise BadFile(
                f"The simulation's setting “{'.'.join(map(str, problem['loc']))}” is wrong: {problem['msg']}.",
                "Correct it and start the import again.",
            ) from None
        self._order = order
        self._timezone = order.task.recipe.timezone or order.task.organization_timezone

    def parts(self) -> Iterator[Part]:
        yield ConsumersPart("homes", self._details(), 0.02, f"Simulated {len(self._homes)} homes")
        series, measured = self._simulated
        per_part = max(self._order.limits.rows_per_part // len(self._calendar.starts_at), 1)
        for first in range(0, len(series), per_part):
            some = series[first : first + per_part]
            progress = 0.05 + 0.9 * min(first + per_part, len(series)) / len(series)
            yield self._part(f"readings-{first:04d}", some, measured, progress)
        yield self._corrections(series, measured)

    def note_rejected(self, key: str, cells: list[RejectedRow]) -> None:
        """Nothing simulated is put right by people."""

    def rejected_rows(self, folder: Path) -> None:
        """There are none."""

    def summary(self) -> ImportSummary:
        series, measured = self._simulated
        gaps = int(measured.there.size - measured.there.sum())
        return ImportSummary(
            kind=ImportKind.READINGS,
            interpretation=[
                f"Simulated: {len(self._homes)} homes and {len(series)} meters over {self._config.days} days, in "
                f"{self._timezone}, drawn from seed {self._config.seed}. Nobody lives there.",
                f"{gaps:,} readings are missing on purpose: outages, late data, and a meter that fell silent.",
            ],
        )

    @cached_property
    def _calendar(self) -> Calendar:
        until: datetime = self._config.until or self._order.now
        return calendar_until(until, days=self._config.days, timezone=self._timezone)

    def _rng(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self._config.seed, purpose])

    @cached_property
    def _homes(self) -> list[Home]:
        return draw_homes(self._config.homes, self._rng(1))

    @cached_property
    def _weather(self) -> Weather:
        return simulate_weather(self._calendar, self._rng(2))

    @cached_property
    def _simulated(self) -> tuple[list[Series], Measured]:
        load = simulate_load(self._homes, self._calendar, self._weather, self._rng(3))
        solar = [number for number, home in enumerate(self._homes) if home.has_solar]
        values = np.vstack([load.imported, load.exported[solar], self._weather.temperature_c[None, :]])
        imports = [self._meter(home, "", Quantity.ELECTRICITY_IMPORT, "Electricity") for home in self._homes]
        exports = [
            self._meter(self._homes[number], "-export", Quantity.ELECTRICITY_EXPORT, "Solar power fed in")
            for number in solar
        ]
        weather = MeterWanted(
            meter_key=_WEATHER_KEY, name="Outdoor temperature (simulated)", quantity=Quantity.TEMPERATURE,
            timezone=self._timezone, resolution="PT30M",
        )  # fmt: skip
        series = [Series(meter, row) for row, meter in enumerate([*imports, *exports, weather])]
        return series, with_defects(values, self._calendar, self._rng(4))

    def _meter(self, home: Home, suffix: str, quantity: Quantity, name: str) -> MeterWanted:
        return MeterWanted(
            meter_key=home.key + suffix, consumer_key=home.key, name=f"{name}, {home.name}", quantity=quantity,
            timezone=self._timezone, resolution="PT30M",
        )  # fmt: skip

    def _details(self) -> DetailsPart:
        homes = [ConsumerDetails(key=home.key, name=home.name, attributes=home.attributes) for home in self._homes]
        return DetailsPart(notes=PartNotes(read=len(homes)), definitions=[], consumers=homes, create_consumers=True)

    def _part(self, key: str, series: list[Series], measured: Measured, progress: float) -> ReadingsPart:
        readings = pl.concat([self._frame(one, measured.there, measured.values, measured.quality) for one in series])
        meters = [one.meter for one in series]
        notes = PartNotes(read=readings.height)
        return ReadingsPart(key, readings, meters, notes, progress, f"Simulated {series[-1].meter.name}")

    def _corrections(self, series: list[Series], measured: Measured) -> ReadingsPart:
        """The true readings that came late, in place of estimates."""
        quality = np.full(measured.values.shape, Quality.MEASURED.value, dtype=np.int16)
        late = [self._frame(one, measured.corrected, measured.true, quality) for one in series]
        readings = pl.concat(late)
        return ReadingsPart(
            "late-readings", readings, [], PartNotes(read=readings.height), 1.0, "Late readings came in"
        )

    def _frame(self, one: Series, there: np.ndarray, values: np.ndarray, quality: np.ndarray) -> pl.DataFrame:
        kept = there[one.row]
        return pl.DataFrame(
            {
                "starts_at": self._calendar.starts_at.filter(pl.Series(kept)),
                "value": values[one.row][kept],
                "quality": quality[one.row][kept],
            }
        ).select(
            pl.lit(one.meter.meter_key).alias("meter_key"),
            pl.lit(one.meter.quantity.value).alias("quantity"),
            "starts_at",
            "value",
            "quality",
        )
