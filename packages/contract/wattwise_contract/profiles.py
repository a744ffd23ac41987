"""Profiles: what a meter of energy is like, computed from its rollups. Formulas: docs/reference/profiles.md."""

from datetime import date
from enum import StrEnum

from pydantic import ConfigDict, Field

from .message import Message, UtcDatetime


class Figures(Message):
    """What is no number (NaN, infinite) is refused: it would be a figure that nobody computed."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Season(StrEnum):
    """Meteorological seasons of the northern calendar's months, and all of them together."""

    YEAR = "year"
    WINTER = "winter"  # December, January, February
    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"


class TypicalDay(Figures):
    """kW by local hour 0 … 23 over the complete hours of such days; None where there was none."""

    season: Season
    weekend: bool
    days: int
    mean_kw: list[float | None]
    p10_kw: list[float | None]
    p50_kw: list[float | None]
    p90_kw: list[float | None]


class BaseAndPeak(Figures):
    near_base_kw: float
    near_peak_kw: float
    base_to_peak: float | None = None  # None where the near-peak load is zero
    days: int  # whole days they are taken from


class PeakHour(Figures):
    kw: float
    starts_at: UtcDatetime
    mean_kw: float
    load_factor: float | None = None  # None where the peak is zero


class Share(Figures):
    """A part of the energy beside the part of the hours in which it was used, both 0 … 1."""

    energy: float
    hours: float


class Shares(Figures):
    night: Share  # 23:00 to 07:00 local
    day: Share
    weekend: Share


class Ramp(Figures):
    """Changes from one hour to the next, in kW/h. A load that never falls has no fall (0)."""

    p95_change: float
    largest_rise: float
    rise_at: UtcDatetime | None = None
    largest_fall: float
    fall_at: UtcDatetime | None = None


class ThermalKind(StrEnum):
    MEAN = "mean"  # the energy does not follow the temperature
    HEATING = "heating"
    COOLING = "cooling"
    BOTH = "both"


class Thermal(Figures):
    """kWh of a day = base + heating slope × (heating point − T)⁺ + cooling slope × (T − cooling point)⁺."""

    kind: ThermalKind
    base_kwh_per_day: float
    heating_point: float | None = None  # °C
    heating_slope: float | None = None  # kWh/K per day
    cooling_point: float | None = None
    cooling_slope: float | None = None
    r_squared: float
    days: int
    dates: list[date]  # what it was fitted to: column by column
    temperature: list[float]
    kwh: list[float]


class YearOnYear(Figures):
    """The later time against the same calendar days a year before."""

    later_from: date
    later_until: date  # the last day, included
    days: int  # calendar days that both years have whole
    earlier_kwh: float
    later_kwh: float
    change: float  # later ÷ earlier − 1


class SameWeather(Figures):
    """The later year against what the earlier year's thermal model says of the later year's temperatures."""

    days: int
    expected_kwh: float
    later_kwh: float
    change: float
    earlier_r_squared: float


class Trend(Figures):
    """Per cent per year, with its 95 % interval."""

    percent_per_year: float
    low: float
    high: float
    months: int


class Seasonality(Figures):
    """Strengths, 0 (none) … 1 (nothing else)."""

    day: float | None = None
    week: float | None = None
    year: float | None = None


class Profile(Figures):
    """Everything of one meter. What the data do not allow is None, and `reasons` says why under its name (of a
    seasonality: `seasonality_year`; of everything at once, where the meter could not be profiled: `profile`)."""

    meter_id: int
    timezone: str
    covers_from: UtcDatetime | None = None  # of the hours; years and trend look at the whole history
    covers_until: UtcDatetime | None = None
    hours: int = 0  # complete ones
    days: int = 0  # with at least one complete hour
    typical_days: list[TypicalDay] = Field(default_factory=list)
    typical_week_kw: list[float | None] | None = None  # 168 means, Monday 0:00 first
    duration_kw: list[float] | None = None  # 101: reached or exceeded in 0, 1, … 100 % of the hours
    base_and_peak: BaseAndPeak | None = None
    peak: PeakHour | None = None
    shares: Shares | None = None
    ramp: Ramp | None = None
    thermal: Thermal | None = None
    year_on_year: YearOnYear | None = None
    same_weather: SameWeather | None = None
    trend: Trend | None = None
    seasonality: Seasonality = Seasonality()
    reasons: dict[str, str] = Field(default_factory=dict)


class StoredProfile(Profile):
    computed_at: UtcDatetime  # it knows of everything that was rolled up before
