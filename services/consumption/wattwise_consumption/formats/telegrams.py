"""Cut a stream of P1 telegrams apart, and check their checksums."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import polars as pl

from wattwise_consumption.archives import CutOff

BLOCK_BYTES = 8_000_000
_LONGEST = 16_384  # bytes of a telegram
_TELEGRAM = re.compile(rb"^/[^\n]*\n(?:(?!/)[^\n]*\n)*?![ \t]*+(?P<crc>[0-9A-Fa-f]{4})?[ \t\r]*+$", re.MULTILINE)
_START = re.compile(rb"^/", re.MULTILINE)


@dataclass(frozen=True)
class Telegrams:
    """`lines`: telegram (a number), line, text. `broken`: telegram, line, problem; they have no lines."""

    lines: pl.DataFrame
    broken: pl.DataFrame


def telegrams_of(stream: BinaryIO) -> Iterator[Telegrams]:
    """Whole telegrams, in blocks."""
    rest, line = b"", 1
    cut_off: CutOff | None = None
    while cut_off is None:
        try:
            piece = stream.read(BLOCK_BYTES)
        except CutOff as problem:
            piece, cut_off = b"", problem
        text = rest + piece
        last = text.rfind(b"\n/") + 1
        end = last if piece and last and len(text) >= BLOCK_BYTES else 0 if piece else len(text)
        if end:
            yield _cut(text[:end], line)
        line += text.count(b"\n", 0, end)
        rest = text[end:]
        if not piece:
            break
    if cut_off is not None:
        raise cut_off


def crc16_of(messages: list[bytes]) -> list[int]:
    """The CRC16 of each message (polynomial x16+x15+x2+1, least significant bit first), of all at once."""
    longest = max(map(len, messages), default=0)
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint16(0xA001), table >> 1).astype(np.uint16)
    data = np.zeros((longest, len(messages)), dtype=np.uint8)  # zeros in front do not change the sum
    for number, message in enumerate(messages):
        data[longest - len(message) :, number] = np.frombuffer(message, dtype=np.uint8)
    crc = np.zeros(len(messages), dtype=np.uint16)
    for column in data:
        crc = (crc >> 8) ^ table[(crc ^ column) & 0xFF]
    return [int(value) for value in crc]


def _cut(text: bytes, first_line: int) -> Telegrams:
    found = list(_TELEGRAM.finditer(text))
    begins = [match.start() for match in _START.finditer(text)]
    whole = {match.start() for match in found}
    lines_before = np.cumsum(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
    line_at = {at: first_line + (int(lines_before[at - 1]) if at else 0) for at in begins}
    problems = _checksum_problems(found)
    problems |= dict.fromkeys((at for at in begins if at not in whole), "the telegram breaks off")
    sound = [match for match in found if match.start() not in problems]
    texts = [match[0].decode("latin-1") for match in sound]
    lines = pl.DataFrame(
        {
            "telegram": [match.start() for match in sound],
            "text": texts,
            "line": [line_at[match.start()] for match in sound],
        },
        schema={"telegram": pl.Int64, "text": pl.String, "line": pl.Int64},
    )
    lines = lines.with_columns(pl.col("text").str.split("\n")).explode("text")
    lines = lines.with_columns(
        (pl.col("line") + pl.int_range(pl.len()).over("telegram")).alias("line"), pl.col("text").str.strip_chars()
    )
    broken = pl.DataFrame(
        {"telegram": list(problems), "line": [line_at[at] for at in problems], "problem": list(problems.values())},
        schema={"telegram": pl.Int64, "line": pl.Int64, "problem": pl.String},
    )
    return Telegrams(lines, broken)


def _checksum_problems(found: list[re.Match[bytes]]) -> dict[int, str]:
    """What is wrong with the telegrams whose checksum is not theirs, by their place."""
    summed = [match for match in found if match["crc"]]
    messages = [match[0][: match[0].rindex(b"!") + 1][-_LONGEST:] for match in summed]
    # A file that lost its Windows line ends on the way is still the meter's.
    restored = [re.sub(rb"\r?\n", b"\r\n", message) for message in messages]
    sums = zip(summed, crc16_of(messages), crc16_of(restored), strict=True)
    return {
        match.start(): f"wrong checksum: {match['crc'].decode().upper()} instead of {own:04X}"
        for match, own, other in sums
        if int(match["crc"], 16) not in (own, other)
    }
