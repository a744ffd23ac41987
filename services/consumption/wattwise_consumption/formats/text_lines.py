"""The lines of a text file, in blocks, with their numbers."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from wattwise_consumption import sniff
from wattwise_consumption.archives import CutOff
from wattwise_consumption.problems import BadFile

BLOCK_BYTES = 10_000_000
_LONGEST_LINE = 4_000_000


def lines_of(stream: BinaryIO) -> Iterator[pl.DataFrame]:
    """Frames of text and line (as an editor counts). Where the file is cut off, whole lines come first, then `CutOff`."""
    line, rest, decoder = 1, "", None
    cut_off: CutOff | None = None
    while True:
        try:
            piece = stream.read(BLOCK_BYTES)
        except CutOff as problem:
            piece, cut_off = b"", problem
        decoder = decoder or codecs.getincrementaldecoder(sniff.encoding_of(piece[: sniff.HEAD_BYTES]))(
            errors="replace"
        )
        text = rest + decoder.decode(piece, final=not piece)
        end = text.rfind("\n") + 1 if piece or cut_off else len(text)
        if end:
            lines = text[:end].removesuffix("\n").split("\n")
            numbers = pl.int_range(line, line + len(lines), dtype=pl.Int64, eager=True)
            yield pl.DataFrame({"text": lines, "line": numbers}).with_columns(
                pl.col("text").str.strip_chars("\r\ufeff")
            )
            line += text.count("\n", 0, end)
        rest = text[end:]
        if len(rest) > _LONGEST_LINE:
            raise BadFile(f"Line {line} is longer than {_LONGEST_LINE // 1_000_000} MB.", "Check what the file is.")
        if not piece:
            break
    if cut_off is not None:
        raise cut_off
