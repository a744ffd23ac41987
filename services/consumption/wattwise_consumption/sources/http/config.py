"""What the HTTP source may be told. The browser draws its form from this, in this order."""

import re
from datetime import date
from typing import Annotated, Any, Literal

import httpx2
import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from wattwise_timeseries.calendars import zone
from wattwise_timeseries.resolutions import Resolution

from . import templates

PERIOD = frozenset({"since", "until", "last"})
PAGING = frozenset({"page", "offset", "limit", "cursor"})
ADVANCED: dict[str, Any] = {"x-group": "advanced"}


def _with(setting: str, *values: str) -> dict[str, Any]:
    """A field that a form shows only where another setting has one of these values."""
    return {"x-shown-when": {setting: list(values)}}


def _is_a_duration(text: str) -> str:
    if text and text not in ("P0D", "PT0S"):
        Resolution.parse(text.removeprefix("-"))
    return text


def _is_a_path(text: str) -> str:
    try:
        if text:
            jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(f"“{text}” is no JMESPath expression ({error})") from None
    return text


def _is_a_zone(text: str) -> str:
    if text:
        zone(text)
    return text


Date = Annotated[date | None, BeforeValidator(lambda text: text or None)]
Duration = Annotated[str, AfterValidator(_is_a_duration)]
Path = Annotated[str, AfterValidator(_is_a_path)]
Zone = Annotated[str, AfterValidator(_is_a_zone)]


# Headers that hold secrets. What stands among the settings can be read by everyone who may see the source.
_TELLS_WHO_ASKS = re.compile(
    r"authori[sz]ation|cookie|token|secret|passw|credential|(api|access|auth)[-_]?key", re.IGNORECASE
)


class HttpSettings(BaseModel):
    """An address is enough: the file there is fetched whenever it changed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str = Field(
        title="Address",
        description="Where the data are. {since} and {until} stand for the period that is asked for, {page}, {offset}, "
        "{limit} and {cursor} for the place among several pages; {since:%Y%m%d} says how a time is written, {last} is "
        "the last moment of the period.",
    )
    meter: str = Field(default="", title="Meter", description="The meter's key, where the data name none.")
    start: Date = Field(
        default=None,
        title="From",
        description="The first day to ask for, where the address has {since}. Empty: a year ago.",
    )
    auth: Literal["none", "basic", "bearer", "api_key_header", "api_key_query", "oauth2"] = Field(
        default="none", title="Access", description="How the source is told who asks."
    )
    username: str = Field(
        default="", title="User name", description="Or the client ID of OAuth 2.",
        json_schema_extra=_with("auth", "basic", "oauth2"),
    )  # fmt: skip
    secret: SecretStr = Field(
        default=SecretStr(""), title="Password or key", description="The password, token, key or client secret.",
        json_schema_extra=_with("auth", "basic", "bearer", "api_key_header", "api_key_query", "oauth2"),
    )  # fmt: skip
    key_name: str = Field(
        default="X-API-Key", title="Name of the key", description="The header or parameter that an API key is sent in.",
        json_schema_extra=_with("auth", "api_key_header", "api_key_query"),
    )  # fmt: skip
    token_url: str = Field(
        default="", title="Token address", description="Where OAuth 2 hands out tokens.",
        json_schema_extra=_with("auth", "oauth2"),
    )  # fmt: skip
    scope: str = Field(
        default="", title="Scope", description="What OAuth 2 is asked for.", json_schema_extra=_with("auth", "oauth2")
    )
    pages: Literal["one", "page", "offset", "next_link", "link_header", "cursor"] = Field(
        default="one", title="Pages", description="How an answer goes on where it does not come at once."
    )
    first_page: int = Field(default=1, ge=0, title="First page", json_schema_extra=ADVANCED)
    page_size: int = Field(
        default=0, ge=0, title="Page size", description="Sent as {limit}.",
        json_schema_extra=ADVANCED,
    )  # fmt: skip
    next_path: Path = Field(
        default="next", title="Path of the next page", json_schema_extra=ADVANCED,
        description="Where a JSON answer has the link or cursor of the next page (JMESPath).",
    )  # fmt: skip
    items_path: Path = Field(
        default="", title="Path of the readings", json_schema_extra=ADVANCED,
        description="Where a JSON answer has its list (JMESPath): an answer without it is not taken for an empty one.",
    )  # fmt: skip
    total_path: Path = Field(
        default="", title="Path of the total", json_schema_extra=ADVANCED,
        description="Where a JSON answer tells how many readings there are on all pages (JMESPath). Else an empty page ends it.",
    )  # fmt: skip
    newest_path: Path = Field(
        default="", title="Path of the times", json_schema_extra=ADVANCED,
        description="Where a JSON answer has its times (JMESPath). Then the next fetch goes on from the newest one, and "
        "what comes days late is not missed.",
    )  # fmt: skip
    step: Duration = Field(
        default="P31D",
        title="Longest period",
        description="To be asked for at once, such as P7D.",
        json_schema_extra=ADVANCED,
    )
    delay: Duration = Field(
        default="", title="Delay", description="How long after a time its readings are to be had, such as PT1H; -P2D for what is told two days ahead.",
        json_schema_extra=ADVANCED,
    )  # fmt: skip
    overlap: Duration = Field(
        default="P2D", title="Overlap", json_schema_extra=ADVANCED,
        description="How much is asked for once more, for corrections, what came late, and registers.",
    )  # fmt: skip
    times_in: Zone = Field(
        default="UTC", title="Clock of the address", description="The zone that times in the address are written in.",
        json_schema_extra=ADVANCED,
    )  # fmt: skip
    method: Literal["GET", "POST"] = Field(default="GET", title="Method", json_schema_extra=ADVANCED)
    body: str = Field(
        default="", title="Body", json_schema_extra=ADVANCED,
        description='JSON to send, with the same places: {"from": {since}}. They bring their quotation marks.',
    )  # fmt: skip
    headers: list[str] = Field(
        default_factory=list, title="Headers", description="Such as “Accept: text/csv”.", json_schema_extra=ADVANCED
    )
    nothing_pattern: str = Field(
        default="", title="Nothing yet", json_schema_extra=ADVANCED,
        description="A regular expression: an answer in which it is found says that there are no readings (yet).",
    )  # fmt: skip
    nothing_statuses: list[str] = Field(
        default_factory=list, title="Statuses for nothing", json_schema_extra=ADVANCED,
        description="HTTP statuses that say so, such as 404.",
    )  # fmt: skip
    failure_pattern: str = Field(
        default="", title="A message", json_schema_extra=ADVANCED,
        description="A regular expression: an answer in which it is found is a message and holds no readings.",
    )  # fmt: skip
    varying_pattern: str = Field(
        default="", title="What always differs", json_schema_extra=ADVANCED,
        description="A regular expression of what differs in each answer though the readings do not, such as its time.",
    )  # fmt: skip
    most_per_minute: float = Field(
        default=0,
        ge=0,
        title="Requests a minute",
        description="At most. 0: as many as it takes.",
        json_schema_extra=ADVANCED,
    )
    most_pages: int = Field(default=1000, ge=1, title="Most pages", json_schema_extra=ADVANCED)

    @model_validator(mode="after")
    def _fits_together(self) -> "HttpSettings":
        for address in filter(None, (self.url, self.token_url)):
            _must_be_an_address(address)
        unknown = self.names - PERIOD - PAGING
        if unknown:
            raise ValueError(f"{{{min(unknown)}}} stands for nothing; these do: {', '.join(sorted(PERIOD | PAGING))}")
        needed = {"page": "page", "offset": "offset", "cursor": "cursor"}.get(self.pages)
        if needed and needed not in self.names:
            raise ValueError(f"pages are told apart by {{{needed}}}, which the address does not have")
        if self.auth == "oauth2" and not self.token_url:
            raise ValueError("OAuth 2 needs a token address")
        if any(":" not in header for header in self.headers):
            raise ValueError("a header is written as “Name: value”")
        for name in (header.partition(":")[0].strip() for header in self.headers):
            if _TELLS_WHO_ASKS.search(name):
                raise ValueError(f"“{name}” belongs to Access, as the name of an API key: there it is kept secret")
        return self

    @property
    def names(self) -> set[str]:
        return templates.names_in(self.url) | templates.names_in(self.body)

    @property
    def asks_for_periods(self) -> bool:
        return bool(self.names & PERIOD)

    @property
    def asks_by_day(self) -> bool:
        """Whether periods are written as whole days."""
        forms = [form for text in (self.url, self.body) for name in PERIOD for form in templates.formats_of(text, name)]
        return bool(forms) and all(map(templates.is_by_day, forms))


def _must_be_an_address(text: str) -> None:
    try:
        url = httpx2.URL(templates.plain(text, dict.fromkeys(templates.names_in(text), "1")))
    except (httpx2.InvalidURL, ValueError):
        raise ValueError(f"“{text}” is no address") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"“{text}” is no web address: it starts with https:// or http://")
