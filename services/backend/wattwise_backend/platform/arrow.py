"""Large answers and bodies: Arrow streams from the database to the wire, and from the wire to a table."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import IO, Any, Protocol, cast

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet
from django.db import connection
from django.http import StreamingHttpResponse
from psycopg.conninfo import make_conninfo
from rest_framework.request import Request

from .errors import BadRequest

ARROW = "application/vnd.apache.arrow.stream"
_TYPES = {"arrow": ARROW, "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_ENDINGS = {"arrow": "arrows", "csv": "csv", "parquet": "parquet"}


def stream_query(
    request: Request, sql: str, params: Mapping[str, Any] | Sequence[Any], schema: pa.Schema, *, name: str = "wattwise"
) -> StreamingHttpResponse:
    """Answer the rows of a query in constant memory, as Arrow, CSV or Parquet (by `Accept` or `?format=`). The query's
    columns have the schema's names and order, and no nulls. It runs on a connection of its own: it sees what is
    committed."""
    kind = wanted_format(request)
    batches = _batches(_literal(sql, params), schema)
    first = next(batches, None)  # a query that fails, fails before the answer begins
    body = _WRITERS[kind](_chain(first, batches), schema)
    response = StreamingHttpResponse(body, content_type=_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{_ENDINGS[kind]}"'
    return response


def read_table(request: Request, schema: pa.Schema) -> pa.Table:
    """The Arrow stream in a request's body, with exactly the schema's columns (others are dropped) and no nulls; its
    metadata is kept. Raises BadRequest."""
    try:
        table = pa.ipc.open_stream(request.body).read_all()
        metadata = table.schema.metadata
        table = table.select(schema.names).cast(pa.schema([field.with_nullable(True) for field in schema]))
    except (pa.ArrowException, ValueError, KeyError, OSError) as error:
        raise BadRequest(
            f"The body is no Arrow stream with the columns {', '.join(schema.names)}: {error}",
            remedy="Send an Arrow IPC stream with the schema that wattwise_contract.schemas describes.",
        ) from error
    for column in table.columns:
        if column.null_count:
            name = table.column_names[table.columns.index(column)]
            raise BadRequest(f"Column {name} has empty values.", remedy="Leave such rows out: missing is missing.")
    return table.replace_schema_metadata(metadata)


def wanted_format(request: Request) -> str:
    """arrow, csv or parquet; Arrow where the caller does not say. Raises BadRequest."""
    asked = request.query_params.get("format")
    if asked:
        if asked not in _TYPES:
            raise BadRequest(f"There is no format {asked}.", remedy="Use format=arrow, format=csv or format=parquet.")
        return asked
    accepted = request.headers.get("Accept", "")
    return next((kind for kind, media in _TYPES.items() if media in accepted), "arrow")


def database_address() -> str:
    """The address of the database that Django is connected to (the test database, in a test)."""
    settings = connection.settings_dict
    return make_conninfo(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"],
        port=settings["PORT"],
        application_name="wattwise-backend-stream",
    )


def _literal(sql: str, params: Mapping[str, Any] | Sequence[Any]) -> str:
    """The query with its parameters quoted into it: only then does the driver fetch by binary COPY."""
    with connection.cursor() as cursor:
        text = cursor.mogrify(sql, params)
    return text if isinstance(text, str) else text.decode()


def _batches(sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with closing(adbc.connect(database_address())) as link, link.cursor() as cursor:
        cursor.execute(sql)
        for batch in cursor.fetch_record_batch():
            columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _chain(first: pa.RecordBatch | None, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    if first is not None:
        yield first
    yield from rest


class _Chunks(io.RawIOBase):
    """A file that is written into and drained piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(self._pieces[-1])

    def drain(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole

    def writable(self) -> bool:
        return True


class _Writer(Protocol):
    def write_batch(self, batch: pa.RecordBatch) -> None: ...
    def close(self) -> None: ...


def _drained(writer: _Writer, sink: _Chunks, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    for batch in batches:
        writer.write_batch(batch)
        yield sink.drain()
    writer.close()
    yield sink.drain()


def _arrow(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[bytes]:
    sink = _Chunks()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    return _drained(pa.ipc.new_stream(pa.PythonFile(sink, "w"), schema, options=options), sink, batches)


def _csv(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[bytes]:
    sink = _Chunks()
    return _drained(csv.CSVWriter(cast(IO[bytes], sink), schema), sink, batches)


def _parquet(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[bytes]:
    sink = _Chunks()
    return _drained(parquet.ParquetWriter(pa.PythonFile(sink, "w"), schema, compression="zstd"), sink, batches)


_WRITERS = {"arrow": _arrow, "csv": _csv, "parquet": _parquet}
