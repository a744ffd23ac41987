"""What a killed service, or a killed supervisor, leaves behind: found by process group, and ended before a new start."""

import os
import signal

import psutil

from wattwise_cli.platform.home import Home, read_json, write_json
from wattwise_cli.platform.services import Service

REMEDY = "Delete it."


def remember(service: Service, home: Home) -> None:
    """Note that this process, leader of its process group, becomes the service."""
    me = psutil.Process()
    file = home.run / f"{service.name}.process.json"
    content = {"pid": me.pid, "started_at": me.create_time(), "booted_at": psutil.boot_time()}
    write_json(file, content, mode=0o644)


def end_leftovers(service: Service, home: Home) -> bool:
    """End what is left of the service's former life, gracefully where its leader lives; say whether there was anything.

    PostgreSQL's backends are in groups of their own; they end by themselves, and the database service waits for them.
    """
    former = read_json(home.run / f"{service.name}.process.json", remedy=REMEDY)
    if not former or abs(former.get("booted_at", 0) - psutil.boot_time()) > 60:
        return False  # nothing outlives the machine's own restart, and the numbers are others' now
    members = _members(former["pid"], former["started_at"])
    if not members:
        return False
    leader = next((member for member in members if member.pid == former["pid"]), None)
    if leader:
        _signal([leader], signal.Signals[f"SIG{service.stop_signal}"])
        _, members = psutil.wait_procs(members, timeout=service.stop_wait_s)
    _signal(members, signal.SIGKILL)
    psutil.wait_procs(members, timeout=5)
    return True


def _members(group: int, started_at: float) -> list[psutil.Process]:
    """Return the living processes of this group, or none when its number now belongs to others."""
    found = []
    for process in psutil.process_iter():
        try:
            if (
                os.getpgid(process.pid) != group
                or process.pid == os.getpid()
                or process.status() == psutil.STATUS_ZOMBIE
            ):
                continue
            if process.pid == group and abs(process.create_time() - started_at) > 1:
                return []  # the number was given to a newer process
            found.append(process)
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue
    return found


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except (psutil.NoSuchProcess, psutil.AccessDenied):  # gone, or another user's: then not ours
            continue
