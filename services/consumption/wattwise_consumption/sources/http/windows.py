"""The periods that a source is asked for, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from wattwise_timeseries.resolutions import Resolution


@dataclass(frozen=True)
class Window:
    """[since, until) in UTC; the last one ends where nothing later is to be had yet."""

    since: datetime
    until: datetime
    is_last: bool = False


@dataclass(frozen=True)
class Span:
    """A calendar distance: days and months are those of a time zone's clock. "-P2D" leads the other way."""

    text: str

    @property
    def is_of_days(self) -> bool:
        return bool(self.text) and "T" not in self.text

    def after(self, at: datetime, timezone: str) -> datetime:
        return self._moved(at, timezone, +1)

    def before(self, at: datetime, timezone: str) -> datetime:
        return self._moved(at, timezone, -1)

    def _moved(self, at: datetime, timezone: str, way: int) -> datetime:
        if not self.text or self.text in ("P0D", "PT0S"):
            return at
        way = -way if self.text.startswith("-") else way
        span = Resolution.parse(self.text.removeprefix("-"))
        if span.microseconds:
            return at + way * timedelta(microseconds=span.microseconds)
        local = at.astimezone(ZoneInfo(timezone))
        if span.grain == "day":
            moved = local.replace(tzinfo=None) + way * timedelta(days=span.multiple)
        else:
            moved = _months_on(local.replace(tzinfo=None), way * span.multiple)
        return moved.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def windows(since: datetime, until: datetime, *, step: Span, timezone: str) -> Iterator[Window]:
    """None where there is nothing between. Each is a step long but the last."""
    while since < until:
        end = min(max(step.after(since, timezone), since + timedelta(minutes=1)), until)
        yield Window(since, end, is_last=end >= until)
        since = end


def start_of_day(at: datetime, timezone: str) -> datetime:
    local = at.astimezone(ZoneInfo(timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def _months_on(local: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    month = local.year * 12 + local.month - 1 + months
    for day in range(local.day, 27, -1):
        try:
            return local.replace(year=month // 12, month=month % 12 + 1, day=day)
        except ValueError:
            continue
    return local.replace(year=month // 12, month=month % 12 + 1)
