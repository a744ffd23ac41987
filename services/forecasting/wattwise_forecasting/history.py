"""The meters' hours, fetched bit by bit: of each meter what lies before the end of its own readings, be it years ago."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from wattwise_client import Wattwise
from wattwise_contract.meters import Meter
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain

from .assembly import NoHours, known_hours, panel_of
from .panel import Panel

ENDS_WITHIN = timedelta(days=28)
METERS_PER_FETCH = 100
HOUR = timedelta(hours=1)


class History:
    """The past of an organization's meters."""

    def __init__(self, api: Wattwise, *, organization_id: int) -> None:
        self._api = api
        self._consumers = api.consumers(organization_id=organization_id)
        self._thermometers = api.meters(organization_id=organization_id, quantity=Quantity.TEMPERATURE)

    def panel(self, meters: Sequence[Meter], *, before_end: timedelta) -> Panel:
        """Return the known hours of the meters, at least `before_end` back from each one's end. Raises NoHours."""
        first, last = ends_of(meters)
        groups = ending_together(meters, at_most=METERS_PER_FETCH)
        hours = pl.concat(self._hours(group, ends_of(group)[0] - before_end, column="total") for group in groups)
        warmth = self._hours(self._thermometers, first - before_end, last + HOUR, column="mean")
        return panel_of(meters, self._consumers, hours, warmth)

    def _hours(
        self, meters: Sequence[Meter], start: datetime, end: datetime | None = None, *, column: str
    ) -> pl.DataFrame:
        """Fetch hour rollups, which as they come are five times as large as what is kept of them."""
        rollups = self._api.rollups(grain=Grain.HOUR, meter_ids=[meter.id for meter in meters], start=start, end=end)
        return known_hours(rollups, column=column)


def ends_of(meters: Sequence[Meter]) -> tuple[datetime, datetime]:
    """Return when the newest readings of the meters start: the earliest and the latest. Raises NoHours."""
    ends = [meter.last_reading_at for meter in meters if meter.last_reading_at]
    if not ends:
        raise NoHours
    return min(ends), max(ends)


def ending_together(meters: Sequence[Meter], *, at_most: int) -> list[list[Meter]]:
    """Return groups of at most so many meters whose readings end within 28 days of each other.

    So a panel of the recent past of such a group is small. Meters without readings are in none.
    """
    groups: list[list[tuple[datetime, Meter]]] = []
    ends = [(meter.last_reading_at, meter) for meter in meters if meter.last_reading_at]
    for end, meter in sorted(ends, key=lambda pair: pair[0]):
        if not groups or len(groups[-1]) == at_most or end - groups[-1][0][0] > ENDS_WITHIN:
            groups.append([])
        groups[-1].append((end, meter))
    return [[meter for _, meter in group] for group in groups]
