"""The built pages: made anew when their sources changed, and only then."""

import fcntl
import gzip
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from wattwise_cli.platform.errors import PlatformError
from wattwise_cli.platform.node import Node, find_node

FRONTEND = Path(__file__).resolve().parents[3] / "services/frontend"
# What is no source of the pages: results, tests' leavings, and the Python launcher of the web server.
LEFT_OUT = {
    "dist",
    "node_modules",
    "test-results",
    "playwright-report",
    "coverage",
    "wattwise_frontend",
    "tests",
    "__pycache__",
}
COMPRESSED = {".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".map", ".txt"}


class BuildFailed(PlatformError):
    def __init__(self, step: str, output: str) -> None:
        super().__init__(f"Building the pages failed at `{step}` in services/frontend:\n{output.strip()[-1500:]}")


def ensure(folder: Path = FRONTEND) -> bool:
    """Build the pages when their sources differ from what was built last; say whether they were.

    Nothing is built in a checkout without pages, or where WATTWISE_FRONTEND_DIST names pages built elsewhere.
    Raises BuildFailed or NoNode.
    """
    if os.environ.get("WATTWISE_FRONTEND_DIST") or not (folder / "package.json").is_file():
        return False
    if _is_current(folder):
        return False
    with (Path(sys.prefix) / "frontend.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_current(folder):
            return False
        wanted = hash_of_sources(folder)
        node = find_node()
        _install(folder, node)
        _npm(node, "run", "build", folder=folder)
        _compress(folder / "dist")
        _stamp(folder).write_text(wanted)
    return True


def install_for_tests(folder: Path = FRONTEND) -> None:
    """Install what checks and browser tests need beyond the build. Raises BuildFailed or NoNode."""
    with (Path(sys.prefix) / "frontend.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(folder, find_node(), with_tests=True)


def hash_of_sources(folder: Path) -> str:
    """Return a hash over the names and contents of everything that the pages are built from."""
    digest = hashlib.sha256()
    for file in _sources(folder):
        digest.update(f"{file.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _is_current(folder: Path) -> bool:
    return _stamp(folder).is_file() and _stamp(folder).read_text() == hash_of_sources(folder)


def _stamp(folder: Path) -> Path:
    return folder / "dist/.sources"


def _sources(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT)
        for name in sorted(names):
            if not name.endswith((".md", ".py", ".toml")):
                yield Path(place, name)


def _install(folder: Path, node: Node, *, with_tests: bool = False) -> None:
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules/.wattwise-lock"
    enough = {f"{lock} with tests"} if with_tests else {f"{lock} with tests", f"{lock} to build"}
    if not stamp.is_file() or stamp.read_text() not in enough:
        _npm(node, "ci", "--no-audit", "--no-fund", *([] if with_tests else ["--omit=dev"]), folder=folder)
        stamp.parent.mkdir(exist_ok=True)  # npm makes none where nothing is needed
        stamp.write_text(f"{lock} with tests" if with_tests else f"{lock} to build")


def _npm(node: Node, *words: str, folder: Path) -> None:
    path = f"{node.folder}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1", "CI": "1", "NO_COLOR": "1"}
    done = subprocess.run([*node.npm, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildFailed(f"npm {words[0]}", done.stdout + done.stderr)


def _compress(dist: Path) -> None:
    """Put a .gz beside each text file, which nginx sends as it is."""
    for file in dist.rglob("*"):
        if file.suffix in COMPRESSED and file.stat().st_size > 1024:
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
