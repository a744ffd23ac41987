"""EDIFACT, cut into segments: UNA, UNB, UNH … as ISO 9735 has them, whatever the separators of the file are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from wattwise_consumption.archives import CutOff
from wattwise_consumption.problems import BadFile

_PIECE_BYTES = 4_000_000
_LONGEST = 100_000  # characters of a segment
_USUAL = ":+.? '"


@dataclass(frozen=True)
class Segment:
    """`elements`: each with its components; the first is behind the tag. `line`: as an editor counts."""

    tag: str
    elements: tuple[tuple[str, ...], ...]
    line: int

    def part(self, element: int, component: int = 0) -> str:
        """What stands there; empty where nothing does."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component]


@dataclass(frozen=True)
class Signs:
    component: str
    element: str
    decimal: str
    release: str
    end: str


def signs_of(head: str) -> Signs:
    """The separators that a file declares at its start, or the usual ones."""
    told = head[3:9] if head.startswith("UNA") and len(head) >= 9 else _USUAL
    return Signs(told[0], told[1], told[2], told[3], told[5])


def segments_of(stream: BinaryIO) -> Iterator[Segment]:
    """Whole segments, in order; where the file is cut off, they come first, then `CutOff`. What is no segment is passed
    over."""
    rest, line, signs = "", 1, None
    cut_off: CutOff | None = None
    while True:
        try:
            piece = stream.read(_PIECE_BYTES)
        except CutOff as problem:
            piece, cut_off = b"", problem
        rest += piece.decode("latin-1")
        signs = signs or signs_of(rest.lstrip("\xef\xbb\xbf \r\n"))
        *whole, rest = _split(rest, signs)
        for text in whole:
            yield from _segment(text, signs, line + text.count("\n", 0, len(text) - len(text.lstrip())))
            line += text.count("\n")
        if len(rest) > _PIECE_BYTES:
            raise BadFile(f"The segment at line {line} has no end.", "Check what the file is.")
        if not piece:
            break
    if cut_off is not None:
        raise cut_off


def _split(text: str, signs: Signs) -> list[str]:
    """The pieces between the ends of segments, and what is left behind the last. Ends that are released are text."""
    pieces, begun = [], ""
    *ended, rest = text.split(signs.end)
    for piece in ended:
        begun += piece
        released = len(begun) - len(begun.rstrip(signs.release)) if signs.release != " " else 0
        if released % 2:
            begun += signs.end
            continue
        pieces.append(begun)
        begun = ""
    return [*pieces, begun + rest]


def _segment(text: str, signs: Signs, line: int) -> Iterator[Segment]:
    text = text.strip()
    if text.startswith("UNA") or len(text) > _LONGEST:
        return
    parts = _cut(text, signs.element, signs.release)
    tag = parts[0]
    if not re.fullmatch(r"[A-Z]{3}", tag):
        return
    yield Segment(
        tag,
        tuple(tuple(_plain(each, signs) for each in _cut(part, signs.component, signs.release)) for part in parts[1:]),
        line,
    )


def _cut(text: str, sign: str, release: str) -> list[str]:
    if release not in text or release == " ":
        return text.split(sign)
    mark, other = re.escape(sign), re.escape(release)
    return re.findall(rf"((?:[^{mark}{other}]|{other}.)*)(?:{mark}|$)", text, re.DOTALL)[: text.count(sign) + 1]


def _plain(text: str, signs: Signs) -> str:
    return re.sub(rf"{re.escape(signs.release)}(.)", r"\1", text, flags=re.DOTALL) if signs.release in text else text
