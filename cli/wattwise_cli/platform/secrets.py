"""The secrets of a home, made once and kept in one file that only its owner can read."""

import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from urllib.parse import quote

from wattwise_cli.platform.errors import FileDamaged
from wattwise_cli.platform.home import Home, read_json, write_json
from wattwise_cli.platform.settings import Settings, SettingsMissing
from wattwise_contract.scopes import SERVICE_SCOPES

OWNER = "owner@wattwise.local"
REMEDY = "Restore it from a backup: the database's password is in it. To begin anew, move the whole home away."
# Servers of the operator's own take the place of ours; the address, with its password, is remembered among the secrets.
REPLACEABLE = {"database": "DATABASE_URL", "redis": "REDIS_URL"}


@dataclass(frozen=True)
class Secrets:
    """`tokens` holds one per worker, the scheduler's and the operator's (for this command line); `external` the addresses
    of servers that replace ours."""

    database_password: str
    redis_password: str
    secret_key: str
    tokens: dict[str, str]
    first_login: dict[str, str]
    first_login_shown: bool = False
    external: dict[str, str] = field(default_factory=dict)

    def database_url(self, settings: Settings) -> str:
        ours = f"postgresql://wattwise:{quote(self.database_password)}@127.0.0.1:{settings.database_port}/wattwise"
        return self.external.get("database", ours)

    def redis_url(self, settings: Settings) -> str:
        ours = f"redis://:{quote(self.redis_password)}@127.0.0.1:{settings.redis_port}/0"
        return self.external.get("redis", ours)


def load(home: Home) -> Secrets:
    """Read the secrets of a home. Raises SettingsMissing when there are none yet, or FileDamaged."""
    content = read_json(home.secrets_file, remedy=REMEDY)
    if not content:
        raise SettingsMissing(home)
    try:
        return Secrets(**content)
    except TypeError as error:
        raise FileDamaged(home.secrets_file, REMEDY) from error


def settle(home: Home) -> Secrets:
    """Return the secrets, made at first use, with the servers that the operator's environment names now."""
    try:
        before = load(home)
    except SettingsMissing:
        before = _make()
    external = {service: os.environ[name] for service, name in REPLACEABLE.items() if os.environ.get(name)}
    missing = {name: _token() for name in SERVICE_SCOPES if name not in before.tokens}
    after = replace(before, external=external, tokens=before.tokens | missing)
    save(home, after)
    return after


def save(home: Home, content: Secrets) -> None:
    """Write the secrets, mode 0600."""
    write_json(home.secrets_file, asdict(content), mode=0o600)


def _make() -> Secrets:
    return Secrets(
        database_password=secrets.token_urlsafe(32),
        redis_password=secrets.token_urlsafe(32),
        secret_key=secrets.token_urlsafe(48),
        tokens={name: _token() for name in SERVICE_SCOPES},
        first_login={"email": OWNER, "password": _password()},
    )


def _token() -> str:
    return f"ww_{secrets.token_urlsafe(32)}"


def _password() -> str:
    """Return a password that people can type: 20 letters and digits without look-alikes, about 99 bits."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
