"""Ways in which files break on their way. Each turns the bytes of a sound file into those of a broken one."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SEED = 20261125


@dataclass(frozen=True)
class Damage:
    """`keeps_values`: whatever is still read has the value that it had, but for readings at the edge of the damage."""

    name: str
    inflict: Callable[[bytes], bytes]
    keeps_values: bool = True
    text_only: bool = False


def damages() -> list[Damage]:
    return [
        Damage("cut at a tenth", lambda data: data[: len(data) // 10]),
        Damage("cut in the middle", lambda data: data[: len(data) // 2]),
        Damage("last byte lost", lambda data: data[:-1]),
        Damage("first byte lost", lambda data: data[1:]),
        Damage("a piece lost", lambda data: data[: len(data) // 3] + data[len(data) // 2 :]),
        Damage("a piece of zeros", lambda data: data[: len(data) // 3] + b"\0" * 300 + data[len(data) // 3 + 300 :]),
        Damage("bytes flipped", _flipped, keeps_values=False),
        Damage("random tail", lambda data: data + np.random.default_rng(SEED).bytes(2_000)),
        Damage("twice in a row", lambda data: data + data),
        Damage("web page on top", lambda data: b"<!DOCTYPE html><html><body>Sign in</body></html>\n" + data),
        Damage("named as packed", lambda data: b"\x1f\x8b" + data),
        Damage("packed and cut", lambda data: gzip.compress(data, mtime=0)[:-20]),
        Damage("lone carriage returns", lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"), text_only=True),
        Damage("no line ends", lambda data: data.replace(b"\r\n", b"").replace(b"\n", b""), text_only=True, keeps_values=False),
        Damage("zero bytes between", lambda data: data.replace(b",", b",\0"), text_only=True),
        Damage("words for numbers", lambda data: re.sub(rb"0\.1\d\d", b"n/a", data), text_only=True),
        Damage("not a number", lambda data: re.sub(rb"0\.11\d", b"NaN", data), text_only=True),
        Damage("infinite", lambda data: re.sub(rb"0\.11\d", b"1e999", data), text_only=True),
        Damage("huge", lambda data: re.sub(rb"0\.11\d", b"1e308", data), text_only=True),
        Damage("negative", lambda data: re.sub(rb"0\.11\d", b"-0.115", data), text_only=True),
        Damage("far future", lambda data: data.replace(b"2026", b"2926"), text_only=True),
        Damage("long ago", lambda data: data.replace(b"2026", b"1026"), text_only=True),
        Damage("two-digit years", lambda data: data.replace(b"2026-", b"26-"), text_only=True),
        Damage("31 February", lambda data: data.replace(b"05-05", b"02-31").replace(b"05.05", b"31.02"), text_only=True),
        Damage("mixed encodings", lambda data: data + "Zähler,2026-05-04 00:00,é\n".encode("cp1252"), text_only=True),
        Damage("an endless line", lambda data: data + b"x" * 3_000_000, text_only=True),
        Damage("open quote", lambda data: data.replace(b"H1", b'"H1', 1), text_only=True),
    ]  # fmt: skip


def _flipped(data: bytes) -> bytes:
    chance, broken = np.random.default_rng(SEED), bytearray(data)
    for _ in range(max(len(data) // 200, 5)):
        broken[chance.integers(len(broken))] ^= 1 << int(chance.integers(8))
    return bytes(broken)
