"""Which meters are forecast, from where, and how far; and for which one cannot, and why.

Every meter has its own origin: the end of its own readings. A feed that is alive is forecast to 48 hours from now; one
that ended is history, and forecast from where it ended, whatever the other meters do.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from wattwise_contract.forecasts import Basis
from wattwise_timeseries.moments import HOUR, to_moment

from .base import Capabilities
from .models import SeasonalNaive
from .panel import HOURS_AHEAD_AT_MOST, Floats, Panel

HORIZON = 48
LIVE_WITHIN = 7 * 24  # hours: a feed whose newest hour is older has ended, and is history
RECENT = 28 * 24
FLAT = 14 * 24
MOST_MISSING = 0.4
Status = Literal["forecast", "fallback", "refused"]


@dataclass(frozen=True)
class Verdict:
    """Of one meter (row of the panel). `origin` is the column of the first hour to forecast; none where refused."""

    row: int
    status: Status
    reason: str = ""
    origin: int = 0
    steps: int = 0
    basis: Basis | None = None


def judge(panel: Panel, *, now: datetime, champion: Capabilities | None) -> list[Verdict]:
    """Return a verdict for each meter. `champion` is None where no model is trained yet: all fall back."""
    present = to_moment(now) // HOUR - panel.first_slot
    return [_judge(panel, row, present, champion) for row in range(len(panel.meters))]


def _judge(panel: Panel, row: int, present: int, champion: Capabilities | None) -> Verdict:
    end = int(panel.known_ends[row])
    recent = panel.values[row, max(end - RECENT, 0) : end]
    if obstacle := _too_short(recent):
        return Verdict(row, "refused", obstacle)
    late = max(present - end, 0)
    live = late < LIVE_WITHIN
    steps = min(late + HORIZON, HOURS_AHEAD_AT_MOST) if live else HORIZON
    weakness = _too_weak(recent, champion)
    basis = Basis.LIVE if live else Basis.HISTORICAL
    return Verdict(row, "fallback" if weakness else "forecast", weakness, end, steps, basis)


def _too_short(recent: Floats) -> str:
    """Return why no forecaster at all can be used."""
    known = int(np.isfinite(recent).sum())
    needed = SeasonalNaive.capabilities.minimum_hours
    if known == 0:
        return (
            "None of its hours is known: every one lacks more than a quarter of its readings, or is not rolled up yet."
        )
    if known < needed:
        return f"Only {known} hours of its last 28 days are known; a forecast needs {needed}."
    return ""


def _too_weak(recent: Floats, champion: Capabilities | None) -> str:
    """Return why the champion is not for this meter."""
    if champion is None:
        return "No model is trained yet."
    known = recent[np.isfinite(recent)]
    missing = 1 - known.size / (recent.size - int(np.isfinite(recent).argmax()))
    if missing > MOST_MISSING:
        return f"{missing:.0%} of its last 28 days are missing; the trained model is not to be trusted with that."
    if known.size < champion.minimum_hours:
        needed = champion.minimum_hours // 24
        return f"Only {known.size // 24} days of its last 28 are known; the trained model needs {needed}."
    last = recent[-FLAT:][np.isfinite(recent[-FLAT:])]
    if last.max() == last.min():
        return f"Every hour of its last 14 days has the same value, {last[0]:g}; the forecast repeats it."
    return ""
