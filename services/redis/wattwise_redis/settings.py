"""What the Redis service reads from its environment, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from wattwise_embedded import EmbeddedError


class WrongSettings(EmbeddedError):
    """A setting is missing or cannot be used; the text names it and the remedy."""


@dataclass(frozen=True)
class Settings:
    """Where Redis keeps its data, where it listens, and its password."""

    home: Path
    host: str
    port: int
    password: str

    @property
    def folder(self) -> Path:
        return self.home / "data/redis"


def read(environment: Mapping[str, str]) -> Settings:
    """Read WATTWISE_HOME, and REDIS_URL or the private file that REDIS_URL_FILE names. Raises WrongSettings."""
    home = environment.get("WATTWISE_HOME")
    if not home:
        raise WrongSettings("WATTWISE_HOME is not set: name the folder that shall hold all state.")
    parts = urlsplit(_url(environment))
    if parts.scheme != "redis" or not parts.password or not parts.port:
        raise WrongSettings("REDIS_URL must look like redis://:PASSWORD@127.0.0.1:PORT/0 to run the embedded Redis.")
    return Settings(Path(home).absolute(), parts.hostname or "127.0.0.1", parts.port, unquote(parts.password))


def _url(environment: Mapping[str, str]) -> str:
    if environment.get("REDIS_URL"):
        return environment["REDIS_URL"]
    if not environment.get("REDIS_URL_FILE"):
        raise WrongSettings(
            "Neither REDIS_URL nor REDIS_URL_FILE is set: ./wattwise up sets it; by hand, see services/redis/README.md."
        )
    file = Path(environment["REDIS_URL_FILE"])
    if file.stat().st_mode & 0o077:
        raise WrongSettings(f"{file} holds a password and can be read by others. Run: chmod 600 {file}")
    return file.read_text().strip()
