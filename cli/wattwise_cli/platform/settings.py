"""What a home remembers about itself: where its services listen."""

from dataclasses import asdict, dataclass, replace

from wattwise_cli.platform import ports
from wattwise_cli.platform.errors import FileDamaged, PlatformError, PortTaken
from wattwise_cli.platform.home import Home, read_json, write_json

FIRST_PORT = 8000
REMEDY = "Delete it; the next ./wattwise up chooses ports anew."


class SettingsMissing(PlatformError):
    def __init__(self, home: Home) -> None:
        super().__init__(
            f"There is no platform in {home.folder} yet. Start it: ./wattwise up (or name its home: --home FOLDER)."
        )


@dataclass(frozen=True)
class Settings:
    """The address of each service. All but the frontend listen on the loopback only."""

    host: str
    port: int
    backend_port: int
    database_port: int
    redis_port: int

    @property
    def url(self) -> str:
        """The frontend's address on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - read, not bound
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}"

    @property
    def backend_url(self) -> str:
        return f"http://127.0.0.1:{self.backend_port}"


@dataclass(frozen=True)
class Wishes:
    """What the operator asked for on the command line; None leaves it as it is, or as it is by default."""

    host: str | None = None
    port: int | None = None
    backend_port: int | None = None
    database_port: int | None = None
    redis_port: int | None = None


def load(home: Home) -> Settings:
    """Read the settings of a home. Raises SettingsMissing or FileDamaged."""
    content = read_json(home.settings_file, remedy=REMEDY)
    if not content:
        raise SettingsMissing(home)
    try:
        return Settings(**content)
    except TypeError as error:
        raise FileDamaged(home.settings_file, REMEDY) from error


def settle(home: Home, wishes: Wishes) -> Settings:
    """Return the settings with these wishes met. Internal ports are chosen free at first use."""
    try:
        before = load(home)
    except SettingsMissing:
        before = Settings("127.0.0.1", FIRST_PORT, ports.choose_free(), ports.choose_free(), ports.choose_free())
    return replace(before, **{key: value for key, value in asdict(wishes).items() if value is not None})


def save(home: Home, content: Settings) -> None:
    """Remember the settings for the next start."""
    write_json(home.settings_file, asdict(content), mode=0o644)


def require_free_ports(settings: Settings, *, external: frozenset[str]) -> None:
    """Raise PortTaken for the first port that a service of ours needs and another program holds."""
    for service, option in (
        ("frontend", "--port"),
        ("backend", "--backend-port"),
        ("database", "--database-port"),
        ("redis", "--redis-port"),
    ):
        port = settings.port if service == "frontend" else getattr(settings, f"{service}_port")
        host = settings.host if service == "frontend" else "127.0.0.1"
        if service not in external and not ports.is_free(port, host):
            raise PortTaken(port, service, ports.holder(port), option)
