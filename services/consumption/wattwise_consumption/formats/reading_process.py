"""What the process that reads one file for `apart` does."""

import json
import resource
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from wattwise_consumption.problems import BadFile

from . import columnar, excel, hdf5
from .apart import send
from .format import Bounds, Table

READERS: dict[str, Callable[[Path, Bounds], Iterator[Table]]] = {
    "excel": excel.tables_in,
    "columnar": columnar.tables_in,
    "hdf5": hdf5.tables_in,
}

_MOST_CPU_SECONDS = 3_600  # a file that is read for longer has caught a library in a loop


def read(reader: str, path: str, bounds: dict[str, Any], output: Connection) -> None:
    allowed = Bounds(**bounds)
    # Counts what is written to, not what libraries merely reserve.
    resource.setrlimit(resource.RLIMIT_DATA, (allowed.memory_bytes, allowed.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_SECONDS, _MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    last: dict[str, object] = {"end": True}
    try:
        for table in READERS[reader](Path(path), allowed):
            send(table, output)
    except BadFile as problem:
        last = {"bad_file": [problem.reason, problem.remedy]}
    output.send_bytes(json.dumps(last).encode())
