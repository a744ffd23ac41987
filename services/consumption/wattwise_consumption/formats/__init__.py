"""Kinds of files. Each is a module here with a `FileFormat`, and a place in `FORMATS`: the first that recognises a file
reads it.

A format turns a file into tables of text cells, in blocks. What it knows of their meaning beyond any doubt (that
Green Button stamps are UTC and mark starts, say) it states as a `Recipe`; a person's recipe goes before it.
"""

from .format import Block, Bounds, FileFormat, Table, Window, with_file_numbers
from .registry import FORMATS, blocks_as_they_are, blocks_of, format_of

__all__ = [
    "FORMATS",
    "Block",
    "Bounds",
    "FileFormat",
    "Table",
    "Window",
    "blocks_as_they_are",
    "blocks_of",
    "format_of",
    "with_file_numbers",
]
