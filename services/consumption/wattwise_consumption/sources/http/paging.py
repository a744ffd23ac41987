"""How an answer goes on: the places for its next page, or that there is none."""

from dataclasses import dataclass, replace
from typing import Any

import httpx2
import jmespath
from pydantic import JsonValue

from wattwise_consumption.web import Answer

from .config import HttpSettings

_NO_READINGS = ("error", "errors", "warnings", "links", "messages")


@dataclass(frozen=True)
class Page:
    """Where among the pages of a window: what is asked for next. `link` goes before the template."""

    number: int = 0  # from 0
    offset: int = 0
    cursor: str = ""
    link: str = ""

    @property
    def state(self) -> dict[str, JsonValue]:
        return {"number": self.number, "offset": self.offset, "cursor": self.cursor, "link": self.link}

    def values(self, settings: HttpSettings) -> dict[str, JsonValue]:
        return {
            "page": settings.first_page + self.number,
            "offset": self.offset,
            "limit": settings.page_size or "",
            "cursor": self.cursor,
        }


def items_in(answer: Answer, settings: HttpSettings) -> list[Any] | None:
    """The list of readings in a JSON answer: where the settings say, else the largest there is. None where there is
    none, and where the answer is not JSON."""
    found = answer.json
    if found is None:
        return None
    if settings.items_path:
        there = jmespath.search(settings.items_path, found)
        return list(there) if isinstance(there, list | dict) else None
    return max(_lists_in(found, depth=3), key=len, default=None)


def page_after(page: Page, answer: Answer, settings: HttpSettings) -> Page | None:
    """None where this was the last one."""
    on = replace(page, number=page.number + 1)
    match settings.pages:
        case "one":
            return None
        case "link_header":
            link = answer.links.get("next", "")
            return replace(on, link=str(_joined(answer.url, link))) if link else None
        case "next_link":
            link = _text_at(settings.next_path, answer)
            return replace(on, link=str(_joined(answer.url, link))) if link else None
        case "cursor":
            cursor = _text_at(settings.next_path, answer)
            return replace(on, cursor=cursor) if cursor else None
        case "page" | "offset":
            return _counted(on, answer, settings)


def _counted(on: Page, answer: Answer, settings: HttpSettings) -> Page | None:
    """A page shorter than it was asked to be proves nothing: servers have their own most. An empty one ends it, or the
    total that the answer tells."""
    items = items_in(answer, settings)
    if answer.holds_nothing or items == []:
        return None
    on = replace(on, offset=on.offset + (len(items) if items is not None else settings.page_size))
    total = _text_at(settings.total_path, answer) if settings.total_path else ""
    return None if total.isdigit() and int(total) <= on.offset else on


def _joined(url: httpx2.URL, link: str) -> httpx2.URL:
    """APIs behind a proxy often name themselves without encryption: the next page is asked for as this one was."""
    found = url.join(link)
    same = found.host == url.host and (found.scheme, found.port, url.scheme) == ("http", None, "https")
    return found.copy_with(scheme=url.scheme, port=url.port) if same else found


def _text_at(path: str, answer: Answer) -> str:
    found = jmespath.search(path, answer.json) if answer.json is not None else None
    return "" if found is None or isinstance(found, bool | list | dict) else str(found)


def _lists_in(found: Any, *, depth: int) -> list[list[Any]]:
    if isinstance(found, list):
        return [found]
    if isinstance(found, dict) and depth:
        inner = [value for name, value in found.items() if name.lower() not in _NO_READINGS]
        return [one for value in inner for one in _lists_in(value, depth=depth - 1)]
    return []
