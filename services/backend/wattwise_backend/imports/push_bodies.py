"""Bodies of pushed readings: JSON, CSV, Arrow and InfluxDB line protocol become columns of text."""

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from wattwise_backend.platform.arrow import ARROW
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.parsers import each_name_once
from wattwise_contract.imports import RejectedRow
from wattwise_contract.quantities import Quantity

from . import push_arrow
from .push_limits import LIMIT_BYTES, LIMIT_ROWS, too_large, too_many

NEEDED = ("meter", "starts_at", "value")
FIELDS = (*NEEDED, "quantity", "quality", "unit", "consumer", "timezone", "resolution")
TEXT = pa.schema([pa.field(name, pa.string()) for name in FIELDS])
LINE_PROTOCOL = ("text/plain", "application/x-line-protocol")
MEDIA_TYPES = ("application/json", "text/csv", ARROW, *LINE_PROTOCOL)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUANTITIES = {quantity.value for quantity in Quantity}
Record = Mapping[str, object]


@dataclass(frozen=True)
class Rows:
    """What was sent. `columns` has the schema TEXT, empty where a row says nothing; `lines` says where each row stands:
    the line, from 1, as a text editor counts, or the place in the list. `unreadable` rows are not among them."""

    columns: pa.Table
    lines: list[int]
    unreadable: list[RejectedRow] = field(default_factory=list)
    organization_id: int | None = None

    @property
    def read(self) -> int:
        return len(self.lines) + len(self.unreadable)


def read_rows(body: bytes, media_type: str) -> Rows:
    """The rows of a body of one of MEDIA_TYPES. Raises BadRequest where it cannot be read as what it says it is, and
    TooLarge."""
    readers: dict[str, Callable[[bytes], Rows]] = dict.fromkeys(LINE_PROTOCOL, _line_protocol)
    readers |= {"application/json": _json, "text/csv": _csv, ARROW: _arrow}
    if media_type not in readers:
        raise BadRequest(
            f"{media_type or 'A body without a Content-Type'} is not read here.",
            remedy=f"Say what it is with a Content-Type, one of {', '.join(MEDIA_TYPES)}.",
        )
    rows = readers[media_type](body)
    if rows.read > LIMIT_ROWS:
        raise too_many(rows.read)
    return rows


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its Content-Encoding. Raises BadRequest, TooLarge."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise BadRequest(f"The encoding {encoding} is not read here.", remedy="Send it plain, or with gzip.")
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(body, LIMIT_BYTES + 1)
    except zlib.error as error:
        raise BadRequest(f"The body is no gzip: {error}.", remedy="Send it plain, or with gzip.") from error
    if len(plain) > LIMIT_BYTES:
        raise too_large()
    if not unpacking.eof:  # a number that lost its last digits is still a number
        raise BadRequest("The gzip in the body ends early: it was cut off on its way.", remedy="Send it again.")
    if unpacking.unused_data:
        raise BadRequest("Something follows the gzip in the body.", remedy="Pack all readings in one gzip.")
    return plain


def _json(body: bytes) -> Rows:
    """{"organization": 1, "readings": [{…}]}, or the list alone."""
    try:
        sent = json.loads(body or b"[]", object_pairs_hook=each_name_once)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The body is no JSON: {error}.", remedy="Send a list of readings as JSON.") from error
    envelope = sent if isinstance(sent, dict) else {"readings": sent}
    readings, organization_id = envelope.get("readings"), envelope.get("organization")
    if not isinstance(readings, list) or not all(isinstance(row, dict) for row in readings):
        raise BadRequest("There is no list of readings in the body.", remedy='Send {"readings": [{"meter": …}, …]}.')
    if organization_id is not None and (type(organization_id) is not int or not 0 < organization_id < 2**31):
        raise BadRequest("organization is no whole number.", remedy="Send the organization's id.")
    return _rows(readings, range(1, len(readings) + 1), organization_id=organization_id)


def _csv(body: bytes) -> Rows:
    text = _decoded(body)
    header = text.partition("\n")[0]
    delimiter = next((each for each in ",;\t" if each in header), ",")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="", strict=True)
    rows: list[Record] = []
    lines: list[int] = []
    unreadable: list[RejectedRow] = []
    try:
        _check_names(name.strip() for name in reader.fieldnames or ())
        reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
        for row in reader:
            if "" in row:
                unreadable.append(_unreadable(reader.line_num, delimiter.join(row[""]), *_TOO_MANY))
            else:
                rows.append(row)
                lines.append(reader.line_num)
            if len(lines) + len(unreadable) > LIMIT_ROWS:
                break  # read_rows refuses them
    except csv.Error as error:
        raise BadRequest(f"Line {reader.line_num} is no CSV: {error}.", remedy="Check its quotes.") from error
    return _rows(rows, lines, unreadable)


def _arrow(body: bytes) -> Rows:
    try:
        with push_arrow.opened(body) as reader:
            _check_names(reader.schema.names)
            text = push_arrow.text_of(reader, FIELDS)
    except (pa.ArrowException, ValueError, KeyError, OSError) as error:
        raise BadRequest(f"The body is no Arrow stream: {error}", remedy="Send an Arrow IPC stream.") from error
    columns = [[_plain(word) for word in text[name].to_pylist()] for name in FIELDS]
    return Rows(pa.table(columns, schema=TEXT), list(range(1, text.num_rows + 1)))


# measurement[,tag=value…] field=value[,field=value…] [time], where a backslash takes the next sign's meaning away
_LINE = re.compile(
    r"(?P<measurement>(?:\\.|[^ ,\\])+)(?P<tags>(?:,(?:\\.|[^ \\])+)?) +"
    r'(?P<fields>(?:\\.|"(?:\\.|[^"\\])*"|[^ "\\])+)(?: +(?P<time>-?[0-9]{1,19}))? *'
)
_PAIR = re.compile(r'(?P<name>(?:\\.|[^,=\\])+)=(?P<value>"(?:\\.|[^"\\])*"|(?:\\.|[^,="\\])*)(?:,|$)')
_ESCAPED = re.compile(r"\\([,= \"\\])")
_TOO_MANY = ("The row has more fields than the header.", "Put values that hold the delimiter in quotes.")
_NO_LINE = ("This is no line of the line protocol.", "Write it like: home,meter=M-1 value=0.25 1781524800")
_OTHER_FIELDS = ("There is another field besides value.", "Push each series as a meter of its own, in its field value.")


def _line_protocol(body: bytes) -> Rows:
    rows: list[Record] = []
    lines: list[int] = []
    unreadable: list[RejectedRow] = []
    for number, line in enumerate(_decoded(body).split("\n"), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        point = _point(line)
        if isinstance(point, dict):
            rows.append(point)
            lines.append(number)
        else:
            unreadable.append(_unreadable(number, line, *point))
        if len(lines) + len(unreadable) > LIMIT_ROWS:
            break  # read_rows refuses them
    return _rows(rows, lines, unreadable)


def _point(line: str) -> Record | tuple[str, str]:
    """A line as a record; or what is wrong with it, and the remedy. Tags of other names (a collector adds its host) say
    nothing about the reading; a measurement that is called like a quantity is one."""
    found = _LINE.fullmatch(line)
    if found is None:
        return _NO_LINE
    tags, fields = _pairs(found["tags"].removeprefix(",")), _pairs(found["fields"])
    if tags is None or fields is None:
        return _NO_LINE
    if set(fields) - set(FIELDS):
        return _OTHER_FIELDS
    value = fields.get("value", "")
    counted = re.fullmatch(r"[+-]?[0-9]+[iu]", value)
    named = {name: text for name, text in tags.items() if name in FIELDS}
    own = {"quantity": _ESCAPED.sub(r"\1", found["measurement"]), "starts_at": _iso(found["time"])}
    own = {name: text for name, text in own.items() if name != "quantity" or text in _QUANTITIES}
    return own | named | fields | {"value": value[:-1] if counted else value}


def _pairs(text: str) -> dict[str, str] | None:
    pairs: dict[str, str] = {}
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            return None
        value = pair["value"]
        value = value[1:-1] if value.startswith('"') else value
        pairs[_ESCAPED.sub(r"\1", pair["name"])] = _ESCAPED.sub(r"\1", value)
        at = pair.end()
    return pairs


def _iso(stamp: str | None) -> str:
    """A Unix time in seconds, or in thousandths, millionths, billionths of them: what lies between 1973 and 5138 tells
    itself apart by its length."""
    if stamp is None:
        return ""
    number, scale = int(stamp), 1
    while abs(number) >= 10**11 * scale:
        scale *= 1000
    try:
        return (_EPOCH + timedelta(microseconds=number * 1_000_000 // scale)).isoformat()
    except OverflowError:
        return stamp


def _rows(
    records: Sequence[Record],
    lines: Iterable[int],
    unreadable: Sequence[RejectedRow] = (),
    *,
    organization_id: int | None = None,
) -> Rows:
    if len(records) > LIMIT_ROWS:
        return Rows(TEXT.empty_table(), list(lines))  # read_rows refuses it
    _check_names(set().union(*records), needed=())
    columns = [[_plain(record.get(name)) for record in records] for name in FIELDS]
    return Rows(pa.table(columns, schema=TEXT), list(lines), list(unreadable), organization_id)


def _check_names(names: Iterable[Any], *, needed: Sequence[str] = NEEDED) -> None:
    """Raise BadRequest for a field that nobody would read, or a column that must be there and is not."""
    listed = list(names)
    given = set(listed)
    if unknown := sorted(given - set(FIELDS)):
        raise BadRequest(f"There is no field {unknown[0][:100]!r}.", remedy=f"The fields are {', '.join(FIELDS)}.")
    if missing := [name for name in needed if name not in given]:
        raise BadRequest(f"There is no column {missing[0]}.", remedy=f"Send at least {', '.join(NEEDED)}.")
    if twice := next((name for name in FIELDS if listed.count(name) > 1), ""):
        raise BadRequest(f"There are two columns {twice}.", remedy="Send each column once.")


def _plain(value: object) -> str:
    """A cell as text that a database takes, without spaces around it."""
    if value is None:
        return ""
    text = value.strip() if isinstance(value, str) else str(value)
    return text if text.isprintable() else text.encode(errors="replace").decode().replace("\0", "�")


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is no UTF-8 text: {error.reason}.", remedy="Send it as UTF-8.") from error


def _unreadable(line: int, text: str, reason: str, remedy: str) -> RejectedRow:
    return RejectedRow(file="", line=line, value=_plain(text)[:500], reason=reason, remedy=remedy)
