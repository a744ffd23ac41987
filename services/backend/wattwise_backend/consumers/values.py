"""Values of details: what a definition's type makes of what somebody wrote."""

import math
from collections.abc import Callable
from datetime import date

from wattwise_contract.meters import AttributeType, AttributeValue

from .models import AttributeDefinition

_TRUE = {"true", "yes", "y", "1", "ja", "oui", "on"}
_FALSE = {"false", "no", "n", "0", "nein", "non", "off"}


class NotAValue(ValueError):
    """What was written does not fit the definition; the message says why, `remedy` what would fit."""

    def __init__(self, reason: str, *, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


def typed_value(definition: AttributeDefinition, written: AttributeValue) -> AttributeValue:
    """The value in the definition's type, None for nothing; raises NotAValue."""
    if written is None or (isinstance(written, str) and not written.strip()):
        return None
    return _PARSERS[AttributeType(definition.type)](definition, written)


def _number(definition: AttributeDefinition, written: AttributeValue) -> float:
    try:
        number = float(str(written).strip())
    except ValueError:
        number = math.nan
    if isinstance(written, bool) or not math.isfinite(number):
        raise NotAValue(f"{definition.label} is not a number", remedy=f"Write a number{_in_unit(definition)}.")
    return number


def _integer(definition: AttributeDefinition, written: AttributeValue) -> int:
    number = _number(definition, written)
    if number != int(number):
        raise NotAValue(f"{definition.label} is not a whole number", remedy="Write a whole number.")
    return int(number)


def _boolean(definition: AttributeDefinition, written: AttributeValue) -> bool:
    if isinstance(written, bool):
        return written
    word = str(written).strip().lower().removesuffix(".0")
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise NotAValue(f"{definition.label} is neither yes nor no", remedy="Write yes or no.")


def _category(definition: AttributeDefinition, written: AttributeValue) -> str:
    word = _text(definition, written)
    choices = {str(choice).casefold(): str(choice) for choice in definition.choices}
    if not choices:
        return word
    if word.casefold() not in choices:
        raise NotAValue(
            f"{definition.label} has no such choice",
            remedy=f"Use one of {', '.join(choices.values())}, or add the choice to its definition.",
        )
    return choices[word.casefold()]


def _text(definition: AttributeDefinition, written: AttributeValue) -> str:
    word = str(written).strip()
    if len(word) > 500:
        raise NotAValue(f"{definition.label} is longer than 500 characters", remedy="Shorten it.")
    return word


def _date(definition: AttributeDefinition, written: AttributeValue) -> str:
    try:
        return date.fromisoformat(str(written).strip()).isoformat()
    except ValueError:
        raise NotAValue(f"{definition.label} is not a date", remedy="Write it as 2026-03-29.") from None


def _in_unit(definition: AttributeDefinition) -> str:
    return f" in {definition.unit}" if definition.unit else ""


_PARSERS: dict[AttributeType, Callable[[AttributeDefinition, AttributeValue], AttributeValue]] = {
    AttributeType.NUMBER: _number,
    AttributeType.INTEGER: _integer,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.CATEGORY: _category,
    AttributeType.TEXT: _text,
    AttributeType.DATE: _date,
}
