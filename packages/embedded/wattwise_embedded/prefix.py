"""The one private prefix that holds the embedded servers' programs."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from wattwise_embedded import apt, unpack
from wattwise_embedded.errors import Unusable
from wattwise_embedded.machine import Machine, this_machine

# Raise it when unpacking changes, so that every machine unpacks anew.
RECIPE = "1"
# Every service that brings packages names them in this entry point group of its pyproject.toml.
DECLARED_IN = "wattwise_embedded.packages"
COMMON = ("patchelf", "libc6", "libgcc-s1", "libstdc++6", "tzdata")


@dataclass(frozen=True)
class Prefix:
    """An unpacked prefix: `root` looks like a small Debian, readable by every user."""

    root: Path

    def program(self, name: str) -> Path:
        """Return the absolute path of a program. Raises Unusable when the prefix has been damaged."""
        for folder in unpack.PROGRAM_FOLDERS:
            for found in self.root.glob(f"{folder}/{name}"):
                return found
        raise Unusable(
            f"{self.root} has lost its program {name}. Delete that folder; it is unpacked anew at the next start."
        )

    def versions(self) -> dict[str, str]:
        """Return the version of each Debian package in the prefix."""
        lines = (self.root / ".packages").read_text().split()
        return dict(line.removesuffix(".deb").rsplit("_", 1)[0].split("_", 1) for line in lines)


def ensure(packages: Sequence[str] = ()) -> Prefix:
    """Return the prefix with every installed service's packages, downloading and unpacking it when it is not there yet;
    or one with other `packages` and the libraries that they need, such as a server that only tests want.

    Safe when several processes ask at once, and against an end at any instant. Cold 5 to 10 seconds, warm a few
    milliseconds. Raises EmbeddedError with the remedy.
    """
    machine = this_machine()
    wanted = tuple(sorted({*COMMON, *packages})) if packages else declared_packages()
    root = location(wanted, machine)
    if not _is_complete(root):
        with _alone(root):
            if not _is_complete(root):
                _build(root, wanted, machine)
    return Prefix(root)


def declared_packages() -> tuple[str, ...]:
    """Return the union of what the installed services declare, sorted."""
    services = entry_points(group=DECLARED_IN)
    return tuple(sorted({*COMMON, *(package for service in services for package in service.load())}))


def location(packages: tuple[str, ...], machine: Machine) -> Path:
    """Say where the prefix of these packages is, or will be."""
    key = hashlib.sha256("\n".join([RECIPE, apt.SUITE, machine.architecture, *packages]).encode()).hexdigest()[:16]
    return runtime_folder() / key


def runtime_folder() -> Path:
    """Say where prefixes are kept: WATTWISE_RUNTIME, else a folder of the machine (root) or of the user."""
    chosen = os.environ.get("WATTWISE_RUNTIME")
    if chosen:
        return Path(chosen).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/wattwise/runtime")  # never below /root: the database runs as an ordinary user
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(data).absolute() / "wattwise/runtime"


def _is_complete(root: Path) -> bool:
    return (root / ".packages").is_file()


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    try:
        root.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        lock = root.with_suffix(".lock").open("w")
    except OSError as error:
        raise Unusable(
            f"The embedded servers cannot be unpacked into {root.parent} ({error.strerror}). "
            "Make that folder writable, or set WATTWISE_RUNTIME to another one."
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(root: Path, packages: tuple[str, ...], machine: Machine) -> None:
    work, new = root.with_suffix(".apt"), root.with_suffix(".tmp")
    for leftover in (work, new, root):
        shutil.rmtree(leftover, ignore_errors=True)
    for folder in (work, new):
        folder.mkdir(mode=0o755)
    try:
        debs = apt.download(packages, architecture=machine.architecture, into=work)
        unpack.unpack(debs, into=new, final=root, machine=machine)
        (new / ".packages").write_text("\n".join(deb.name for deb in debs) + "\n")
        new.chmod(0o755)
        new.rename(root)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(new, ignore_errors=True)
