"""Which meters are forecast, from where, and how far; and for which one cannot, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from wattwise_contract.forecasts import Basis
from wattwise_timeseries.moments import HOUR, to_datetime, to_moment

from .base import Capabilities
from .models import SeasonalNaive
from .panel import HOURS_AHEAD_AT_MOST, Floats, Panel

HORIZON = 48
LIVE_WITHIN = 7 * 24  # hours: a feed whose newest hour is older is taken for dead, or for history
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
    now_column = to_moment(now) // HOUR - panel.first_slot
    newest = int(panel.known_ends.max(initial=0))
    live = now_column - newest < LIVE_WITHIN
    return [_judge(panel, row, now_column if live else newest, champion, live) for row in range(len(panel.meters))]


def _judge(panel: Panel, row: int, present: int, champion: Capabilities | None, live: bool) -> Verdict:
    end = int(panel.known_ends[row])
    recent = panel.values[row, max(end - RECENT, 0) : end]
    obstacle = _late(panel, end, present, live) or _unusable(recent)
    if obstacle:
        return Verdict(row, "refused", obstacle)
    steps = min(max(present - end, 0) + HORIZON, HOURS_AHEAD_AT_MOST) if live else HORIZON
    basis = Basis.LIVE if live else Basis.HISTORICAL
    weakness = _too_weak(panel, row, recent, champion)
    return Verdict(row, "fallback" if weakness else "forecast", weakness, end, steps, basis)


def _late(panel: Panel, end: int, present: int, live: bool) -> str:
    if end == 0:
        return (
            "None of its recent hours is known." if live else "Its readings end long before those of the other meters."
        )
    if present - end < LIVE_WITHIN:
        return ""
    last = to_datetime((panel.first_slot + end) * HOUR)
    days = (present - end) // 24
    if live:
        return f"It has sent nothing for {days} days, since {last:%-d %B %Y, %H:%M} UTC: look after its feed."
    return f"Its readings end on {last:%-d %B %Y}, {days} days before those of the other meters."


def _unusable(recent: Floats) -> str:
    known = recent[np.isfinite(recent)]
    needed = SeasonalNaive.capabilities.minimum_hours
    if known.size < needed:
        return f"Only {known.size} hours of its last 28 days are known; a forecast needs {needed}."
    last = recent[-FLAT:][np.isfinite(recent[-FLAT:])]
    if last.size >= needed and last.max() == last.min():
        return f"Every hour of its last 14 days has the same value, {last[0]:g}: there is nothing to forecast."
    return ""


def _too_weak(panel: Panel, row: int, recent: Floats, champion: Capabilities | None) -> str:
    """Return why the champion is not for this meter."""
    if champion is None:
        return "No model is trained yet."
    known = int(np.isfinite(panel.values[row]).sum())
    if known < champion.minimum_hours:
        return (
            f"Only {known / 24:.0f} days of readings are known; the trained model needs {champion.minimum_hours // 24}."
        )
    first = int(np.isfinite(recent).argmax())
    missing = float(np.mean(~np.isfinite(recent[first:])))
    if missing > MOST_MISSING:
        return f"{missing:.0%} of its last 28 days are missing; the trained model is not to be trusted with that."
    return ""
