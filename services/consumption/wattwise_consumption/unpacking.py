"""Read what gzip, bzip2, xz or zstd packed, bounded in size and ratio: a stream of the bytes within."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

import pyarrow as pa

from .problems import BadFile

_RATIO_COUNTS_FROM_BYTES = 50_000_000  # a small file may be as compressible as it likes
_XZ_MEMORY_BYTES = 200_000_000  # an xz file names the dictionary that it needs: up to 4 GB
_TIMES_READ = 4  # a member's beginning is read again and again: to tell its kind, its header, its rows
_PIECE_BYTES = 131_072  # what is lost at most where a file is cut off
SUFFIXES = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\x00": ".xz", b"\x28\xb5\x2f\xfd": ".zst"}


@dataclass(frozen=True)
class Limits:
    """How much an upload may unfold to."""

    unpacked_bytes: int = 20_000_000_000
    ratio: int = 200
    members: int = 5_000


class CutOff(BadFile):
    """The compressed file ends before its end: everything read so far was sound."""

    def __init__(self) -> None:
        super().__init__("The file ends early: it was cut off on its way.", "Fetch it again; the rows before are kept.")


class Damaged(BadFile):
    """What is packed is not what was packed."""

    def __init__(self) -> None:
        super().__init__("The compressed file is damaged.", "Fetch or pack it again.")


class _Readable(Protocol):
    def read1(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def packing_of(head: bytes) -> str:
    """.gz, .bz2, .xz or .zst by the first bytes of a file; empty where it is not packed so."""
    return next((suffix for mark, suffix in SUFFIXES.items() if head.startswith(mark)), "")


def unpacked(
    stream: BinaryIO, packing: str, *, packed_bytes: int, limits: Limits, budget: "Budget | None" = None
) -> BinaryIO:
    """The bytes within a packed stream, which is closed with it."""
    return Guarded(_UNPACKERS[packing](stream), packed_bytes, limits, owner=stream, budget=budget)


class Budget:
    """What all members of an upload may unfold to together: each by itself may be as compressible as it likes."""

    def __init__(self, packed_bytes: int, limits: Limits) -> None:
        self._left = _TIMES_READ * _most(packed_bytes, limits)

    def spend(self, count: int) -> None:
        """Raises `BadFile` where it is used up."""
        self._left -= count
        if self._left < 0:
            raise _bomb()


def _most(packed_bytes: int, limits: Limits) -> int:
    return min(limits.unpacked_bytes, max(packed_bytes * limits.ratio, _RATIO_COUNTS_FROM_BYTES))


def _bomb() -> BadFile:
    return BadFile(
        "The file unfolds to far more than its compressed size allows: it looks like a decompression bomb.",
        "Import it unpacked, or raise the limit if it is sound.",
    )


class Guarded(io.RawIOBase, BinaryIO):
    """Counts what comes out, stops a bomb, and turns the decompressors' errors into sentences."""

    def __init__(
        self,
        stream: _Readable,
        packed_bytes: int,
        limits: Limits,
        owner: BinaryIO | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._stream = stream
        self._most = _most(packed_bytes, limits)
        self._budget = budget
        self._read = 0
        self._cut_off = False
        self._owner = owner

    def read(self, size: int = -1) -> bytes:
        """As many bytes as asked for, fewer only at the end. Of a file that is cut off, all there is comes first."""
        wanted = self._most + 1 - self._read if size < 0 else size
        pieces: list[bytes] = []
        try:
            while wanted > 0 and not self._cut_off and (piece := self._stream.read1(min(wanted, _PIECE_BYTES))):
                pieces.append(piece)
                wanted -= len(piece)
        except EOFError:
            self._cut_off = True
        except (OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError) as error:
            if "truncated" not in str(error).lower():  # as zstd says that a file is cut off
                raise Damaged from None
            self._cut_off = True
        data = b"".join(pieces)
        if self._cut_off and not data:
            raise CutOff
        self._read += len(data)
        if self._read > self._most:
            raise _bomb()
        if self._budget is not None:
            self._budget.spend(len(data))
        return data

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            if self._owner is not None:
                self._owner.close()
        super().close()


class _Stages:
    """The output of one decompressor after the other: a file may be several packed ones, end to end."""

    def __init__(self, stream: BinaryIO, fresh: Callable[[], _Decompressor]) -> None:
        self._stream = stream
        self._fresh = fresh
        self._stage = fresh()

    def read1(self, size: int, /) -> bytes:
        """Some bytes, none only at the end. Raises `EOFError` where the packed bytes end within a stage."""
        while True:
            packed = b""
            if self._stage.eof:
                packed = (self._stage.unused_data or self._stream.read(_PIECE_BYTES)).lstrip(b"\0")  # xz's padding
                if not packed:
                    return b""
                self._stage = self._fresh()
            elif self._stage.needs_input and not (packed := self._stream.read(_PIECE_BYTES)):
                raise EOFError
            if data := self._stage.decompress(packed, size):
                return data

    def close(self) -> None:
        self._stream.close()


def _xz() -> _Decompressor:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)


_UNPACKERS: dict[str, Callable[[BinaryIO], _Readable]] = {
    ".gz": lambda stream: gzip.GzipFile(fileobj=stream, mode="rb"),
    ".bz2": lambda stream: _Stages(stream, bz2.BZ2Decompressor),
    ".xz": lambda stream: _Stages(stream, _xz),
    ".zst": lambda stream: cast(_Readable, pa.CompressedInputStream(cast(io.IOBase, stream), "zstd")),
}
