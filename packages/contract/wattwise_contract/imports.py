"""Imports: what is sent of a source, and the receipt."""

from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from .message import Message, UtcDatetime
from .meters import AttributeDefinition, AttributeValue
from .quantities import Quantity
from .recipes import ImportKind, Recipe
from .sources import Landed


class SourceKind(StrEnum):
    """The kinds that the platform itself knows; workers declare the others (see sources.SourceKindInfo)."""

    FILES = "files"
    SIMULATION = "simulation"
    PUSH = "push"  # readings that programs send by themselves, without files


class ImportStage(StrEnum):
    """What an import's latest job was asked to do."""

    PREVIEW = "preview"
    IMPORT = "import"
    UNDO = "undo"


class ImportFile(Message):
    number: int  # from 0
    name: str
    bytes: int
    sha256: str


class FilesOf(Message):
    import_id: int
    files: list[ImportFile]


class FixTask(Message):
    """What an import that puts rejected rows of another one right is read with: the corrected rows take their places
    among the rows of `original`, after those of `earlier`, oldest first."""

    original: FilesOf
    earlier: list[FilesOf] = Field(default_factory=list)  # corrected files of the same import that were read before


class ImportTask(Message):
    """All that a worker needs to carry an import out."""

    id: int
    organization_id: int
    organization_timezone: str
    source_id: int = 0
    source_kind: str  # a SourceKind, or one that a worker declared
    stage: ImportStage = ImportStage.IMPORT
    config: dict[str, object] = Field(default_factory=dict)  # the source's settings, its secrets included
    landed: Landed = Field(default_factory=Landed)  # of a source that fetches: where the last attempt came to
    recipe: Recipe
    files: list[ImportFile]
    done_parts: list[str]  # parts already stored by an earlier attempt, to be left out
    fixes: FixTask | None = None


class RejectedRow(Message):
    file: str
    line: int  # as a text editor counts, from 1; 0 where there is none
    column: str = ""
    value: str = ""
    reason: str  # what is wrong, in a sentence
    remedy: str = ""  # what to do


class RejectedFile(Message):
    """A file of all rejected rows of an import, whole, for people to put right and to send back."""

    name: str
    rows: int
    left_out: int = 0  # rejected rows that it does not hold
    sha256: str


class PartNotes(Message):
    """Sent as schema metadata `notes` of a part's Arrow stream. `read` counts every data row of the part:
    read = rows in the stream + duplicate + rejected_count."""

    file: str = ""
    read: int
    duplicate: int = 0
    rejected_count: int = 0
    rejected: list[RejectedRow] = Field(default_factory=list)  # the first 1,000 of the part


class PartReceipt(Message):
    """What storing a part did. A part that was stored before answers its first receipt, and changes nothing."""

    read: int
    stored: int
    unchanged: int
    corrected: int
    duplicate: int
    rejected: int


class ConsumerDetails(Message):
    key: str
    line: int = 0
    name: str = ""
    attributes: dict[str, AttributeValue]


class DetailsPart(Message):
    """Details of consumers; definitions that the organization lacks are added to its schema."""

    notes: PartNotes
    definitions: list[AttributeDefinition]
    consumers: list[ConsumerDetails]
    create_consumers: bool = False


class DetailsReceipt(Message):
    read: int
    stored: int  # consumers made or changed
    unchanged: int
    skipped: int  # no such consumer here, and create_consumers was not given
    duplicate: int
    rejected: int
    cells: list[RejectedRow] = Field(
        default_factory=list
    )  # details that did not fit their definitions, and were left out


class SeriesEventKind(StrEnum):
    """What happened to a series that its numbers alone do not tell."""

    GAP = "gap"  # no readings from `starts_at` to `ends_at`
    OVERLAP = "overlap"  # two files or rows spoke for the same time
    RESET = "reset"  # a register began again from zero
    ROLLOVER = "rollover"  # a register passed its last digit
    METER_SWAP = "meter_swap"  # a register went on at another count
    GLITCH = "glitch"  # a register fell and came back
    SPIKE = "spike"  # far above anything the series has
    STUCK = "stuck"  # the same value, not zero, for STUCK_FOR or longer


# Of energy and volume in intervals shorter than STUCK_BELOW: what is counted hourly may rightly stay the same for a day.
STUCK_FOR, STUCK_BELOW = timedelta(days=1), timedelta(hours=1)


class SeriesEvent(Message):
    meter_key: str
    quantity: Quantity
    kind: SeriesEventKind
    starts_at: UtcDatetime
    ends_at: UtcDatetime | None = None
    text: str  # a sentence: what was found, and what was done about it


class Receipt(Message):
    """What an import did, all parts together; kept with the import for good."""

    kind: ImportKind
    read: int = 0
    stored: int = 0
    unchanged: int = 0
    corrected: int = 0
    duplicate: int = 0
    rejected: int = 0
    skipped: int = 0
    consumers: int = 0  # touched
    meters: int = 0
    first_reading_at: UtcDatetime | None = None
    last_reading_at: UtcDatetime | None = None
    totals: dict[str, float] = Field(default_factory=dict)  # sum of the values by unit, such as {"kWh": 624032.126}
    seconds: float = 0.0
    interpretation: list[str] = Field(default_factory=list)  # sentences: what was found out about the file
    warnings: list[str] = Field(default_factory=list)
    events: list[SeriesEvent] = Field(default_factory=list)  # the first 1,000
    events_count: dict[str, int] = Field(default_factory=dict)  # all of them, by kind


class ImportSummary(Message):
    """What the worker alone knows when it is done; the backend adds the parts up itself."""

    kind: ImportKind
    interpretation: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    events: list[SeriesEvent] = Field(default_factory=list)  # the first 1,000
    events_count: dict[str, int] = Field(default_factory=dict)
    put_right: dict[str, list[str]] = Field(default_factory=dict)  # of a corrected file: its accepted rows, by file


class UndoProgress(Message):
    """How far the undoing of an import is; it is done when nothing is left."""

    undone: int  # readings taken back, all calls together …
    left: int
    kept: int = 0  # … of which these stay, because other imports brought the same
