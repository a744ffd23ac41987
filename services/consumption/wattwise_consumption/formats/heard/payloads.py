"""What a payload says of one topic's meters: numbers with their times, as they stand."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .messages import Heard
from .topics import Payload, Topic

SECOND = 1_000_000  # microseconds
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_AHEAD = 10 * 60 * SECOND  # that a meter's clock may be of ours
_EARLIEST = 315_532_800 * SECOND  # 1980: before, a clock was never set
_MOST_KEYS = 1_000  # that a * stands for in one payload


class Unread(Exception):
    """A payload, or a value of it, that cannot be read."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True)
class Said:
    """A value that a payload says: `key` is what a * of the path stood for; `at` its own time in microseconds, None
    where it says none."""

    number: float
    text: str
    at: int | None
    key: str = ""


def said_in(heard: Heard, topic: Topic, zone: ZoneInfo) -> Iterator[Said | Unread]:
    """Every value that the topic's description finds in a payload, or why it finds none."""
    try:
        document = _document(heard.payload, topic)
        found = list(_found(document, topic.value)) if topic.value else [("", document)]
        if not found:
            raise Unread(f"The payload has nothing at “{topic.value}”.", _remedy_of(document))
        at = _time_of(document, topic, zone, heard)
    except Unread as problem:
        yield problem
        return
    for key, node in found:
        try:
            number = said_number(node)
        except Unread as problem:
            yield problem
        else:
            yield Said(number, _text(node), at, key)


def _document(payload: str, topic: Topic) -> Any:
    text = payload.strip()
    if topic.payload is Payload.NUMBER or (topic.payload is Payload.AUTO and text[:1] not in ("{", "[", '"')):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unread(
            "The payload is no JSON.", "Correct what sends it, or say how this topic's payload is written."
        ) from None


def _found(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(what a * stood for, the value) at a path such as ENERGY.Total, meters.0.kwh or rooms.*.power. A key that holds
    dots itself is found, too."""
    head, star, rest = path.partition("*")
    for inner in _at(node, head.strip(".")):
        if not star:
            yield "", inner
            continue
        pairs = inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ()
        for number, (key, each) in enumerate(pairs):
            if number == _MOST_KEYS:
                raise Unread(f"“{path}” stands for more than {_MOST_KEYS:,} values.", "Choose a narrower path.")
            yield from ((str(key), value) for value in _at(each, rest.strip(".")))


def _at(node: Any, path: str) -> Iterator[Any]:
    """The value at a path without *, if it is there."""
    if not path:
        yield node
        return
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        head, rest = ".".join(parts[:length]), ".".join(parts[length:])
        inside = node.get(head, node) if isinstance(node, dict) else node
        if isinstance(node, list) and head.isdecimal() and int(head) < len(node):
            inside = node[int(head)]
        if inside is not node:
            yield from _at(inside, rest)
            return


def said_number(node: Any) -> float:
    """Raises `Unread` for what is no number by itself."""
    if node is None or node == "":
        raise Unread("There is no value.", "Nothing to do if it was not measured: missing is kept as missing.")
    text = _text(node).strip()
    if isinstance(node, bool) or not _NUMBER.fullmatch(text):
        whole = isinstance(node, dict | list)
        raise Unread(
            "The payload is more than a number." if whole else "The value is not a number.",
            "Say where in it the value is, such as " + (_names(node) or "0") + "." if whole else "Send a plain number, such as 0.25; a unit belongs into the topic's settings.",
        )  # fmt: skip
    number = float(text.replace(",", "."))
    if abs(number) == float("inf"):
        raise Unread("The value is not a finite number.", "Correct what sends it.")
    return number


def _text(node: Any) -> str:
    return node if isinstance(node, str) else json.dumps(node, ensure_ascii=False)


def _time_of(document: Any, topic: Topic, zone: ZoneInfo, heard: Heard) -> int | None:
    if not topic.time:
        return None
    for node in _at(document, topic.time):
        return checked_time(time_in(node, zone), heard)
    raise Unread(f"The payload has no time at “{topic.time}”.", _remedy_of(document))


def time_in(node: Any, zone: ZoneInfo) -> int:
    """Microseconds since 1970 of ISO 8601 or a count since then: seconds, or finer where it is longer. Raises `Unread`."""
    text = _text(node).strip()
    try:
        if _NUMBER.fullmatch(text) and not isinstance(node, bool) and len(text.partition(".")[0]) >= 9:
            count, digits = float(text), len(text.partition(".")[0].lstrip("+-"))
            return round(count * 10.0 ** (6 - 3 * max((digits - 9) // 3, 0)))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Unread(
            f"“{text[:60]}” is no time.", "Write it as 2026-03-29T10:15:00Z, or in seconds since 1970."
        ) from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return round((aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * SECOND)


def checked_time(at: int, heard: Heard) -> int:
    """A time that a clock which is right may have given. Raises `Unread`."""
    if at > heard.at + _AHEAD:
        raise Unread("The time is in the future.", "Set the clock of what sends it, and check the source's time zone.")
    if at < _EARLIEST:
        raise Unread("The time is before 1980.", "Set the clock of what sends it.")
    return at


def _remedy_of(document: Any) -> str:
    names = _names(document)
    return f"Correct the path; there is {names}." if names else "Correct the path, or choose a narrower topic."


def _names(document: Any, most: int = 8) -> str:
    """The first paths that lead to a number, for people to choose from."""
    return ", ".join(path for path, _ in zip(_paths(document), range(most), strict=False))


def _paths(node: Any, before: str = "", depth: int = 0) -> Iterator[str]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in pairs if depth < 6 else ():
        path = f"{before}.{key}" if before else str(key)
        if isinstance(inner, int | float) and not isinstance(inner, bool):
            yield path
        yield from _paths(inner, path, depth + 1)
