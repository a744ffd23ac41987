"""Read a file in a process of its own, with bounded memory.

Workbooks, Parquet and HDF5 are read by libraries in other languages, which trust the sizes that a file declares: a
hostile or damaged one may ask for all memory, or end the process. Here that ends one file's reading, with a sentence.

The process is `reading_process`; it writes messages to its output: a line of JSON with `bytes`, then so many bytes of
an Arrow stream (the cells of a table). The last line is {"end": true}, or {"bad_file": [reason, remedy]}.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import IO

import polars as pl

from wattwise_consumption.archives import Member, on_disk
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import Recipe

from .format import Bounds, Table


def read_by(reader: str, what: str) -> Callable[[Member, Bounds], Iterator[Table]]:
    """Tables as `reading_process.READERS[reader]` finds them; `what` names the kind of file to people."""

    def tables(member: Member, bounds: Bounds) -> Iterator[Table]:
        with on_disk(member) as path:
            order = json.dumps({"reader": reader, "path": str(path), "bounds": asdict(bounds)})
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "wattwise_consumption.formats.reading_process", order],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                env=_environment(),
            )
            with process:
                try:
                    yield from _tables_from(process.stdout, what)  # type: ignore[arg-type]  # a pipe was asked for
                finally:
                    process.kill()

    return tables


def header_of(table: Table, cells: bytes) -> bytes:
    """The line before a table's cells."""
    says = table.says.model_dump(mode="json", exclude_defaults=True)
    about: dict[str, object] = {"names": table.names, "says": says, "part": table.part}
    about.update(titles=table.titles, notes=table.notes, bytes=len(cells))
    return json.dumps(about).encode() + b"\n"


def _tables_from(output: IO[bytes], what: str) -> Iterator[Table]:
    while line := output.readline():
        message = json.loads(line)
        if "end" in message:
            return
        if "bad_file" in message:
            raise BadFile(*message["bad_file"])
        cells = pl.read_ipc_stream(io.BytesIO(output.read(message["bytes"])))
        says = Recipe.model_validate(message["says"])
        notes = tuple(message["notes"])
        titles = tuple(message["titles"])
        yield Table(tuple(message["names"]), cells, says=says, part=message["part"], titles=titles, notes=notes)
    raise BadFile(
        f"{what} could not be read: it is damaged, or needs more memory than a file may use here.",
        "Save it again, as CSV or in several smaller files.",
    )


def _environment() -> dict[str, str]:
    """One thread for each library: their pools would count towards the bounds, and gain little."""
    return {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "HDF5_USE_FILE_LOCKING": "FALSE"}
