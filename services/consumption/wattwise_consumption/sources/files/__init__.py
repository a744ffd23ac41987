"""Uploaded files: tables of readings or of consumers' details, in CSV or JSON, plain or packed."""

from .corrected import CorrectedFiles
from .source import FilesSource

SOURCE = FilesSource
__all__ = ["SOURCE", "CorrectedFiles", "FilesSource"]
