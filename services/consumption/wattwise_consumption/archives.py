"""Open a file, whatever it is wrapped in: plain, gzip or zip. Bounded in size, ratio and members, and streamed."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from .problems import BadFile

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_RATIO_COUNTS_FROM_BYTES = 50_000_000  # a small file may be as compressible as it likes


@dataclass(frozen=True)
class Limits:
    """How much an upload may unfold to."""

    unpacked_bytes: int = 20_000_000_000
    ratio: int = 200
    members: int = 5_000


@dataclass(frozen=True)
class Member:
    """One file inside an upload. `open` may be called again; the stream reads decompressed bytes and raises `BadFile`."""

    name: str
    open: Callable[[], BinaryIO]


class CutOff(BadFile):
    """The compressed file ends before its end: everything read so far was sound."""

    def __init__(self) -> None:
        super().__init__("The file ends early: it was cut off on its way.", "Fetch it again; the rows before are kept.")


def members_of(path: Path, *, name: str, limits: Limits) -> list[Member]:
    """The files within an upload, in their order; a plain file is its own only member."""
    with path.open("rb") as file:
        head = file.read(4)
    if head in (_ZIP, _EMPTY_ZIP):
        return _zip_members(path, name=name, limits=limits)
    if head[:2] == _GZIP:
        inner = name[:-3] if name.lower().endswith(".gz") else name
        return [Member(inner, lambda: _Guarded(gzip.open(path, "rb"), path.stat().st_size, limits))]
    return [Member(name, lambda: path.open("rb"))]


def _zip_members(path: Path, *, name: str, limits: Limits) -> list[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise BadFile(
            "The zip file is damaged or cut off.", "Pack it again, or import its files by themselves."
        ) from None
    if any(PurePosixPath(info.filename).name == "[Content_Types].xml" for info in infos):
        raise BadFile("This is an Excel or Office file.", "Save the sheet as CSV, and import that.")
    if not infos:
        raise BadFile("The zip file holds no files.", "Put the CSV or JSON files into it.")
    if len(infos) > limits.members:
        raise BadFile(f"The zip file holds {len(infos):,} files.", f"Split it; {limits.members:,} is the most.")
    if sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise BadFile("The zip file unfolds to more than is allowed here.", "Split it into several imports.")
    return [_zip_member(path, name, info, limits) for info in infos]


def _zip_member(path: Path, name: str, info: zipfile.ZipInfo, limits: Limits) -> Member:
    def opened() -> BinaryIO:
        if info.flag_bits & 0x1:
            raise BadFile("The zip file is locked with a password.", "Unlock it before the import.")
        archive = zipfile.ZipFile(path)
        try:
            stream: BinaryIO = _Guarded(
                cast(zipfile.ZipExtFile, archive.open(info)), max(info.compress_size, 1), limits, owner=archive
            )
        except (zipfile.BadZipFile, NotImplementedError, OSError):
            archive.close()
            raise BadFile("A file in the zip cannot be unpacked.", "Pack it again with ordinary compression.") from None
        inner = info.filename.lower().endswith(".gz")
        return _Guarded(gzip.open(stream, "rb"), max(info.file_size, 1), limits, owner=stream) if inner else stream

    inner_name = info.filename[:-3] if info.filename.lower().endswith(".gz") else info.filename
    return Member(f"{name}/{inner_name}", opened)


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in {".DS_Store", "Thumbs.db"}


class _Guarded(io.RawIOBase, BinaryIO):
    """Counts what comes out, stops a bomb, and turns the decompressors' errors into sentences."""

    def __init__(
        self,
        stream: gzip.GzipFile | zipfile.ZipExtFile,
        packed_bytes: int,
        limits: Limits,
        owner: zipfile.ZipFile | BinaryIO | None = None,
    ) -> None:
        self._stream = stream
        self._most = min(limits.unpacked_bytes, max(packed_bytes * limits.ratio, _RATIO_COUNTS_FROM_BYTES))
        self._read = 0
        self._cut_off = False
        self._owner = owner

    def read(self, size: int = -1) -> bytes:
        """As many bytes as asked for, fewer only at the end. Of a file that is cut off, all there is comes first."""
        wanted = self._most + 1 - self._read if size < 0 else size
        pieces: list[bytes] = []
        try:
            while wanted > 0 and not self._cut_off and (piece := self._stream.read1(wanted)):
                pieces.append(piece)
                wanted -= len(piece)
        except EOFError:
            self._cut_off = True
        except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError):
            raise BadFile("The compressed file is damaged.", "Fetch or pack it again.") from None
        data = b"".join(pieces)
        if self._cut_off and not data:
            raise CutOff
        self._read += len(data)
        if self._read > self._most:
            raise BadFile(
                "The file unfolds to far more than its compressed size allows: it looks like a decompression bomb.",
                "Import it unpacked, or raise the limit if it is sound.",
            )
        return data

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            if self._owner is not None:
                self._owner.close()
        super().close()
