"""What a support person would look at: this machine and the home. Each finding carries its remedy."""

import ctypes
import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from wattwise_cli.platform import node, ports, secrets, settings, supervision
from wattwise_cli.platform.errors import PlatformError
from wattwise_cli.platform.home import Home
from wattwise_embedded import EmbeddedError, ensure
from wattwise_embedded.account import require_way_to, service_account
from wattwise_embedded.prefix import runtime_folder

GIB = 1024**3
LEAST_MEMORY, LEAST_DISK = 2 * GIB, 5 * GIB
CLOCK_UNSYNCHRONISED = 5  # adjtimex(2): TIME_ERROR
LOCK = Path(__file__).resolve().parents[3] / "requirements.lock"


@dataclass(frozen=True)
class Finding:
    """`outcome` is ok, warning (it works, but look) or failed; `remedy` is empty where all is well."""

    check: str
    outcome: str
    detail: str
    remedy: str = ""


def ok(check: str, detail: str) -> Finding:
    return Finding(check, "ok", detail)


def warning(check: str, detail: str, remedy: str) -> Finding:
    return Finding(check, "warning", detail, remedy)


def failed(check: str, detail: str, remedy: str) -> Finding:
    return Finding(check, "failed", detail, remedy)


def check_machine(home: Home, *, now: datetime) -> Iterator[Finding]:
    """Look at Python, Node, memory, disk, the clock, the servers' programs and the home."""
    yield ok("python", f"{platform.python_version()} at {sys.executable}")
    yield _node()
    yield _memory()
    yield from (
        _disk(name, folder)
        for name, folder in (("disk of the home", home.folder), ("disk of the servers", runtime_folder()))
    )
    yield _clock(now)
    yield _programs()
    yield _home(home)
    yield _secrets(home)
    yield from _ports(home)


def _node() -> Finding:
    own = shutil.which("node")
    if own and node.version(own) >= node.OLDEST:
        return ok("node", f"{'.'.join(map(str, node.version(own)))} at {own}")
    return ok("node", f"none new enough here; {node.PACKAGE} takes its place when the pages are built")


def _memory() -> Finding:
    memory = psutil.virtual_memory()
    detail = f"{memory.total / GIB:.1f} GB, of which {memory.available / GIB:.1f} GB available"
    if memory.total < LEAST_MEMORY or memory.available < LEAST_MEMORY / 8:
        return warning("memory", detail, "Wattwise wants 2 GB or more: stop other programs, or add memory.")
    return ok("memory", detail)


def _disk(name: str, folder: Path) -> Finding:
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    detail = f"{free / GIB:.1f} GB free at {existing}"
    if free < LEAST_DISK / 10:
        return failed(name, detail, "Free some space, or move the home to a larger disk (--home).")
    if free < LEAST_DISK:
        return warning(name, detail, "Free some space before loading much more.")
    return ok(name, detail)


def _clock(now: datetime) -> Finding:
    if now.timestamp() < LOCK.stat().st_mtime - 86_400:
        return failed(
            "clock",
            f"it says {now:%Y-%m-%d %H:%M} UTC, before this software was made",
            "Set the clock: timedatectl set-ntp true",
        )
    timex = ctypes.create_string_buffer(256)  # struct timex, asked without changing anything
    if ctypes.CDLL(None).adjtimex(timex) == CLOCK_UNSYNCHRONISED:
        return warning(
            "clock",
            f"{now:%Y-%m-%d %H:%M:%S} UTC, not synchronised as far as the kernel knows",
            "Synchronise it: timedatectl set-ntp true",
        )
    return ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, synchronised")


def _programs() -> Finding:
    """Run each server's program, which also proves that its libraries are there."""
    try:
        prefix = ensure()
        for name, word in (("postgres", "--version"), ("redis-server", "--version"), ("nginx", "-v")):
            subprocess.run([str(prefix.program(name)), word], check=True, capture_output=True)
    except (EmbeddedError, OSError, subprocess.CalledProcessError) as error:
        return failed(
            "servers' programs", str(error), f"Delete {runtime_folder()}; the next ./wattwise up unpacks it anew."
        )
    return ok("servers' programs", f"{prefix.root} ({len(prefix.versions())} Debian packages)")


def _home(home: Home) -> Finding:
    if not home.folder.is_dir():
        return failed(
            "home",
            f"{home.folder} does not exist",
            "Start the platform once: ./wattwise up (or name its home: --home).",
        )
    if not os.access(home.folder, os.W_OK | os.X_OK):
        return failed(
            "home", f"{home.folder} is not writable by this user", "Run as its owner, or choose another one: --home."
        )
    try:
        if os.geteuid() == 0:
            require_way_to(home.data / "postgresql", service_account())
    except EmbeddedError as error:
        return failed("home", f"{home.folder} is out of the database's reach", str(error))
    return ok("home", f"{home.folder}, writable")


def _secrets(home: Home) -> Finding:
    try:
        secrets.load(home)
    except PlatformError as error:
        return failed("secrets", f"{home.secrets_file} cannot be read", str(error))
    status = home.secrets_file.stat()
    if stat.S_IMODE(status.st_mode) & 0o077:
        return failed("secrets", f"{home.secrets_file} can be read by others", f"chmod 600 {home.secrets_file}")
    if status.st_uid != os.geteuid():
        return warning(
            "secrets", f"{home.secrets_file} belongs to another user", f"chown {os.geteuid()} {home.secrets_file}"
        )
    return ok("secrets", f"{home.secrets_file}, mode 0600")


def _ports(home: Home) -> Iterator[Finding]:
    try:
        chosen = settings.load(home)
        external = frozenset(secrets.load(home).external)
    except PlatformError:
        return
    if supervision.is_running(home):
        yield ok(
            "ports",
            f"frontend {chosen.port}, backend {chosen.backend_port}, database {chosen.database_port}, redis {chosen.redis_port}",
        )
        return
    for service, port in (
        ("frontend", chosen.port),
        ("backend", chosen.backend_port),
        ("database", chosen.database_port),
        ("redis", chosen.redis_port),
    ):
        if service not in external and not ports.is_free(port):
            option = "--port" if service == "frontend" else f"--{service}-port"
            yield failed(
                "ports",
                f"{port} ({service}) is taken by {ports.holder(port)}",
                f"Stop that program, or: ./wattwise up {option} PORT",
            )
