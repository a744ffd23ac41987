"""Sources that fetch: what they are made from and yield, and how what they yield is landed."""

from wattwise_consumption.problems import CannotFetch, NotNow

from .order import Cursor, Fetched, Fetcher, FetcherKind, FetchLimits, FetchOrder
from .schemas import schema_of, validated

__all__ = [
    "CannotFetch",
    "Cursor",
    "FetchLimits",
    "FetchOrder",
    "Fetched",
    "Fetcher",
    "FetcherKind",
    "NotNow",
    "schema_of",
    "validated",
]
