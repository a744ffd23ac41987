"""The story of profiles: a year of hours and all days of each meter, the weather beside them, every figure, published."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from wattwise_client import Wattwise
from wattwise_contract.jobs import Success
from wattwise_contract.meters import Meter
from wattwise_contract.profiles import Profile
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain
from wattwise_contract.schemas import ROLLUPS
from wattwise_timeseries.calendars import local_day, zone

from .pipeline import Run
from .profiling import Days, Hours, Measured, profile_of

TOGETHER = 10  # meters pulled and published at once
YEAR = timedelta(days=365)
_A_YEAR_AT_LEAST, _A_DAY_AT_LEAST = timedelta(days=367), timedelta(days=2)  # whatever the zone
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def profile_meters(run: Run, *, meter_ids: Sequence[int]) -> Success:
    """Compute the profiles of the meters anew and publish them, ten at a time.

    A meter that cannot be profiled gets a profile that says why and nothing else, and is named in the result; the
    others go on. Meters that were deleted meanwhile are left out.
    """
    # Those that end together are pulled together, so that one pull is not much longer than a year.
    meters = sorted(run.api.meters(ids=sorted(meter_ids)), key=lambda meter: meter.last_reading_at or _LONG_AGO)
    weather = Weather(run.api, organization_id=run.claim.job.organization_id)
    failures: dict[int, str] = {}
    stored = 0
    for first in range(0, len(meters), TOGETHER):
        run.check()
        run.progress(first / len(meters), f"Profiling {len(meters)} meters")
        some = meters[first : first + TOGETHER]
        rollups = Rollups(run.api, some)
        profiles = [_profile(meter, rollups, weather, failures) for meter in some]
        stored += run.api.work.publish_profiles(run.claim, profiles)
    return _success(stored - len(failures), failures)


class Rollups:
    """The hours of the last year and all days of some meters, pulled once."""

    def __init__(self, api: Wattwise, meters: Sequence[Meter]) -> None:
        ids = [meter.id for meter in meters]
        ends = [meter.last_reading_at for meter in meters if meter.last_reading_at is not None]
        start = min(ends) - _A_YEAR_AT_LEAST if ends else None
        end = max(ends) + _A_DAY_AT_LEAST if ends else None
        self._days = _by_meter(api.rollups(grain=Grain.DAY, meter_ids=ids))
        self._hours = _by_meter(api.rollups(grain=Grain.HOUR, meter_ids=ids, start=start, end=end))

    def measured(self, meter: Meter, *, temperature: Days | None) -> Measured:
        """Return what is known of the meter. Raises UnknownTimezone."""
        start, end = _last_year(meter)
        none = pl.Schema(ROLLUPS).to_frame()
        hours = self._hours.get(meter.id, none).filter(pl.col("starts_at").is_between(start, end, closed="left"))
        return Measured(
            meter_id=meter.id,
            hours=Hours.of(hours, timezone=meter.timezone),
            days=Days.of(self._days.get(meter.id, none), timezone=meter.timezone),
            temperature=temperature,
        )


class Weather:
    """The daily temperatures beside a meter: its consumer's own thermometer, or the organization's."""

    def __init__(self, api: Wattwise, *, organization_id: int) -> None:
        self._api = api
        found = api.meters(organization_id=organization_id, quantity=Quantity.TEMPERATURE)
        # Where there are several, the one with the most to say.
        self._thermometers = sorted(found, key=lambda meter: (_span(meter), -meter.id), reverse=True)
        self._known: dict[tuple[int, str], Days] = {}

    def beside(self, meter: Meter) -> Days | None:
        """Return the mean temperatures of the meter's own local days, None where there is no thermometer."""
        own = (each for each in self._thermometers if each.consumer_id is not None)
        common = (each for each in self._thermometers if each.consumer_id is None)
        mine = (each for each in own if each.consumer_id == meter.consumer_id)
        thermometer = next(mine, None) or next(common, None)
        if thermometer is None:
            return None
        key = (thermometer.id, meter.timezone)
        if key not in self._known:
            self._known[key] = self._days_of(thermometer, timezone=meter.timezone)
        return self._known[key]

    def _days_of(self, thermometer: Meter, *, timezone: str) -> Days:
        hours = self._api.rollups(grain=Grain.HOUR, meter_ids=[thermometer.id])
        if not hours.is_empty():
            return Days.means_of(hours, timezone=timezone)
        days = self._api.rollups(grain=Grain.DAY, meter_ids=[thermometer.id])
        return Days.of(days, timezone=thermometer.timezone, column="mean")


def _profile(meter: Meter, rollups: Rollups, weather: Weather, failures: dict[int, str]) -> Profile:
    try:
        return profile_of(rollups.measured(meter, temperature=weather.beside(meter)))
    except ValueError as error:
        failures[meter.id] = str(error)
        return Profile(meter_id=meter.id, timezone=meter.timezone, reasons={"profile": str(error)})


def _last_year(meter: Meter) -> tuple[datetime, datetime]:
    """Return the last 365 local days that the meter has readings of, none where it has none."""
    if meter.last_reading_at is None:
        return _LONG_AGO, _LONG_AGO
    last = meter.last_reading_at.astimezone(zone(meter.timezone)).date()
    first = last - YEAR + timedelta(days=1)
    return local_day(first, timezone=meter.timezone)[0], local_day(last, timezone=meter.timezone)[1]


def _by_meter(rollups: pl.DataFrame) -> dict[int, pl.DataFrame]:
    return {int(str(key[0])): rows for key, rows in rollups.partition_by("meter_id", as_dict=True).items()}


def _span(meter: Meter) -> timedelta:
    if meter.first_reading_at is None or meter.last_reading_at is None:
        return timedelta()
    return meter.last_reading_at - meter.first_reading_at


def _success(profiled: int, failures: dict[int, str]) -> Success:
    message = f"{profiled} meter{'' if profiled == 1 else 's'} profiled."
    if failures:
        named = " ".join(f"Meter {meter_id}: {sentence}" for meter_id, sentence in sorted(failures.items())[:3])
        message += f" {len(failures)} could not be. {named}"
    failed = {str(meter_id): sentence for meter_id, sentence in failures.items()}
    return Success(message=message, result={"meters": profiled, "failed": failed})
