"""Made exports: what a meter used, to be written as its vendor would, and what an import should find in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Interval:
    """`start` and `end` by the local clock, with its distance from UTC."""

    start: datetime
    end: datetime
    kwh: float

    @property
    def kw(self) -> float:
        return self.kwh / ((self.end.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds() / 3600)

    @property
    def last_minute(self) -> datetime:
        return self.end - timedelta(minutes=1)


@dataclass(frozen=True)
class Use:
    """What one meter used, interval by interval."""

    intervals: tuple[Interval, ...]

    def __iter__(self) -> Iterator[Interval]:
        return iter(self.intervals)

    def days(self) -> dict[date, list[Interval]]:
        by_day: dict[date, list[Interval]] = {}
        for interval in self:
            by_day.setdefault(interval.start.date(), []).append(interval)
        return by_day

    def counted(self, first: float = 1234.5) -> list[tuple[datetime, float]]:
        """What the meter's register shows at the start of each interval, and at the end of the last one."""
        shown = [(self.intervals[0].start, first)]
        for interval in self:
            first = round(first + interval.kwh, 3)
            shown.append((interval.end, first))
        return shown

    def where(self, kept: Iterable[bool]) -> "Use":
        return Use(tuple(interval for interval, keep in zip(self, kept, strict=True) if keep))


def used(zone: str, first_day: str, days: int, *, minutes: int = 60, number: int = 1, most: float = 0.6) -> Use:
    """Every local day from `first_day` on is whole: 23, 24 or 25 hours. `number`: which meter. kWh have three decimals."""
    tz, day = ZoneInfo(zone), date.fromisoformat(first_day)
    at, end = (
        datetime(each.year, each.month, each.day, tzinfo=tz).astimezone(UTC)
        for each in (day, day + timedelta(days=days))
    )
    step, intervals = timedelta(minutes=minutes), []
    while at < end:
        kwh = round(0.02 + (len(intervals) * 7919 + number * 331) % 997 / 997 * most, 3)
        intervals.append(Interval(at.astimezone(tz), (at + step).astimezone(tz), kwh))
        at += step
    return Use(tuple(intervals))


@dataclass(frozen=True)
class Found:
    """What an import should find of a series."""

    total: float
    count: int
    first_at: str  # UTC


def found(use: Iterable[Interval]) -> Found:
    intervals = list(use)
    first = min(interval.start.astimezone(UTC) for interval in intervals)
    return Found(sum(interval.kwh for interval in intervals), len(intervals), f"{first:%Y-%m-%d %H:%M}")


@dataclass(frozen=True)
class Kind:
    """A kind of export. `meters`: (meter, quantity) → what is in it."""

    name: str
    zone: str
    text: str | bytes
    meters: dict[tuple[str, str], Found]
    file: str = "export.csv"
    rejected: int = 0
    estimated: int = 0
    tolerance: float = 1e-6  # of totals that were rounded on the way (mean power in whole watts, say)
    shown: str = ""  # where the file leaves it open: the label of the way, among those that a preview shows


IMPORT, EXPORT, GAS = "electricity_import", "electricity_export", "gas"


def comma(value: float, decimals: int = 3) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def german(value: float, decimals: int = 1) -> str:
    """ "1.234,5"."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def lines(*parts: str | Iterable[str]) -> str:
    written: list[str] = []
    for part in parts:
        written += [part] if isinstance(part, str) else part
    return "\n".join(written) + "\n"


def iso(moment: datetime) -> str:
    return moment.isoformat()
