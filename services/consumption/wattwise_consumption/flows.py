"""Which way energy went, as headers and cells say it in many languages."""

import re
from dataclasses import dataclass
from enum import StrEnum

from . import vocabulary


class Flow(StrEnum):
    TAKEN = "taken"  # from the grid
    FED = "fed"  # into the grid
    USED = "used"  # in the house, wherever it came from
    MADE = "made"  # by the roof, wherever it went
    OWN = "own"  # made and used in the house
    STORED = "stored"  # into or out of a battery
    NET = "net"  # taken less fed, with its sign


@dataclass(frozen=True)
class _Words:
    """Whole words, and parts of words (or of a phrase, with “_” between its words), that say a flow."""

    whole: frozenset[str]
    parts: tuple[str, ...]

    def said_in(self, words: list[str]) -> bool:
        texts = [*words, "_".join(words)]
        return any(text in self.whole or any(part in text for part in self.parts) for text in texts)


def _flow(whole: str, parts: str = "") -> _Words:
    return _Words(frozenset(whole.split()), tuple(parts.split()))


# The first that is said is meant: “teruglevering” has “levering” in it, “Energie aus Batterie bezogen” has “bezogen”.
_SAID: tuple[tuple[Flow, _Words], ...] = (
    (Flow.STORED, _flow("storage akku powerwall", "batter speicher")),
    (Flow.OWN, _flow("self autocons autoconsumo", "eigenverb direktverb direkt direct eigendeckung selfcons autocons")),
    (Flow.FED, _flow(
        "fed injected reinjection returned return ret eai surplus gg salida vertida vertido oddana oddanie dodavka",
        "einspeis eingespeist feedin feed_in grid_return export injecti injecao injecc teruglever terug excedent verti immiss immessa inmatning overskudd"
        " 売電",
    )),
    (Flow.TAKEN, _flow(
        "eas entrada gc cl pobrana pobor odber delivered levering uttag purchase purchased",
        "import bezug bezogen afname soutir prelev preliev 買電",
    )),
    (Flow.USED, _flow(
        "usage use used load demand home house electric electricity elec strom electricidad electricite elektriciteit"
        " energia elettrica sahko",
        "consum verbrauch verbruik forbruk forbrug conso kulutus tarbimi zuzyci spotreb fogyaszt tuketim 使用 사용 用电",
    )),
    (Flow.MADE, _flow("generated solar pv yield ertrag opwek opbrengst gen inverter wechselrichter omvormer onduleur", "erzeug produ generati tuotan tootmi uretim 発電 발전")),
    (Flow.NET, _flow("net netto grid saldo neto")),
)  # fmt: skip
_OBIS = re.compile(r"(?<![\d.])(?:\d-\d{1,3}:)?(?P<group>[1-9])\.\d{1,2}\.\d{1,3}(?!\d)")
_OBIS_FLOWS = {"1": Flow.TAKEN, "2": Flow.FED}
_SIGNED = re.compile(
    r"^\s*(?:[AP](?P<after>[+-])|(?P<before>[+-])[AP])\s*$|\b[AP](?P<within>[+-])(?!\w)|(?<![\w])(?P<front>[+-])[AP](?!\w)"
)
_ENTERING_OR_LEAVING = re.compile(r"^\s*A(?P<which>[ES])(?:[ _\[(]*[kM]?Wh\W*)?$", re.IGNORECASE)  # Spain's AE and AS
_SIDES = "grid|solar|pv|battery|generator|consumers?|loads?|home|house"
_FROM_TO = re.compile(rf"\b(?P<from>{_SIDES}) to (?P<to>{_SIDES})\b")
_REACTIVE = {"reactive", "reaktiv", "blind", "blindarbeit", "kvarh", "kvar", "varh", "reactiva", "reativa"}


def between(text: str) -> tuple[Flow, str] | None:
    """(the flow, the other side) of a header that says from where to where energy went: “Grid to battery”."""
    found = _FROM_TO.search(" ".join(vocabulary.words_of(text)))
    if found is None:
        return None
    if "grid" not in found.group("from", "to"):
        return Flow.OWN, f"{found['from']} {found['to']}"
    return (Flow.TAKEN, found["to"]) if found["from"] == "grid" else (Flow.FED, found["from"])


def flow_of(text: str) -> Flow | None:
    """What a header or a cell says of the way that energy went; None where it says nothing of it."""
    if found := _OBIS.search(text):
        return _OBIS_FLOWS.get(found["group"])
    if found := _SIGNED.search(text):
        return Flow.TAKEN if "+" in found[0] else Flow.FED
    if found := _ENTERING_OR_LEAVING.search(text):
        return Flow.TAKEN if found["which"] in "Ee" else Flow.FED
    if found_between := between(text):
        return found_between[0]
    words = vocabulary.words_of(text)
    return next((flow for flow, said in _SAID if said.said_in(words)), None)


def sign_of(header: str) -> str:
    """What stands in a header for flow and register at once: an OBIS code, "A+", "-A", or empty."""
    found = _OBIS.search(header) or _SIGNED.search(header)
    return found[0].strip() if found else ""


def says_flow(word: str) -> bool:
    """Whether a single word of a header says a flow."""
    return any(said.said_in([word]) for _, said in _SAID)


def is_reactive(text: str) -> bool:
    found = _OBIS.search(text)
    return bool(found and found["group"] in "345678") or bool(_REACTIVE & set(vocabulary.words_of(text)))
