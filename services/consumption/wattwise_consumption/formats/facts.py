"""What names and texts around a table say of its readings: unit, quantity, zone, stamps and measure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import starmap
from zoneinfo import available_timezones

from wattwise_consumption import vocabulary
from wattwise_consumption.units import Unit, unit_fits, unit_in, unit_named, unit_written
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure, Recipe, StampMarks

Said = Iterable[
    tuple[str, str]
]  # names and texts, the nearest first; the name is empty for a key that leads to a table
_Words = frozenset[str]


def listed(words: str) -> _Words:
    """The words of a list that is written with blanks between them."""
    return frozenset(words.split())


_WRITTEN_OUT = {
    "watthour": "Wh", "watthours": "Wh", "kilowatthour": "kWh", "kilowatthours": "kWh", "megawatthour": "MWh",
    "megawatthours": "MWh", "kilowatt": "kW", "kilowatts": "kW", "megawatts": "MW", "kwt": "kW", "maw": "MW", "mtq": "m³",
    "cubicmeter": "m³", "cubicmeters": "m³", "cubicmetres": "m³",
}  # fmt: skip
_NOT_KEPT = listed("""
    kvarh varh kvar var va kva kvah v mv a ma hz % percent bar mbar hpa lux ppm pence p gbp eur usd aud cad chf dkk nok sek
    € £ $ w/m² w/m2 m/s km/h mm pf db count boolean
""")
_NAMES = listed("name title label metric series parameter measurement")
# Under these stands what is measured: any word counts. Of texts under other names, all words must be known.
_CLEAR = listed("fuel utility commodity medium resource service classifier magnitude magnitud product")
_LESS_CLEAR = listed("direction flow type kind quantity channel register measured energy energie") | _NAMES
_FLAGS = listed("production generation export exported feedin")
_MADE = listed(
    "production produced generation generated produktion produccion produzione inverter solar pv returned surplus"
)
_TAKEN = listed("import imported consumption consumed purchased afname bezug verbrauch consumo forbruk forbrug usage")
_GENERIC = listed("""
    energy electricity electric elec power active reading readings data value values interval intervals hourly daily half hour
    quarter day meter meters nodes list history measurements timeseries time series total main grid from to the of real wh kwh
    natural period feed in by sum gross
""")  # fmt: skip
_OBIS = re.compile(r"(?P<medium>\d)-\d{1,3}:(?P<flow>\d{1,3})\.(?P<what>\d{1,3})(?:\.\d{1,3})?")
_MEDIA = {"6": Quantity.HEAT, "7": Quantity.GAS, "8": Quantity.WATER, "9": Quantity.WATER}
_OTHER_MEDIA = (Quantity.GAS, Quantity.HEAT, Quantity.WATER)
_MEASURES: tuple[tuple[Measure, _Words], ...] = (
    (
        Measure.REGISTER,
        listed("cumulative cumulated register registers counter totalizer odometer increasing zahlerstand"),
    ),
    (Measure.INSTANT, listed("instantaneous instant spot momentary momentan")),
    (Measure.INTERVAL, listed("interval delta sum incremental difference")),
    (Measure.POWER, listed("power demand")),
)
_SAYS_MEASURE = listed("type kind class mode function aggregate aggregation accumulation measure behaviour statistic")
_SAYS_MARKS = listed("timestamp stamp time interval period label ending")
_MARKS = {
    "end": StampMarks.END, "ending": StampMarks.END, "right": StampMarks.END,
    "start": StampMarks.START, "beginning": StampMarks.START, "left": StampMarks.START,
}  # fmt: skip
_OF_ROWS = vocabulary.UNIT | _CLEAR | _FLAGS | listed("direction flow timezone obis class")
_OF_ALL = _OF_ROWS | _LESS_CLEAR | _SAYS_MEASURE | _SAYS_MARKS | listed("tz zone code state")


@dataclass(frozen=True)
class Facts:
    """`not_kept`: the unit, as written, of something that is not kept here, such as reactive energy or money."""

    unit: str = ""
    not_kept: str = ""
    quantity: Quantity | None = None
    zone: str = ""
    marks: StampMarks = StampMarks.AUTO
    measure: Measure = Measure.AUTO

    def as_recipe(self) -> Recipe:
        return Recipe(
            unit=self.unit, quantity=self.quantity or Quantity.ELECTRICITY_IMPORT, stamps_in=self.zone,
            timezone=self.zone if "/" in self.zone else "", stamp_marks=self.marks, measure=self.measure,
        )  # fmt: skip


def facts_in(said: Said) -> Facts:
    """What is said nearest counts; but not a quantity or a measure that the unit cannot be of."""
    pairs = [(_words(name), text.strip()) for name, text in said if 0 < len(text.strip()) <= 200]
    unit, not_kept = _unit(pairs)
    found = [(text, quantity) for words, text in pairs if (quantity := _quantity(words, text)) is not None]
    others = [quantity for _, quantity in found if quantity in _OTHER_MEDIA]
    only_way = bool(found) and found[0][1] is Quantity.ELECTRICITY_IMPORT and _words(found[0][0]) <= _TAKEN
    quantities = [*(others if only_way else []), *(quantity for _, quantity in found)]  # gas is consumed, too
    measures = [measure for measure in starmap(_measure, pairs) if measure is not None]
    return Facts(
        unit.name if unit else "",
        not_kept,
        next((quantity for quantity in quantities if unit is None or unit_fits(unit, quantity)), None),
        next(filter(None, starmap(_zone, pairs)), ""),
        next(filter(None, starmap(_marks, pairs)), StampMarks.AUTO),
        next((measure for measure in measures if _fits(measure, unit)), Measure.AUTO),
    )


def names_a_fact(name: str) -> bool:
    """Whether the cells of a column of this name say something of their rows' values, rather than being values."""
    return bool(_words(name) & _OF_ROWS)


def may_say(name: str, text: str) -> bool:
    """Whether a text under this name could say a fact."""
    return bool(_words(name) & _OF_ALL) and not text[:4].isdigit()


def is_kept(unit: str) -> bool:
    """Whether a unit, as it is written, is not that of something which is not kept here."""
    return unit.strip().lower() not in _NOT_KEPT


def unit_said(text: str) -> Unit | None:
    """The unit that a text is: "kWh", "kilowatt-hours", "EUR / MWh"; None where it is none that is known."""
    plain = text.strip().lower()
    named = _WRITTEN_OUT.get(re.sub(r"[ _-]", "", plain))
    return unit_named(named) if named else unit_in(text)


def _unit(pairs: list[tuple[_Words, str]]) -> tuple[Unit | None, str]:
    """(the unit, or as it is written where it is of something that is not kept)."""
    for words, text in pairs:
        if words & vocabulary.UNIT and not words & {"time", "price"}:
            if unit := unit_said(text):
                return unit, ""
            if text.lower() in _NOT_KEPT:
                return None, text
    for words, text in pairs:  # “power_watts”, “PVPC (€/MWh)”
        unit = unit_written(text) or unit_in(text) if words & _NAMES else None
        if unit is not None and unit.family in ("energy", "power", "price"):
            return unit, ""
    return None, ""


def _quantity(words: _Words, text: str) -> Quantity | None:
    if found := _OBIS.fullmatch(text):
        return _quantity_of_code(found)
    if words & _FLAGS and text.lower() in ("true", "false"):
        return Quantity.ELECTRICITY_EXPORT if text.lower() == "true" else Quantity.ELECTRICITY_IMPORT
    if not words & (_CLEAR | _LESS_CLEAR) and words:
        return None
    plain = text.split("?")[0].replace("/", " ")
    known = _GENERIC | _MADE | _TAKEN | vocabulary.EXPORT
    if not words & _CLEAR and not all(
        word in known or word.isdigit() or vocabulary.quantity_named_in(word) for word in _words(plain)
    ):
        return None
    return quantity_said(plain)


def quantity_said(text: str) -> Quantity | None:
    """The quantity that some word of a text says."""
    named = vocabulary.quantity_named_in(text)
    if named is None and _words(text) & _MADE:
        return Quantity.ELECTRICITY_EXPORT
    return Quantity.ELECTRICITY_IMPORT if named is None and _words(text) & _TAKEN else named


def _quantity_of_code(found: re.Match[str]) -> Quantity | None:
    if found["medium"] != "1":
        return _MEDIA.get(found["medium"])
    return {"1": Quantity.ELECTRICITY_IMPORT, "2": Quantity.ELECTRICITY_EXPORT}.get(found["flow"])


def _zone(words: _Words, text: str) -> str:
    if not words & {"timezone", "tz", "zone"}:
        return ""
    if text in ("UTC", "GMT", "Z", "Etc/UTC"):
        return "UTC"
    return text if "/" in text and text in _zones() else ""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _marks(words: _Words, text: str) -> StampMarks | None:
    said = _words(text)
    if not words & _SAYS_MARKS or len(said) > 4 or any(word.isdigit() for word in said):
        return None
    return next((mark for word, mark in _MARKS.items() if word in said), None)


def _measure(words: _Words, text: str) -> Measure | None:
    if (found := _OBIS.fullmatch(text)) and found["medium"] == "1":
        return {"8": Measure.REGISTER, "29": Measure.INTERVAL}.get(found["what"])
    said = _words(text)
    if "state" in words and "class" in words:
        states = {"total": Measure.REGISTER, "total increasing": Measure.REGISTER, "measurement": Measure.INSTANT}
        return states.get(vocabulary.phrase_of(text))
    if not words & _SAYS_MEASURE or "device" in words or len(said) > 4:
        return None
    return next((measure for measure, known in _MEASURES if known & said), None)


def _fits(measure: Measure, unit: Unit | None) -> bool:
    """Whether a unit can be so measured. Of a mean of power the unit tells by itself."""
    if unit is None or unit.family not in ("energy", "power", "volume"):
        return unit is None and measure is not Measure.INSTANT
    return (unit.family == "power") == (measure in (Measure.POWER, Measure.INSTANT))


@lru_cache(maxsize=20_000)
def _words(text: str) -> _Words:
    return frozenset(vocabulary.words_of(text))
