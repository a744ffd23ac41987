"""A meter's resolution: how long one reading's interval is, and how many readings a period should have."""

import re
from dataclasses import dataclass

import numpy as np

from .calendars import period_edges
from .moments import DAY, SECOND, Moments, to_datetime

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


class BadResolution(ValueError):
    """The text is no ISO 8601 duration, or one of no length."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no resolution; give an ISO 8601 duration such as PT30M, PT1H, P1D or P1M.")


@dataclass(frozen=True)
class Resolution:
    """Either an exact length (`microseconds`), or a count of one local calendar grain (`day`, `month`, `year`)."""

    microseconds: int = 0
    grain: str = ""
    multiple: int = 1

    @classmethod
    def parse(cls, text: str) -> "Resolution":
        """Read an ISO 8601 duration. Days and more are calendar ones: P1D has 23 to 25 hours, PT24H has 24."""
        found = _DURATION.fullmatch(text)
        parts = {name: float(value) for name, value in found.groupdict().items() if value} if found else {}
        exact = parts.get("hours", 0) * 3600 + parts.get("minutes", 0) * 60 + parts.get("seconds", 0)
        months = round(parts.get("years", 0) * 12 + parts.get("months", 0))
        days = round(parts.get("weeks", 0) * 7 + parts.get("days", 0))
        if exact and not months and not days:
            return cls(microseconds=round(exact * SECOND))
        if months and not days and not exact:
            return cls(grain="month", multiple=months)
        if days and not months and not exact:
            return cls(grain="day", multiple=days)
        raise BadResolution(text)

    @property
    def typical(self) -> int:
        """The usual length in microseconds, for estimates and orders; a month counts as 30 days."""
        return self.microseconds or self.multiple * DAY * (30 if self.grain == "month" else 1)

    def fits_into(self, grain: str) -> bool:
        """Whether a period of the grain holds at least one whole reading, so that its statistics are honest."""
        return self.typical <= {"hour": DAY // 24, "day": DAY, "week": 7 * DAY, "month": 31 * DAY}.get(grain, 366 * DAY)


def expected_counts(edges: Moments, *, resolution: Resolution, timezone: str) -> Moments:
    """Return how many readings each complete period has, at least 1.

    Exact resolutions count the slots of a grid laid from 1970-01-01 UTC; so a 23-hour day of half-hours has 46. Calendar
    resolutions count the local days or months that start within the period.
    """
    if resolution.microseconds:
        marks = -(-edges // resolution.microseconds)
        slots: Moments = np.maximum(np.diff(marks), 1)
        return slots
    units = period_edges(
        resolution.grain, timezone=timezone, starts_at=to_datetime(int(edges[0])), ends_at=to_datetime(int(edges[-1]))
    )
    starts = np.diff(np.searchsorted(units, edges, side="left"))
    counts: Moments = np.maximum(-(-starts // resolution.multiple), 1)
    return counts
