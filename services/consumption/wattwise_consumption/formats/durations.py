"""How long an interval is, as files say it: PT15M, "halfhour", 900 seconds, "30 min"."""

import re

from wattwise_consumption import vocabulary

SECOND, MINUTE, HOUR, DAY = 1, 60, 3_600, 86_400
_ISO = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.0+)?S)?)?"
)
_CALENDAR = re.compile(r"P(?P<count>\d{1,4})(?P<unit>[YMW])")
_LONGEST = 60
_UNITS = {
    "s": SECOND, "sec": SECOND, "secs": SECOND, "second": SECOND, "seconds": SECOND, "m": MINUTE, "min": MINUTE, "mins": MINUTE,
    "minute": MINUTE, "minutes": MINUTE, "minutely": MINUTE, "h": HOUR, "hr": HOUR, "hour": HOUR, "hours": HOUR, "hourly": HOUR,
    "d": DAY, "day": DAY, "days": DAY, "daily": DAY,
}  # fmt: skip
_PARTS = {"half": 0.5, "halfhourly": 0.5, "halfhour": 0.5, "quarter": 0.25, "quarterhour": 0.25, "quarterhourly": 0.25}
_MONTHS = {
    "month": "1mo",
    "months": "1mo",
    "monthly": "1mo",
    "week": "1w",
    "weekly": "1w",
    "year": "1y",
    "yearly": "1y",
}


def every_of(name: str, text: str) -> str:
    """The duration in Polars' words ("900s", "1mo"), from a text and the name that it stands under, which may say the
    unit; empty where it is none, or a number whose unit nothing tells."""
    text = text.strip()
    if len(text) > _LONGEST:
        return ""
    if found := _CALENDAR.fullmatch(text):
        return found["count"] + {"Y": "y", "M": "mo", "W": "w"}[found["unit"]]
    if (found := _ISO.fullmatch(text)) and any(found.groups()):
        parts = {unit: int(count or 0) for unit, count in found.groupdict().items()}
        return _seconds(parts["days"] * DAY + parts["hours"] * HOUR + parts["minutes"] * MINUTE + parts["seconds"])
    if clock := re.fullmatch(r"(\d{1,2}):(\d{2}):(\d{2})", text):
        return _seconds(int(clock[1]) * HOUR + int(clock[2]) * MINUTE + int(clock[3]))
    if re.fullmatch(r"\d+(\.0+)?", text):
        return _seconds(int(float(text)) * _unit_in_name(name, int(float(text))))
    return _in_words(vocabulary.words_of(text.replace("_", " ")))


def _in_words(words: list[str]) -> str:
    if len(words) > 5:
        return ""
    count = next((int(word) for word in words if word.isdigit()), 1)
    part = next((_PARTS[word] for word in words if word in _PARTS), 0.0)
    unit = next((_UNITS[word] for word in words if word in _UNITS), HOUR if part else 0)
    months = next((_MONTHS[word] for word in words if word in _MONTHS), "")
    return _seconds(int(count * unit * (part or 1))) if unit else months


def _unit_in_name(name: str, count: int) -> int:
    """Minutes or seconds; 0 for a bare number of 60 to 1,440, which may be either, but for 300, 900 and the like."""
    said = next((_UNITS[word] for word in vocabulary.words_of(name) if word in _UNITS and len(word) > 1), 0)
    if said:
        return said
    if count in (1, 5, 10, 15, 20, 30):
        return MINUTE
    return SECOND if count in (300, 600, 900, 1800, 3600, 86_400) else 0


def _seconds(count: int) -> str:
    return f"{count}s" if 0 < count <= 400 * DAY else ""
