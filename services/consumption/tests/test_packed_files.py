"""Packed files: gzip, bzip2, xz, zstd, zip and tar, sound, cut off, damaged and hostile."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial

import pyarrow as pa
import pytest

from wattwise_consumption.problems import BadFile

gzipped = partial(gzip.compress, mtime=0)  # alike in every process that collects these tests

chance = random.Random
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress,
    "zst": lambda content: bytes(pa.compress(content, "zstd", asbytes=True)),
}  # fmt: skip


def table(rows: int) -> bytes:
    dice = chance(5)
    first = 1_400_000_400
    lines = [f"H1,{first + 1800 * row},{dice.randrange(10**9) / 10**6}" for row in range(rows)]
    return ("home,timestamp,kwh\n" + "\n".join(lines) + "\n").encode()


def expected(content: bytes) -> float:
    return sum(float(line.split(b",")[2]) for line in content.splitlines()[1:])


@pytest.mark.parametrize("packing", PACKERS)
def test_a_packed_file_is_read_as_it_is_within(import_files, packing: str) -> None:
    content = table(2_000)
    imported = import_files(**{f"homes_DOT_csv_DOT_{packing}": PACKERS[packing](content)})
    assert imported.readings.height == 2_000
    assert imported.kwh == pytest.approx(expected(content), rel=1e-12)


def test_a_zip_may_hold_packed_files(import_files) -> None:
    content = table(100)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for suffix, pack in PACKERS.items():
            archive.writestr(f"{suffix}.csv.{suffix}", pack(content.replace(b"H1", suffix.encode())))
    imported = import_files(all_DOT_zip=packed.getvalue())
    assert {meter.meter_key for meter in imported.meters} == set(PACKERS)
    assert imported.kwh == pytest.approx(4 * expected(content), rel=1e-12)


@pytest.mark.parametrize("packing", ["", "gz", "xz"])
def test_a_tar_is_read_file_by_file(import_files, packing: str) -> None:
    content = table(100)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in (("a/one.csv", content), ("two.csv.bz2", bz2.compress(content.replace(b"H1", b"H2")))):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("passwords.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    data = PACKERS[packing](packed.getvalue()) if packing else packed.getvalue()
    imported = import_files(**{f"homes_DOT_tar{f'_DOT_{packing}' if packing else ''}": data})
    assert imported.rejected == []
    assert {meter.meter_key for meter in imported.meters} == {"H1", "H2"}
    assert imported.kwh == pytest.approx(2 * expected(content), rel=1e-12)


@pytest.mark.parametrize("packing", PACKERS)
def test_a_cut_off_file_keeps_its_sound_rows(import_files, packing: str) -> None:
    content = table(120_000)
    packed = PACKERS[packing](content)
    imported = import_files(**{f"cut_DOT_csv_DOT_{packing}": packed[: len(packed) * 2 // 3]})
    assert 30_000 < imported.readings.height < 120_000
    values = [float(line.split(b",")[2]) for line in content.splitlines()[1 : imported.readings.height + 1]]
    assert imported.readings["value"].to_list() == values
    assert any("ends early" in row.reason for row in imported.rejected)


@pytest.mark.parametrize("packing", PACKERS)
def test_a_bomb_is_stopped(import_files, packing: str) -> None:
    with pytest.raises(BadFile, match="bomb|longer"):
        import_files(**{f"bomb_DOT_csv_DOT_{packing}": PACKERS[packing](b"0" * 80_000_000)})


@pytest.mark.parametrize("packing", PACKERS)
def test_a_damaged_file_is_refused(import_files, packing: str) -> None:
    packed = bytearray(PACKERS[packing](table(50)))
    packed[12 : len(packed) // 2] = bytes(len(packed) // 2 - 12)
    with pytest.raises(BadFile, match="damaged|ends early|binary"):
        import_files(**{f"damaged_DOT_csv_DOT_{packing}": bytes(packed)})


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("twice.csv.gz", gzipped(gzipped(table(5))), "packed twice with gzip"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(100), "7-Zip archive"),
        ("a.rar", b"Rar!\x1a\x07" + bytes(100), "RAR archive"),
        ("a.sqlite", b"SQLite format 3\0" + bytes(100), "SQLite database"),
        ("a.pkl", b"\x80\x04\x95" + bytes(100), "Python pickle"),
        ("cut.tar.gz", gzipped(b"a" * 257 + b"ustar" + bytes(100)), "tar file is damaged"),
    ],
)
def test_what_is_not_read_says_what_it_is(import_files, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(BadFile, match=reason) as refused:
        import_files(**{name.replace(".", "_DOT_"): content})
    assert refused.value.remedy
