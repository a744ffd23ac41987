"""How the services are that send no heartbeat: asked just now, each with a short wait."""

from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import redis
from django.db import DatabaseError, connection

from wattwise_contract.scheduling import ServiceName

from .health import ServiceHealth, State

PATIENCE = 1.0  # seconds


def database_health(*, now: datetime) -> ServiceHealth:
    """Running whenever this is answered at all, with its version and edition."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_DATABASE)
            since, version, timescale, edition = cursor.fetchone()
    except DatabaseError as error:
        return ServiceHealth(ServiceName.DATABASE, State.UNREACHABLE, detail=f"It does not answer: {error}.")
    return ServiceHealth(
        ServiceName.DATABASE,
        State.RUNNING,
        since=since,
        version=version,
        last_seen_at=now,
        detail=f"PostgreSQL {version} with TimescaleDB {timescale} ({edition} edition).",
    )


_DATABASE = """
SELECT pg_postmaster_start_time(), split_part(current_setting('server_version'), ' ', 1), extversion,
       current_setting('timescaledb.license')
FROM pg_extension WHERE extname = 'timescaledb'
"""


def redis_health(url: str, *, now: datetime) -> ServiceHealth:
    try:
        with redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) as broker:
            server: Any = broker.info("server")
    except redis.RedisError as error:
        return ServiceHealth(
            ServiceName.REDIS,
            State.UNREACHABLE,
            detail=f"It does not answer ({type(error).__name__}); jobs wait in the database until it does.",
        )
    return ServiceHealth(
        ServiceName.REDIS,
        State.RUNNING,
        since=now - timedelta(seconds=int(server["uptime_in_seconds"])),
        version=str(server["redis_version"]),
        last_seen_at=now,
        detail="Carries the queues between scheduler and workers.",
    )


def frontend_health(url: str, *, now: datetime) -> ServiceHealth:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    link = kind(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE)
    try:
        link.request("GET", "/healthz")
        status = link.getresponse().status
    except (OSError, HTTPException) as error:
        detail = f"{url} cannot be reached from the backend: {error}."
        return ServiceHealth(ServiceName.FRONTEND, State.UNREACHABLE, detail=detail)
    finally:
        link.close()
    if status != 200:
        detail = f"{url}/healthz answers {status}."
        return ServiceHealth(ServiceName.FRONTEND, State.UNREACHABLE, detail=detail)
    return ServiceHealth(ServiceName.FRONTEND, State.RUNNING, last_seen_at=now, detail=f"Serves {url}.")
