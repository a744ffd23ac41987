"""Debian packages unpacked into a private prefix, without root and without touching the system."""

from wattwise_embedded.errors import EmbeddedError
from wattwise_embedded.prefix import Prefix, ensure

__all__ = ["EmbeddedError", "Prefix", "ensure"]
