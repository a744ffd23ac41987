"""Read JSON as frames of text: every table in a document (lists of objects, rows of arrays, columns of arrays, at any
depth), or one object per line."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

import polars as pl

from .archives import CutOff
from .csv_cells import MOST_COLUMNS
from .problems import BadFile
from .sniff import encoding_of

BLOCK_BYTES = 10_000_000
LONGEST_LINE_BYTES = 40_000_000
_DEEPEST = 60
Record = dict[str, str | None]
Path = tuple[str, ...]
Pairs = dict[Path, list[tuple[Record, Record]]]  # by path: records, each with what it lies within


@dataclass(frozen=True)
class JsonTable:
    """A table in a document: text columns `own` (of its records) and `around` (of what its records lie within)."""

    keys: tuple[str, ...]  # that lead to it, such as data, records; the same for all lists in a list
    frame: pl.DataFrame
    own: tuple[str, ...]
    around: tuple[str, ...]

    @property
    def path(self) -> str:
        return ".".join(self.keys)


def tables_of(stream: BinaryIO, *, most_bytes: int) -> list[JsonTable]:
    """All tables of a JSON document, in their order. Raises `BadFile` where there is none."""
    data = stream.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise BadFile(
            f"The JSON document is larger than {most_bytes // 1_000_000} MB.", "Write one object per line (NDJSON)."
        )
    try:
        document = json.loads(data.decode(encoding_of(data[:65_536])))
    except (ValueError, RecursionError) as error:
        raise BadFile(f"This is not valid JSON ({_place_of(error)}).", "Export it again.") from None
    found: Pairs = {}
    _collect(document, {}, (), found, depth=0)
    if not found:
        raise BadFile("The JSON holds no list of records.", "Export a list of objects, one per reading or consumer.")
    return [_table(path, pairs) for path, pairs in found.items()]


def _table(path: Path, pairs: list[tuple[Record, Record]]) -> JsonTable:
    own = tuple(dict.fromkeys(chain.from_iterable(record for record, _ in pairs)))
    # Few records lie within the same: its names are looked at once.
    distinct = {id(around): around for _, around in pairs}.values()
    around = tuple(name for name in dict.fromkeys(chain.from_iterable(distinct)) if name not in own)
    _refuse_too_wide(own + around)
    columns = {name: [record.get(name) for record, _ in pairs] for name in own}
    columns |= {name: [around.get(name) for _, around in pairs] for name in around}
    return JsonTable(path, pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), own, around)


def lines_of(stream: BinaryIO) -> Iterator[tuple[tuple[str, ...], pl.DataFrame]]:
    """The tables of NDJSON, in blocks. A line that is no JSON object raises `BadFile` with its number."""
    rest, line = b"", 1
    cut_off: CutOff | None = None
    while True:
        try:
            piece = stream.read(BLOCK_BYTES)
        except CutOff as problem:
            piece, cut_off = b"", problem
        text = rest + piece
        end = text.rfind(b"\n") + 1 if piece or cut_off else len(text)
        if text[:end].strip():
            yield _block_of_lines(text[:end], line)
        line += text.count(b"\n", 0, end)
        rest = text[end:]
        if len(rest) > LONGEST_LINE_BYTES:
            raise BadFile(
                f"Line {line} is longer than {LONGEST_LINE_BYTES // 1_000_000} MB.", "Write one object per line."
            )
        if not piece:
            break
    if cut_off is not None:
        raise cut_off


def _block_of_lines(text: bytes, first_line: int) -> tuple[tuple[str, ...], pl.DataFrame]:
    quick = _flat_lines(text, first_line)
    return quick if quick is not None else _lines_one_by_one(text, first_line)


def _flat_lines(text: bytes, first_line: int) -> tuple[tuple[str, ...], pl.DataFrame] | None:
    """The fast way; None where records are nested, lines blank or broken, or one name holds several kinds of values."""
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    try:
        frame = pl.read_ndjson(io.BytesIO(text), infer_schema_length=None)
    except pl.exceptions.PolarsError:
        return None
    if frame.height != lines or any(kind.is_nested() for kind in frame.dtypes) or frame.width > MOST_COLUMNS:
        return None
    cells = frame.select(
        *(pl.col(name).cast(pl.String).alias(f"c{number}") for number, name in enumerate(frame.columns)),
        pl.lit(None, dtype=pl.String).alias("extra"),
        pl.int_range(first_line, first_line + lines, dtype=pl.Int64).alias("line"),
    )
    return tuple(frame.columns), cells


def _lines_one_by_one(text: bytes, first_line: int) -> tuple[tuple[str, ...], pl.DataFrame]:
    records: list[Record] = []
    lines: list[int] = []
    for number, line in enumerate(text.split(b"\n"), start=first_line):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise BadFile(f"Line {number} is not valid JSON.", "Export it again, or repair the line.") from None
        if not isinstance(record, dict):
            raise BadFile(f"Line {number} is not a JSON object.", "Write one object per line.")
        records.append(_flat(record))
        lines.append(number)
    return _as_cells(records, lines)


def _as_cells(records: list[Record], lines: list[int]) -> tuple[tuple[str, ...], pl.DataFrame]:
    names = tuple(dict.fromkeys(chain.from_iterable(records)))
    _refuse_too_wide(names)
    columns = {f"c{number}": [record.get(name) for record in records] for number, name in enumerate(names)}
    cells = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        pl.lit(None, dtype=pl.String).alias("extra"), pl.Series("line", lines, dtype=pl.Int64)
    )
    return names, cells


def _refuse_too_wide(names: tuple[str, ...]) -> None:
    if len(names) > MOST_COLUMNS:
        raise BadFile(f"The records have {len(names):,} different names.", f"{MOST_COLUMNS:,} is the most; split it.")


def _collect(node: object, around: Record, path: Path, found: Pairs, *, depth: int) -> None:
    if depth > _DEEPEST:
        raise BadFile("The JSON is nested too deeply.", "Export a plain list of objects.")
    if isinstance(node, list):
        _collect_list(node, around, path, found, depth=depth)
    elif isinstance(node, dict):
        columns = _parallel_lists(node)
        if columns:
            rows = zip(*columns.values(), strict=True)
            around = {**around, **_scalars(node)}
            found.setdefault(path, []).extend(
                (dict(zip(columns, map(_text, row), strict=True)), around) for row in rows
            )
            return
        inside = {**around, **_scalars(node)}
        for key, value in node.items():
            _collect(value, inside, (*path, str(key)), found, depth=depth + 1)


def _collect_list(node: list[Any], around: Record, path: Path, found: Pairs, *, depth: int) -> None:
    rows_of_scalars = [row for row in node if isinstance(row, list) and len(row) > 1 and all(map(_is_scalar, row))]
    if rows_of_scalars and len(rows_of_scalars) == len(node):
        rows = ({f"column {at}": _text(cell) for at, cell in enumerate(row, 1)} for row in node)
        found.setdefault(path, []).extend((row, around) for row in rows)
        return
    for item in node:
        if isinstance(item, dict) and not any(_holds_table(value) for value in item.values()):
            found.setdefault(path, []).append((_flat(item), around))
        else:
            _collect(item, around, path, found, depth=depth + 1)


def _scalars(node: dict[str, Any]) -> Record:
    return {str(key): _text(value) for key, value in node.items() if _is_scalar(value)}


def _holds_table(value: object) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, dict | list) for item in value)
    return isinstance(value, dict) and any(_holds_table(inner) for inner in value.values())


def _parallel_lists(node: dict[str, Any]) -> dict[str, list[Any]]:
    """Columns, where an object is a table by columns: two lists or more of one length."""
    lists = {str(key): value for key, value in node.items() if isinstance(value, list) and value}
    plain = {key: value for key, value in lists.items() if all(map(_is_scalar, value))}
    return plain if len(plain) >= 2 and len({len(value) for value in plain.values()}) == 1 else {}


def _flat(record: dict[str, Any], prefix: str = "", depth: int = 0) -> Record:
    flat: Record = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            flat |= _flat(value, f"{prefix}{key}.", depth + 1)
        else:
            flat[f"{prefix}{key}"] = _text(value)
    return flat


def _is_scalar(value: object) -> bool:
    return not isinstance(value, dict | list)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _place_of(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "its text is damaged"
