"""When people are at home and awake: the share of each half hour that is lived in, by work pattern.

The curves follow the shape of time-use surveys (UK Time Use Survey 2014/15: two peaks on working days, one long plateau
on free ones), as sums of smooth steps.
"""

import numpy as np

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
PATTERNS = ("away by day", "at home", "mixed", "shifts", "retired")
_HOURS = (np.arange(48) + 0.5) / 2


def _step(at: float, width: float = 0.5) -> FloatArray:
    """Rises from 0 to 1 around an hour."""
    return np.asarray(1 / (1 + np.exp(-(_HOURS - at) / (width / 2))))


def _awake(rises: float, sleeps: float) -> FloatArray:
    return _step(rises, 0.7) - _step(sleeps, 0.9) + (1 - _step(sleeps - 24, 0.9)) * 0.0


def _away(leaves: float, returns: float, share: float) -> FloatArray:
    return share * (_step(leaves, 0.6) - _step(returns, 1.2))


def occupancy_tables() -> FloatArray:
    """[pattern, free day (0, 1), half hour]: 0 nobody up and about … 1 everybody."""
    weekend = _awake(8.2, 23.4) - _away(10.5, 15.5, 0.35)
    by_pattern = {
        "away by day": _awake(6.6, 22.8) - _away(8.0, 17.4, 0.93),
        "at home": _awake(7.3, 23.1) - _away(10.0, 11.5, 0.2),
        "mixed": _awake(6.8, 22.9) - _away(8.2, 16.8, 0.58),
        "shifts": _awake(8.0, 23.8) - _away(13.0, 21.5, 0.6),
        "retired": _awake(7.6, 22.4) - _away(10.2, 12.0, 0.3),
    }
    table = np.stack([np.stack([by_pattern[name], weekend]) for name in PATTERNS])
    table[PATTERNS.index("retired"), 1] = by_pattern["retired"]
    return np.clip(table, 0.02, 1.0)


def meal_table() -> FloatArray:
    """[free day (0, 1), half hour]: how likely a meal is being cooked, at most about one in two."""

    def meal(at: float, width: float, size: float) -> FloatArray:
        return np.asarray(size * np.exp(-0.5 * ((_HOURS - at) / width) ** 2))

    working = meal(7.2, 0.5, 0.28) + meal(12.6, 0.6, 0.12) + meal(18.3, 0.8, 0.48)
    free = meal(9.1, 0.9, 0.25) + meal(13.0, 0.8, 0.28) + meal(18.6, 0.9, 0.45)
    return np.stack([working, free])
