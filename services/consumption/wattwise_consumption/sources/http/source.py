"""The HTTP source: period after period, page after page, each answer a file."""

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx2

from wattwise_consumption.fetching import CannotFetch, Cursor, Fetched, FetchOrder, NotNow, schema_of
from wattwise_consumption.web import Answer, Question, Web, refusal
from wattwise_contract.sources import SourceKindInfo

from . import access, templates
from .config import HttpSettings
from .naming import name_of
from .paging import Page, items_in, page_after
from .position import Position
from .times import newest_in
from .windows import Span, Window, start_of_day, windows

_FIRST_REACH = Span("P1Y")
_SAMPLE = Span("P31D")
_PAGES_OF_A_SAMPLE = 2
_MOST_EMPTY_PAGES = 20
_WHOLE = Window(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), is_last=True)


class HttpSource:
    """What is asked for does not depend on how often it was asked: the same cursor asks for the same periods."""

    Settings = HttpSettings
    info = SourceKindInfo(
        kind="http", title="Web address or API", every="PT6H", settings_schema=schema_of(HttpSettings),
        description="A file at a web address, or an API that answers with JSON, CSV, XML or any other kind of file.",
    )  # fmt: skip

    def __init__(self, order: FetchOrder[HttpSettings]) -> None:
        self._order = order
        self._settings = order.settings
        self._zone = order.settings.times_in
        self._files = 0

    def probe(self) -> Iterator[Fetched]:
        """The newest pages; those of the first period where there is nothing new."""
        with self._web() as web:
            for window in self._sample_windows():
                anything = False
                with closing(self._window(web, Position(), window, most_pages=_PAGES_OF_A_SAMPLE)) as coming:
                    for fetched, _ in coming:
                        anything = anything or fetched.content is not None
                        yield replace(fetched, cursor={})
                if anything:
                    return

    def fetch(self, cursor: Cursor) -> Iterator[Fetched]:
        position = Position.at(cursor)
        with self._web() as web:
            for window in self._windows(position):
                with closing(self._window(web, position, window)) as coming:
                    for fetched, position in coming:  # noqa: B007 - the next window starts there
                        yield fetched

    def _web(self) -> Web:
        return Web(self._order, access.credentials(self._order), most_per_minute=self._settings.most_per_minute)

    def _sample_windows(self) -> Iterator[Window]:
        if not self._settings.asks_for_periods:
            yield _WHOLE
            return
        first, until = self._first(), self._until()
        step = min((Span(self._settings.step), _SAMPLE), key=lambda span: span.after(first, self._zone))
        newest = max(step.before(until, self._zone), first)
        yield Window(newest, until, is_last=True)
        if newest > first:
            yield Window(first, min(step.after(first, self._zone), until))

    def _windows(self, position: Position) -> Iterator[Window]:
        """The one that is under way first, then on from where it ends."""
        if not self._settings.asks_for_periods:
            yield _WHOLE
            return
        since, until = self._since(position), self._until()
        if position.window is not None:
            yield position.window
            since = position.window.until
            if position.window.is_last:
                return
        yield from windows(since, until, step=Span(self._settings.step), timezone=self._zone)

    def _first(self) -> datetime:
        if self._settings.start is not None:
            return templates.day_start(self._settings.start, self._zone)
        return start_of_day(_FIRST_REACH.before(self._order.now, self._zone), self._zone)

    def _since(self, position: Position) -> datetime:
        if position.since is None:
            return self._first()
        overlap = Span(self._settings.overlap)
        since = overlap.before(position.since, self._zone)
        # From a midnight on, the same answer comes all day long where nothing is new.
        return start_of_day(since, self._zone) if self._settings.asks_by_day or overlap.is_of_days else since

    def _until(self) -> datetime:
        until = Span(self._settings.delay).before(self._order.now, self._zone).replace(second=0, microsecond=0)
        return start_of_day(until, self._zone) if self._settings.asks_by_day else until

    def _window(
        self, web: Web, position: Position, window: Window, *, most_pages: int | None = None
    ) -> Generator[tuple[Fetched, Position]]:
        """Each page with the position after it."""
        known = set(position.bodies)
        page: Page | None = position.page if position.window == window else Page()
        asked: set[str] = set()
        before, empty = "", 0
        while page is not None and page.number < (most_pages or self._settings.most_pages):
            answer = self._answer(web, position, window, page)
            self._must_be_understood(answer)
            if self._is_changed(answer):
                yield self._fetched(answer, window, page, position, skipped=False), position
                raise _changed(self._settings.items_path)
            nothing = self._holds_nothing(answer)
            mark = "" if nothing else self._mark(answer)
            empty = empty + 1 if nothing else 0
            following = None if (mark and mark == before) else page_after(page, answer, self._settings)
            position = self._position_after(position, window, following, answer, mark)
            yield (
                self._fetched(answer, window, page, position, skipped=nothing or mark in known or mark == before),
                position,
            )
            self._must_go_on(following, asked, empty)
            before, page = mark, following
        if page is not None and most_pages is None:
            raise self._never_ends(f"{self._settings.most_pages:,} pages")

    def _answer(self, web: Web, position: Position, window: Window, page: Page) -> Answer:
        settings = self._settings
        values = {"since": window.since, "until": window.until, "last": window.until - timedelta(seconds=1)}
        values |= page.values(settings)  # type: ignore[arg-type]  # moments and JSON values alike
        own = httpx2.URL(templates.address(settings.url, values, timezone=self._zone))
        headers = dict(header.split(":", 1) for header in settings.headers)
        headers = {name.strip(): value.strip() for name, value in headers.items()}
        body = templates.body(settings.body, values, timezone=self._zone).encode() if settings.body else None
        if body is not None:
            headers = {"Content-Type": "application/json", **headers}
        if window is _WHOLE and page == Page():
            headers |= {"If-None-Match": position.etag} if position.etag else {}
            headers |= {"If-Modified-Since": position.modified} if position.modified else {}
        question = Question(own, settings.method, headers, body)
        if page.link:
            question = question.led_to(httpx2.URL(page.link))
        self._files += 1
        past_the_end = {"404"} if page.number and settings.pages in ("page", "offset") else set()
        return web.ask(
            question, self._order.scratch / f"answer-{self._files}",
            also_fine=lambda answer: str(answer.status) in past_the_end or self._says_nothing_yet(answer),
        )  # fmt: skip

    def _must_be_understood(self, answer: Answer) -> None:
        """Raises NotNow for a message in place of data, CannotFetch for a page too large to find the next one in."""
        settings = self._settings
        if answer.is_json and answer.json is None and settings.pages != "one":
            raise CannotFetch(
                "A page of the answer is too large to be looked into.", "Ask for shorter periods or smaller pages."
            )
        if self._holds_nothing(answer):
            return
        is_message = settings.failure_pattern and re.search(settings.failure_pattern.encode(), answer.head)
        without_a_list = isinstance(answer.json, dict) and items_in(answer, settings) is None
        if is_message or (without_a_list and answer.said()):
            said = refusal(answer)
            raise NotNow(f"{answer.url.host} answered without readings{said}.", "It is asked again by itself.")

    def _is_changed(self, answer: Answer) -> bool:
        wanted = bool(self._settings.items_path) and answer.json is not None and not self._holds_nothing(answer)
        return wanted and items_in(answer, self._settings) is None

    def _holds_nothing(self, answer: Answer) -> bool:
        return (
            not 200 <= answer.status < 300
            or answer.holds_nothing
            or self._says_nothing_yet(answer)
            or items_in(answer, self._settings) == []
        )

    def _says_nothing_yet(self, answer: Answer) -> bool:
        pattern = self._settings.nothing_pattern.encode()
        return str(answer.status) in self._settings.nothing_statuses or bool(
            pattern and re.search(pattern, answer.head)
        )

    def _mark(self, answer: Answer) -> str:
        """The same for answers with the same readings."""
        assert answer.path is not None  # noqa: S101 - an answer with nothing in it has no mark
        digest = sha256()
        varying = self._settings.varying_pattern.encode()
        with answer.path.open("rb") as file:
            while piece := file.read(1_000_000 if not varying else -1):
                digest.update(re.sub(varying, b"", piece) if varying else piece)
        return digest.hexdigest()[:24]

    def _position_after(
        self, position: Position, window: Window, following: Page | None, answer: Answer, mark: str
    ) -> Position:
        if mark:
            position = position.remembering(mark).having_seen(newest_in(answer, self._settings))
        if window is _WHOLE and self._settings.pages == "one" and answer.status != 304:
            etag, modified = (answer.headers.get(name, "") for name in ("etag", "last-modified"))
            position = replace(position, etag=etag, modified=modified)
        if following is not None:
            return position.in_window(window, following)
        if window is _WHOLE:
            return replace(position, window=None, page=Page())
        return position.past(window, follows_times=bool(self._settings.newest_path))

    def _fetched(self, answer: Answer, window: Window, page: Page, position: Position, *, skipped: bool) -> Fetched:
        period = None if window is _WHOLE else window
        if skipped and answer.path is not None:
            answer.path.unlink(missing_ok=True)
        return Fetched(
            name=name_of(answer, self._settings, period, page, zone=self._zone),
            content=None if skipped else answer.path,
            cursor=position.cursor,
            progress=self._share(window),
            message=_told(period, page, skipped=skipped),
        )

    def _share(self, window: Window) -> float | None:
        if window is _WHOLE:
            return None
        first, last = self._first(), self._until()
        return min(max((window.until - first) / max(last - first, timedelta(seconds=1)), 0.0), 1.0)

    def _must_go_on(self, following: Page | None, asked: set[str], empty: int) -> None:
        if following is None:
            return
        where = following.link or following.cursor
        if where and where in asked:
            raise self._never_ends("pages that lead back to themselves")
        asked.add(where)
        if empty > _MOST_EMPTY_PAGES:
            raise self._never_ends(f"{empty} pages without a reading")

    def _never_ends(self, what: str) -> CannotFetch:
        return CannotFetch(
            f"The answer does not come to an end: {what} in a row.",
            "Check how the source's pages are told apart, or ask for shorter periods.",
        )


def _changed(path: str) -> CannotFetch:
    return CannotFetch(
        f"The answer has no list at “{path}”: the API has changed, or the address is another's.",
        "What came is kept with the import. Correct the source's settings, and fetch again.",
    )


def _told(window: Window | None, page: Page, *, skipped: bool) -> str:
    what = "Nothing new" if skipped else "Fetched"
    of = f", page {page.number + 1}" if page.number else ""
    return f"{what}{of}" if window is None else f"{what}: {window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}{of}"
