"""Read a file in a process of its own, with bounded memory.

Workbooks, Parquet and HDF5 are read by libraries in other languages, which trust the sizes that a file declares: a
hostile or damaged one may ask for all memory, or end the process. Here that ends one file's reading, with a sentence.

The process runs `reading_process.read`, off a server that has its libraries loaded already: a file waits for milliseconds
instead of for a second of imports. It sends messages: a line of JSON that describes a table, then an Arrow stream (its
cells). The last one is {"end": true}, or {"bad_file": [reason, remedy]}.
"""

import io
import json
import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import asdict
from multiprocessing.connection import Connection

import polars as pl

from wattwise_consumption.archives import Member, on_disk
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import Recipe

from .format import Bounds, Table

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["wattwise_consumption.one_thread", "wattwise_consumption.formats.reading_process"])


def read_by(reader: str, what: str) -> Callable[[Member, Bounds], Iterator[Table]]:
    """Tables as `reading_process.READERS[reader]` finds them; `what` names the kind of file to people."""

    def tables(member: Member, bounds: Bounds) -> Iterator[Table]:
        from .reading_process import read  # which imports the readers, and they this

        with on_disk(member) as path:
            here, there = _PROCESSES.Pipe(duplex=False)
            process = _PROCESSES.Process(target=read, args=(reader, str(path), asdict(bounds), there), daemon=True)
            process.start()
            there.close()
            try:
                yield from _tables_from(here, what)
            finally:
                here.close()
                process.kill()
                process.join()

    return tables


def send(table: Table, to: Connection) -> None:
    says = table.says.model_dump(mode="json", exclude_defaults=True)
    about = {"names": table.names, "part": table.part, "titles": table.titles, "notes": table.notes, "says": says}
    cells = io.BytesIO()
    table.cells.write_ipc_stream(cells)
    to.send_bytes(json.dumps(about).encode())
    to.send_bytes(cells.getbuffer())


def _tables_from(messages: Connection, what: str) -> Iterator[Table]:
    while (about := json.loads(_next(messages, what))) != {"end": True}:
        if "bad_file" in about:
            raise BadFile(*about["bad_file"])
        cells = pl.read_ipc_stream(io.BytesIO(_next(messages, what)))
        says = Recipe.model_validate(about["says"])
        names, titles, notes = (tuple(about[field]) for field in ("names", "titles", "notes"))
        yield Table(names, cells, says=says, part=about["part"], titles=titles, notes=notes)


def _next(messages: Connection, what: str) -> bytes:
    try:
        return messages.recv_bytes()
    except (EOFError, OSError):  # it was ended, or ended itself
        raise BadFile(
            f"{what} could not be read: it is damaged, or needs more memory than a file may use here.",
            "Save it again, as CSV or in several smaller files.",
        ) from None
