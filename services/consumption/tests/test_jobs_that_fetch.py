"""What becomes of a job whose source answers badly: its sentence, whether it is tried again, and what it does not tell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wattwise_client import Wattwise
from wattwise_consumption.fetching import FetchLimits
from wattwise_consumption.guard import Guard
from wattwise_consumption.means import Means
from wattwise_consumption.pipeline import carry_out_import
from wattwise_consumption.preview import preview_import
from wattwise_contract.imports import ImportStage, ImportTask
from wattwise_contract.jobs import JobKind
from wattwise_contract.previews import Preview
from wattwise_contract.recipes import Recipe
from wattwise_runtime.run import execute

from .stand_in import StandInBackend, serving
from .vendor import Asked, Says, one_after_another, vendor

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SECRET = "sk_live_7f3a9c"
ROWS = [{"time": f"2026-06-01T{hour:02d}:00:00Z", "kWh": 0.5} for hour in range(24)]


def carried_out(
    scratch: Path, stage: ImportStage = ImportStage.IMPORT, *, requests: int = 100, **config: Any
) -> StandInBackend:
    task = ImportTask(
        id=12, organization_id=1, organization_timezone="UTC", source_kind="http", stage=stage,
        config={"auth": "bearer", "secret": SECRET} | config, recipe=Recipe(), files=[], done_parts=[],
    )  # fmt: skip
    is_import = stage is ImportStage.IMPORT
    backend = StandInBackend(JobKind.IMPORT if is_import else JobKind.PREVIEW_IMPORT, task)
    story = carry_out_import if is_import else preview_import
    limits = FetchLimits(first_pause=0.01, longest_pause=0.05, requests=requests)
    means = Means(scratch=scratch, guard=Guard.allowing(["127.0.0.1"]), fetch_limits=limits)
    with serving(backend), Wattwise(backend.url, "ww_test", patience=timedelta(seconds=2)) as api:
        execute(
            lambda run: story(run, import_id=12, means=means),
            backend.job["id"],
            api=api,
            worker="meter-room:7",
            now=NOW,
        )
    return backend


@pytest.mark.parametrize("status", [401, 429, 400])
def test_a_key_that_the_server_repeats_is_not_told(tmp_path: Path, status: int) -> None:
    def answer(asked: Asked) -> Says:
        return Says({"message": f"{asked.headers['authorization']} is not welcome"}, status=status)

    with vendor(answer) as shop:
        backend = carried_out(tmp_path, url=f"{shop.url}/")
    (failure,) = backend.failures
    assert "Bearer *** is not welcome" in failure["error"]
    assert SECRET not in str(backend.failures) + str(backend.job)
    assert failure["permanent"] is (status != 429)
    assert failure["traceback"] == ""


def test_a_pause_that_a_server_asks_for_is_handed_on(tmp_path: Path) -> None:
    with vendor(one_after_another(Says("busy", status=429, headers={"Retry-After": "3600"}))) as shop:
        backend = carried_out(tmp_path, url=f"{shop.url}/")
    (failure,) = backend.failures
    assert (failure["permanent"], failure["retry_after"]) == (False, "PT1H")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("requests", "landed"), [(2, 2), (0, 0)])
def test_an_attempt_that_landed_something_before_its_time_was_over_says_so(
    tmp_path: Path, requests: int, landed: int
) -> None:
    with vendor(lambda asked: Says([{"time": f"2026-06-0{asked.query['page']}T00:00:00Z", "kWh": 1}])) as shop:
        backend = carried_out(tmp_path, requests=requests, url=f"{shop.url}/?page={{page}}", pages="page")
    (failure,) = backend.failures
    assert "requests were made at a stretch" in failure["error"]
    assert (len(backend.landings), failure["progressed"]) == (landed, landed > 0)


def test_whoever_previews_hears_at_once_what_is_wrong(tmp_path: Path) -> None:
    with vendor(one_after_another(Says("<html><title>Sign in</title></html>"))) as shop:
        backend = carried_out(tmp_path, ImportStage.PREVIEW, url=f"{shop.url}/")
        assert len(shop.asked) == 2
    (failure,) = backend.failures
    assert failure["permanent"]
    assert failure["error"] == (
        "127.0.0.1 answered with a web page (“Sign in”) instead of data. "
        "Check the source's settings, or try again in a while."
    )


def test_a_preview_of_a_source_without_anything_says_so(tmp_path: Path) -> None:
    with vendor(one_after_another(Says([]))) as shop:
        backend = carried_out(tmp_path, ImportStage.PREVIEW, url=f"{shop.url}/?from={{since}}")
    assert Preview.model_validate(backend.job["result"]) == Preview(files=[], interpretations=[])
    assert backend.job["message"] == "The source answered, but has no readings for these settings."


def test_a_preview_shows_what_was_fetched(tmp_path: Path) -> None:
    with vendor(one_after_another(Says(ROWS))) as shop:
        backend = carried_out(tmp_path, ImportStage.PREVIEW, url=f"{shop.url}/?from={{since}}", meter="North")
    preview = Preview.model_validate(backend.job["result"])
    assert preview.interpretations[0].totals == {"kWh": 12.0}
    assert preview.interpretations[0].meters[0].meter_key == "North"
