"""Bodies as people and programs send them: JSON, checked before anything looks into it, and forms with files."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

from .errors import BadRequest

_DEEPEST = 40
_MOST_SHOWN = 60


class PlainJSON(JSONParser):
    """JSON that can be stored and told again: finite numbers, signs that a database takes, each name once, not nested
    without end."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        encoding = (parser_context or {}).get("encoding") or settings.DEFAULT_CHARSET
        try:
            found = json.loads(stream.read().decode(encoding), object_pairs_hook=each_name_once)
        except RecursionError:
            raise _nested() from None
        except (ValueError, LookupError) as error:
            raise ParseError(f"The body is no JSON: {error}.") from None
        _check(found)
        return found


class Form(MultiPartParser):
    """A form with files. What arrived of them is let go of at once where the rest does not: a cut upload must not fill
    the disk until somebody collects garbage."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except Exception:
            for handler in (parser_context or {})["request"].upload_handlers:
                handler.upload_interrupted()
            raise


def each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises BadRequest where it says the same name twice: which of the two was meant?"""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise BadRequest(f"The body says {_shown(twice)} twice.", remedy="Say it once.")
    return found


def _check(found: object) -> None:
    level: list[tuple[str, object]] = [("", found)]
    for _ in range(_DEEPEST):
        for name, value in level:
            if wrong := _what_is_wrong_with(value):
                raise BadRequest(
                    f"{_shown(name) if name else 'The body'}: {wrong}",
                    remedy="Correct it and send it again.",
                    fields={name.encode(errors="replace").decode()[:_MOST_SHOWN]: [wrong]} if name else None,
                )
        level = [inner for name, value in level for inner in _within(name, value)]
        if not level:
            return
    raise _nested()


def _within(name: str, value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, dict):
        return [*((key, key) for key in value), *value.items()]
    return [(name, inner) for inner in value] if isinstance(value, list) else ()


def _what_is_wrong_with(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "This number is not finite."
    if not isinstance(value, str):
        return ""
    if "\0" in value:
        return "There is a null character in this."
    whole = value.isascii() or value.encode(errors="ignore").decode() == value
    return "" if whole else "There is half a character in this."


def _shown(text: str) -> str:
    return ascii(text[:_MOST_SHOWN] + ("…" if len(text) > _MOST_SHOWN else ""))


def _nested() -> BadRequest:
    return BadRequest("The body is nested too deeply.", remedy=f"Send at most {_DEEPEST} lists in each other.")
