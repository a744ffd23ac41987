"""From consumers' details to numbers: every detail counts the same, and what says the same twice counts once."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from wattwise_contract.meters import AttributeDefinition, AttributeType, AttributeValue, Consumer

Floats = NDArray[np.float64]

LEAST_KNOWN = 0.3  # share of the consumers of whom a detail must be known
RARE = 0.03  # share below which words are pooled
MOST_WORDS = 12
_CHANCE = 4
OTHER, UNKNOWN = "other", "unknown"
_NUMBERS = (AttributeType.NUMBER, AttributeType.INTEGER, AttributeType.DATE)
_IDENTIFIER = re.compile(r"(^|_|[a-z])(id|uuid|key|ref|number|no)$", re.IGNORECASE)
# They say how many others a household stands for, nothing of the household itself.
_SURVEY_WEIGHT = re.compile(r"^(n|final|sample|survey|replicate|brr|jk|rep)?_?(weight|wgt|wt)_?\d*$", re.IGNORECASE)


@dataclass(frozen=True)
class Detail:
    """A detail that is used. `columns[consumer, …]` have mean 0 and, together, variance 1 (less, where giants were cut); `values` are for telling:
    numbers with NaN for unknown, or `words`."""

    definition: AttributeDefinition
    columns: Floats
    values: Floats | None = None
    words: NDArray[np.str_] | None = None


@dataclass(frozen=True)
class Details:
    """`matrix[consumer, column]` for distances; `likeness[i, j]` says how much two details say the same (0..1)."""

    consumers: Sequence[Consumer]
    details: Sequence[Detail]
    matrix: Floats
    likeness: Floats
    notes: list[str]


class TooFewDetails(ValueError):
    """There is nothing to build clusters on."""


def describe(consumers: Sequence[Consumer], definitions: Sequence[AttributeDefinition]) -> Details:
    """Return the details that clusters can be built on, or raise TooFewDetails.

    Left out, and named in the notes: details marked as not for clustering, free text, identifiers, what is the same for
    all or different for nearly all, and what is known of few. Consumers of whom nothing is known are left out as well.
    """
    wanted = [definition for definition in definitions if definition.clustering]
    described = [c for c in consumers if any(_known(c.attributes.get(definition.key)) for definition in wanted)]
    details, left_out = _choose(described, wanted)
    if not details:
        raise TooFewDetails(
            "No detail of these consumers can tell them apart. Import details such as house type, floor area or heating "
            "(a CSV file with a row for each consumer)."
        )
    likeness = _likeness(details)
    weights = 1 / np.sqrt(likeness.sum(axis=1))
    matrix = np.concatenate([d.columns * weight for d, weight in zip(details, weights, strict=True)], axis=1)
    notes = _notes(details, left_out, float((weights**2).sum()), len(consumers) - len(described))
    return Details(described, details, matrix, likeness, notes)


def _choose(
    consumers: Sequence[Consumer], definitions: Sequence[AttributeDefinition]
) -> tuple[list[Detail], dict[str, list[str]]]:
    details: list[Detail] = []
    left_out: dict[str, list[str]] = {}
    for definition in definitions:
        values = [consumer.attributes.get(definition.key) for consumer in consumers]
        obstacle = _obstacle(definition, values)
        if obstacle:
            left_out.setdefault(obstacle, []).append(definition.label or definition.key)
        elif any(_known(value) for value in values):
            details.append((_number if definition.type in _NUMBERS else _category)(definition, values))
    return details, left_out


def _obstacle(definition: AttributeDefinition, values: Sequence[AttributeValue]) -> str:
    known = [value for value in values if _known(value)]
    if not known:
        return ""  # a definition that nobody has filled in is not worth a word
    if definition.type is AttributeType.TEXT:
        return "free text"
    if _SURVEY_WEIGHT.search(definition.key):
        return "weights of a survey"
    if len(known) < LEAST_KNOWN * len(values):
        return f"known of fewer than {LEAST_KNOWN:.0%}"
    counts = Counter(str(value).casefold() for value in known)
    if len(counts) == 1:
        return "the same for all"
    if counts.most_common(1)[0][1] > (1 - RARE) * len(known):
        return f"the same for more than {1 - RARE:.0%}"
    return _identifies(definition, known, len(counts))


def _identifies(definition: AttributeDefinition, known: Sequence[AttributeValue], different: int) -> str:
    if definition.type in _NUMBERS:
        numbers = [as_number(value) for value in known]
        whole = all(number == np.floor(number) for number in numbers)
        rising = all(a < b for a, b in zip(numbers, numbers[1:], strict=False))
        alike = bool(_IDENTIFIER.search(definition.key)) or rising
        return "identifiers" if len(known) >= 20 and different == len(known) and whole and alike else ""
    if len(known) >= 10 and different > 0.5 * len(known):
        return "different for nearly every consumer"
    return ""


def _number(definition: AttributeDefinition, values: Sequence[AttributeValue]) -> Detail:
    numbers = np.array([as_number(value) if _known(value) else np.nan for value in values])
    known = numbers[np.isfinite(numbers)]
    spread = numbers
    if known.min() >= 0 and _skewness(known) > 2:
        spread = np.log1p(numbers)  # a few giants would be clusters of their own
    spread = np.where(np.isfinite(spread), spread, np.nanmedian(spread))
    return Detail(definition, _standardised(spread)[:, None], values=numbers)


def _standardised(values: Floats) -> Floats:
    """Return the values with mean 0 and variance 1, giants cut: a typo of ten thousand square metres is no cluster."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    if high > low:
        cut = np.clip((values - middle) / ((high - low) / 1.349), -3, 3)
        standard: Floats = (cut - cut.mean()) / cut.std()
        return standard
    cut = np.clip((values - values.mean()) / (values.std() or 1.0), -4, 4)
    return np.asarray(cut - cut.mean())


def _category(definition: AttributeDefinition, values: Sequence[AttributeValue]) -> Detail:
    words = [as_word(value) if _known(value) else UNKNOWN for value in values]
    counts = Counter(word for word in words if word != UNKNOWN)
    frequent = {word for word, count in counts.most_common(MOST_WORDS) if count >= RARE * counts.total()}
    pooled = np.array([word if word in frequent else UNKNOWN if word == UNKNOWN else OTHER for word in words])
    levels = sorted({*frequent, OTHER} if (pooled == OTHER).mean() >= RARE else frequent)
    indicator = (pooled[:, None] == np.array(levels)).astype(np.float64)
    known = indicator.any(axis=1)
    shares = indicator[known].mean(axis=0)
    # Multiple correspondence analysis: a rare word counts for more, and all words together have variance 1. What is
    # unknown or too rare to say stands in the middle.
    columns = np.where(known[:, None], (indicator - shares) / np.sqrt(shares * max(len(levels) - 1, 1)), 0.0)
    return Detail(definition, columns, words=np.array(words))


def _likeness(details: Sequence[Detail]) -> Floats:
    """Return the root of the RV coefficient (Robert & Escoufier, 1976) of each pair: where both are numbers, the size of
    their correlation."""
    matrix = np.concatenate([detail.columns for detail in details], axis=1)
    owner = np.repeat(np.arange(len(details)), [detail.columns.shape[1] for detail in details])
    squares = (matrix.T @ matrix / matrix.shape[0]) ** 2
    belongs = np.eye(len(details))[owner]
    blocks = belongs.T @ squares @ belongs
    own = np.sqrt(np.maximum(np.diag(blocks), 1e-12))
    coefficients = blocks / np.outer(own, own)
    # Between details that have nothing in common, chance alone makes about 1 / n.
    likeness: Floats = np.where(coefficients > _CHANCE / matrix.shape[0], np.sqrt(coefficients), 0.0)
    np.fill_diagonal(likeness, 1.0)
    return likeness


def _notes(
    details: Sequence[Detail], left_out: dict[str, list[str]], independent: float, undescribed: int
) -> list[str]:
    notes = []
    names = [detail.definition.label or detail.definition.key for detail in details]
    if len(names) <= 3:
        counted = "Only one detail describes" if len(names) == 1 else f"Only {len(names)} details describe"
        notes.append(f"{counted} these consumers ({', '.join(names)}), so the clusters say little beyond that.")
    if len(names) > 5 and independent < 0.5 * len(names):
        notes.append(f"Many of the {len(names)} details say the same: together they count as about {independent:.0f}.")
    notes += [f"Left out, {reason}: {_listed(labels)}." for reason, labels in left_out.items()]
    if undescribed:
        verb = "consumer has no details and is" if undescribed == 1 else "consumers have no details and are"
        notes.append(f"{undescribed:,} {verb} in no cluster.")
    return notes


def _listed(labels: Sequence[str]) -> str:
    more = len(labels) - 6
    return ", ".join(labels[:6]) + (f" and {more} more" if more > 0 else "")


def _skewness(values: Floats) -> float:
    spread = values.std()
    return float(((values - values.mean()) ** 3).mean() / spread**3) if spread else 0.0


def _known(value: AttributeValue) -> bool:
    return value is not None and value != "" and value == value  # NaN differs from itself


def as_number(value: AttributeValue) -> float:
    """Return a number, a date as its fractional year, or NaN for what is neither."""
    readers: tuple[Callable[[str], float], ...] = (float, _year)
    for read in readers:
        try:
            return read(str(value))
        except ValueError:
            continue
    return float(value) if isinstance(value, bool) else float("nan")


def _year(text: str) -> float:
    day = date.fromisoformat(text[:10])
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def as_word(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()
