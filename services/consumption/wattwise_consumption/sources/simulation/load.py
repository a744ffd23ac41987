"""What each home draws and feeds in, by half hour, from weather, walls, people and things.

Calibrated to published yearly use (all kWh): gas-heated homes 1,800 low, 2,700 medium, 4,100 high (Ofgem's typical
domestic consumption values, 2023); a heat pump adds about 2,500 to 4,500 at a seasonal performance near 3 (Electrification
of Heat demonstration, 2024); electric heating 5,000 to 9,000; an electric car about 2,000 (11,000 km at 0.18 kWh/km);
panels yield about 900 per kWp (PVGIS, 52° north). Heat demand is degree-hours over a building's heat loss, delayed by
its thermal mass.
"""

from dataclasses import dataclass

import numpy as np

from .calendar import Calendar
from .habits import PATTERNS, meal_table, occupancy_tables
from .homes import Home
from .weather import Weather

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
_HALF_HOUR_H = 0.5
_HEAT_LOSS_W_K_M2 = {"poor": 1.75, "average": 1.25, "good": 0.85, "very good": 0.55}  # with ventilation
_THERMAL_MASS_H = {"poor": 9.0, "average": 14.0, "good": 22.0, "very good": 34.0}
_SET_POINT_C, _SETBACK_C, _INNER_GAINS_K = 19.8, 1.6, 3.4
_HOT_WATER_KWH_PER_PERSON_DAY = 1.5


@dataclass(frozen=True)
class Load:
    """[home, half hour] in kWh; net of own solar power used at once."""

    imported: FloatArray
    exported: FloatArray


def simulate_load(homes: list[Home], calendar: Calendar, weather: Weather, rng: np.random.Generator) -> Load:
    occupancy = _occupancy(homes, calendar, rng)
    people = np.array([home.occupants for home in homes], dtype=float)[:, None]
    thrift = np.array([home.thrift for home in homes])[:, None]
    load = thrift * (
        _standby(homes, calendar, rng)
        + _activity(occupancy, people, weather, rng)
        + _cooking(homes, calendar, people, rng)
        + _machines(occupancy, people, rng)
    )
    load += _heating(homes, calendar, weather, occupancy) + _hot_water(homes, calendar, rng)
    load += _car(homes, calendar, rng)
    load *= rng.lognormal(0, 0.05, load.shape)
    kwp = np.array([home.solar_kwp for home in homes])[:, None]
    sunshine = kwp * 0.93 * weather.irradiance_kw_m2[None, :] * _HALF_HOUR_H
    net: FloatArray = load - np.minimum(sunshine, kwp * 0.9 * _HALF_HOUR_H)  # the inverter's limit
    imported, exported = np.maximum(net, 0.0).round(3), np.maximum(-net, 0.0).round(3)
    return Load(imported.astype(np.float64), exported.astype(np.float64))


def _occupancy(homes: list[Home], calendar: Calendar, rng: np.random.Generator) -> FloatArray:
    tables = occupancy_tables()
    pattern = np.array([PATTERNS.index(home.work_pattern) for home in homes])
    later = np.array([home.habit_slots for home in homes])[:, None] + rng.normal(0, 0.5, (len(homes), calendar.days))
    slot = (calendar.slot[None, :] - np.round(later).astype(int)[:, calendar.day_index]) % 48
    free = np.broadcast_to(calendar.is_weekend.astype(int), slot.shape).copy()
    shifts = pattern == PATTERNS.index("shifts")
    slot[shifts] = (slot[shifts] - 12 * ((calendar.day_index // 7) % 3 == 1)) % 48  # every third week the early shift
    on_holiday = _holidays(len(homes), calendar, rng)
    return np.where(on_holiday, 0.02, tables[pattern[:, None], free, slot])


def _holidays(
    count: int, calendar: Calendar, rng: np.random.Generator
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Each home is left empty for one or two weeks and a long weekend, somewhere in the year."""
    away = np.zeros((count, calendar.days), dtype=bool)
    for days in (int(rng.integers(7, 15)), 4):
        starts = rng.integers(0, max(calendar.days - days, 1), count)
        for home, start in enumerate(starts):
            away[home, start : start + days] = True
    return away[:, calendar.day_index]


def _standby(homes: list[Home], calendar: Calendar, rng: np.random.Generator) -> FloatArray:
    """Fridge, router, what is never off: 60 to 160 W, with the fridge's cycles."""
    watts = 42 + 0.35 * np.array([home.floor_area_m2 for home in homes]) + rng.normal(0, 9, len(homes))
    cycles = 1 + 0.28 * np.sign(
        np.sin(2 * np.pi * np.arange(len(calendar.slot)) / 3.1 + rng.uniform(0, 6, len(homes))[:, None])
    )
    return np.asarray(np.maximum(watts, 35)[:, None] / 1000 * _HALF_HOUR_H * cycles)


def _activity(occupancy: FloatArray, people: FloatArray, weather: Weather, rng: np.random.Generator) -> FloatArray:
    """Screens, kettles and tools of people who are up, and lamps when it is dark."""
    lively = rng.gamma(2.2, 1 / 2.2, occupancy.shape)
    things: FloatArray = 0.062 * people**0.72 * occupancy * lively
    darkness = np.clip(1 - weather.irradiance_kw_m2 / 0.08, 0, 1)[None, :]
    return np.asarray(things + 0.055 * people**0.35 * occupancy * darkness)


def _cooking(homes: list[Home], calendar: Calendar, people: FloatArray, rng: np.random.Generator) -> FloatArray:
    free = calendar.is_weekend.astype(int)
    slot = (calendar.slot[None, :] - np.round([home.habit_slots for home in homes]).astype(int)[:, None]) % 48
    likely = meal_table()[free[None, :], slot]
    cooks = rng.random(likely.shape) < likely * 0.8
    return np.asarray(cooks * rng.gamma(3.0, 0.09, likely.shape) * people**0.3)


def _machines(occupancy: FloatArray, people: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Washing machine, dryer and dishwasher: about 2.3 runs per person and week, two half hours each."""
    likely = occupancy / occupancy.mean(axis=1, keepdims=True) * 2.3 * people**0.8 / (7 * 48)
    starts = (rng.random(occupancy.shape) < likely) * rng.uniform(0.32, 0.62, occupancy.shape)
    later = np.roll(starts, 1, axis=1) * 0.6
    later[:, 0] = 0
    return np.asarray(starts + later)


def _heating(homes: list[Home], calendar: Calendar, weather: Weather, occupancy: FloatArray) -> FloatArray:
    heating = np.zeros(occupancy.shape)
    night = (calendar.slot >= 46) | (calendar.slot < 12)
    for number, home in enumerate(homes):
        felt = _delayed(weather.temperature_c, hours=_THERMAL_MASS_H[home.insulation])
        set_point = _SET_POINT_C - np.where(night, _SETBACK_C, 0) - np.where(occupancy[number] < 0.1, 0.5, 0)
        loss_kw_k = home.floor_area_m2 * _HEAT_LOSS_W_K_M2[home.insulation] / 1000
        heat_kw = loss_kw_k * np.maximum(set_point - _INNER_GAINS_K - felt, 0)
        heating[number] = _electricity_for(home.heating, heat_kw, weather.temperature_c, calendar) * _HALF_HOUR_H
    return heating


def _delayed(temperature_c: FloatArray, *, hours: float) -> FloatArray:
    """What a building feels of the weather: an exponential memory, cut off after four time constants."""
    length = int(8 * hours)
    weights = np.exp(-np.arange(length) / (2 * hours))
    padded = np.concatenate([np.full(length - 1, temperature_c[0]), temperature_c])
    return np.convolve(padded, weights / weights.sum(), mode="valid")


def _electricity_for(heating: str, heat_kw: FloatArray, outdoor_c: FloatArray, calendar: Calendar) -> FloatArray:
    match heating:
        case "heat pump":
            performance = np.clip(2.6 + 0.075 * (outdoor_c + 2), 2.0, 4.4)
            return np.asarray(heat_kw / performance)
        case "electric":  # storage heaters take most of it in the cheap hours of the night
            by_night = (calendar.slot >= 1) & (calendar.slot < 14)
            daily = np.bincount(calendar.day_index, heat_kw)[calendar.day_index] / 48
            return np.where(by_night, daily * 0.62 * 48 / 13, heat_kw * 0.38)
        case _:  # the pump of a boiler
            return np.asarray(np.where(heat_kw > 0.3, 0.035, 0.004))


def _hot_water(homes: list[Home], calendar: Calendar, rng: np.random.Generator) -> FloatArray:
    water = np.zeros((len(homes), len(calendar.slot)))
    for number, home in enumerate(homes):
        if home.heating not in ("heat pump", "electric"):
            continue
        performance, start, slots = (2.5, 26, 4) if home.heating == "heat pump" else (1.0, 4, 6)
        daily = home.occupants * _HOT_WATER_KWH_PER_PERSON_DAY * rng.gamma(8, 1 / 8, calendar.days) / performance
        on = (calendar.slot >= start) & (calendar.slot < start + slots)
        water[number] = np.where(on, daily[calendar.day_index] / slots, 0)
    return water


def _car(homes: list[Home], calendar: Calendar, rng: np.random.Generator) -> FloatArray:
    """Charging at home: every second day or so, at 3.7 or 7.4 kW, after the way home or in the night's cheap hours."""
    charging = np.zeros((len(homes), len(calendar.slot)))
    first_of_day = np.searchsorted(calendar.day_index, np.arange(calendar.days))
    for number, home in enumerate(homes):
        if not home.has_electric_car:
            continue
        per_slot = float(rng.choice([3.7, 7.4])) * _HALF_HOUR_H
        days = np.flatnonzero(rng.random(calendar.days) < 0.52)
        need = rng.gamma(4.0, 10.5 / 4.0, len(days))
        begins = rng.normal(1.5 if home.tariff == "night saver" else 36.5, 1.2, len(days)).clip(0, 47)
        start = first_of_day[days] + begins.astype(int)
        slots = np.arange(24)
        drawn = np.clip(need[:, None] - per_slot * slots[None, :], 0, per_slot)
        at = start[:, None] + slots[None, :]
        inside = at < charging.shape[1]
        np.add.at(charging[number], at[inside], drawn[inside])
    return np.minimum(charging, 7.4 * _HALF_HOUR_H)
