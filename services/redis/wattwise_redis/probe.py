"""Is Redis there?"""

import time

import redis


class NotReady(Exception):
    """Redis did not answer in time; the text carries its last word."""


def ready(url: str, *, timeout_s: float = 30.0) -> str:
    """Wait until Redis answers at this URL, and return its version. Raises NotReady."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return version(url)
        except redis.RedisError as error:
            if time.monotonic() > deadline:
                raise NotReady(f"Redis did not answer within {timeout_s:.0f} seconds: {error}") from error
            time.sleep(0.05)


def version(url: str) -> str:
    """Ask Redis for its version. Raises redis.RedisError when it does not answer."""
    with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
        return str(client.info("server")["redis_version"])
