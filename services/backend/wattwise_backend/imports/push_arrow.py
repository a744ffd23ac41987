"""Arrow streams of pushed readings, as text.

Arrow believes what a stream says of itself: how large it is unpacked, that a batch of nothing has a billion rows, that
one long text stands in each of them. So a small body may ask for any memory, and is looked at before it is followed.
"""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from wattwise_backend.platform.errors import BadRequest

from .push_limits import LIMIT_ROWS, LIMIT_TEXT_BYTES, too_large, too_many

compute: Any = pyarrow.compute  # its stubs do not know every kind of array
_MOST_MESSAGES = 1_000
_DICTIONARY, _BATCH = 2, 3  # kinds of messages: https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format


def opened(body: bytes) -> pa.RecordBatchStreamReader:
    """The stream in a body. Raises BadRequest, TooLarge, and Arrow's own errors where it is none."""
    unpacked = 0
    for number, message in enumerate(pa.ipc.MessageReader.open_stream(body)):
        unpacked += _unpacked_bytes(message)
        if unpacked > LIMIT_TEXT_BYTES:
            raise too_large()
        if number == _MOST_MESSAGES:
            raise BadRequest(
                f"The Arrow stream is cut into more than {_MOST_MESSAGES:,} pieces.", remedy="Write larger batches."
            )
    return pa.ipc.open_stream(body)


def text_of(reader: pa.RecordBatchStreamReader, names: Sequence[str]) -> pa.Table:
    """The stream's columns of these names as text; null where it has none of a name. Raises TooLarge, and Arrow's own
    errors."""
    batches: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        rows += batch.num_rows
        if rows > LIMIT_ROWS:
            raise too_many(rows)
        batch.validate(full=True)
        batches.append(batch)
    table = pa.Table.from_batches(batches, reader.schema)
    if sum(_text_bytes(chunk) for column in table.columns for chunk in column.chunks) > LIMIT_TEXT_BYTES:
        raise too_large()
    columns = [table[name].cast(pa.string()) if name in table.column_names else _empty(rows) for name in names]
    return pa.table(columns, names=list(names))


def _empty(rows: int) -> "pa.Array[Any]":
    return pa.nulls(rows, pa.string())


def _text_bytes(chunk: "pa.Array[Any]") -> int:
    """How long the texts of a column are where each stands by itself; 0 where the column cannot repeat any."""
    if isinstance(chunk, pa.DictionaryArray) and _is_text(chunk.dictionary.type):
        lengths = compute.binary_length(chunk.dictionary).cast(pa.int64())
        return int(compute.sum(lengths.take(chunk.indices)).as_py() or 0)
    if chunk.type in (pa.string_view(), pa.binary_view()) and len(chunk):
        views = np.frombuffer(memoryview(chunk.buffers()[1] or b""), np.int32)  # of each: its length, and where it lies
        return int(np.abs(views[::4], dtype=np.int64).sum())
    return 0


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _unpacked_bytes(message: pa.Message) -> int:
    """How long a message's compressed buffers say that they are, which is the most that Arrow makes of them; 0 where
    they are not compressed. A flatbuffer says where they lie, which pyarrow does not tell."""
    about, body = message.metadata.to_pybytes(), memoryview(message.body or b"")
    try:
        start = _followed(about, 0)
        kind, header = about[_field(about, start, 1)], _followed(about, _field(about, start, 2))
        batch = _followed(about, _field(about, header, 1)) if kind == _DICTIONARY else header
        if kind not in (_DICTIONARY, _BATCH) or not _field(about, batch, 3):
            return 0
        buffers = _followed(about, _field(about, batch, 2))
        (count,) = struct.unpack_from("<I", about, buffers)
        places = (struct.unpack_from("<qq", about, buffers + 4 + 16 * number) for number in range(count))
        return sum(max(0, *struct.unpack_from("<q", body, at)) for at, length in places if length)
    except (struct.error, IndexError):
        raise pa.ArrowInvalid("A message's metadata are damaged.") from None


def _field(buffer: bytes, table: int, number: int) -> int:
    """Where a field of a flatbuffer's table lies; 0 where the table has none."""
    layout = table - struct.unpack_from("<i", buffer, table)[0]
    place = 4 + 2 * number
    has_it = place < struct.unpack_from("<H", buffer, layout)[0]
    offset: int = struct.unpack_from("<H", buffer, layout + place)[0] if has_it else 0
    return table + offset if offset else 0


def _followed(buffer: bytes, at: int) -> int:
    return at + int(struct.unpack_from("<I", buffer, at)[0])
