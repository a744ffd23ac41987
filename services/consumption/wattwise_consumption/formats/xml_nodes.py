"""Read XML element by element, as a stream, with each one's line. Document types and entities are refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, TypeVar
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from wattwise_consumption import sniff
from wattwise_consumption.archives import CutOff
from wattwise_consumption.problems import BadFile

_PIECE_BYTES = 1_000_000
_DEEPEST = 200
_NO_ELEMENT = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_FIRST_ELEMENT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?P<name>[A-Za-z_][\w.-]*)")


T = TypeVar("T")


@dataclass(slots=True)
class Node:
    """An element without its prefix: what its leaves say by their names (the first of each), and its other children."""

    name: str
    line: int
    attributes: dict[str, str]
    leaves: dict[str, str] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)  # attributes of leaves that have some
    children: list["Node"] = field(default_factory=list)

    def child(self, name: str) -> "Node | None":
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator["Node"]:
        """The elements of this name at any depth, in order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)

    def leaf(self, name: str) -> str:
        """What the first leaf of this name says, at any depth; empty where there is none."""
        if name in self.leaves:
            return self.leaves[name]
        return next((found for child in self.children if (found := child.leaf(name))), "")


def root_of(head: bytes) -> str:
    """The name of the outermost element, from the first bytes of a file; empty where this is no XML."""
    if not sniff.is_text(head) or not sniff.is_markup(head):
        return ""
    found = _FIRST_ELEMENT.search(_NO_ELEMENT.sub("", sniff.text_of(head)))
    return found["name"] if found else ""


def nodes_of(stream: BinaryIO, wanted: frozenset[str]) -> Iterator[Node]:
    """The elements of the wanted names, outermost ones only, in order. Raises `BadFile`; what is sound comes before."""
    for nodes in built_from(stream, _Builder(wanted)):
        yield from nodes


class Builder(Protocol[T]):
    """What an XML parser tells of elements, and what is made of them. `position` is the parser's, for lines."""

    position: Any

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def data(self, text: str) -> None: ...
    def end(self, tag: str) -> None: ...
    def close(self) -> None: ...
    def taken(self) -> list[T]:
        """What was made since it was last asked."""


def built_from(stream: BinaryIO, builder: Builder[T]) -> Iterator[list[T]]:
    """What the builder makes of the stream, in pieces. Raises `BadFile`; what is sound comes before."""
    try:
        parser = DefusedXMLParser(target=builder, forbid_dtd=True)
        builder.position = parser.parser
        while piece := stream.read(_PIECE_BYTES):
            parser.feed(piece)
            yield builder.taken()
        parser.close()
    except CutOff:
        yield builder.taken()
        raise
    except DefusedXmlException:
        raise BadFile(
            "The XML has a document type or entities, which are not read: they may be an attack.",
            "Export it again without a DOCTYPE.",
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        yield builder.taken()
        line = getattr(error, "position", (0, 0))[0]
        where = f"at line {line}" if line else "in its encoding"
        raise BadFile(f"The XML is damaged {where}.", "Fetch it again; what stands before was read.") from None
    yield builder.taken()


class _Builder:
    """Makes nodes of the wanted elements, and forgets all else."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.position: Any = None
        self._wanted = wanted
        self._stack: list[Node] = []
        self._text: list[str] = []
        self._done: list[Node] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2].rpartition(":")[2]
        if not self._stack and name not in self._wanted:
            return
        if len(self._stack) > _DEEPEST:
            raise BadFile("The XML is nested too deeply.", "Export it again.")
        self._stack.append(Node(name, self.position.CurrentLineNumber, attributes))
        self._text.clear()

    def data(self, text: str) -> None:
        if self._stack:
            self._text.append(text)

    def end(self, tag: str) -> None:
        if not self._stack:
            return
        node = self._stack.pop()
        if not self._stack:
            self._done.append(node)
            return
        above = self._stack[-1]
        if node.children or node.leaves:
            above.children.append(node)
            return
        above.leaves.setdefault(node.name, "".join(self._text).strip())
        self._text.clear()
        if node.attributes:
            above.links.append({"": node.name, **node.attributes})

    def close(self) -> None:
        return None

    def taken(self) -> list[Node]:
        taken, self._done = self._done, []
        return taken
