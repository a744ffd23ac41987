"""What a source that fetches is made from, and what it yields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import pyarrow as pa
from pydantic import BaseModel, JsonValue

from wattwise_consumption.guard import Guard
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import SourceKindInfo

S_co = TypeVar("S_co", bound=BaseModel, covariant=True)
Cursor = dict[str, JsonValue]


@dataclass(frozen=True)
class Fetched:
    """A file, exactly as it came, and where fetching goes on once it is safe. Without `content` only the cursor moves.
    Batches (of a database, say) are landed as an Arrow file; a file on disk is removed when it was landed."""

    name: str = ""
    content: Path | Iterator[pa.RecordBatch] | None = None
    cursor: Cursor = field(default_factory=dict)
    progress: float | None = None  # 0..1 of this fetch, where that can be told
    message: str = ""


@dataclass(frozen=True)
class FetchLimits:
    """Bounds on one attempt to fetch, see settings."""

    file_bytes: int = 4_000_000_000  # of one answer, unpacked
    seconds: float = 1800.0  # of one attempt; the next goes on where it ended
    requests: int = 20_000
    tries: int = 5  # of one request
    first_pause: float = 1.0  # seconds between tries: doubled each time, with some chance in it, …
    longest_pause: float = 60.0  # … up to this; whoever asks for a longer one is asked again by another attempt


@dataclass(frozen=True)
class FetchOrder(Generic[S_co]):
    """All that a fetcher is made from. `check` raises where going on would be in vain (cancelled, lease lost): call it
    between steps and while waiting. Connect to `guard.check(host, port)` only."""

    settings: S_co
    recipe: Recipe
    now: datetime
    timezone: str  # the organization's
    scratch: Path  # a folder of this attempt alone
    guard: Guard
    folders: tuple[Path, ...] = ()  # that the operator lets sources read, see folders.allowed_path
    limits: FetchLimits = field(default_factory=FetchLimits)
    check: Callable[[], None] = lambda: None


class Fetcher(Protocol):
    """Raises CannotFetch for what a person has to change, NotNow for what may pass by itself."""

    def probe(self) -> Iterator[Fetched]:
        """A bounded sample of what `fetch` would bring, soon."""

    def fetch(self, cursor: Cursor) -> Iterator[Fetched]:
        """Everything since `cursor` ({} is the very beginning), in files small enough that losing one is no loss. The
        same cursor against the same source must ask for the same."""


class FetcherKind(Protocol):
    """A kind of source that fetches: a class with these two, or an object that makes fetchers. Where what is known of
    its numbers depends on the settings, `knows(settings)` answers it, a Recipe."""

    @property
    def info(self) -> SourceKindInfo: ...

    @property
    def Settings(self) -> type[BaseModel]: ...

    def __call__(self, order: FetchOrder[BaseModel]) -> Fetcher: ...
