"""Weather for a neighbourhood: a plausible year for 52° north, drawn from a seed.

Outdoor temperature is a yearly wave (mean 10.5 °C, coldest in late January), fronts (a daily autoregressive walk) and
a daily swing that clear skies widen. Irradiance follows the sun's height (Duffie & Beckman, Solar Engineering of
Thermal Processes, eqs. 1.6.1 and 1.6.5) under a clear-sky index that persists from day to day.
"""

from dataclasses import dataclass

import numpy as np

from .calendar import Calendar

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
_LATITUDE = np.deg2rad(52.0)
_YEARLY_MEAN_C, _YEARLY_SWING_C, _COLDEST_DAY = 10.5, 7.2, 24
_FRONT_MEMORY, _FRONT_SIZE_C = 0.82, 1.9
_CLEAR_SKY_KW_M2 = 1.05  # at normal incidence near the ground


@dataclass(frozen=True)
class Weather:
    """By half hour: °C, and kW/m² on the ground."""

    temperature_c: FloatArray
    irradiance_kw_m2: FloatArray


def simulate_weather(calendar: Calendar, rng: np.random.Generator) -> Weather:
    day, hour = calendar.day_index, calendar.solar_hour
    clearness_by_day = 1 / (1 + np.exp(-(0.1 + 1.3 * _walk(calendar.days, 0.55, 1.0, rng))))  # 0 overcast … 1 clear
    clearness = np.clip(clearness_by_day[day] + rng.normal(0, 0.09, len(day)), 0.03, 1.0)
    sun = _height_of_the_sun(calendar.day_of_year, hour)
    irradiance = _CLEAR_SKY_KW_M2 * np.maximum(sun, 0) ** 1.15 * (0.18 + 0.82 * clearness)
    fronts = np.interp(
        np.arange(len(day)) / 48,
        np.arange(calendar.days) + 0.5,
        _walk(calendar.days, _FRONT_MEMORY, _FRONT_SIZE_C, rng),
    )
    yearly = _YEARLY_MEAN_C - _YEARLY_SWING_C * np.cos(2 * np.pi * (calendar.day_of_year - _COLDEST_DAY) / 365.25)
    swing = (1.2 + 3.6 * clearness_by_day[day]) * np.cos(2 * np.pi * (hour - 15.0) / 24)
    temperature = yearly + fronts + swing + rng.normal(0, 0.15, len(day))
    return Weather(np.round(temperature, 2), irradiance)


def _walk(days: int, memory: float, size: float, rng: np.random.Generator) -> FloatArray:
    """A first-order autoregressive walk around zero."""
    steps = rng.normal(0, size, days)
    walk = np.zeros(days)
    for today in range(1, days):
        walk[today] = memory * walk[today - 1] + steps[today]
    return walk


def _height_of_the_sun(day_of_year: FloatArray, solar_hour: FloatArray) -> FloatArray:
    """The sine of the sun's height over the horizon."""
    declination = np.deg2rad(23.45) * np.sin(2 * np.pi * (284 + day_of_year) / 365)
    hour_angle = np.deg2rad(15.0) * (solar_hour - 12.0)
    return np.asarray(
        np.sin(_LATITUDE) * np.sin(declination) + np.cos(_LATITUDE) * np.cos(declination) * np.cos(hour_angle)
    )
