"""What the web server reads from its environment, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from wattwise_embedded import EmbeddedError

BUILT = Path(__file__).parents[1] / "dist"


class WrongSettings(EmbeddedError):
    """A setting is missing or cannot be used; the text names it and the remedy."""


@dataclass(frozen=True)
class Settings:
    """Where the web server listens, what it serves, and where the backend is (`host:port`)."""

    home: Path
    host: str
    port: int
    backend: str
    dist: Path

    @property
    def folder(self) -> Path:
        return self.home / "run/nginx"


def read(environment: Mapping[str, str]) -> Settings:
    """Read WATTWISE_HOME, WATTWISE_BACKEND_URL, WATTWISE_FRONTEND_HOST, _PORT and _DIST. Raises WrongSettings."""
    home = environment.get("WATTWISE_HOME")
    if not home:
        raise WrongSettings("WATTWISE_HOME is not set: name the folder that shall hold all state.")
    port = environment.get("WATTWISE_FRONTEND_PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise WrongSettings(f"WATTWISE_FRONTEND_PORT is {port!r}: it must be a port number.")
    backend = urlsplit(environment.get("WATTWISE_BACKEND_URL", "http://127.0.0.1:8001"))
    if backend.scheme != "http" or not backend.netloc:
        raise WrongSettings("WATTWISE_BACKEND_URL must look like http://127.0.0.1:8001.")
    return Settings(
        home=Path(home).absolute(),
        host=environment.get("WATTWISE_FRONTEND_HOST", "127.0.0.1"),
        port=int(port),
        backend=backend.netloc,
        dist=Path(environment.get("WATTWISE_FRONTEND_DIST", BUILT)).absolute(),
    )
