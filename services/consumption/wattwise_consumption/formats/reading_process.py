"""The process that reads one file for `apart`: `python -m wattwise_consumption.formats.reading_process ORDER`."""

import io
import json
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from wattwise_consumption.problems import BadFile

from . import columnar, excel, hdf5
from .apart import header_of
from .format import Bounds, Table

READERS: dict[str, Callable[[Path, Bounds], Iterator[Table]]] = {
    "excel": excel.tables_in,
    "columnar": columnar.tables_in,
    "hdf5": hdf5.tables_in,
}

_MOST_CPU_SECONDS = 3_600  # a file that is read for longer has caught a library in a loop


def main(order: str, output: BinaryIO) -> None:
    asked = json.loads(order)
    bounds = Bounds(**asked["bounds"])
    # Counts what is written to, not what libraries merely reserve.
    resource.setrlimit(resource.RLIMIT_DATA, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_SECONDS, _MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for table in READERS[asked["reader"]](Path(asked["path"]), bounds):
            cells = io.BytesIO()
            table.cells.write_ipc_stream(cells)
            output.write(header_of(table, cells.getvalue()) + cells.getvalue())
            output.flush()
        message: dict[str, object] = {"end": True}
    except BadFile as problem:
        message = {"bad_file": [problem.reason, problem.remedy]}
    output.write(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.stdout.buffer)
