"""What the services of a platform use: processor seconds, which other programs on the machine disturb less than the
clock, and memory."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from wattwise_cli.platform import supervision
from wattwise_cli.platform.home import Home

IN_THE_PATH = ("consumption", "backend", "database", "frontend")
BESIDE_IT = ("aggregation", "clustering", "forecasting")


def processor_seconds(home: Home) -> dict[str, float]:
    """Used by each service in the path so far, with the processes that it started."""
    used = {}
    for name in IN_THE_PATH:
        family = _family(home, name)
        ended = family[0].cpu_times()
        used[name] = ended.children_user + ended.children_system
        used[name] += sum(times.user + times.system for times in (process.cpu_times() for process in family))
    return used


def peak_megabytes(home: Home, name: str) -> float:
    """The most memory that any process of a service ever held (its resident set)."""
    return max(_peak_kilobytes(process.pid) for process in _family(home, name)) / 1024


@contextmanager
def halted(home: Home) -> Iterator[None]:
    """Halt the workers that compute results from readings: what they take of the same processors has figures of its
    own."""
    workers = [process for name in BESIDE_IT for process in _family(home, name)]
    for worker in workers:
        worker.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGCONT)


def _family(home: Home, name: str) -> list[psutil.Process]:
    pid = supervision.states(home)[name].pid
    assert pid is not None, f"{name} does not run"
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def _peak_kilobytes(pid: int) -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
