"""The columns of a table in JSON, from the shapes that are no plain list of objects; empty where a node has another."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import Any

from wattwise_consumption.csv_cells import MOST_COLUMNS
from wattwise_consumption.problems import BadFile

DEEPEST = 60
MOST_VALUES = 40_000_000  # of all tables of a document
_SPARSEST = 50  # cells for each that says something, where there are many
_MANY = 2_000_000
POSITION, OFFSET = "position", "seconds since start"
TIME_KEY = re.compile(
    r"(?:19|20)\d{2}-\d{2}-\d{2}(?:[ T]\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|1\d{9}|1\d{12}|1\d{15}|1\d{18}"
)
_SAYS_NOTHING = {
    "values", "value", "data", "readings", "items", "results", "result", "records", "series", "rows", "points", "totals",
    "list", "timeseries", "entries",
}  # fmt: skip
_NO_SERIES = {"coordinates", "bbox", "location", "position", "center", "range", "ids", "index"}
_LONGEST_RECORD = 10_000  # names that are looked at for what a list's first record says of all
Record = dict[str, str | None]
Columns = dict[str, list[str | None]]


def by_times(node: dict[str, Any], name: str) -> Columns:
    """An object whose keys are times, or seconds since a start, evenly: of values (which are called `name`), of
    objects, or of a day's values in a list."""
    times = len(node) > 1 and all(map(TIME_KEY.fullmatch, node))
    if not times and not _are_offsets(node):
        return {}
    own: Columns = {"time" if times else OFFSET: list(node)}
    values = list(node.values())
    if all(map(is_scalar, values)):
        return {**own, name: list(map(text_of, values))}
    if all(isinstance(value, dict) and not holds_table(value) for value in values):
        columns, _ = columns_of(list(map(flat, values)))
        return own | {f"{name} " if name in own else name: cells for name, cells in columns.items()}
    if times and all(isinstance(value, list) and value and all(map(is_scalar, value)) for value in values):
        return own | _columns_of_rows(values, [str(at + 1) for at in range(max(map(len, values)))])
    return {}


def _are_offsets(node: dict[str, Any]) -> bool:
    if len(node) < 2 or not all(key.isdecimal() and len(key) < 9 for key in node):
        return False
    steps = [after - before for before, after in pairwise(sorted(map(int, node)))]
    return all(map(is_scalar, node.values())) and min(steps) >= 60 and all(step % min(steps) == 0 for step in steps)


def by_columns(node: dict[str, Any]) -> Columns:
    """Objects with the same keys, which are times or numbers of rows, as pandas writes frames:
    {"time": {"0": …, "1": …}, "kwh": {"0": 1.5, "1": 2.5}}."""
    columns = {key: value for key, value in node.items() if isinstance(value, dict) and value}
    if not columns or len(columns) < len(node):
        return {}
    keys = list(next(iter(columns.values())))
    numbered = keys == list(map(str, range(len(keys))))
    if not numbered and not all(map(TIME_KEY.fullmatch, keys)):
        return {}
    if any(list(column) != keys or not all(map(is_scalar, column.values())) for column in columns.values()):
        return {}
    named = {key: list(map(text_of, column.values())) for key, column in columns.items()}
    return named if numbered else {"time": keys, **named}


def by_lists(node: dict[str, Any]) -> Columns:
    """An object that is a table by columns: two lists or more of one length, some perhaps in an object beside them."""
    if any(isinstance(value, list) and any(isinstance(item, list) for item in value) for value in node.values()):
        return {}
    lists = dict(_lists_in(node))
    for inner in node.values():
        if isinstance(inner, dict) and lists and len(lists) < 2:
            lists |= {key: value for key, value in _lists_in(inner) if key not in lists}
    if len(lists) < 2 or len({len(value) for value in lists.values()}) > 1:
        return {}
    return {key: list(map(text_of, value)) for key, value in lists.items()}


def _lists_in(node: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for key, value in node.items():
        if isinstance(value, list) and value and all(map(is_scalar, value)):
            yield key, value


def by_rows(rows: object, names: list[str], index: list[Any]) -> Columns:
    """A list of rows with two cells or more, or with one and an index beside them. Without `names`, those in the first
    row, if it holds nothing else; else the columns are numbered."""
    if not isinstance(rows, list) or not rows:
        return {}
    least = 1 if index else 2
    if not all(isinstance(row, list) and len(row) >= least and all(map(is_scalar, row)) for row in rows):
        return {}
    width = max(map(len, rows))
    if len(names) != width:
        own = (
            not index
            and len(rows) > 1
            and _are_names(rows[0])
            and not _are_names(rows[1])
            and len(set(rows[0])) == width
        )
        names, rows = (rows[0], rows[1:]) if own else ([f"column {at}" for at in range(1, width + 1)], rows)
    columns = _columns_of_rows(rows, names)
    return {"time" if "time" not in columns else "index": list(map(text_of, index)), **columns} if index else columns


def _are_names(row: list[Any]) -> bool:
    return all(isinstance(cell, str) and not TIME_KEY.fullmatch(cell) and not cell[:1].isdigit() for cell in row)


def counted(node: object, name: str) -> Columns:
    """A list of numbers, of which some may be missing: values that follow on each other from some start."""
    if name.lower() in _NO_SERIES or not isinstance(node, list) or len(node) < 2 or not are_numbers(node):
        return {}
    return {POSITION: [str(at) for at in range(1, len(node) + 1)], name: list(map(text_of, node))}


def are_numbers(node: list[Any]) -> bool:
    return any(cell is not None for cell in node) and all(
        cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)) for cell in node
    )


def name_within(path: Iterable[str]) -> str:
    """What the values at the end of a path are called: the last key that says something."""
    return next((key for key in reversed(list(path)) if key.lower() not in _SAYS_NOTHING), "value")


def columns_of(records: list[Record], *, keep_first: bool = False) -> tuple[Columns, Record]:
    """(the columns of records, what the first one says of all: texts that no other one has a place for; nothing where
    it is to keep them)."""
    names = dict.fromkeys(chain.from_iterable(records))
    first: Record = {}
    if (
        not keep_first
        and len(records) > 2
        and len(names) < _LONGEST_RECORD
        and any(name not in records[1] for name in records[0])
    ):
        others = set(chain.from_iterable(records[1:]))
        first = {name: text for name, text in records[0].items() if name not in others}
    check_size(len(names) - len(first), len(records), sum(map(len, records)))
    return {name: [record.get(name) for record in records] for name in names if name not in first}, first


def check_size(width: int, height: int, given: int) -> None:
    """Raises `BadFile` for a table of records that would take far more memory than what they say: `given` values."""
    if width > MOST_COLUMNS:
        raise BadFile(f"The records have {width:,} different names.", f"{MOST_COLUMNS:,} is the most; split it.")
    if width * height > MOST_VALUES:
        raise BadFile(f"The JSON holds more than {MOST_VALUES:,} values.", "Write one object per line (NDJSON).")
    if width * height > max(given * _SPARSEST, _MANY):
        raise BadFile(
            f"{height:,} records have {width:,} different names, and each record has few of them.",
            "Export a list of records of one shape, with the meter as a value, not as a name.",
        )


def _columns_of_rows(rows: list[list[Any]], names: list[str]) -> Columns:
    check_size(len(names), len(rows), sum(map(len, rows)))
    return {name: [text_of(row[at]) if at < len(row) else None for row in rows] for at, name in enumerate(names)}


def single_in_all(items: list[Any]) -> list[str]:
    """The names under which every object of a list has at most one thing in a list, such as {"payloads": [{…}]}."""
    if len(items) < 2 or not isinstance(items[0], dict):
        return []
    names = [key for key, value in items[0].items() if isinstance(value, list)]
    return [name for name in names if all(isinstance(item, dict) and _holds_one(item.get(name, [])) for item in items)]


def _holds_one(node: object) -> bool:
    return isinstance(node, list) and len(node) < 2 and not any(map(holds_table, node))


def holds_table(node: object) -> bool:
    """Whether there are lists of more than scalars, or objects with times as keys, in a node."""
    if isinstance(node, list):
        return any(isinstance(item, dict | list) for item in node)
    if not isinstance(node, dict):
        return False
    return (len(node) > 1 and all(TIME_KEY.fullmatch(str(key)) for key in node)) or any(map(holds_table, node.values()))


def flat(record: dict[str, Any], prefix: str = "", depth: int = 0) -> Record:
    """The scalars of an object and of the objects in it: {"a": {"b": 1}} → {"a.b": "1"}. Lists stay JSON."""
    found: Record = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth < DEEPEST:
            found |= flat(value, f"{prefix}{key}.", depth + 1)
        else:
            one = isinstance(value, list) and len(value) == 1 and is_scalar(value[0])
            found[f"{prefix}{key}"] = text_of(value[0] if one else value)
    return found


def is_scalar(value: object) -> bool:
    return not isinstance(value, dict | list)


def text_of(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
