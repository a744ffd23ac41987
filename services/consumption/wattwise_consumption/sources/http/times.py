"""The newest time in an answer."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import jmespath

from wattwise_consumption.web import Answer

from .config import HttpSettings

_MILLISECONDS_FROM = 100_000_000_000  # as seconds, that is the year 5138


def newest_in(answer: Answer, settings: HttpSettings) -> datetime | None:
    """None where the settings do not say where times are, or there are none."""
    if not settings.newest_path or answer.json is None:
        return None
    found = jmespath.search(settings.newest_path, answer.json)
    times = [_moment(one, settings.times_in) for one in _flat(found)]
    return max((one for one in times if one is not None), default=None)


def _flat(found: Any) -> list[Any]:
    if isinstance(found, list):
        return [one for part in found for one in _flat(part)]
    return [] if found is None else [found]


def _moment(value: Any, timezone: str) -> datetime | None:
    """Of epoch seconds or milliseconds, or an ISO text; one without its distance from UTC is by the address's clock."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS_FROM else value, UTC)
        found = datetime.fromisoformat(str(value))
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
