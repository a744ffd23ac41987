"""PostgreSQL with TimescaleDB as a private, tuned service."""

from wattwise_database.probe import Edition, NotReady, describe, ready

__all__ = ["Edition", "NotReady", "describe", "ready"]
