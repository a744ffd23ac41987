"""One server per data folder: a lock that the server keeps holding, and that ends with its last process."""

import fcntl
import os
import time
from pathlib import Path

from wattwise_embedded.errors import EmbeddedError


class AlreadyInUse(EmbeddedError):
    def __init__(self, what: str, folder: Path) -> None:
        super().__init__(
            f"{what} is already running on {folder} (or a former one is still ending). "
            "Stop it first (./wattwise stop), or choose another --home."
        )


def hold(file: Path, *, what: str, folder: Path, patience_s: float) -> int:
    """Take the lock and return its descriptor, which programs started from here inherit, through exec as well.

    So the lock outlives this process exactly as long as any process of the server does, also after a kill -9. Refuses at
    once while the server itself lives; waits up to `patience_s` for what a killed one left. Raises AlreadyInUse.
    """
    file.touch(mode=0o600)
    descriptor = os.open(file, os.O_RDWR)
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if _holder_lives(file) or time.monotonic() > deadline:
                os.close(descriptor)
                raise AlreadyInUse(what, folder) from None
            time.sleep(0.1)
    file.write_text(str(os.getpid()))
    os.set_inheritable(descriptor, True)
    return descriptor


def _holder_lives(file: Path) -> bool:
    status = Path("/proc", file.read_text().strip() or "0", "stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"  # a killed server may linger as a zombie
    except OSError:
        return False
