"""What the database service reads from its environment, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from wattwise_embedded import EmbeddedError

ROLE = DATABASE = "wattwise"


class WrongSettings(EmbeddedError):
    """A setting is missing or cannot be used; the text names it and the remedy."""


@dataclass(frozen=True)
class Settings:
    """Where the database keeps its data, where it listens, and the password of the role `wattwise`."""

    home: Path
    host: str
    port: int
    password: str

    @property
    def folder(self) -> Path:
        return self.home / "data/postgresql"


def read(environment: Mapping[str, str]) -> Settings:
    """Read WATTWISE_HOME, and DATABASE_URL or the private file that DATABASE_URL_FILE names. Raises WrongSettings."""
    home = environment.get("WATTWISE_HOME")
    if not home:
        raise WrongSettings("WATTWISE_HOME is not set: name the folder that shall hold all state.")
    parts = urlsplit(_url(environment))
    if parts.username != ROLE or parts.path != f"/{DATABASE}" or not parts.password or not parts.port:
        raise WrongSettings(
            "DATABASE_URL must look like postgresql://wattwise:PASSWORD@127.0.0.1:PORT/wattwise to run the embedded database."
        )
    return Settings(Path(home).absolute(), parts.hostname or "127.0.0.1", parts.port, unquote(parts.password))


def _url(environment: Mapping[str, str]) -> str:
    if environment.get("DATABASE_URL"):
        return environment["DATABASE_URL"]
    if not environment.get("DATABASE_URL_FILE"):
        raise WrongSettings(
            "Neither DATABASE_URL nor DATABASE_URL_FILE is set: ./wattwise up sets it; by hand, see services/database/README.md."
        )
    file = Path(environment["DATABASE_URL_FILE"])
    if file.stat().st_mode & 0o077:
        raise WrongSettings(f"{file} holds a password and can be read by others. Run: chmod 600 {file}")
    return file.read_text().strip()
