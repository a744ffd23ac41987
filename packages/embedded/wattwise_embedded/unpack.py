"""Turn .deb files into a folder whose programs use that folder's own libraries, and no other."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wattwise_embedded.errors import EmbeddedError
from wattwise_embedded.machine import Machine

PROGRAM_FOLDERS = ("usr/bin", "usr/sbin", "usr/lib/postgresql/*/bin")
# llvmjit.so MUST go when libLLVM is left out: otherwise every costly query fails.
LEFT_OUT = (
    "./usr/share/locale",
    "./usr/share/man",
    "./usr/share/doc",
    "./usr/share/lintian",
    "./usr/share/postgresql/*/man",
    "./usr/lib/postgresql/*/lib/bitcode",
    "./usr/lib/postgresql/*/lib/pgxs",
    "*/llvmjit*",
    "./usr/lib/*/gconv",
    "./usr/lib/*/perl*",
)
SYSTEM_ZONES, OWN_ZONES = b"/usr/share/zoneinfo\0", b"zoneinfo\0"


class LibraryOutsidePrefix(EmbeddedError):
    def __init__(self, program: Path, line: str) -> None:
        super().__init__(
            f"{program.name} of the embedded servers needs a library that its packages do not bring ({line.strip()}). "
            "This is a fault of Wattwise's package list: please report it with this line."
        )


def unpack(debs: Iterable[Path], *, into: Path, final: Path, machine: Machine) -> None:
    """Unpack into `into` so that it works once renamed to `final`. Raises EmbeddedError when a library is missing."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for failure in pool.map(lambda deb: _extract(deb, into), debs):
            if failure:
                raise EmbeddedError(f"{failure}. Is the disk full? Free some space below {into.parent} and try again.")
    use_own_time_zones(into)
    programs = list(programs_in(into))
    loader = into / "usr/lib" / machine.triplet / machine.loader
    run = [str(loader), "--library-path", str(loader.parent)]
    for program in programs:
        _use_own_libraries(program, root=into, final=final, machine=machine, run=run)
    extensions = sorted(into.glob("usr/lib/postgresql/*/lib/*.so"))
    for file in [*programs, *extensions]:
        _check_libraries(file, root=into, run=run)


def programs_in(root: Path) -> Iterator[Path]:
    """Yield each compiled program of the prefix once (not scripts, not links)."""
    for folder in PROGRAM_FOLDERS:
        for file in sorted(root.glob(f"{folder}/*")):
            if not file.is_symlink() and file.is_file() and file.name != "patchelf" and _is_elf(file):
                yield file


def use_own_time_zones(root: Path) -> None:
    """Make PostgreSQL read time zones from `zoneinfo` in its data folder, so that the machine needs no tzdata of its own.

    Debian compiles in /usr/share/zoneinfo; the bytes are replaced in place, so the length stays.
    """
    (root / "usr/share/zoneinfo/localtime").unlink(missing_ok=True)
    for server in root.glob("usr/lib/postgresql/*/bin/postgres"):
        code = server.read_bytes()
        server.write_bytes(code.replace(SYSTEM_ZONES, OWN_ZONES.ljust(len(SYSTEM_ZONES), b"\0")))


def _extract(deb: Path, into: Path) -> str:
    """Unpack one package and return what failed, in words, or nothing."""
    excludes = [f"--exclude={pattern}" for pattern in LEFT_OUT]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as source:
        tar = subprocess.run(
            ["tar", "-x", "--no-same-owner", "--no-same-permissions", "-C", into, *excludes],
            stdin=source.stdout,
            capture_output=True,
            text=True,
            check=False,
            umask=0o022,
        )
    if source.returncode or tar.returncode:
        return f"Unpacking {deb.name} failed: {tar.stderr.strip()[-300:]}"
    return ""


def _use_own_libraries(program: Path, *, root: Path, final: Path, machine: Machine, run: list[str]) -> None:
    # RPATH, not RUNPATH: only RPATH also holds for the libraries of the libraries. Executables need no more than that.
    library = root / "usr/lib" / machine.triplet
    relative = os.path.relpath(library, program.parent)
    interpreter = final / "usr/lib" / machine.triplet / machine.loader
    subprocess.run(
        [*run, str(root / "usr/bin/patchelf"), "--set-interpreter", str(interpreter)]
        + ["--force-rpath", "--set-rpath", f"$ORIGIN/{relative}", str(program)],
        check=True,
    )


def _check_libraries(file: Path, *, root: Path, run: list[str]) -> None:
    listing = subprocess.run([*run, "--list", str(file)], capture_output=True, text=True, check=False)
    for line in (listing.stdout + listing.stderr).split("\n"):
        if line.strip() and f"{root}/" not in line and "linux-vdso" not in line and "statically linked" not in line:
            raise LibraryOutsidePrefix(file, line)


def _is_elf(file: Path) -> bool:
    with file.open("rb") as head:
        return head.read(4) == b"\x7fELF"
