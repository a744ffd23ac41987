"""Python SDK of Wattwise: from a token to a Polars frame.

Importing this is quick: Arrow and Polars are loaded by the first call that needs them.
"""

from .errors import BackendFailed, BrokenStream, LeaseLost, NotFound, Refused, Unreachable, WattwiseError
from .wattwise import Wattwise

__all__ = [
    "BackendFailed",
    "BrokenStream",
    "LeaseLost",
    "NotFound",
    "Refused",
    "Unreachable",
    "Wattwise",
    "WattwiseError",
]
