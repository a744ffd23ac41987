"""The nginx processes of one run folder, found by where they stand: a killed master leaves its workers behind."""

import os
import signal
import time
from pathlib import Path

from wattwise_embedded import EmbeddedError


class AlreadyRunning(EmbeddedError):
    def __init__(self, pid: int, folder: Path) -> None:
        super().__init__(
            f"A web server (process {pid}) is already running for {folder.parents[1]}. "
            "Stop it first (./wattwise stop), or choose another --home."
        )


def end_orphans(folder: Path) -> None:
    """End workers whose master was killed: they still hold the port. Raises AlreadyRunning when a master lives."""
    for _ in range(50):
        ours = _standing_in(folder)
        masters = [pid for pid in ours if _is_master(pid)]
        if masters:
            raise AlreadyRunning(masters[0], folder)
        if not ours:
            return
        for pid in ours:
            _end(pid)
        time.sleep(0.1)


def _standing_in(folder: Path) -> dict[int, int]:
    """Return the nginx processes whose working folder this is, each with its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                stat = (entry / "stat").read_text()
                if "(nginx)" in stat and (entry / "cwd").readlink() == folder:
                    found[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
            except OSError:
                continue  # ended meanwhile, or another user's
    return found


def _is_master(pid: int) -> bool:
    try:
        return b"master process" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
