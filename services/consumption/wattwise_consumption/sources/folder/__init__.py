"""A folder of this machine that somebody puts files into."""

from .source import FolderSource

SOURCE = FolderSource
__all__ = ["SOURCE", "FolderSource"]
