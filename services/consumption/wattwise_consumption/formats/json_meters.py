"""Which meter and which consumer the rows of a JSON table are of, where its columns or what stands around it names them."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.numbers import share_of_numbers
from wattwise_consumption.stamps import stamp_format_of

from .facts import names_a_fact
from .json_shapes import IN_A_LIST, JsonTable

_THINGS = (
    "meter metering usage service supply delivery device sensor resource feed system installation inverter entity station "
    "plant point dataset asset circuit"
)
_NAMES_A_METER = re.compile(
    rf"(?:{_THINGS.replace(' ', '|')})\w*?(?:id|uid|uuid|guid|ean|code|key|number|serial|mrid|(?P<name>name))"
)
_GENERIC_NAMES = {"name", "id", "key", "identifier", "mrid", "channel", "series", "unique id", "item id"}
_NO_METER = {
    "type",
    "class",
    "category",
    "status",
    "version",
    "request",
    "program",
    "event",
    "tariff",
    "product",
    "price",
}
_BY_PATTERN, _BY_NAME, _GENERICALLY = 1_000, 2_000, 3_000  # ranks, after those of the vocabulary


@dataclass(frozen=True)
class Meters:
    """The names of the columns with meters and consumers, empty where nothing names them; `columns` are those to be added
    to the table's own."""

    meter: str = ""
    consumer: str = ""
    columns: tuple[pl.Series, ...] = ()


def meters_of(table: JsonTable, own: pl.DataFrame) -> Meters:
    around = list(dict.fromkeys(name for said in table.around for name, text in said.items() if text))
    if "jsonrpc" in around:  # then “id” is that of the request
        around.remove("id")
    meter, generic = _best(own.columns, around, _rank_of_meter)
    if not meter or generic:
        meter = _what_tells_places_apart(table, own, around, meter) or meter
    consumer, _ = _best(own.columns, around, _rank_of_consumer)
    consumer = consumer if consumer != meter else ""
    columns: dict[str, pl.Series] = {}
    for name in filter(None, (meter, consumer)):
        if name not in own.columns:
            columns[name] = _texts(table, name).alias(name if name != "line" else "line ")
    return Meters(meter, consumer, tuple(columns.values()))


def _best(own: list[str], around: list[str], rank_of: Callable[[str], int | None]) -> tuple[str, bool]:
    """(the best name for what is ranked, whether it says little by itself): of equally good ones the rows' own first, and
    of those around them the nearest."""
    ranked = [(rank, place, name) for place, name in enumerate([*own, *around]) if (rank := rank_of(name)) is not None]
    rank, _, name = min(ranked, default=(0, 0, ""))
    return name, rank >= _GENERICALLY


def _rank_of_meter(name: str) -> int | None:
    last = name.rpartition(".")[2]
    words = vocabulary.words_of(name)
    if IN_A_LIST in name or not _NO_METER.isdisjoint(words):
        return None
    if vocabulary.phrase_of(last) in _GENERIC_NAMES:
        return _BY_PATTERN if _NAMES_A_METER.fullmatch("".join(words)) else _GENERICALLY
    if (rank := vocabulary.rank_among(last, vocabulary.METER)) is not None:
        return rank
    found = _NAMES_A_METER.fullmatch("".join(vocabulary.words_of(last)))
    return None if found is None else _BY_NAME if found["name"] else _BY_PATTERN


def _rank_of_consumer(name: str) -> int | None:
    return None if IN_A_LIST in name else vocabulary.rank_among(name.rpartition(".")[2], vocabulary.CONSUMER)


def _what_tells_places_apart(table: JsonTable, own: pl.DataFrame, around: list[str], meter: str) -> str:
    """The name under which lists with the same times say something else each; empty where times do not repeat, or the
    meter's own name tells them apart."""
    time = next((name for name in own.columns if stamp_format_of(own[name]) is not None), "")
    if len(table.around) < 2 or not time or own[time].n_unique() == own.height:
        return ""
    in_all = Counter(chain.from_iterable(table.around))
    names = [name for name in around if in_all[name] == len(table.around) and not names_a_fact(name)]
    texts = {name: [said[name] for said in table.around] for name in names}
    count = {name: len(set(cells)) for name, cells in texts.items() if None not in cells}
    if meter in own.columns or count.get(meter, 1) > 1:
        return ""
    words = [name for name in count if count[name] > 1 and _are_words(texts[name])]
    return max(words, key=lambda name: (count[name], -len(name)), default="")


def _are_words(texts: list[str | None]) -> bool:
    column = pl.Series(texts, dtype=pl.String)
    return share_of_numbers(column) < 0.5 and stamp_format_of(column) is None and not column.str.contains("://").any()


def _texts(table: JsonTable, name: str) -> pl.Series:
    return pl.Series(name, [said.get(name) for said in table.around], dtype=pl.String).gather(table.within)
