"""Redis as a private service."""

from wattwise_redis.probe import NotReady, ready, version

__all__ = ["NotReady", "ready", "version"]
