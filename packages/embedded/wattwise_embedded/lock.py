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

    So the lock outlives this process exactly as long as any process of the server does, also after a kill -9.
    Waits up to `patience_s` for a former server to end, then raises AlreadyInUse.
    """
    file.touch(mode=0o600)
    descriptor = os.open(file, os.O_RDWR)
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(descriptor, True)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise AlreadyInUse(what, folder) from None
            time.sleep(0.1)
