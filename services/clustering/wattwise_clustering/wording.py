"""What makes a cluster special, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattwise_contract.clusters import Distinction
from wattwise_contract.meters import AttributeDefinition, AttributeType

from .details import UNKNOWN, Detail, Details

LEAST_STRENGTH = 0.3
MOST = 6
_VAGUE = (
    "mixed",
    "other",
    "average",
    "good",
    "very good",
    "poor",
    "none",
    "standard",
)  # say nothing without their label
_SAME = 0.9  # details as like as this say the same; the stronger one is told
_SIZES = {
    "area": ("large", "small"),
    "year": ("newer", "older"),
    "occupants": ("many", "few"),
    "children": ("many", "few"),
}

Members = NDArray[np.bool_]


@dataclass(frozen=True)
class Difference:
    """A detail in which the members of a cluster differ from all: how much, and how to say it."""

    detail: int
    definition: AttributeDefinition
    strength: float
    here: str
    overall: str
    clause: str
    short: str

    def told(self) -> Distinction:
        return Distinction(
            attribute=self.definition.key,
            label=label_of(self.definition),
            here=self.here,
            overall=self.overall,
            strength=round(self.strength, 3),
        )


def differences(details: Details, members: Members) -> list[Difference]:
    """Return what sets the members apart, the strongest first; of details that say the same, only one."""
    found = [_difference(i, detail, members) for i, detail in enumerate(details.details)]
    chosen: list[Difference] = []
    for difference in sorted(filter(None, found), key=lambda d: (-d.strength, d.definition.key)):
        said = any(details.likeness[difference.detail, other.detail] > _SAME for other in chosen)
        if difference.strength >= LEAST_STRENGTH and not said:
            chosen.append(difference)
    return chosen[:MOST]


def sentence(size: int, found: Sequence[Difference]) -> str:
    """Return a plain sentence on a cluster."""
    noun = "This consumer" if size == 1 else f"These {size:,} consumers"
    if not found:
        return f"{noun} {'is' if size == 1 else 'are'} close to the average in every detail."
    clauses = [difference.clause for difference in found[:3]]
    listed = clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"
    return f"{noun} {'stands' if size == 1 else 'stand'} out: {listed}."


def labels(all_found: Sequence[Sequence[Difference]]) -> list[str]:
    """Return a short, different label for each cluster."""
    chosen: list[str] = []
    for found in all_found:
        words = [difference.short for difference in found] or ["close to the average"]
        label = next(
            (text for n in range(min(2, len(words)), len(words) + 1) if (text := _joined(words[:n])) not in chosen), ""
        )
        text, copy = label or _joined(words[:2]), 2
        while text in chosen:
            text, copy = f"{_joined(words[:2])} ({copy})", copy + 1
        chosen.append(text)
    return chosen


def label_of(definition: AttributeDefinition) -> str:
    return definition.label or definition.key.replace("_", " ")


def _joined(words: Sequence[str]) -> str:
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def _difference(number: int, detail: Detail, members: Members) -> Difference | None:
    if detail.values is not None:
        return _of_numbers(number, detail, members)
    return _of_words(number, detail, members)


def _of_numbers(number: int, detail: Detail, members: Members) -> Difference | None:
    values = np.asarray(detail.values)
    known = np.isfinite(values)
    if not (known & members).any() or values[known].std() == 0:
        return None
    # The strength is that of the scaled column, so that a few giants do not decide it; the means are what people know.
    here, overall = values[known & members].mean(), values[known].mean()
    strength = float(detail.columns[members, 0].mean())
    more = here > overall
    name = label_of(detail.definition)
    unit = detail.definition.unit
    texts = [_number(value, unit, detail.definition) for value in (here, overall)]
    clause = f"{_inside(name)} is {'higher' if more else 'lower'} ({texts[0]}, overall {texts[1]})"
    return Difference(
        number, detail.definition, abs(strength), texts[0], texts[1], clause, _sized(detail.definition, more)
    )


def _of_words(number: int, detail: Detail, members: Members) -> Difference | None:
    words = np.asarray(detail.words)
    best: tuple[float, str, float, float] | None = None
    for word in sorted(set(words.tolist()) - {UNKNOWN}):
        here, overall = float((words[members] == word).mean()), float((words == word).mean())
        strength = (here - overall) / np.sqrt(overall * (1 - overall)) if 0 < overall < 1 else 0.0
        if here >= 0.1 and (best is None or strength > best[0]):
            best = (float(strength), word, here, overall)
    if best is None or best[0] <= 0:
        return None
    strength, word, here, overall = best
    definition = detail.definition
    texts = [f"{word} ({share:.0%})" for share in (here, overall)]
    clause = _clause(definition, word, here, overall)
    return Difference(number, definition, strength, texts[0], texts[1], clause, _worded(definition, word))


def _clause(definition: AttributeDefinition, word: str, here: float, overall: float) -> str:
    name = _inside(label_of(definition))
    if definition.key.startswith("has_") and word in ("yes", "no"):
        having, of_all = (here, overall) if word == "yes" else (1 - here, 1 - overall)
        share = "all" if having == 1 else "none" if having == 0 else f"{having:.0%}"
        return f"{share} have {name.removeprefix('has ')} (overall {of_all:.0%})"
    often = "always" if here == 1 else "mostly" if here > 0.5 else "more often"
    return f"{name} is {often} {word} ({here:.0%}, overall {overall:.0%})"


def _worded(definition: AttributeDefinition, word: str) -> str:
    name = label_of(definition)
    if definition.type is AttributeType.BOOLEAN or word in ("yes", "no"):
        bare = _inside(name).removeprefix("has ")
        return bare if word == "yes" else f"no {bare}"
    if name.casefold() in word.casefold() or word.replace(" ", "").replace("-", "").islower():
        says_it = name[:4].casefold() in word  # a heat pump is heating
        alone = word not in _VAGUE and name.casefold() not in ("heating", "insulation", "tariff")
        return word if says_it or alone else f"{word} {_inside(name)}"
    return f"{_inside(name)} {word}"


def _sized(definition: AttributeDefinition, more: bool) -> str:
    name = _inside(label_of(definition))
    for key, (large, small) in _SIZES.items():
        if key in definition.key.casefold():
            if key == "year":
                return (
                    f"{large if more else small} buildings"
                    if "constr" in definition.key
                    else f"{large if more else small} ({name})"
                )
            return f"{large if more else small} {name}"
    return f"{'high' if more else 'low'} {name}"


def _inside(name: str) -> str:
    """Return a label as it stands inside a sentence; codes such as CDD65 keep their capitals."""
    return name[:1].lower() + name[1:] if name[1:].islower() or " " in name else name


def _number(value: float, unit: str, definition: AttributeDefinition) -> str:
    if definition.type is AttributeType.DATE or "year" in definition.key.casefold():
        return f"{value:.0f}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2
    return f"{value:,.{digits}f} {unit}".strip()
