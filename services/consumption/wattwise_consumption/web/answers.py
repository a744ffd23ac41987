"""Answers on disk: unpacked, whole, and told apart from pages and messages that are no data."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import httpx2
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from wattwise_consumption import sniff
from wattwise_consumption.problems import CannotFetch
from wattwise_consumption.unpacking import CutOff, Damaged, Limits, unpacked

MOST_PARSED_BYTES = 64_000_000  # of a page that is looked into; larger bodies are judged by their ends
_MESSAGES = ("error", "errors", "message", "detail", "details", "fault", "error_description", "title")
_NO_ANSWERS = (b"false", b"true", b'""')
_PIECE = 1_000_000


class Doubtful(Exception):
    """An answer that is not what was asked for, and may be by the next time: it ended early, or is a page for people."""


@dataclass(frozen=True)
class Answer:
    """`path` is None where nothing came: unchanged since then (304), or no content (204)."""

    status: int
    url: httpx2.URL  # the last one, after redirects
    headers: httpx2.Headers
    path: Path | None = None
    links: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def head(self) -> bytes:
        if self.path is None:
            return b""
        with self.path.open("rb") as file:
            return file.read(sniff.HEAD_BYTES)

    @property
    def is_json(self) -> bool:
        return self.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")

    @property
    def is_xml(self) -> bool:
        return self.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" and not self.is_page

    @property
    def is_page(self) -> bool:
        return bool(re.match(rb"(?i)[\xef\xbb\xbf\s]*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", self.head))

    @cached_property
    def json(self) -> Any:
        """None where it is none, or too large to look into."""
        if self.path is None or not self.is_json or self.path.stat().st_size > MOST_PARSED_BYTES:
            return None
        with suppress(ValueError):
            return json.loads(self.path.read_bytes())
        return None

    @property
    def holds_nothing(self) -> bool:
        """No content, an empty document, lists without anything in them, or the header of a table alone."""
        if self.path is None or not self.head.strip():
            return True
        if self.is_json:
            return self.json is not None and _is_empty(self.json)
        is_table = sniff.is_text(self.head) and not self.is_xml and not self.is_page
        return is_table and len(self.head) < sniff.HEAD_BYTES and len(self.head.split()) > 0 and _is_a_header(self.head)

    def must_be_whole(self) -> None:
        """Raises Doubtful for a page, and for a document that ends before its end."""
        if self.path is None or not self.head.strip():
            return
        if self.head.strip() in _NO_ANSWERS:
            raise Doubtful(f"{self.url.host} answered nothing but {self.head.decode().strip()}.")
        if self.is_page:
            raise Doubtful(f"{self.url.host} answered with a web page{_title(self.head)} instead of data.")
        size = self.path.stat().st_size
        ends_early = f"The answer of {self.url.host} ends early, after {size:,} bytes."
        if self.is_json and not (_is_whole_json(self.path) if size <= MOST_PARSED_BYTES else _ends_well(self.path)):
            raise Doubtful(ends_early)
        if self.is_xml and size <= MOST_PARSED_BYTES and not _is_whole_xml(self.path):
            raise Doubtful(ends_early)

    def said(self) -> str:
        """What the answer says went wrong, in its own words; empty where it says nothing readable."""
        found = self.json
        if isinstance(found, dict):
            return next((text for name in _MESSAGES if (text := _words(found.get(name)))), "")
        if self.is_page or not sniff.is_text(self.head):
            return ""
        text = re.sub(r"<[^>]*>", " ", _message_in(self.head) or self.head[:4000].decode(errors="replace"))
        return " ".join(text.split())[:200]


def unpack(path: Path, encoding: str, *, most_bytes: int) -> None:
    """In place. Raises Doubtful where it was cut off, CannotFetch for what unfolds beyond all measure."""
    if encoding in ("", "identity"):
        return
    if encoding not in ("gzip", "x-gzip"):
        raise Doubtful(f"The answer is packed as {encoding}, which nobody asked for.")
    plain = path.with_suffix(".unpacked")
    limits = Limits(unpacked_bytes=most_bytes)
    try:
        with (
            unpacked(path.open("rb"), ".gz", packed_bytes=path.stat().st_size, limits=limits) as stream,
            plain.open("wb") as file,
        ):
            while piece := stream.read(_PIECE):
                file.write(piece)
    except CutOff:
        raise Doubtful("The packed answer ends early.") from None
    except Damaged:
        raise Doubtful("The packed answer is damaged.") from None
    plain.replace(path)


def refusal(answer: Answer) -> str:
    """A colon and its words, where it has some."""
    said = answer.said()
    return f": {said}" if said else ""


def no_access(answer: Answer) -> CannotFetch:
    return CannotFetch(
        f"{answer.url.host} refuses the credentials (status {answer.status}{refusal(answer)}).",
        "They are wrong, have expired or lack a right: enter new ones in the source's settings.",
    )


def _is_empty(found: Any) -> bool:
    """Whether there is no list with anything in it, but at least one without; or nothing at all."""
    if found in (None, [], {}):
        return True
    lists = list(_lists_in(found))
    return bool(lists) and not any(lists)


def _lists_in(found: Any) -> Any:
    if isinstance(found, list):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from _lists_in(value)


def _is_a_header(head: bytes) -> bool:
    lines = [line for line in sniff.text_of(head).splitlines() if line.strip()]
    return len(lines) == 1 and not any(character.isdigit() for character in lines[0])


def _is_whole_json(path: Path) -> bool:
    text = path.read_bytes()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        # An object a line: the last one tells.
        return error.msg == "Extra data" and _is_json(text.rstrip().rpartition(b"\n")[2])
    except ValueError:
        return False
    return True


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 1024), 2)
        return file.read().rstrip()[-1:] in (b"}", b"]")


def _is_whole_xml(path: Path) -> bool:
    try:
        for _, element in iterparse(str(path)):
            element.clear()
    except ParseError as error:
        return "no element found" not in str(error) and "unclosed token" not in str(error)
    except DefusedXmlException:
        return True  # what is wrong with it is told when it is read
    return True


def _message_in(head: bytes) -> str:
    """The text of an XML document's message."""
    found = re.search(rb"(?s)<(?:\w+:)?(text|message|detail|title|faultstring)\b[^>]*>([^<]+)</", head)
    return found[2].decode(errors="replace") if found else ""


def _title(head: bytes) -> str:
    found = re.search(rb"(?is)<title[^>]*>\s*(.{1,80}?)\s*</title", head)
    return f" (“{found[1].decode(errors='replace')}”)" if found else ""


def _words(found: Any) -> str:
    if isinstance(found, dict):
        return next((text for name in _MESSAGES if (text := _words(found.get(name)))), "")
    if isinstance(found, list):
        return _words(found[0]) if found else ""
    return str(found)[:200] if found else ""
