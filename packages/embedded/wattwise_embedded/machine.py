"""The kinds of machine that Debian's packages run on here."""

import platform
from dataclasses import dataclass

from wattwise_embedded.errors import UnsupportedMachine


@dataclass(frozen=True)
class Machine:
    """How Debian names this machine's architecture, library folder and dynamic loader."""

    architecture: str
    triplet: str
    loader: str


MACHINES = {
    "x86_64": Machine("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": Machine("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}


def this_machine() -> Machine:
    """Name this machine as Debian does. Raises UnsupportedMachine."""
    if platform.system() != "Linux":
        raise UnsupportedMachine(f"{platform.system()} on {platform.machine()}")
    try:
        return MACHINES[platform.machine()]
    except KeyError:
        raise UnsupportedMachine(platform.machine()) from None
