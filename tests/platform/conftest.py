"""A whole platform in a home of its own, driven as a user drives it: by `./wattwise` and by HTTP."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from wattwise_client import Wattwise

REPOSITORY = Path(__file__).resolve().parents[2]
REAL_DATA = REPOSITORY.parent / "shared" / "data"


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
            env=environment(self.home),
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert done.returncode == 0, f"wattwise {' '.join(words)[:200]}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [REPOSITORY / "wattwise", *words]
        return subprocess.Popen(command, env=environment(self.home), stdout=subprocess.PIPE, text=True)

    def secrets(self) -> dict[str, object]:
        return json.loads((self.home / "secrets.json").read_text())

    def api(self) -> Wattwise:
        return Wattwise(self.url, self.secrets()["tokens"]["operator"])

    def services(self) -> dict[str, dict[str, object]]:
        return {service["service"]: service for service in json.loads(self.run("status", "--json"))["services"]}

    def eventually(self, ask: Callable[[], object], *, within_s: float, what: str) -> object:
        """Return the first truthy answer; fail with the services' logs when none comes in time."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if answer := ask():
                return answer
            time.sleep(0.5)
        raise AssertionError(f"after {within_s} s there was no {what}\n{self.logs()}")

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()[-1500:]}" for path in sorted(self.home.glob("log/*")))


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"WATTWISE_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "200"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def new_platform() -> Iterator[Callable[..., Platform]]:
    """Start platforms; each is stopped and its home removed at the end."""
    started: list[Platform] = []

    def start(*words: str) -> Platform:
        # Not below a folder of root's own: the database runs as an ordinary user.
        home = Path(tempfile.mkdtemp(prefix="wattwise-test-", dir="/var/tmp"))
        home.chmod(0o755)
        platform = Platform(home, free_port())
        started.append(platform)
        platform.run(*words, "--home", str(home), "--port", str(platform.port))
        return platform

    yield start
    for platform in started:
        subprocess.run([REPOSITORY / "wattwise", "stop"], env=environment(platform.home), capture_output=True)
        shutil.rmtree(platform.home, ignore_errors=True)


@pytest.fixture(scope="session")
def platform(new_platform: Callable[..., Platform]) -> Platform:
    """The demo platform, which most tests share; each test works in what is its own there."""
    return new_platform("demo")


@pytest.fixture(scope="session")
def london() -> Path:
    """The folder of 200 real homes; a test that asks for it skips where it is absent."""
    folder = REAL_DATA / "lcl_households"
    if not folder.exists():
        pytest.skip("the London homes are not beside the repository (../shared/data/lcl_households)")
    return folder


@pytest.fixture(scope="session")
def london_files(london: Path) -> list[str]:
    return [str(file) for file in sorted((london / "readings_2013").glob("*.csv.gz"))]
