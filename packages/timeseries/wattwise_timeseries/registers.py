"""What a register counted between its readings, through resets, rollovers, swaps of the meter and readings gone wrong."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .moments import HOUR, Moments
from .resampling import Floats

Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

_MANY = 20  # times the usual rise: no longer that of one meter's ordinary use
_ABSURD = 200
_ENOUGH_RISES = 10  # before a rise can be called absurd
_LONGEST_GLITCH = 3  # readings


class Happening(StrEnum):
    RESET = "reset"
    ROLLOVER = "rollover"
    METER_SWAP = "meter_swap"
    GLITCH = "glitch"


@dataclass(frozen=True)
class Differences:
    """`kept`: the readings that are sound, as places in the series. `amounts[i]`: what was counted from kept[i] to
    kept[i + 1], never negative; NaN where it cannot be known. `happenings`: kind → places of the readings at which it
    was seen."""

    kept: Places
    amounts: Floats
    happenings: dict[Happening, Places]


def register_differences(at: Moments, counts: Floats) -> Differences:
    """Take the differences of a register's readings (`at` strictly increasing, counts finite and not negative).

    - A count that falls and comes back (or leaps and comes back) is a glitch, and is not kept.
    - A fall from just below a power of ten to just above zero is a rollover: the digits that were passed are added.
    - A fall to about zero is a reset: what was counted since is the amount.
    - Any other fall, and a leap of 200 times the usual rate, is another meter: the amount is not known.
    """
    glitches = _glitches(at, counts, rate=_usual_rate(at, counts))
    kept = np.flatnonzero(~glitches)
    counts, at = counts[kept], at[kept]
    rate = _usual_rate(at, counts)
    rises = np.diff(counts)
    usual = rate * np.diff(at) / HOUR
    before, after = counts[:-1], counts[1:]
    falls = rises < 0
    modulus = 10.0 ** (np.floor(np.log10(np.maximum(before, 1.0))) + 1)
    over = modulus - before + after
    rolls = (
        falls & (before >= 0.9 * modulus) & (modulus >= 1_000) & (over <= np.maximum(_MANY * usual, modulus / 1_000))
    )
    resets = falls & ~rolls & (after <= np.maximum(_MANY * usual, before / 100))
    leaps = (rises > _ABSURD * usual) & (np.count_nonzero(rises > 0) >= _ENOUGH_RISES) & (rate > 0)
    amounts = np.where(rolls, over, np.where(resets, after, rises))
    amounts[(falls & ~rolls & ~resets) | leaps | (resets & (after > _MANY * usual))] = np.nan
    happenings = {
        Happening.GLITCH: np.flatnonzero(glitches),
        Happening.ROLLOVER: kept[1:][rolls],
        Happening.RESET: kept[1:][resets],
        Happening.METER_SWAP: kept[1:][(falls & ~rolls & ~resets) | leaps],
    }
    return Differences(kept, np.round(amounts, 9).astype(np.float64), happenings)


def _usual_rate(at: Moments, counts: Floats) -> float:
    """How fast the register rises per hour when it does: the 90th percentile, which few odd readings move. The first
    rise after a fall may be the count coming back, and tells nothing."""
    rises = np.diff(counts)
    if not rises.size:
        return 0.0
    last_move = np.maximum.accumulate(np.where(rises != 0, np.arange(rises.size), 0))
    before = np.concatenate(([0.0], rises[last_move[:-1]]))
    rising = (rises > 0) & (before >= 0)
    if not rising.any():
        return 0.0
    return float(np.quantile(rises[rising] / (np.diff(at)[rising] / HOUR), 0.9))


def _glitches(at: Moments, counts: Floats, *, rate: float) -> Flags:
    glitches = np.zeros(counts.size, dtype=np.bool_)
    fallen = np.flatnonzero(np.diff(counts) < 0) + 1
    for length in range(1, _LONGEST_GLITCH + 1):
        back = fallen + length
        fallen, back = fallen[back < counts.size], back[back < counts.size]
        leap = counts[back] - counts[back - 1]
        usual = rate * (at[back] - at[back - 1]) / HOUR
        by_much = (leap > 3 * usual) | (counts[fallen] > counts[fallen - 1] / 2)
        came_back = (counts[back] >= counts[fallen - 1]) & by_much
        for offset in range(length):
            glitches[fallen[came_back] + offset] = True
        fallen = fallen[~came_back]
    fallen = np.flatnonzero(np.diff(counts) < 0) + 1
    fallen = fallen[(fallen >= 2) & ~glitches[fallen]]
    high = fallen - 1
    usual = rate * (at[high] - at[high - 1]) / HOUR
    too_high = (counts[fallen] >= counts[high - 1]) & (counts[high] - counts[high - 1] > _MANY * usual)
    glitches[high[too_high]] = True
    return glitches
