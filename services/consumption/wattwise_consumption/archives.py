"""Open a file, whatever it is wrapped in: plain, packed by itself (gzip, bzip2, xz, zstd), or one of many in a zip or
tar. Bounded in size, ratio and members, and streamed."""

import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from .problems import BadFile
from .unpacking import SUFFIXES, Budget, CutOff, Guarded, Limits, packing_of, unpacked

__all__ = ["CutOff", "Limits", "Member", "members_of", "on_disk"]

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_TAR_MARK = slice(257, 262)
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_OFFICE = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a PowerPoint presentation"}


@dataclass(frozen=True)
class Member:
    """One file inside an upload. `open` may be called again; the stream reads decompressed bytes and raises `BadFile`.

    `path`: where its very bytes lie, if it is not packed. `folder`: where it may be unpacked to."""

    name: str
    open: Callable[[], BinaryIO]
    path: Path | None = None
    folder: Path | None = None


@contextmanager
def on_disk(member: Member) -> Iterator[Path]:
    """A file with the member's bytes, for formats that are read back and forth. What is packed is unpacked beside the
    upload, within the limits of `Member.open`, and removed afterwards. Raises `BadFile`."""
    if member.path is not None:
        yield member.path
        return
    with tempfile.NamedTemporaryFile(prefix="unpacked-", dir=member.folder) as file:
        try:
            with member.open() as stream:
                while piece := stream.read(4_000_000):
                    file.write(piece)
                file.flush()
        except CutOff:
            raise BadFile("The compressed file ends early: it was cut off on its way.", "Fetch it again.") from None
        yield Path(file.name)


@contextmanager
def members_of(path: Path, *, name: str, limits: Limits) -> Iterator[list[Member]]:
    """The files within an upload, in their order, to be opened while it is open itself; a plain file is its own only
    member. Raises `BadFile`."""
    with path.open("rb") as file:
        head = file.read(512)
    if head[:4] not in (_ZIP, _EMPTY_ZIP):
        yield _other_members(path, head, name=name, limits=limits)
        return
    with _zip_at(path) as archive:  # once: to open it takes as long as it has members
        yield _zip_members(archive, path, name=name, limits=limits)


def _other_members(path: Path, head: bytes, *, name: str, limits: Limits) -> list[Member]:
    packing = packing_of(head)
    plain = Member(name, lambda: path.open("rb"), path, path.parent)
    if not packing:
        return _tar_members(plain, path.stat().st_size, limits) if head[_TAR_MARK] == b"ustar" else [plain]
    packed_bytes = path.stat().st_size
    member = Member(
        _without_suffix(name),
        lambda: unpacked(path.open("rb"), packing, packed_bytes=packed_bytes, limits=limits),
        folder=path.parent,
    )
    return _tar_members(member, packed_bytes, limits) if _is_tar(member) else [member]


def _without_suffix(name: str) -> str:
    suffix = next((suffix for suffix in SUFFIXES.values() if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


def _zip_at(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise BadFile(
            "The zip file is damaged or cut off.", "Pack it again, or import its files by themselves."
        ) from None


def _zip_members(archive: zipfile.ZipFile, path: Path, *, name: str, limits: Limits) -> list[Member]:
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
    if _is_workbook({info.filename for info in infos}):
        return [Member(name, lambda: path.open("rb"), path, path.parent)]
    if not infos:
        raise BadFile("The zip file holds no files.", "Put the files to import into it.")
    if len(infos) > limits.members:
        raise BadFile(f"The zip file holds {len(infos):,} files.", f"Split it; {limits.members:,} is the most.")
    if sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise BadFile("The zip file unfolds to more than is allowed here.", "Split it into several imports.")
    budget = Budget(path.stat().st_size, limits)
    return [_zip_member(archive, path, name, info, limits, budget) for info in infos]


def _is_workbook(names: set[str]) -> bool:
    """Whether a zip is a workbook. Raises `BadFile` where it is another document of an Office."""
    for mark, what in _OFFICE.items():
        if mark in names:
            raise BadFile(f"This is {what}, not a table.", "Save the table in it as CSV, and import that.")
    if names.isdisjoint(_WORKBOOKS) and "[Content_Types].xml" in names:
        raise BadFile("This Office file holds no Excel workbook.", "Save the table in it as CSV, and import that.")
    return not names.isdisjoint(_WORKBOOKS)


def _zip_member(
    archive: zipfile.ZipFile, path: Path, name: str, info: zipfile.ZipInfo, limits: Limits, budget: Budget
) -> Member:
    packing = next((suffix for suffix in SUFFIXES.values() if info.filename.lower().endswith(suffix)), "")

    def opened() -> BinaryIO:
        if info.flag_bits & 0x1:
            raise BadFile("The zip file is locked with a password.", "Unlock it before the import.")
        try:
            member = cast(zipfile.ZipExtFile, archive.open(info))
        except (zipfile.BadZipFile, NotImplementedError, OSError):
            raise BadFile("A file in the zip cannot be unpacked.", "Pack it again with ordinary compression.") from None
        stream: BinaryIO = Guarded(member, max(info.compress_size, 1), limits, budget=budget)
        if not packing:
            return stream
        return unpacked(stream, packing, packed_bytes=max(info.file_size, 1), limits=limits, budget=budget)

    return Member(f"{name}/{_without_suffix(info.filename)}", opened, folder=path.parent)


def _is_tar(member: Member) -> bool:
    try:
        with member.open() as stream:
            return stream.read(512)[_TAR_MARK] == b"ustar"
    except BadFile:
        return False  # whoever reads the member says so


def _tar_members(tar: Member, packed_bytes: int, limits: Limits) -> list[Member]:
    """A tar has no list of its files and can only be read once through: they are put beside the upload at once."""
    folder = Path(tempfile.mkdtemp(prefix="untarred-", dir=tar.folder))
    budget = Budget(packed_bytes, limits)
    members: list[Member] = []
    unpacked_bytes = 0
    try:
        with tar.open() as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                if not info.isreg() or _is_clutter(info.name):
                    continue
                if info.issparse():  # whose few bytes may declare any number of zeros
                    raise BadFile("The tar file holds files with holes.", "Pack it again without --sparse.")
                unpacked_bytes += info.size
                if len(members) >= limits.members or unpacked_bytes > limits.unpacked_bytes:
                    raise BadFile(
                        "The tar file unfolds to more than is allowed here.", "Split it into several imports."
                    )
                path = folder / str(len(members))
                with path.open("wb") as file:
                    shutil.copyfileobj(cast(BinaryIO, archive.extractfile(info)), file)
                members += [
                    replace(member, name=f"{tar.name}/{_without_suffix(info.name)}")
                    for member in _packed_or_plain(path, limits, budget)
                ]
    except (tarfile.TarError, CutOff, EOFError):
        raise BadFile("The tar file is damaged or cut off.", "Fetch or pack it again.") from None
    if not members:
        raise BadFile("The tar file holds no files.", "Put the files to import into it.")
    return members


def _packed_or_plain(path: Path, limits: Limits, budget: Budget) -> list[Member]:
    with path.open("rb") as file:
        packing = packing_of(file.read(8))
    if not packing:
        return [Member("", lambda: path.open("rb"), path, path.parent)]
    size = max(path.stat().st_size, 1)

    def opened() -> BinaryIO:
        return unpacked(path.open("rb"), packing, packed_bytes=size, limits=limits, budget=budget)

    return [Member("", opened, None, path.parent)]


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in {".DS_Store", "Thumbs.db"}
