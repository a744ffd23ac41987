"""A watched folder: what came or changed, once it rests, as it came, and nothing outside."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from wattwise_consumption.fetching import CannotFetch, Cursor, Fetched, FetchOrder, NotNow
from wattwise_consumption.guard import Guard
from wattwise_consumption.sources.folder import FolderSource
from wattwise_consumption.sources.folder.source import FolderSettings
from wattwise_contract.recipes import Recipe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


def watching(
    place: Path, *, roots: tuple[Path, ...] | None = None, at: float | None = None, **settings: Any
) -> FolderSource:
    scratch = place.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    given = {"folder": str(place), "settle_seconds": 0} | settings
    order = FetchOrder(
        settings=FolderSettings.model_validate(given), recipe=Recipe(), timezone="UTC", scratch=scratch, guard=Guard(),
        now=datetime.fromtimestamp(time.time() + 60 if at is None else at, UTC), folders=roots or (place.parent,),
    )  # fmt: skip
    return FolderSource(order)


def brought(coming: Iterator[Fetched]) -> tuple[dict[str, bytes], Cursor]:
    files: dict[str, bytes] = {}
    cursor: Cursor = {}
    for fetched in coming:
        assert isinstance(fetched.content, Path)
        files[fetched.name] = fetched.content.read_bytes()
        fetched.content.unlink()  # as landing does
        cursor = fetched.cursor
    return files, cursor


def put(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    time.sleep(0.02)  # so that each has a change time of its own


def test_files_come_once_in_the_order_in_which_they_came_and_stay_where_they_are(folder: Path) -> None:
    put(folder, "b.csv", "first")
    put(folder, "a.csv", "second")
    files, cursor = brought(watching(folder).fetch({}))
    assert list(files.items()) == [("b.csv", b"first"), ("a.csv", b"second")]
    assert brought(watching(folder).fetch(cursor))[0] == {}
    assert sorted(each.name for each in folder.iterdir()) == ["a.csv", "b.csv"]


def test_a_late_copy_with_an_old_date_and_a_changed_file_are_seen(folder: Path) -> None:
    put(folder, "june.csv", "june")
    _, cursor = brought(watching(folder).fetch({}))
    put(folder, "may.csv", "may")
    os.utime(folder / "may.csv", (0, 0))
    put(folder, "june.csv", "june, corrected")
    files, _ = brought(watching(folder).fetch(cursor))
    assert files == {"may.csv": b"may", "june.csv": b"june, corrected"}


def test_a_file_that_still_grows_waits_until_it_rests(folder: Path) -> None:
    put(folder, "growing.csv", "half")
    written = (folder / "growing.csv").stat().st_ctime
    assert brought(watching(folder, settle_seconds=10, at=written + 5).fetch({}))[0] == {}
    assert "growing.csv" in brought(watching(folder, settle_seconds=10, at=written + 11).fetch({}))[0]


def test_only_the_names_that_were_asked_for_and_no_unfinished_or_hidden_ones(folder: Path) -> None:
    for name in ("a.csv", "a.txt", ".hidden.csv", "b.csv.part", "~lock.csv"):
        put(folder, name, name)
    (folder / "2026").mkdir()
    put(folder, "2026/c.csv", "deep")
    assert set(brought(watching(folder, pattern="*.csv").fetch({}))[0]) == {"a.csv"}
    assert set(brought(watching(folder, pattern="*.csv", subfolders=True).fetch({}))[0]) == {"a.csv", "c.csv"}


def test_nothing_outside_the_operators_folders_is_ever_read(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.mkdir()
    put(secret, "key.csv", "secret")
    (folder / "link.csv").symlink_to(secret / "key.csv")
    (folder / "sub").symlink_to(secret)
    assert brought(watching(folder, subfolders=True).fetch({}))[0] == {}
    for place in (str(secret), f"{folder}/../../{secret.name}", f"{folder}/sub", "relative", "/etc"):
        with pytest.raises(CannotFetch, match="WATTWISE_SOURCES_MAY_READ"):
            brought(watching(folder, roots=(folder,), folder=place).fetch({}))
    with pytest.raises(CannotFetch, match="no place that sources may read"):
        brought(watching(folder, roots=(folder / "elsewhere",)).fetch({}))


def test_a_folder_that_is_not_there_may_come_back(folder: Path) -> None:
    with pytest.raises(NotNow, match="There is no folder"):
        brought(watching(folder, folder=str(folder / "unmounted")).fetch({}))


def test_asked_once_more_since_a_day_it_reads_what_changed_since_then(folder: Path) -> None:
    put(folder, "a.csv", "a")
    _, cursor = brought(watching(folder).fetch({}))
    today = datetime.now(UTC).date().isoformat()
    assert set(brought(watching(folder).fetch({"since": today}))[0]) == {"a.csv"}
    assert brought(watching(folder).fetch({"since": "2100-01-01"}))[0] == {}
    assert brought(watching(folder).fetch(cursor))[0] == {}


def test_a_sample_is_the_newest_files(folder: Path) -> None:
    for number in range(5):
        put(folder, f"{number}.csv", str(number))
    assert set(brought(watching(folder).probe())[0]) == {"4.csv", "3.csv", "2.csv"}
