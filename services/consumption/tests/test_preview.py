"""Previews: what they show, of which files, and that they store nothing."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wattwise_client import Wattwise
from wattwise_consumption.means import Means
from wattwise_consumption.preview import preview_import
from wattwise_contract.imports import ImportFile, ImportTask, SourceKind
from wattwise_contract.jobs import JobKind
from wattwise_contract.previews import Preview
from wattwise_contract.recipes import ImportKind, Recipe
from wattwise_runtime.run import execute

from .stand_in import StandInBackend, serving

Previewer = Callable[..., Preview]
LONDON = "Europe/London"


def hours(day: str, *, meter: str = "H1", kwh: float = 0.5) -> str:
    return "".join(f"{meter},{day} {hour:02d}:00,{kwh}\n" for hour in range(24))


HEAD = "home,time,kWh\n"


def test_a_preview_shows_what_an_import_would_store(preview_files: Previewer) -> None:
    text = HEAD + hours("2026-06-01") + hours("2026-06-02", kwh=0.25) + "H1,2026-06-03 00:00,many\n"
    preview = preview_files(a_DOT_csv=text, zone=LONDON)
    first = preview.interpretations[0]
    assert (first.kind, first.read, first.readings_count, first.rejected) == (ImportKind.READINGS, 49, 48, 1)
    assert first.totals == {"kWh": 18.0}
    assert [(str(day.day), day.value, day.readings) for day in first.days] == [
        ("2026-06-01", 12.0, 24), ("2026-06-02", 6.0, 24),
    ]  # fmt: skip
    meter = first.meters[0]
    assert (meter.meter_key, meter.resolution, meter.readings, meter.total) == ("H1", "PT1H", 48, 18.0)
    assert (first.rejected_rows[0].line, first.rejected_rows[0].value) == (50, "many")
    assert (preview.columns, preview.is_sample) == (["home", "time", "kWh"], False)
    assert (preview.files[0].name, preview.files[0].format, preview.files[0].rows) == ("a.csv", "CSV", 49)


def test_readings_are_shown_by_the_meters_clock_with_their_line(preview_files: Previewer) -> None:
    rows = "".join(f"2026-10-25T{hour:02d}:30:00Z,{hour}\n" for hour in range(3))
    first = preview_files(a_DOT_csv=f"time,kWh\n{rows}", zone=LONDON).interpretations[0]
    assert [(row.local_time, row.line, row.unit) for row in first.readings] == [
        ("2026-10-25 01:30 BST", 2, "kWh"), ("2026-10-25 01:30 GMT", 3, "kWh"), ("2026-10-25 02:30 GMT", 4, "kWh"),
    ]  # fmt: skip
    assert {row.file for row in first.readings} == {"a.csv"}


def test_of_many_readings_the_first_fifty_and_the_last_ten_are_shown(preview_files: Previewer) -> None:
    text = HEAD + "".join(hours(f"2026-06-{day:02d}") for day in range(1, 11))
    lines = [row.line for row in preview_files(a_DOT_csv=text).interpretations[0].readings]
    assert lines == [*range(2, 52), *range(232, 242)]


def test_an_archive_with_good_and_bad_files_shows_both(preview_files: Previewer) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("north.csv", HEAD + hours("2026-06-01"))
        archive.writestr("empty.csv", "")
        archive.writestr("notes.csv", "colour,shape\nred,round\nblue,square\n")
    preview = preview_files(all_DOT_zip=packed.getvalue())
    told = {file.name.split("/")[-1]: file for file in preview.files}
    assert told["north.csv"].refused == ""
    assert told["empty.csv"].refused == "The file is empty. Export it again."
    assert told["notes.csv"].refused.startswith("No column holds times")
    first = preview.interpretations[0]
    assert (first.readings_count, first.rejected) == (24, 2)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"just some words\nand more\n", b"%PDF-1.4"])
def test_what_cannot_be_read_at_all_is_refused_with_a_remedy(preview_files: Previewer, content: bytes) -> None:
    preview = preview_files(odd_DOT_csv=content)
    assert preview.interpretations == []
    assert preview.files[0].refused.count(".") >= 2  # a reason and a remedy


def test_details_of_consumers_are_counted(preview_files: Previewer) -> None:
    text = "household,rooms,heating\nH1,4,gas\nH2,5,heat pump\n,6,gas\n"
    first = preview_files(a_DOT_csv=text).interpretations[0]
    assert (first.kind, first.read, first.consumers, first.rejected) == (ImportKind.CONSUMERS, 3, 2, 1)
    assert "Details: rooms, heating." in first.findings


def test_of_large_files_only_the_beginning_is_looked_at(preview_files: Previewer) -> None:
    files = {f"home{number}_DOT_csv": HEAD + hours("2026-06-01", meter=f"H{number}") for number in range(5)}
    preview = preview_files(**files, most_rows=40)
    assert preview.is_sample
    assert preview.interpretations[0].readings_count == 48
    assert [file.name for file in preview.files] == ["home0.csv", "home1.csv"]


def test_a_preview_stays_small(preview_files: Previewer) -> None:
    wide = "time," + ",".join(f"meter {number}" for number in range(500))
    rows = "".join(f"2026-06-01 {hour:02d}:00{',0.5' * 500}\n" for hour in range(24))
    preview = preview_files(a_DOT_csv=f"{wide}\n{rows}")
    assert preview.interpretations[0].meters_count == 500
    assert len(preview.interpretations[0].meters) == 200
    assert len(preview.model_dump_json()) < 1_000_000


def test_two_megabytes_are_understood_in_a_second_or_two(preview_files: Previewer) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    rows = "".join(
        f"{start + timedelta(minutes=30 * place):%d/%m/%Y %H:%M},{meter},{place % 48}\n"
        for meter in ("north", "south", "east", "west") for place in range(17_520)
    )  # fmt: skip
    began = time.process_time()
    preview = preview_files(a_DOT_csv=f"time,meter,consumption\n{rows}", zone="Europe/Berlin")
    assert time.process_time() - began < 20  # about 1 s by itself; other tests run beside it
    assert len(preview.interpretations) >= 3


def test_the_job_answers_the_preview_and_stores_nothing(tmp_path: Path) -> None:
    content = (HEAD + hours("2026-06-01")).encode()
    backend = _asked_for_a_preview(tmp_path, content)
    preview = Preview.model_validate(backend.job["result"])
    assert backend.job["state"] == "succeeded"
    assert preview.interpretations[0].totals == {"kWh": 12.0}
    assert backend.calls == ["GET/data/imports/12", "GET/data/imports/12/files/0"]
    assert list(tmp_path.iterdir()) == []
    assert json.loads(json.dumps(backend.job["result"])) == backend.job["result"]


def test_the_job_succeeds_when_nothing_can_be_read(tmp_path: Path) -> None:
    backend = _asked_for_a_preview(tmp_path, b"%PDF-1.4 a bill")
    assert (backend.job["state"], backend.failures) == ("succeeded", [])
    assert backend.job["message"] == "Nothing of it can be read."
    assert backend.job["result"]["interpretations"] == []
    assert backend.job["result"]["files"][0]["refused"]


def _asked_for_a_preview(scratch: Path, content: bytes) -> StandInBackend:
    file = ImportFile(number=0, name="june.csv", bytes=len(content), sha256="")
    task = ImportTask(
        id=12, organization_id=1, organization_timezone=LONDON, source_kind=SourceKind.FILES, recipe=Recipe(),
        files=[file], done_parts=[],
    )  # fmt: skip
    backend = StandInBackend(JobKind.PREVIEW_IMPORT, task, [content])
    with serving(backend), Wattwise(backend.url, "ww_test", patience=timedelta(seconds=2)) as api:
        execute(
            lambda run: preview_import(run, import_id=12, means=Means(scratch=scratch)),
            backend.job["id"], api=api, worker="meter-room:7", now=datetime(2027, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    return backend
