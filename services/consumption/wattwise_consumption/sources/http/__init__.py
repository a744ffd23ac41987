"""A web address or an API, configured and not coded."""

from .source import HttpSource

SOURCE = HttpSource
__all__ = ["SOURCE", "HttpSource"]
