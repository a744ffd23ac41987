"""Templates of addresses and bodies: `{name}` or `{name:format}` stands for a value.

In an address a value is percent-encoded, and a parameter of the query whose value is empty is left out. In a body it is
written as JSON, quotation marks included: {"from": {since}, "meters": {meters}}."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pydantic import JsonValue

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)(?::([^{}]*))?\}")
_BY_NAME = {"iso": "%Y-%m-%dT%H:%M:%SZ", "date": "%Y-%m-%d"}
_COUNTED = {"unix": 1, "unixms": 1_000}
Value = JsonValue | datetime


class BadTemplate(ValueError):
    """A template that cannot be filled in. The text is a sentence."""


def names_in(template: str) -> set[str]:
    return {found[1] for found in _PLACE.finditer(template)}


def formats_of(template: str, name: str) -> Iterator[str]:
    for found in _PLACE.finditer(template):
        if found[1] == name:
            yield found[2] or ""


def is_by_day(form: str) -> bool:
    """Whether a format tells nothing smaller than a day."""
    return form not in ("", "iso", *_COUNTED) and not re.search(r"%[HIMSfsTXcR]", _BY_NAME.get(form, form))


def address(template: str, values: Mapping[str, Value], *, timezone: str = "UTC") -> str:
    """Raises BadTemplate for a place that nothing is known for."""
    return _address(template, lambda found: quote(_text(found, values, timezone), safe=""))


def address_with(template: str, settings: Mapping[str, Value]) -> str:
    """With the places of settings filled in, and the others left as they are. {server} stands for the beginning of an
    address, and is taken as it is."""

    def filled(found: re.Match[str]) -> str:
        if found[1] not in settings:
            return found[0]
        text = _text(found, settings, "UTC")
        return text.rstrip("/") if found[1] == "server" else quote(text, safe="")

    return _address(template, filled)


def body_with(template: str, settings: Mapping[str, Value]) -> str:
    return _PLACE.sub(lambda found: json.dumps(settings[found[1]]) if found[1] in settings else found[0], template)


def plain_with(template: str, settings: Mapping[str, Value]) -> str:
    return _PLACE.sub(lambda found: _text(found, settings, "UTC") if found[1] in settings else found[0], template)


def only_name_in(template: str) -> str:
    """Of a template that is one place and nothing else; else empty."""
    found = _PLACE.fullmatch(template)
    return found[1] if found and found[2] is None else ""


def plain(template: str, values: Mapping[str, Value], *, timezone: str = "UTC") -> str:
    return _PLACE.sub(lambda found: _text(found, values, timezone), template)


def body(template: str, values: Mapping[str, Value], *, timezone: str = "UTC") -> str:
    def written(found: re.Match[str]) -> str:
        value = values.get(found[1])
        if isinstance(value, datetime):
            text = _text(found, values, timezone)
            return text if (found[2] or "") in _COUNTED else json.dumps(text)
        return json.dumps(None if value == "" else value)

    return _PLACE.sub(written, template)


def _address(template: str, filled: Callable[[re.Match[str]], str]) -> str:
    """A parameter whose value is nothing but places, all of them empty, is left out."""
    start, mark, query = template.partition("?")
    parts = []
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        value_filled = _PLACE.sub(filled, value)
        if value_filled or not _PLACE.search(value):
            parts.append(_PLACE.sub(filled, name) + equals + value_filled)
    return _PLACE.sub(filled, start) + (mark if parts != [""] else "") + "&".join(parts)


def _text(found: re.Match[str], values: Mapping[str, Value], timezone: str) -> str:
    if found[1] not in values:
        raise BadTemplate(f"Nothing is known for {found[0]}.")
    value, form = values[found[1]], found[2] or ""
    if isinstance(value, datetime):
        return _moment(value, form or "iso", timezone)
    if isinstance(value, list):
        return (form or ",").join(str(one) for one in value)
    return "" if value is None else str(value)


def _moment(value: datetime, form: str, timezone: str) -> str:
    if form in _COUNTED:
        return str(round(value.timestamp() * _COUNTED[form]))
    pattern = _BY_NAME.get(form, form)
    local = value.astimezone(UTC if pattern.endswith("Z") else ZoneInfo(timezone))
    return local.strftime(pattern)


def day_start(day: date, timezone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
