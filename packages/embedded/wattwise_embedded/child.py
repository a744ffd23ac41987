"""Servers for the length of a test: started as a child, gone with their parent."""

import ctypes
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from wattwise_embedded.account import Account

PR_SET_PDEATHSIG = 1  # prctl(2)


@contextmanager
def running(
    words: Sequence[str],
    *,
    account: Account,
    folder: Path,
    environment: Mapping[str, str],
    stop: signal.Signals,
    log: Path,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server as this user while the block lasts; it also ends when the parent is killed. Its output goes to `log`."""
    libc = ctypes.CDLL(None)

    def die_with_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, stop)

    with log.open("wb") as output:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=dict(environment),
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,
            start_new_session=True,  # Ctrl-C in a test run reaches the tests first, then this server
            **account.as_child(),
        )
        try:
            yield process
        finally:
            _end(process, stop)


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _end(process: "subprocess.Popen[bytes]", stop: signal.Signals) -> None:
    process.send_signal(stop)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
