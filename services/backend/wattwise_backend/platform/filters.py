"""Query parameters, parsed at the border; what cannot be read is a BadRequest that names it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from .errors import BadRequest

_LARGEST = 2**31 - 1
_MOST_DIGITS = 10


def integers(params: QueryDict, name: str) -> list[int]:
    """?meter=1&meter=2 or ?meter=1,2"""
    words = [word for value in params.getlist(name) for word in value.split(",") if word]
    return [_integer(word, name) for word in words]


def one_integer(params: QueryDict, name: str) -> int | None:
    word = params.get(name)
    return _integer(word, name) if word else None


def one_word(params: QueryDict, name: str, known: Sequence[str]) -> str | None:
    word = params.get(name)
    if word and word not in known:
        raise BadRequest(f"{name}: there is no {_shown(word)}.", remedy=f"Use one of {', '.join(known)}.")
    return word or None


def moment(params: QueryDict, name: str) -> datetime | None:
    """An ISO 8601 time with its offset, such as 2026-03-29T00:00Z."""
    word = params.get(name)
    if not word:
        return None
    try:
        at = parse_datetime(word.replace(" ", "+"))  # a plus sign that was not encoded arrives as a space
        if at is not None and at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadRequest(f"{name}: {_shown(word)} is no time.", remedy="Use ISO 8601 with an offset: 2026-03-29T00:00Z.")


def _integer(word: str, name: str) -> int:
    digits = word.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS or int(digits) > _LARGEST:
        raise BadRequest(f"{name}: {_shown(word)} is no number.", remedy=f"Give {name} as a whole number.")
    return int(word)


def _shown(word: str) -> str:
    return word if len(word) <= 60 else f"{word[:60]}…"
