"""Sources that are asked or listened to: their kinds, as workers declare them, and what crosses the wire of them.

A source brings *files*: whatever it fetched, exactly as it came. A file is landed (stored with the import, together with
where to go on) before anything is understood of it; from then on the import is like one of uploaded files."""

from enum import StrEnum

from pydantic import Field, JsonValue

from .message import Message, UtcDatetime
from .recipes import Recipe

KIND_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"


class Brings(StrEnum):
    """How a kind of source comes by its readings."""

    UPLOADS = "uploads"  # people or programs bring them: nothing is fetched
    FETCHES = "fetches"  # asked at intervals, or when somebody wants it
    LISTENS = "listens"  # held open all the time


class SourceKindInfo(Message):
    """A kind of source, as the worker that has it declares it at its start."""

    kind: str = Field(pattern=KIND_PATTERN)
    title: str  # as people call it, such as "Octopus Energy"
    description: str = ""  # in a sentence: what it brings, and what one needs for it
    brings: Brings = Brings.FETCHES
    settings_schema: dict[str, JsonValue] = Field(default_factory=dict)  # JSON Schema; `writeOnly` marks a secret
    every: str = "PT1H"  # how often it is asked where nobody says otherwise, ISO 8601
    recipe: Recipe = Field(default_factory=Recipe)  # what is known of its numbers


class SourceState(StrEnum):
    DRAFT = "draft"  # not started yet: only previewed
    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"  # kept for its imports alone; its secrets are gone


class Landing(Message):
    """Sent as the form field `landing`, with the file's bytes as `file` where there is one. Stored in one transaction:
    `cursor` says where fetching goes on once this is landed, `done` that there is nothing more for now."""

    number: int  # of the file in the import, from 0; the same number again replaces it
    name: str = ""
    sha256: str = ""
    cursor: dict[str, JsonValue] = Field(default_factory=dict)
    done: bool = False


class Landed(Message):
    """Where fetching stands: an attempt goes on from here."""

    files: int = 0  # landed so far
    cursor: dict[str, JsonValue] = Field(default_factory=dict)
    done: bool = False


class ListenerReport(Message):
    """How it goes with a source that a worker holds: what people see beside it."""

    source_id: int
    error: str = ""  # a sentence with its remedy, such as that the broker refused the password; empty: connected
    heard_at: UtcDatetime | None = None  # when the last message came


class ListenerWish(Message):
    """What a worker holds, and would go on holding; it is answered with what it holds from now on. A source that is no
    longer active, or whose lease was lost, is not among the answers: the worker lets go of it."""

    worker: str
    kinds: list[str]  # that this worker can listen to
    most: int = 50  # sources that it takes at the same time; 0 gives all of them back
    reports: list[ListenerReport] = Field(default_factory=list)


class ListenerTask(Message):
    """A source in a listener's hands until `expires_at`; every write carries `lease`."""

    source_id: int
    organization_id: int
    organization_timezone: str
    kind: str
    settings: dict[str, JsonValue]  # its secrets included
    recipe: Recipe
    cursor: dict[str, JsonValue] = Field(default_factory=dict)  # that of the last cut
    identity: str  # the same for this source for good, and no other platform's: such as its client id at a broker
    lease: str
    expires_at: UtcDatetime


class SpooledLine(Message):
    """A message as it was heard, durable and in order; not part of an import yet. Read in pages: those whose id is
    above the query's `after` (0 at first), at most 10,000."""

    id: int = 0  # given by the platform, growing
    line: str  # a JSON object


class Cut(Message):
    """Sent as the form field `cut`, with the import's file as `file`, all in one transaction: the file becomes an import,
    the lines up to `through_id` leave the spool but for `keep_ids`, and the source has the cursor."""

    through_id: int
    keep_ids: list[int] = Field(default_factory=list)
    cursor: dict[str, JsonValue] = Field(default_factory=dict)
    name: str
    sha256: str
