"""A query on somebody's own database."""

from .source import SqlSource

SOURCE = SqlSource
__all__ = ["SOURCE", "SqlSource"]
