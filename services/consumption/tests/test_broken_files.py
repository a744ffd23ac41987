"""Broken and hostile files: each ends with a sentence, none with a traceback, a hang or a wrong number."""

import gzip
import io
import json
import random
import zipfile

import pytest

from wattwise_consumption.problems import BadFile

chance = random.Random
GOOD = "home,time,kwh\n" + "".join(
    f"H1,2026-05-{day:02d} {hour:02d}:00,0.5\n" for day in range(1, 29) for hour in range(24)
)


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b"\n\n  \n", "empty"),
    "only zeros": (b"\0" * 5_000, "empty|binary"),
    "mark alone": (b"\xef\xbb\xbf", "empty"),
    "header alone": ("home,time,kwh\n", "no rows"),
    "one word": ("hello", "no rows|No column"),
    "html": ("<!DOCTYPE html><html><body>Please sign in</body></html>", "web page"),
    "html after blank lines": ("\n\n<html><head></head></html>", "web page"),
    "xml": ("<?xml version='1.0'?><feed></feed>", "XML"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(range(256)), "JPEG"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "Excel"),
    "new excel": (zipped("[Content_Types].xml", b"<Types/>"), "Excel"),
    "hdf5": (b"\x89HDF\r\n\x1a\n", "HDF5"),
    "parquet": (b"PAR1....PAR1", "Parquet"),
    "random bytes": (chance(7).randbytes(20_000), "binary|No column|no rows"),
    "damaged gzip": (gzip.compress(GOOD.encode())[:10] + b"\xff" * 50, "damaged|cut off"),
    "gzip of nothing": (gzip.compress(b""), "empty"),
    "gzip bomb": (gzip.compress(b"0" * 80_000_000), "bomb|longer"),
    "zip bomb": (zipped("a.csv", b"0" * 80_000_000), "bomb|longer"),
    "empty zip": (b"PK\x05\x06" + b"\0" * 18, "no files"),
    "cut zip": (zipped("a.csv", GOOD.encode())[:200], "damaged"),
    "json of one number": ("[1, 2, 3]", "no list of records"),
    "broken json": ('[{"time": "2026-05-04", ', "not valid JSON"),
    "deep json": ("[" * 100_000, "not valid JSON"),
    "deep sound json": ("[" * 500 + "]" * 500, "no list of records|deeply"),
    "broken json lines": ('{"time": "2026-05-04 00:00", "kwh": 1}\n{"time": \n', "Line 2"),
    "text only": ("the quick,brown fox\njumps over,the lazy\ndog and,then some\n", "No column"),
    "no values": ("home,time\nH1,2026-05-04 00:00\nH1,2026-05-04 00:30\n", "numbers"),
    "million columns": (",".join(f"m{n}" for n in range(30_000)) + "\n" + ",".join("1" for _ in range(30_000)) + "\n", "columns|No column"),
    "unknown meter column": ("x,time,kwh,kva\n" + "".join(f"{k},2026-05-04 {h:02d}:00,{k + h},1\n" for h in range(24) for k in range(5)), "share their meter"),
    "gas in cubic metres": ("home,time,gas m3\nH1,2026-05-04 00:00,1\nH1,2026-05-04 01:00,1\n", "calorific"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_good_is_refused_with_a_sentence(import_files, name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(BadFile, match=reason) as refused:
        import_files(upload_DOT_csv=content)
    assert refused.value.remedy
    assert str(refused.value).count("Traceback") == 0


def test_a_cut_off_gzip_keeps_the_sound_rows_and_says_so(import_files) -> None:
    text = "home,time,kwh\n" + "".join(
        f"H1,20{year}-{month:02d}-{day:02d} {hour:02d}:00,{chance(hour * day * month).random():.3f}\n"
        for year in (24, 25) for month in range(1, 13) for day in range(1, 29) for hour in range(24)
    )  # fmt: skip
    packed = gzip.compress(text.encode())
    imported = import_files(cut_DOT_csv=packed[: len(packed) * 2 // 3])
    expected = dict(line.split(",")[1:] for line in text.splitlines()[1:])
    assert 5_000 < imported.readings.height < len(expected)
    assert all(float(expected[stamp]) == value for stamp, value in imported.values().items())
    assert any("ends early" in row.reason for row in imported.rejected)


ODD: dict[str, bytes] = {
    "zero bytes in a cell": GOOD.replace("0.5\n", "0\0.5\n", 1).encode(),
    "latin letters late in the file": GOOD.encode() + "Z\xfcrich,2026-05-28 23:00,1\n".encode("latin-1"),
    "short rows": (GOOD + "H1\nH1,2026-05-29 00:00\n").encode(),
    "long rows": (GOOD + "H1,2026-05-29 00:00,1,2,3,4\n").encode(),
    "a quote that never closes": (GOOD + 'H1,2026-05-29 00:00,"1\n').encode(),
    "quotes in the middle": (GOOD + 'H"1,2026-05-29 00:00,1\n').encode(),
    "header again": (GOOD + GOOD).encode(),
    "a total at the end": (GOOD + "Total,,336\n").encode(),
    "the same name twice": GOOD.replace("kwh\n", "kwh,kwh\n", 1).encode(),
    "names that are blank": GOOD.replace("home,", ",", 1).encode(),
    "only line ends at the end": (GOOD + "\n" * 500).encode(),
    "a very long cell": (GOOD + "H" * 300_000 + ",2026-05-29 00:00,1\n").encode(),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_rows_do_not_spoil_the_good_ones(import_files, name: str) -> None:
    imported = import_files(odd_DOT_csv=ODD[name])
    good = {stamp: value for stamp, value in imported.values().items() if value == 0.5}
    assert len(good) >= 28 * 24 - 1
    assert imported.read == imported.readings.height + imported.duplicate + sum(
        part.notes.rejected_count for part in imported.parts
    )


@pytest.mark.parametrize("seed", range(60))
def test_mutated_files_never_end_in_a_traceback(import_files, seed: int) -> None:
    dice = chance(seed)
    kind = dice.choice(["csv", "json", "gz"])
    records = [dict(zip(("home", "time", "kwh"), line.split(","), strict=True)) for line in GOOD.splitlines()[1:200]]
    content = bytearray(GOOD.encode()[:6_000] if kind != "json" else json.dumps(records).encode())
    if kind == "gz":
        content = bytearray(gzip.compress(bytes(content)))
    for _ in range(dice.randint(1, 30)):
        at = dice.randrange(len(content))
        match dice.randrange(4):
            case 0:
                content[at] = dice.randrange(256)
            case 1:
                del content[at : at + dice.randint(1, 40)]
            case 2:
                content[at:at] = dice.choice([b'"', b"\0", b"\n", b",,,", b"\xff\xfe", b"1e999", b"}", b"[[", b"-"])
            case _:
                content[at:at] = content[at : at + dice.randint(1, 200)]
    try:
        imported = import_files(mutated_DOT_csv=bytes(content))
    except BadFile:
        return  # a sentence and a remedy: what the worker shows
    assert imported.readings["value"].is_finite().all()
