"""How the energy of a day follows the mean temperature of the day: change-point models.

Kissock, Haberl and Claridge 2003, Inverse Modeling Toolkit (ASHRAE RP-1050): 3P heating, 3P cooling and 5P. Change
points are searched on a grid, the rest by least squares; of the models and the mean alone the one of the lowest BIC.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wattwise_contract.profiles import Thermal, ThermalKind

from .hours import Days, Floats, NotEnough

FEWEST_DAYS = 60
LEAST_RANGE = 8.0  # K
STEP = 0.25  # K between change points that are tried
_PARAMETERS = {ThermalKind.MEAN: 1, ThermalKind.HEATING: 3, ThermalKind.COOLING: 3, ThermalKind.BOTH: 5}


@dataclass(frozen=True)
class Fit:
    """kWh of a day = base + heating slope × (heating point − T)⁺ + cooling slope × (T − cooling point)⁺."""

    kind: ThermalKind
    base: float
    heating: tuple[float, float] | None  # change point in °C, slope in kWh/K per day
    cooling: tuple[float, float] | None
    error: float  # sum of squares

    def predict(self, temperature: Floats) -> Floats:
        """Return the kWh of days with these mean temperatures."""
        kwh = np.full(temperature.shape, self.base)
        if self.heating:
            kwh += self.heating[1] * np.maximum(0.0, self.heating[0] - temperature)
        if self.cooling:
            kwh += self.cooling[1] * np.maximum(0.0, temperature - self.cooling[0])
        return kwh


def thermal(energy: Days, temperature: Days | None) -> tuple[Thermal, Fit]:
    """Return the model of these days, and what it predicts with. Raises NotEnough without temperatures, with fewer than
    60 days that have both, or less than 8 K between the coldest and the warmest."""
    if temperature is None or temperature.count == 0:
        raise NotEnough("No temperature is known: bring a meter of temperature of the consumer or the organization.")
    number, kwh, celsius = energy.beside(temperature)
    if number.size < FEWEST_DAYS:
        raise NotEnough(f"Only {number.size} whole days have a temperature, too; {FEWEST_DAYS} are needed.")
    if np.ptp(celsius) < LEAST_RANGE:
        raise NotEnough(f"The days' temperatures span {np.ptp(celsius):.1f} K; {LEAST_RANGE:.0f} K are needed.")
    best = min(_fits(kwh, celsius), key=lambda fit: _bic(fit, kwh))
    spread = _squares(kwh - kwh.mean())
    heating, cooling = best.heating or (None, None), best.cooling or (None, None)
    model = Thermal(
        kind=best.kind,
        base_kwh_per_day=best.base,
        heating_point=heating[0],
        heating_slope=heating[1],
        cooling_point=cooling[0],
        cooling_slope=cooling[1],
        r_squared=1 - best.error / spread if best.kind is not ThermalKind.MEAN else 0.0,
        days=number.size,
        dates=number.astype("datetime64[D]").tolist(),
        temperature=celsius.tolist(),
        kwh=kwh.tolist(),
    )
    return model, best


def _fits(kwh: Floats, celsius: Floats) -> Iterator[Fit]:
    """Yield the mean, and the best model of each kind whose slopes have the sign of their name."""
    yield Fit(ThermalKind.MEAN, float(kwh.mean()), None, None, _squares(kwh - kwh.mean()))
    # A change point beyond the tenth-coldest or tenth-warmest part of the days would hang on a handful of them.
    low, high = np.quantile(celsius, (0.1, 0.9))
    points = np.arange(np.ceil(low / STEP), np.floor(high / STEP) + 1) * STEP
    cold = np.maximum(0.0, points[:, None] - celsius)
    warm = np.maximum(0.0, celsius - points[:, None])
    for kind, sides in ((ThermalKind.HEATING, cold), (ThermalKind.COOLING, warm)):
        fit = _one_sided(kind, points, sides, kwh)
        if fit:
            yield fit
    fit = _two_sided(points, cold, warm, kwh)
    if fit:
        yield fit


def _one_sided(kind: ThermalKind, points: Floats, sides: Floats, kwh: Floats) -> Fit | None:
    """Least squares of kwh on each row of `sides` and a constant; the best with a positive slope."""
    if points.size == 0:
        return None
    means = sides.mean(axis=1)
    away = sides - means[:, None]
    power = (away**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = away @ (kwh - kwh.mean()) / power
        gains = np.where((power > 0) & (slopes > 0), slopes**2 * power, -1.0)
    best = int(np.argmax(gains))
    if gains[best] <= 0:
        return None
    side = (float(points[best]), float(slopes[best]))
    base = float(kwh.mean() - slopes[best] * means[best])
    error = _squares(kwh - base - side[1] * sides[best])
    is_heating = kind is ThermalKind.HEATING
    return Fit(kind, base, side if is_heating else None, None if is_heating else side, error)


def _two_sided(points: Floats, cold: Floats, warm: Floats, kwh: Floats) -> Fit | None:
    """The same with both sides, for every pair of heating point ≤ cooling point: the normal equations of two slopes."""
    if points.size == 0:
        return None
    centred = kwh - kwh.mean()
    a, b = (side - side.mean(axis=1)[:, None] for side in (cold, warm))
    aa, bb = (a**2).sum(axis=1)[:, None], (b**2).sum(axis=1)[None, :]
    ay, by = (a @ centred)[:, None], (b @ centred)[None, :]
    ab = a @ b.T
    determinant = aa * bb - ab**2
    with np.errstate(divide="ignore", invalid="ignore"):
        heating = (ay * bb - by * ab) / determinant
        cooling = (by * aa - ay * ab) / determinant
        sound = (determinant > 1e-9 * aa * bb) & (heating > 0) & (cooling > 0)
        gains = np.where(sound & (points[:, None] <= points[None, :]), heating * ay + cooling * by, -1.0)
    i, j = np.unravel_index(int(np.argmax(gains)), gains.shape)
    if gains[i, j] <= 0:
        return None
    slopes = float(heating[i, j]), float(cooling[i, j])
    base = float(kwh.mean() - slopes[0] * cold[i].mean() - slopes[1] * warm[j].mean())
    error = _squares(kwh - base - slopes[0] * cold[i] - slopes[1] * warm[j])
    return Fit(ThermalKind.BOTH, base, (float(points[i]), slopes[0]), (float(points[j]), slopes[1]), error)


def _bic(fit: Fit, kwh: Floats) -> float:
    """n ln(error ÷ n) + k ln n. A perfect fit is held to what floats can tell apart, so that fewer parameters win."""
    smallest = kwh.size * (1e-9 * float(np.abs(kwh).max())) ** 2
    error = max(fit.error, smallest, np.finfo(float).tiny)
    return float(kwh.size * np.log(error / kwh.size) + _PARAMETERS[fit.kind] * np.log(kwh.size))


def _squares(values: Floats) -> float:
    return float((values**2).sum())
