"""Whatever kind a file is of, its rejected rows come back as CSV, and are understood once they are right."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from wattwise_consumption.formats.own_columns import is_own

from . import sound_files
from .corrected_story import Story, stored_of, story_of
from .sound_files import START

WRONG = -7.0  # kWh, which no meter uses
AT = ("H1", START + timedelta(hours=9))
KINDS = sorted(set(sound_files.sound_files()) - {"telegrams.txt"})  # those count: a wrong one is a glitch


def right_in(text: str) -> str:
    """The rejected rows with the right value, in whatever unit and notation the wrong one is."""
    right = next(kwh for meter, start, kwh in sound_files.rows() if (meter, start) == AT)
    rows = list(csv.reader(io.StringIO(text)))
    for row in rows[1:]:
        for place, cell in enumerate(row):
            if not is_own(rows[0][place]) and cell.replace(",", ".").startswith("-7"):
                scale = round(float(cell.replace(",", ".")) / WRONG)
                row[place] = f"{right * scale:.6g}".replace(".", "," if "," in cell else ".")
    kept = io.StringIO()
    csv.writer(kept).writerows(rows)
    return kept.getvalue()


def told(folder: Path, name: str) -> Story:
    return story_of(folder, None, {name: sound_files.sound_files()[name]})


@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_value_is_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sound = told(tmp_path, name).first
    with monkeypatch.context() as wrong:
        wrong.setitem(sound_files.ODD, AT, WRONG)
        story = told(tmp_path, name)
    assert len(story.first.rejected) == 1
    assert len(story.rows) == 1
    imported = story.sends(right_in(story.text))
    assert imported.rejected == []
    assert imported.summary.put_right
    assert story.together(imported) == pytest.approx(stored_of(sound))


def test_two_uploads_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Both have a line 5, and a correction of one must not touch the other."""
    texts = [
        "home,time,kwh\n" + "".join(f"{home},2026-05-04 {hour:02d}:00,{value}\n" for hour, value in enumerate(values))
        for home, values in (("A", [0.5, 0.5, 0.5, "x", 0.5]), ("B", [0.25, 0.25, 0.25, "y", 0.25]))
    ]
    story = story_of(tmp_path, None, {"one.csv": texts[0], "two.csv": texts[1]}, names=["a.csv", "a.csv"])
    assert [(row["wattwise_file"], row["wattwise_line"]) for row in story.rows] == [("a.csv", "5"), ("a.csv", "5#9")]
    assert [row.line for row in story.first.rejected] == [5, 5]
    imported = story.sends(story.text.replace("y", "0.75"))
    assert imported.readings.select("meter_key", "value").rows() == [("B", 0.75)]
    assert imported.summary.put_right == {"a.csv": ["5#9"]}
