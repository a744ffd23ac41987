"""The home folder: all state of one platform."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wattwise_cli.platform.errors import FileDamaged, HomeUnusable


@dataclass(frozen=True)
class Home:
    """Where a platform keeps what it must not lose (`data`, the two JSON files) and what it may (`run`, `log`)."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def settings_file(self) -> Path:
        return self.folder / "settings.json"

    @property
    def secrets_file(self) -> Path:
        return self.folder / "secrets.json"

    def make(self) -> None:
        """Make the folders. Raises HomeUnusable."""
        try:
            # Open to pass through, because as root the servers run as another user; each part guards itself.
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o755)
            for part in (self.data, self.data / "files", self.run, self.log):
                part.mkdir(exist_ok=True, mode=0o755)
            (self.data / "files").chmod(0o700)
            self.log.chmod(0o700)
        except OSError as error:
            raise HomeUnusable(self.folder, error.strerror or str(error)) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one command at a time start or stop this platform; others wait here."""
        self.run.mkdir(parents=True, exist_ok=True)
        with (self.run / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def find_home(chosen: Path | None = None) -> Home:
    """Return the home: the one chosen, else WATTWISE_HOME, else the machine's (root) or the user's own."""
    if chosen:
        return Home(chosen.expanduser().absolute())
    if os.environ.get("WATTWISE_HOME"):
        return Home(Path(os.environ["WATTWISE_HOME"]).expanduser().absolute())
    if os.geteuid() == 0:
        return Home(Path("/var/lib/wattwise/home"))
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Home(Path(data).absolute() / "wattwise/home")


def read_json(file: Path, *, remedy: str) -> dict[str, Any]:
    """Read a JSON object; an absent file is an empty one. Raises FileDamaged."""
    try:
        content = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise FileDamaged(file, remedy) from error
    if not isinstance(content, dict):
        raise FileDamaged(file, remedy)
    return content


def write_json(file: Path, content: dict[str, Any], *, mode: int) -> None:
    """Write whole or not at all, readable as `mode` says from the first byte on."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as out:
        json.dump(content, out, indent=2)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    new.rename(file)
