"""What goes wrong with real meters, in a simulated neighbourhood: outages, estimates, late data, one silent meter."""

from dataclasses import dataclass

import numpy as np

from wattwise_contract.quantities import Quality

from .calendar import Calendar

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
QualityArray = np.ndarray[tuple[int, ...], np.dtype[np.int16]]
_SILENT_DAYS = 19
_LATE_HALF_HOURS = (44, 130)
_ESTIMATED_DAYS = 3


@dataclass(frozen=True)
class Measured:
    """[series, half hour]: what arrives at first. `corrected` marks estimates that are replaced by `true` later."""

    values: FloatArray
    true: FloatArray
    there: BoolArray
    quality: QualityArray
    corrected: BoolArray


def with_defects(values: FloatArray, calendar: Calendar, rng: np.random.Generator) -> Measured:
    """Deterministic in the generator. The first series falls silent, the next two are late, the next three were
    estimated for some days; every third series has outages."""
    count, length = values.shape
    there = np.ones(values.shape, dtype=bool)
    quality = np.full(values.shape, Quality.MEASURED.value, dtype=np.int16)
    corrected = np.zeros(values.shape, dtype=bool)
    shown = values.copy()
    for number in range(0, count, 3):
        for _ in range(int(rng.integers(1, 4))):
            begin, lasts = int(rng.integers(0, length)), int(rng.choice([3, 9, 30, 48, 110]))
            there[number, begin : begin + lasts] = False
    there[0, max(length - _SILENT_DAYS * 48, 0) :] = False
    for number, missing in zip(range(1, 3), _LATE_HALF_HOURS, strict=True):
        if number < count:
            there[number, length - missing :] = False
    for number in range(3, min(6, count)):
        start = int(rng.integers(0, max(length - 48 * 30, 1)))
        span = slice(start, start + 48 * _ESTIMATED_DAYS)
        shown[number, span] = _usual(values[number], calendar)[span]
        quality[number, span] = Quality.ESTIMATED.value
        corrected[number, span] = number < 5
    return Measured(shown, values, there, quality, corrected & there)


def _usual(values: FloatArray, calendar: Calendar) -> FloatArray:
    """The mean of each half hour of the day: what a supplier puts where no reading came."""
    sums = np.bincount(calendar.slot, values, minlength=48)
    counts = np.maximum(np.bincount(calendar.slot, minlength=48), 1)
    return np.asarray(np.round((sums / counts)[calendar.slot], 3))
