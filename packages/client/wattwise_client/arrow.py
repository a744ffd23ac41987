"""Arrow streams over HTTP: reading them batch by batch, and writing tables as LZ4 streams."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpx2
import polars as pl
import pyarrow as pa

from .errors import BrokenStream

LZ4 = pa.ipc.IpcWriteOptions(compression="lz4")
END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"


def batches(response: httpx2.Response) -> Iterator[pa.RecordBatch]:
    """Yields the batches of a response's Arrow stream as they arrive. A stream that stops without its end mark raises
    BrokenStream: a server that died half-way must not look like a shorter answer."""
    with _reader(response) as reader:
        yield from reader


def table(response: httpx2.Response) -> pa.Table:
    """Reads a whole response. The schema is kept where there are no rows. Raises BrokenStream as `batches` does."""
    with _reader(response) as reader:
        return reader.read_all()


def frame(rows: pa.Table) -> pl.DataFrame:
    """The same rows as a Polars frame, without a copy where the types allow."""
    return pl.DataFrame(rows)


def stream_of(rows: pa.Table | pl.DataFrame, *, schema: pa.Schema, metadata: dict[bytes, bytes] | None = None) -> bytes:
    """Writes rows as an Arrow stream in `schema`, with `metadata` on the schema. Columns are taken by name and cast
    safely; a missing column, a null or a value that does not fit raises pa.ArrowInvalid or KeyError naming it."""
    rows = rows.to_arrow() if isinstance(rows, pl.DataFrame) else rows
    fitting = _fit(rows, schema).replace_schema_metadata(metadata)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, fitting.schema, options=LZ4) as writer:
        writer.write_table(fitting)
    return bytes(sink.getvalue())


def whole_stream(rows: pa.Table | pl.DataFrame) -> bytes:
    """Writes rows as an Arrow stream with the columns that they have; texts in the plainest of Arrow's forms."""
    rows = rows.to_arrow(compat_level=pl.CompatLevel.oldest()) if isinstance(rows, pl.DataFrame) else rows
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=LZ4) as writer:
        writer.write_table(rows)
    return bytes(sink.getvalue())


def _fit(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = []
    for field in schema:
        column = rows.column(field.name)
        if column.null_count and not field.nullable:
            raise pa.ArrowInvalid(f"{field.name} has {column.null_count} empty values; leave those rows out.")
        columns.append(column if column.type == field.type else column.cast(field.type))
    return pa.Table.from_arrays(columns, schema=schema)


@contextmanager
def _reader(response: httpx2.Response) -> Iterator[pa.RecordBatchStreamReader]:
    body = _Body(response.iter_bytes())
    path = response.request.url.path
    try:
        with pa.ipc.open_stream(io.BufferedReader(body, 1 << 20)) as reader:
            yield reader
    except pa.ArrowInvalid as error:
        raise BrokenStream(f"The answer of {path} is no whole Arrow stream: {error}") from error
    if not body.ended():
        raise BrokenStream(f"The answer of {path} stopped half-way.")


class _Body(io.RawIOBase):
    """A response's chunks as a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")
        self._tail = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's stubs say Buffer; this is what comes
        while not self._rest and (chunk := self._next_chunk()) is not None:
            self._rest = memoryview(chunk)
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken

    def ended(self) -> bool:
        """Reads what is left, which lets the connection be used again, and tells whether the end mark came last."""
        while self._next_chunk() is not None:
            pass
        return self._tail == END_OF_STREAM

    def _next_chunk(self) -> bytes | None:
        chunk = next(self._chunks, None)
        if chunk is not None:
            self._tail = (self._tail + chunk[-len(END_OF_STREAM) :])[-len(END_OF_STREAM) :]
        return chunk
