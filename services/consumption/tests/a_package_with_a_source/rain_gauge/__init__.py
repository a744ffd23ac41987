"""A source of somebody's own: this file and two lines of metadata are all that it takes."""

from collections.abc import Iterator

import pyarrow as pa
from pydantic import BaseModel, Field, SecretStr

from wattwise_consumption.fetching import CannotFetch, Cursor, Fetched, FetchOrder, schema_of
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import SourceKindInfo


class Settings(BaseModel):
    gauge: str = Field(title="Gauge", description="What is written on its lid", min_length=1)
    days: int = Field(default=3, ge=1, title="Days")
    key: SecretStr | None = Field(default=None, title="Key")


class RainGauge:
    """Litres by hour: a file for each day, and those of the last day as batches."""

    Settings = Settings
    info = SourceKindInfo(
        kind="rain_gauge", title="Rain gauge", every="PT6H", settings_schema=schema_of(Settings),
        recipe=Recipe(quantity=Quantity.WATER, timezone="UTC"),
    )  # fmt: skip

    def __init__(self, order: FetchOrder[Settings]) -> None:
        self._order = order

    def probe(self) -> Iterator[Fetched]:
        yield self._day(1)

    def fetch(self, cursor: Cursor) -> Iterator[Fetched]:
        first = int(str(cursor.get("day", 0))) + 1
        for day in range(first, self._order.settings.days + 1):
            self._order.check()
            yield self._day(day)

    def _day(self, day: int) -> Fetched:
        key = self._order.settings.key
        if key is not None and key.get_secret_value() == "jammed-key":
            raise ValueError(f"the lid does not open with {key.get_secret_value()}")  # as a careless package would
        if key is not None and key.get_secret_value() != "open":
            raise CannotFetch("The gauge does not take this key.", "Enter the key that is written below its lid.")
        cursor: Cursor = {"day": day}
        name = (
            f"{self._order.settings.gauge}_2026-06-{day:02d}"  # one meter: a period at the end is not part of its key
        )
        stamps = [f"2026-06-{day:02d}T{hour:02d}:00:00Z" for hour in range(24)]
        if day == self._order.settings.days:
            batch = pa.record_batch({"time": stamps, "litres": [1.5] * 24})
            return Fetched(f"{name}.arrow", iter([batch.slice(0, 10), batch.slice(10)]), cursor, 1.0)
        path = self._order.scratch / "day.csv"
        path.write_text("time,litres\n" + "".join(f"{stamp},1.5\n" for stamp in stamps))
        return Fetched(f"{name}.csv", path, cursor, day / self._order.settings.days, f"Read day {day}")
