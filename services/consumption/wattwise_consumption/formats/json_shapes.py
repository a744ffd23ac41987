"""Find the tables of a JSON document, in whatever shape they are, with all that is said around them."""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.problems import BadFile

from .facts import listed
from .json_columns import (
    DEEPEST,
    MOST_VALUES,
    POSITION,
    TIME_KEY,
    Columns,
    Record,
    are_numbers,
    by_columns,
    by_lists,
    by_rows,
    by_times,
    check_size,
    columns_of,
    counted,
    flat,
    holds_table,
    is_scalar,
    name_within,
    single_in_all,
    text_of,
)

_MOST_SAID = 100  # facts that an object keeps of those beside it
_MOST_AROUND = 300  # facts that are kept of all that lies around a node
_HEADERS = {"columns", "keys", "fields", "header", "headers", "column_names"}
_STARTS = listed("start started starts from begin begins beginning debut since ts timestamp date utc")
IN_A_LIST = "[]"  # in a name: one of things that might be several
Path = tuple[str, ...]


@dataclass(frozen=True)
class JsonTable:
    """A table in a document: text columns of its records, and what those lie within. `keys` lead to it, such as data,
    records; they are the same for all lists in a list. `within`: of each row the place in `around`, where names stand
    nearest first. What an object beside the table says has a dot in its name: reading_type.unit."""

    keys: Path
    frame: pl.DataFrame
    within: pl.Series
    around: tuple[Record, ...]
    lines: pl.Series | None = None  # where each row is in the file, if that has lines

    @property
    def path(self) -> str:
        return ".".join(self.keys)

    @property
    def own(self) -> list[str]:
        return self.frame.columns

    def with_around(self) -> pl.DataFrame:
        """The records with what is said around each."""
        names = dict.fromkeys(name for said in self.around for name in said if name not in self.own)
        check_size(len(names), len(self.around), sum(map(len, self.around)))
        around = {name: [said.get(name) for said in self.around] for name in names}
        beside = (
            pl.DataFrame(around, schema=dict.fromkeys(around, pl.String))[self.within] if around else pl.DataFrame()
        )
        return pl.concat([self.frame, beside], how="horizontal")


@dataclass(frozen=True)
class _Around:
    """What is said around a node, nearest first, and lists that may name its columns."""

    said: Record = field(default_factory=dict)
    headers: tuple[list[str], ...] = ()

    @property
    def has_start(self) -> bool:
        return any(not _STARTS.isdisjoint(vocabulary.words_of(name)) for name in self.said)


@dataclass
class _Rows:
    """The rows at a path, in columns; `within`: of each row the place in `around`."""

    columns: Columns = field(default_factory=dict)
    height: int = 0
    given: int = 0
    within: list[int] = field(default_factory=list)
    around: list[Record] = field(default_factory=list)

    def add(self, columns: Columns, around: Record) -> None:
        count = len(next(iter(columns.values())))
        self.given += count * len(columns)
        width = len(self.columns) + sum(name not in self.columns for name in columns)
        check_size(width, self.height + count, self.given)
        for name, cells in columns.items():
            known = self.columns.setdefault(name, [])
            known.extend([None] * (self.height - len(known)))
            known.extend(cells)
        self.height += count
        if not self.around or self.around[-1] is not around:
            self.around.append(around)
        self.within.extend([len(self.around) - 1] * count)

    def table(self, keys: Path) -> JsonTable:
        for cells in self.columns.values():
            cells.extend([None] * (self.height - len(cells)))
        frame = pl.DataFrame(self.columns, schema=dict.fromkeys(self.columns, pl.String))
        return JsonTable(keys, frame, pl.Series(self.within, dtype=pl.Int32), tuple(self.around))


def tables_in(document: object) -> list[JsonTable]:
    """All tables of a document, in their order; none where it holds none. Raises `BadFile` for one that is too deep,
    too wide or too large."""
    walk = _Walk()
    try:
        walk.into(document, _Around(), (), 0)
    except RecursionError:
        raise too_deep() from None
    return [rows.table(path) for path, rows in walk.found.items()]


def too_deep() -> BadFile:
    return BadFile("The JSON is nested too deeply.", "Export a plain list of objects.")


@dataclass
class _Walk:
    found: dict[Path, _Rows] = field(default_factory=dict)
    values: int = 0

    def into(self, node: object, around: _Around, path: Path, depth: int) -> None:
        if depth > DEEPEST:
            raise too_deep()
        if isinstance(node, list):
            self._list(node, around, path, depth)
        elif isinstance(node, dict):
            self._object(node, around, path, depth)

    def _list(self, node: list[Any], around: _Around, path: Path, depth: int) -> None:
        if self._took(by_rows(node, _header_for(node, around), []), around, path):
            return
        single = single_in_all(node)
        records: list[Record] = []
        for item in node:
            if isinstance(item, dict) and single:
                item = item | {key: item[key][0] for key in single if item.get(key)}
            if isinstance(item, dict) and not _holds_list(item):
                records.append(flat(item))
            else:
                self.into(item, around, path, depth + 1)
        if records:
            columns, first = columns_of(records)
            self._took(columns, _Around(first | around.said) if first else around, path)

    def _object(self, node: dict[str, Any], around: _Around, path: Path, depth: int) -> None:
        inside = _inside(node, around)
        if self._took(by_times(node, name_within(path)) or by_columns(node), inside, path):
            return
        if len(node) > 1 and list(node) == list(map(str, range(len(node)))):  # a list whose places are its keys
            self._list(list(node.values()), around, path, depth)
            return
        lists = by_lists(node)
        self._took(_with_positions(lists, inside), inside, path)
        for key, value in node.items():
            if key not in lists and not (lists and isinstance(value, dict) and not lists.keys().isdisjoint(value)):
                self._value(key, value, node, inside, path, depth)

    def _value(self, key: str, value: Any, node: dict[str, Any], inside: _Around, path: Path, depth: int) -> None:
        here = (*path, key)
        if isinstance(value, list):
            index = node.get("index")
            beside = index if isinstance(index, list) and len(index) == len(value) and key != "index" else []
            rows = by_rows(value, _header_for(value, inside), beside) or (
                counted(value, name_within(here)) if inside.has_start else {}
            )
            if self._took(_with_positions(rows, inside), inside, here):
                return
        if TIME_KEY.fullmatch(key):
            day: Record = {"date": key}
            inside, here = _Around(day | inside.said, inside.headers), path
        self.into(value, inside, here, depth + 1)

    def _took(self, columns: Columns, around: _Around, path: Path) -> bool:
        self.values += sum(map(len, columns.values()))
        if self.values > MOST_VALUES:
            raise BadFile(f"The JSON holds more than {MOST_VALUES:,} values.", "Write one object per line (NDJSON).")
        if columns:
            self.found.setdefault(path, _Rows()).add(columns, around.said)
        return bool(columns)


def _holds_list(item: dict[str, Any]) -> bool:
    """Whether an object in a list is more than a record: it holds a table, or values that follow on a start in it."""
    return any(map(holds_table, item.values())) or (_holds_readings(item) and _Around(item).has_start)


def _inside(node: dict[str, Any], around: _Around) -> _Around:
    """What lies within a node is what it says, also in objects that hold no readings, over what is said around it."""
    said = {key: text_of(value) for key, value in node.items() if is_scalar(value)}
    for key, value in node.items():
        if isinstance(value, list) and len(value) == 1:
            key, value = f"{key}{IN_A_LIST}", value[0]
        if isinstance(value, dict) and len(said) < _MOST_SAID and not _holds_readings(value):
            said |= {name: text for name, text in flat(value, f"{key}.").items() if text is not None}
    named = [value for key, value in node.items() if key.lower() in _HEADERS and _are_names(value)]
    said |= {name: text for name, text in around.said.items() if name not in said}
    return _Around(dict(islice(said.items(), _MOST_AROUND)), (*named, *around.headers)[:_MOST_SAID])


def _holds_readings(node: dict[str, Any]) -> bool:
    series = any(isinstance(value, list) and len(value) > 1 and are_numbers(value) for value in node.values())
    return series or holds_table(node)


def _are_names(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) for name in value)


def _header_for(rows: list[Any], around: _Around) -> list[str]:
    """The nearest list of names that is as long as the rows are wide."""
    width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
    return next((names for names in around.headers if len(names) == width), [])


def _with_positions(lists: Columns, around: _Around) -> Columns:
    """Columns without times follow on each other from a start that is told around them."""
    if (
        not lists
        or POSITION in lists
        or not around.has_start
        or any(TIME_KEY.fullmatch(cells[0] or "") for cells in lists.values())
    ):
        return lists
    height = len(next(iter(lists.values())))
    positions: Columns = {POSITION: [str(at) for at in range(1, height + 1)]}
    return positions | lists
