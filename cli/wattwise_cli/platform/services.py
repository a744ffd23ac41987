"""The nine services: how each is started and stopped, and what each may know."""

import json
import os
from dataclasses import dataclass

from wattwise_cli.platform.home import Home
from wattwise_cli.platform.secrets import Secrets
from wattwise_cli.platform.settings import Settings

# The names are those of contract.ServiceName (held by a test); importing it here would slow every start by pydantic.
WORKERS = ("consumption", "aggregation", "clustering", "forecasting")
# They tell the backend that they live; the other four are asked directly.
WITH_HEARTBEAT = ("scheduler", *WORKERS)
# What a service may only know when it is handed to it below, whatever the shell that said `up` had set.
SECRET_VARIABLES = frozenset(
    (
        "DATABASE_URL",
        "REDIS_URL",
        "WATTWISE_SECRET_KEY",
        "WATTWISE_TOKEN",
        "WATTWISE_SERVICE_TOKENS",
        "WATTWISE_FIRST_LOGIN",
    )
)


@dataclass(frozen=True)
class Service:
    """`words` follow `python -m`; `tier` orders the stop: the highest first, so that work ends before what it stands on."""

    name: str
    words: tuple[str, ...]
    tier: int
    stop_signal: str = "TERM"
    stop_wait_s: int = 15


SERVICES = (
    Service("frontend", ("wattwise_frontend",), tier=3),
    Service("backend", ("wattwise_backend", "serve"), tier=2, stop_wait_s=30),
    # INT is PostgreSQL's fast stop: it ends sessions, writes a checkpoint and goes.
    Service("database", ("wattwise_database",), tier=1, stop_signal="INT", stop_wait_s=60),
    Service("scheduler", ("wattwise_scheduler",), tier=3),
    Service("redis", ("wattwise_redis",), tier=1, stop_wait_s=30),
    *(Service(name, (f"wattwise_{name}",), tier=3) for name in WORKERS),
)


def ours(secrets: Secrets) -> tuple[Service, ...]:
    """Return the services that run here: all nine but those that a server of the operator's own replaces."""
    return tuple(service for service in SERVICES if service.name not in secrets.external)


def service_named(name: str) -> Service:
    """Return the service of this name. Raises StopIteration when there is none."""
    return next(service for service in SERVICES if service.name == name)


def environment(service: str, *, home: Home, settings: Settings, secrets: Secrets) -> dict[str, str]:
    """Return the environment of a service: the operator's own settings, and of the secrets only those that it needs."""
    inherited = {name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES}
    common = {
        "WATTWISE_HOME": str(home.folder),
        "WATTWISE_FILES": str(home.data / "files"),
        "WATTWISE_BACKEND_URL": settings.backend_url,
        "WATTWISE_BACKEND_PORT": str(settings.backend_port),
        "WATTWISE_FRONTEND_HOST": settings.host,
        "WATTWISE_FRONTEND_PORT": str(settings.port),
        "PYTHONUNBUFFERED": "1",
    }
    common["WATTWISE_PUBLIC_URL"] = os.environ.get("WATTWISE_PUBLIC_URL", settings.url)
    return inherited | common | _secrets_of(service, settings, secrets)


def _secrets_of(service: str, settings: Settings, secrets: Secrets) -> dict[str, str]:
    database = {"DATABASE_URL": secrets.database_url(settings)}
    redis = {"REDIS_URL": secrets.redis_url(settings)}
    if service == "database":
        return database
    if service == "redis":
        return redis
    if service == "backend":
        return {
            **database,
            **redis,
            "WATTWISE_SECRET_KEY": secrets.secret_key,
            "WATTWISE_SERVICE_TOKENS": json.dumps(secrets.tokens),
            "WATTWISE_FIRST_LOGIN": json.dumps(secrets.first_login),
        }
    if service in WITH_HEARTBEAT:
        return {**redis, "WATTWISE_TOKEN": secrets.tokens[service]}
    return {}
