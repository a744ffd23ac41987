"""What stands above the header of a table and holds for all of its rows: the meter, the unit, which way the energy went.

It is written as a block of names over their values, or line by line: "Zählpunkt;DE00…", "Unit: kWh".
"""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from wattwise_contract.recipes import ImportKind, Measure, Recipe

from . import vocabulary
from .headers import quantity_said
from .units import Unit, unit_in, unit_named_or_none, unit_written

_NOT_OF_METERS = {"name", "id", "key", "identifier", "series", "channel", "user", "home", "house", "client", "customer", "kunde",
                  "property", "cliente", "contract", "contrat", "contrato"}  # fmt: skip
_OF_DIRECTION = {"grandeur", "resource", "type", "richtung", "energierichtung", "direction", "commodity", "fuel", "utility",
                 "medium", "sparte", "measurement", "flow", "tipo", "metier", "obis", "kennzahl"}  # fmt: skip
_OF_FILES = {"report", "file", "document", "export", "format"}
_COUNTS = {"index", "meter readings", "register", "registers", "zahlerstande", "zahlerstand", "meterstanden"}
_PARTS = {"service"}  # of an account: each has a meter
_UNIT, _LONGEST_TITLE = "Unit", 300
_UNIT_IN_TITLE = re.compile(
    r"[(\[](?:(?:all )?(?:values|werte)? ?in |unit: ?|einheit: ?)?(?P<bracketed>[^\W\d]{1,6}[³3]?)[)\]]"
    r"|(?:\b(?:in|en|w|unit|units|einheit|unite|unidad|unita|eenheid|enhed|enhet|jednostka)\b:? ?)(?P<said>[^\W\d]{1,6}[³3]?)(?=[\s,;.)]|$)",
    re.IGNORECASE,
)
Rows = Sequence[Sequence[str]]


def facts_above(rows: Rows, names: Sequence[str]) -> dict[str, str]:
    """Name → value of what the rows above a header say that its columns (`names`) do not."""
    pairs = [(name.strip(" :"), value.strip(" :\"'=")) for name, value in _pairs(rows)]
    has_meter = any(_is_id(name) for name in names)
    has_unit = any(vocabulary.UNIT & set(vocabulary.words_of(name)) or _says_unit(name) for name in names)
    facts: dict[str, str] = {}
    for name, value in pairs:
        words = set(vocabulary.words_of(name))
        is_id = not has_meter and _is_id(name) and vocabulary.phrase_of(name) not in _NOT_OF_METERS
        is_unit = not has_unit and vocabulary.UNIT & words and unit_written(value) is not None
        is_direction = _OF_DIRECTION & words and not _OF_FILES & words and len(value.split()) <= 3
        is_direction = is_direction and quantity_said(value) is not None
        if value and (is_id or is_unit or is_direction):
            facts.setdefault(name, value)
    said = () if has_unit else (*titles_of(rows), *_groups_of(rows))
    units = {unit.name for title in said for unit in _units_in(title)}
    if len(units) == 1 and not any(vocabulary.UNIT & set(vocabulary.words_of(name)) for name in facts):
        facts[_UNIT] = next(iter(units))
    parts = [value for name, value in pairs if vocabulary.phrase_of(name) in _PARTS]
    return {name: " ".join([value, *parts]) if _is_account(name) else value for name, value in facts.items()}


def titles_of(rows: Rows) -> tuple[str, ...]:
    """What stands above a header in one cell: “Consumption in MWh”."""
    alone = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    return tuple(row[0][:_LONGEST_TITLE] for row in alone if len(row) == 1)


def _groups_of(rows: Rows) -> Iterator[str]:
    """What a header says in a row of its own, over several columns: “Electricity (Wh)” over H1 and H2."""
    for row in rows:
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(filled) > 1 and not any(cell[:1].isdigit() for cell in filled):
            yield from filled


def _units_in(title: str) -> Iterator[Unit]:
    """The units of energy, power or volume that a title says of all values; not that of a number in it."""
    for found in _UNIT_IN_TITLE.finditer(title):
        unit = unit_named_or_none(found["bracketed"] or found["said"] or "")
        if unit is not None and unit.family in ("energy", "power", "volume"):
            yield unit


def _says_unit(name: str) -> bool:
    unit = unit_in(name)
    return unit is not None and unit.family in ("energy", "power", "volume")


def recipe_above(rows: Rows) -> Recipe:
    """That the values are a register's counts, where the rows above a header say so."""
    counts = any(
        "type" in vocabulary.words_of(name) and vocabulary.phrase_of(value) in _COUNTS for name, value in _pairs(rows)
    )
    return Recipe(kind=ImportKind.READINGS, measure=Measure.REGISTER) if counts else Recipe()


def with_facts(
    names: tuple[str, ...], cells: pl.DataFrame, facts: dict[str, str]
) -> tuple[tuple[str, ...], pl.DataFrame]:
    """A table (its names and cells) with a column for each fact."""
    if not facts:
        return names, cells
    columns = [pl.lit(value).alias(f"c{len(names) + place}") for place, value in enumerate(facts.values())]
    return (*names, *facts), cells.with_columns(columns)


def _pairs(rows: Rows) -> Iterator[tuple[str, str]]:
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    for place, row in enumerate(filled):
        below = filled[place + 1] if place + 1 < len(filled) else []
        if len(row) == 1 and ":" in row[0]:
            name, _, value = row[0].partition(":")
            yield name, value
        elif len(row) == 2:
            yield row[0], row[1]
        elif len(row) > 2 and len(rows[place]) <= len(rows[min(place + 1, len(rows) - 1)]) + 2 and below:
            yield from zip(rows[place], rows[place + 1], strict=False)


def _is_id(name: str) -> bool:
    return vocabulary.rank_among(name, f"{vocabulary.METER};{vocabulary.CONSUMER}") is not None


def _is_account(name: str) -> bool:
    return "account" in vocabulary.words_of(name)
