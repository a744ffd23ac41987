"""A source in somebody's package, found by its entry point: landed file by file, gone on with, previewed, declared."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wattwise_client import Wattwise
from wattwise_consumption.means import Means
from wattwise_consumption.pipeline import carry_out_import
from wattwise_consumption.preview import preview_import
from wattwise_consumption.sources.kinds import kinds
from wattwise_contract.imports import ImportStage, ImportTask
from wattwise_contract.jobs import JobKind
from wattwise_contract.previews import Preview
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import Brings
from wattwise_runtime.run import execute

from .stand_in import StandInBackend, serving

NOW = datetime(2026, 7, 1, tzinfo=UTC)
PACKAGE = Path(__file__).with_name("a_package_with_a_source")


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    kinds.cache_clear()
    with monkeypatch.context() as path:
        path.syspath_prepend(PACKAGE)
        yield
    kinds.cache_clear()


def backend_with(stage: ImportStage = ImportStage.IMPORT, kind: str = "rain_gauge", **config: Any) -> StandInBackend:
    task = ImportTask(
        id=12, organization_id=1, organization_timezone="UTC", source_kind=kind, stage=stage,
        config={"gauge": "G7"} | config, recipe=Recipe(quantity=Quantity.WATER), files=[], done_parts=[],
    )  # fmt: skip
    return StandInBackend(JobKind.IMPORT if stage is ImportStage.IMPORT else JobKind.PREVIEW_IMPORT, task)


def carry_out(backend: StandInBackend, scratch: Path) -> str:
    story = carry_out_import if backend.job["kind"] == JobKind.IMPORT else preview_import
    with serving(backend), Wattwise(backend.url, "ww_test", patience=timedelta(seconds=2)) as api:
        return execute(
            lambda run: story(run, import_id=12, means=Means(scratch=scratch)),
            backend.job["id"], api=api, worker="meter-room:7", now=NOW,
        )  # fmt: skip


def test_it_is_found_beside_ours_and_one_that_cannot_be_loaded_keeps_nobody_away() -> None:
    assert {"files", "simulation", "rain_gauge"} <= set(kinds())
    info = kinds()["rain_gauge"].info
    assert (info.brings, info.every) == (Brings.FETCHES, "PT6H")
    properties = info.settings_schema["properties"]
    assert properties["gauge"] == {
        "title": "Gauge", "description": "What is written on its lid", "type": "string", "minLength": 1,
    }  # fmt: skip
    assert properties["key"] == {"title": "Key", "type": "string", "format": "password", "writeOnly": True}
    assert info.settings_schema["required"] == ["gauge"]


def test_its_files_are_landed_one_by_one_and_then_read(tmp_path: Path) -> None:
    backend = backend_with()
    assert carry_out(backend, tmp_path) == "succeeded"
    assert [(landing.number, landing.name, landing.cursor, landing.done) for landing in backend.landings] == [
        (0, "G7_2026-06-01.csv", {"day": 1}, False), (1, "G7_2026-06-02.csv", {"day": 2}, False), (2, "G7_2026-06-03.arrow", {"day": 3}, False),
        (3, "", {"day": 3}, True),
    ]  # fmt: skip
    assert (backend.readings.height, backend.readings["value"].sum()) == (72, pytest.approx(0.108))
    assert backend.meters == {"G7": 1}
    assert backend.job["message"] == "Imported."
    assert list(tmp_path.iterdir()) == []


def test_a_second_attempt_goes_on_where_the_first_came_to(tmp_path: Path) -> None:
    backend = backend_with()
    backend.lands_before_it_breaks = 1
    assert carry_out(backend, tmp_path) == "lease lost"
    assert (backend.parts, [landing.name for landing in backend.landings]) == ({}, ["G7_2026-06-01.csv"])
    backend.lands_before_it_breaks = 1_000
    assert carry_out(backend, tmp_path) == "succeeded"
    assert [landing.name for landing in backend.landings] == [
        "G7_2026-06-01.csv",
        "G7_2026-06-02.csv",
        "G7_2026-06-03.arrow",
        "",
    ]
    assert (backend.readings.height, backend.readings["value"].sum()) == (72, pytest.approx(0.108))


def test_what_was_landed_is_never_fetched_again(tmp_path: Path) -> None:
    backend = backend_with()
    carry_out(backend, tmp_path)
    landings = len(backend.landings)
    assert carry_out(backend, tmp_path) == "succeeded"
    assert len(backend.landings) == landings


def test_a_fetch_that_brings_nothing_succeeds_without_a_file(tmp_path: Path) -> None:
    backend = backend_with(days=2)
    assert backend.task is not None
    backend.task = backend.task.model_copy(
        update={"landed": backend.task.landed.model_copy(update={"cursor": {"day": 2}})}
    )
    assert carry_out(backend, tmp_path) == "succeeded"
    assert [(landing.name, landing.done) for landing in backend.landings] == [("", True)]
    assert (backend.job["message"], backend.job["result"]) == ("Nothing new.", {})


def test_a_preview_lands_a_sample_and_stores_nothing(tmp_path: Path) -> None:
    backend = backend_with(ImportStage.PREVIEW)
    assert carry_out(backend, tmp_path) == "succeeded"
    preview = Preview.model_validate(backend.job["result"])
    assert [landing.name for landing in backend.landings] == ["G7_2026-06-01.csv", ""]
    assert (preview.interpretations[0].readings_count, backend.parts) == (24, {})
    again = carry_out(backend, tmp_path)  # with another recipe, say
    assert (again, len(backend.landings)) == ("succeeded", 2)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"gauge": ""}, "The source's setting “gauge” is wrong: String should have at least 1 character. Correct the"),
        ({"days": "many"}, "The source's setting “days” is wrong"),
        ({"key": "wrong-key"}, "The gauge does not take this key. Enter the key that is written below its lid."),
    ],
)
def test_what_a_person_has_to_change_is_said_and_not_tried_again(tmp_path: Path, config: dict, sentence: str) -> None:
    backend = backend_with(**config)
    assert carry_out(backend, tmp_path) == "failed for good"
    assert backend.failures[0]["error"].startswith(sentence)
    assert "wrong-key" not in str(backend.failures)


def test_a_fault_of_a_package_does_not_tell_the_key_that_it_was_given(tmp_path: Path) -> None:
    backend = backend_with(key="jammed-key")
    assert carry_out(backend, tmp_path) != "succeeded"
    assert "ValueError: the lid does not open with ***" in backend.failures[0]["error"]
    assert "Traceback" in backend.failures[0]["traceback"]
    assert "jammed-key" not in str(backend.failures)


def test_a_kind_that_this_worker_does_not_have_is_named(tmp_path: Path) -> None:
    backend = backend_with(kind="wind_gauge")
    assert carry_out(backend, tmp_path) == "failed for good"
    assert "no source of the kind “wind_gauge”. Install the package that brings it" in backend.failures[0]["error"]
