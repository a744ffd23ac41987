"""A platform in a home of its own, driven as a user drives it: for tests and benchmarks, removed at the end."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from wattwise_client import Wattwise

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Platform:
    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *words: str, timeout: float = 600) -> str:
        done = subprocess.run(
            [REPOSITORY / "wattwise", *words],
            env=_environment(self.home),
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if done.returncode != 0:
            raise AssertionError(f"wattwise {' '.join(words)[:200]}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    @contextmanager
    def start(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Run a command beside the test; it is ended with the block."""
        command = [str(REPOSITORY / "wattwise"), *words]
        with subprocess.Popen(command, env=_environment(self.home), stdout=subprocess.PIPE, text=True) as running:
            try:
                yield running
            finally:
                running.kill()

    def secrets(self) -> dict[str, Any]:
        secrets: dict[str, Any] = json.loads((self.home / "secrets.json").read_text())
        return secrets

    def api(self) -> Wattwise:
        return Wattwise(self.url, self.secrets()["tokens"]["operator"])

    def services(self) -> dict[str, dict[str, Any]]:
        """The nine by name, whatever state they are in (then `status` ends with 1)."""
        words = [str(REPOSITORY / "wattwise"), "status", "--json"]
        said = subprocess.run(words, env=_environment(self.home), capture_output=True, text=True, timeout=60).stdout
        return {service["service"]: service for service in json.loads(said)["services"]}

    def get(self, path: str, **query: str | int) -> Any:
        """What an address of /api/ answers to the operator."""
        headers = {"Authorization": f"Bearer {self.secrets()['tokens']['operator']}"}
        answer = httpx2.get(self.url + path, params=query, headers=headers, timeout=60)
        return answer.raise_for_status().json()

    def eventually(self, ask: Callable[[], Any], *, within_s: float, what: str) -> Any:
        """Return the first truthy answer; fail with the services' logs when none comes in time."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if answer := ask():
                return answer
            time.sleep(0.5)
        raise AssertionError(f"after {within_s} s there was no {what}\n{self.logs()}")

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()[-1500:]}" for path in sorted(self.home.glob("log/*")))


@contextmanager
def throwaway_platform(*words: str) -> Iterator[Platform]:
    """Run `wattwise WORDS` (up --detach, or demo) in a new home; stop it and remove the home at the end."""
    # Not below a folder of root's own: the database runs as an ordinary user.
    home = Path(tempfile.mkdtemp(prefix="wattwise-test-", dir="/var/tmp"))
    home.chmod(0o755)
    platform = Platform(home, free_port())
    try:
        platform.run(*words, "--home", str(home), "--port", str(platform.port))
        yield platform
    finally:
        subprocess.run([REPOSITORY / "wattwise", "stop"], env=_environment(home), capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def _environment(home: Path) -> dict[str, str]:
    own = {"WATTWISE_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "200"}
    return os.environ | own | {"WATTWISE_SOURCES_MAY_REACH": "127.0.0.1"}  # tests serve feeds on this machine


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
