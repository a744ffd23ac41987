"""Sources that are listened to: what a kind of them is made of, and how what it hears is kept and cut off into imports.

Nothing is acknowledged before it is safe in the platform's spool, so that a worker may die at any instant: whoever
holds the source next is told again what was not acknowledged, and knows what was kept already."""

from .holding import Holder, hold_sources
from .kind import Connection, Delivery, HeardSettings, ListenerKind, ListenOrder
from .station import Surroundings

__all__ = [
    "Connection",
    "Delivery",
    "HeardSettings",
    "Holder",
    "ListenOrder",
    "ListenerKind",
    "Surroundings",
    "hold_sources",
]
