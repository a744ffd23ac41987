"""Each kind of file, broken in each of many ways: a sentence or a receipt, never a traceback, a hang or a wrong number."""

import re
from pathlib import Path

import polars as pl
import pytest

from wattwise_consumption.problems import BadFile
from wattwise_contract.imports import RejectedRow
from wattwise_contract.quantities import Quality

from .conftest import Importer
from .damage import Damage, damages
from .sound_files import rows, sound_files

SOUND = sound_files()
IS_TEXT = {name for name, data in SOUND.items() if b"\0" not in data and not name.startswith("packed")}
CASES = [
    (name, damage) for name in SOUND for damage in damages() if name in IS_TEXT or not damage.text_only
]  # fmt: skip
PROGRAMMERS_WORDS = re.compile(
    r"Traceback|<class|object at 0x|Error\(|NoneType|polars\.|pyarrow|h5py|\bpanic", re.IGNORECASE
)


def test_the_corpus_is_large():
    assert len(CASES) >= 200


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", SOUND)
def test_sound_files_are_read_whole(import_files: Importer, tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_bytes(SOUND[name])
    imported = import_files(path)
    assert len(imported.rejected) == 0
    values = sorted(round(value, 6) for value in imported.readings["value"])
    assert values == sorted(expected_values(name))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("name", "damage"), CASES, ids=[f"{name}-{damage.name}" for name, damage in CASES])
def test_broken_files_end_well(import_files: Importer, tmp_path: Path, name: str, damage: Damage):
    path = tmp_path / name
    path.write_bytes(damage.inflict(SOUND[name]))
    try:
        imported = import_files(path)
    except BadFile as refusal:
        assert_readable(refusal.reason)
        assert_readable(refusal.remedy)
        return
    for row in imported.rejected:
        assert_sentences(row)
    assert imported.readings["value"].is_finite().all()
    if damage.keeps_values:
        assert_nothing_invented(imported.readings, name)


def assert_nothing_invented(readings: pl.DataFrame, name: str) -> None:
    """At most a few readings, at the edge of the damage, have a value that the sound file does not hold."""
    known = pl.Series(expected_values(name)).round(6)
    spread = pl.col("quality") == Quality.INTERPOLATED  # over what is missing between two readings of a register
    strange = readings.filter(~pl.col("value").round(6).is_in(known.implode()) & ~spread)
    assert strange.height <= 3, strange
    assert readings["value"].sum() <= 2 * sum(expected_values(name)) + 1


def expected_values(name: str) -> list[float]:
    """What a sound file of this kind gives: a register lacks its last interval, a load is of one meter and in MW."""
    values = [kwh for _, _, kwh in rows()]
    if name == "telegrams.txt":
        return values[: len(values) // 2 - 1]
    if name == "load.xml":
        return [round(kwh * 1000) * 500.0 for kwh in values[: len(values) // 2]]
    return values


def assert_sentences(row: RejectedRow) -> None:
    assert row.file
    assert_readable(row.reason)


def assert_readable(text: str) -> None:
    assert len(text) > 8
    assert text[0].isupper() or text[0] in "“0123456789" or "." in text.split(":")[0], text
    assert text.rstrip()[-1] in ".!?”)", text
    assert not PROGRAMMERS_WORDS.search(text), text
