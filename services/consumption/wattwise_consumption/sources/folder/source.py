"""The watched folder: files that came or changed since, once they have stopped growing."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from wattwise_consumption.fetching import CannotFetch, Cursor, Fetched, FetchOrder, NotNow, schema_of
from wattwise_consumption.folders import allowed_path
from wattwise_contract.sources import SourceKindInfo

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp")
_FILES_OF_A_SAMPLE, _BYTES_OF_A_SAMPLE = 3, 60_000_000
_SECOND = 1_000_000_000  # nanoseconds


class FolderSettings(BaseModel):
    """Where to look, and for what."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    folder: str = Field(
        min_length=1,
        title="Folder",
        description="Its full path on the machine of the consumption worker, inside a folder that the operator allowed.",
    )
    pattern: str = Field(default="*", title="Names", description="Which files: *.csv, say, or meter-??.xlsx.")
    subfolders: bool = Field(default=False, title="Look into its subfolders too")
    settle_seconds: int = Field(
        default=10, ge=0, le=86_400, title="Seconds of rest",
        description="A file is read when it has not changed for so long.",
        json_schema_extra={"x-group": "advanced"},
    )  # fmt: skip


class _File(NamedTuple):
    """Ordered as they came: by the change of the file's own record, which a copy with an old date has too."""

    changed_ns: int
    name: str  # relative to the folder
    size: int


class FolderSource:
    """The originals stay where they are. A file that changes is read again; what it held before makes no difference."""

    Settings = FolderSettings
    info = SourceKindInfo(
        kind="folder", title="Watched folder", every="PT5M", settings_schema=schema_of(FolderSettings),
        description="Files that somebody, or another program, puts into a folder of this machine.",
    )  # fmt: skip

    def __init__(self, order: FetchOrder[FolderSettings]) -> None:
        self._order = order
        self._settings = order.settings

    def probe(self) -> Iterator[Fetched]:
        """The newest files."""
        size = 0
        for file in list(reversed(self._settled()))[:_FILES_OF_A_SAMPLE]:
            size += file.size
            if size <= _BYTES_OF_A_SAMPLE or size == file.size:
                yield from self._copied(file)

    def fetch(self, cursor: Cursor) -> Iterator[Fetched]:
        seen = _seen(cursor)
        new = [file for file in self._settled() if (file.changed_ns, file.name) > seen]
        for number, file in enumerate(new, start=1):
            self._order.check()
            for fetched in self._copied(file):
                yield replace(fetched, progress=number / len(new))

    def _settled(self) -> list[_File]:
        """As they came. Those that still change have changed last of all, so none that rests comes behind them."""
        root = allowed_path(self._settings.folder, self._order.folders)
        if not root.is_dir():
            raise NotNow(f"There is no folder {self._settings.folder}.", "Check its spelling, or mount it.")
        until = self._order.now.timestamp() * _SECOND - self._settings.settle_seconds * _SECOND
        return sorted(file for file in self._files(root, root) if file.changed_ns <= until)

    def _files(self, folder: Path, root: Path) -> Iterator[_File]:
        try:
            entries = list(os.scandir(folder))
        except PermissionError:
            raise CannotFetch(
                f"The consumption worker may not read {folder}.", "Give its user the right to read the folder."
            ) from None
        for entry in entries:
            if entry.name.startswith((".", "~")) or entry.name.lower().endswith(_UNFINISHED):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._files(Path(entry.path), root) if self._settings.subfolders else ()
            elif entry.is_file(follow_symlinks=False) and fnmatch(entry.name, self._settings.pattern):
                about = entry.stat(follow_symlinks=False)
                yield _File(about.st_ctime_ns, str(Path(entry.path).relative_to(root)), about.st_size)

    def _copied(self, file: _File) -> Iterator[Fetched]:
        """A copy, since what is landed is removed; nothing where the file changed or went meanwhile: it comes later."""
        if file.size > self._order.limits.file_bytes:
            raise CannotFetch(
                f"{file.name} is larger than {self._order.limits.file_bytes // 1_000_000:,} MB.",
                "Split it, or move it away.",
            )
        original = allowed_path(self._settings.folder, self._order.folders) / file.name
        copy = self._order.scratch / "copied"
        try:
            descriptor = os.open(original, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
                is_same = os.fstat(source.fileno()).st_ctime_ns == file.changed_ns
        except PermissionError:
            raise CannotFetch(f"The consumption worker may not read {file.name}.", "Give its user the right.") from None
        except OSError:  # it went, or became a link
            is_same = False
        if is_same:
            cursor: Cursor = {"changed_ns": file.changed_ns, "name": file.name}
            yield Fetched(Path(file.name).name, copy, cursor, message=f"Read {file.name}")


def _seen(cursor: Cursor) -> tuple[int, str]:
    if "since" in cursor:
        day = datetime.fromisoformat(str(cursor["since"])).replace(tzinfo=UTC)
        return int(day.timestamp() * _SECOND) - 1, ""
    return int(str(cursor.get("changed_ns", -1))), str(cursor.get("name", ""))
