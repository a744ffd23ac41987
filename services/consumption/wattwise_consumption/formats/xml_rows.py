"""XML of any kind whose records are rows: elements with a time and a value, as attributes or as elements within them.

What the elements around a record say of it (the meter, the unit, the date) are cells of its row, too.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from wattwise_consumption import sniff, vocabulary
from wattwise_consumption.archives import Member
from wattwise_consumption.csv_cells import MOST_COLUMNS
from wattwise_consumption.layout import layout_of, sample_of
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import CalorificValue, Recipe

from .cells import table_from, with_notes_at_the_end
from .facts import names_a_fact
from .format import Bounds, FileFormat, Table
from .xml_nodes import built_from, root_of

_ROWS_IN_A_TABLE = 50_000
_DEEPEST, _LONGEST_TEXT = 100, 10_000
_FEWEST = 2  # records that make a table
_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2}|^\d{10,19}$")
_PAGES = ("html", "head", "body", "rss", "svg", "Workbook")
_UNKNOWN = ("This is XML of a kind that is not known here.", "Export it as CSV or JSON.")
_FACTS = Recipe(calorific_values=[CalorificValue()])  # whether they are known is asked where the table is read
_IDS = f"{vocabulary.METER};{vocabulary.CONSUMER}"
Fields = dict[str, str]


@dataclass(slots=True)
class _Open:
    """An element that has not ended: what its attributes and the texts in it say."""

    name: str
    line: int
    path: str
    attributes: Fields
    texts: Fields = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)  # elements in it: those that repeat say nothing of their neighbours
    has_elements: bool = False


@dataclass(slots=True)
class _Record:
    path: str
    line: int
    fields: Fields


class _Builder:
    """Makes records of the elements at `wanted`, or of all elements where that is empty."""

    def __init__(self, wanted: str = "") -> None:
        self.position: Any = None
        self.records: list[_Record] = []
        self._wanted = wanted
        self._stack: list[_Open] = []
        self._text: list[str] = []

    def start(self, tag: str, attributes: Fields) -> None:
        name = _plain(tag)
        if len(self._stack) > _DEEPEST:
            raise BadFile("The XML is nested too deeply.", "Export it again.")
        path = f"{self._stack[-1].path}/{name}" if self._stack else name
        if self._stack:
            self._stack[-1].has_elements = True
            self._forget_earlier(name)
        said = {_plain(key): value for key, value in attributes.items()}
        self._stack.append(_Open(name, self.position.CurrentLineNumber, path, said))
        self._text.clear()

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, tag: str) -> None:
        ended = self._stack.pop()
        text = "".join(self._text).strip()[:_LONGEST_TEXT] if not ended.has_elements else ""
        self._text.clear()
        if text:
            ended.texts[ended.name] = text
        own = ended.attributes | ended.texts
        if (ended.path == self._wanted or not self._wanted) and (len(own) > 1 or (own and self._wanted)):
            self.records.append(_Record(ended.path, ended.line, self._around(own) | own))
        if self._stack and not ended.has_elements and not self._repeats(ended.name):
            above = self._stack[-1].texts
            for key, value in ended.attributes.items():
                above.setdefault(f"{ended.name} {key}", value)
            above.setdefault(ended.name, text)

    def close(self) -> None:
        return None

    def taken(self) -> list[_Record]:
        taken, self.records = self.records, []
        return taken

    def _forget_earlier(self, name: str) -> None:
        above = self._stack[-1]
        if name in above.seen:
            above.texts = {
                key: text for key, text in above.texts.items() if key != name and not key.startswith(f"{name} ")
            }
            above.seen.add(f"{name} again")
        above.seen.add(name)

    def _repeats(self, name: str) -> bool:
        return f"{name} again" in self._stack[-1].seen

    def _around(self, own: Fields) -> Fields:
        """What the elements above say that may be of the record: whose it is, in which unit, of which day."""
        fields: Fields = {}
        is_dated = any(_DATE.search(value[:40]) for value in own.values())
        for above in self._stack:
            said = {f"{above.name} {key}": value for key, value in above.attributes.items()} | above.texts
            fields |= {name: value for name, value in said.items() if value and _is_of_records(name, is_dated=is_dated)}
        return fields


def _is_of_records(name: str, *, is_dated: bool) -> bool:
    key = name.rpartition(" ")[2]
    is_id = any(vocabulary.rank_among(each, _IDS) is not None for each in (name, key))
    is_date = not is_dated and not {"created", "issued"} & set(vocabulary.words_of(name))
    return is_id or names_a_fact(key) or (is_date and bool(vocabulary.TIME & set(vocabulary.words_of(key))))


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _path_of_records(head: bytes) -> str:
    """Which elements are rows of readings: of those that make a table with times and values, the most frequent."""
    found: dict[str, list[_Record]] = {}
    try:
        for records in built_from(io.BytesIO(head), _Builder()):
            for record in records:
                found.setdefault(record.path, []).append(record)
    except BadFile:  # the head ends anywhere
        pass
    likely = sorted(found.items(), key=lambda item: -len(item[1]))
    return next((path for path, some in likely if len(some) >= _FEWEST and _has_layout(some[:2_000])), "")


def _has_layout(records: list[_Record]) -> bool:
    table = table_from(_frame_of(records, _names_in(records)), Recipe())
    try:
        return bool(layout_of(table.names, sample_of(table.cells), _FACTS).values)
    except BadFile:
        return False


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    yield from with_notes_at_the_end(_blocks(member, bounds.table), "XML")


def _blocks(member: Member, wanted: str) -> Iterator[Table]:
    with member.open() as stream:
        path = wanted or _path_of_records(stream.read(sniff.HEAD_BYTES))
    if not path:
        raise BadFile(*_UNKNOWN)
    names: list[str] = []
    waiting: list[_Record] = []
    fault: BadFile | None = None
    with member.open() as stream:
        try:
            for records in built_from(stream, _Builder(path)):
                waiting += records
                if len(waiting) >= _ROWS_IN_A_TABLE:
                    names = _names_in(waiting, names)
                    yield table_from(_frame_of(waiting, names), Recipe())
                    waiting = []
        except BadFile as problem:  # what came before it is sound
            fault = problem
    if waiting:
        yield table_from(_frame_of(waiting, _names_in(waiting, names)), Recipe())
    if fault is not None:
        raise fault


def _names_in(records: list[_Record], known: list[str] | None = None) -> list[str]:
    names = list(dict.fromkeys([*(known or []), *(name for record in records for name in record.fields)]))
    if len(names) > MOST_COLUMNS:
        raise BadFile(f"A record of the XML has {len(names):,} fields.", f"{MOST_COLUMNS:,} is the most; split it.")
    return names


def _frame_of(records: list[_Record], names: list[str]) -> pl.DataFrame:
    columns = {name if name != "line" else "line ": [record.fields.get(name) for record in records] for name in names}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(pl.Series("line", [record.line for record in records], dtype=pl.Int64))


def _recognises(head: bytes, name: str) -> bool:
    root = root_of(head)
    return (
        bool(root)
        and root not in _PAGES
        and not sniff.text_of(head[:300]).lstrip().lower().startswith("<!doctype html")
    )


XML_ROWS = FileFormat("XML", _recognises, _tables)
