"""Landing what a source brought: the file, its checksum and the cursor in one request, under the lease of the job."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from wattwise_client import LeaseLost, Wattwise
from wattwise_contract.jobs import Claim, Job, JobKind, JobState
from wattwise_contract.sources import Landing, SourceKindInfo

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
JOB = Job(
    id=UUID(int=7), kind=JobKind.IMPORT, organization_id=1, scope={"import_id": 12}, state=JobState.RUNNING,
    created_at=NOON,
)  # fmt: skip
CLAIM = Claim(job=JOB, lease_token=UUID(int=8), lease_expires_at=NOON + timedelta(seconds=20))


def platform(answer, patience: float = 0) -> Wattwise:
    return Wattwise(
        "http://meters.test", "ww_t", patience=timedelta(seconds=patience), transport=httpx2.MockTransport(answer)
    )


@pytest.fixture
def june(tmp_path: Path) -> Path:
    path = tmp_path / "june.csv"
    path.write_bytes(b"time,kWh\n2026-06-01 00:00,0.5\n")
    return path


def test_a_file_is_landed_whole_also_where_the_platform_was_away_at_first(june):
    heard: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        request.read()
        if len(heard) == 1:
            return httpx2.Response(503)
        return httpx2.Response(200, json={"files": 1, "cursor": {"since": "2026-06-02"}})

    landing = Landing(number=0, name="june.csv", sha256="ab", cursor={"since": "2026-06-02"})
    landed = platform(answer, patience=5).work.land(CLAIM, 12, landing, june)
    assert (landed.files, landed.cursor, landed.done) == (1, {"since": "2026-06-02"}, False)
    for request in heard:
        assert (request.method, request.url.path) == ("POST", "/data/imports/12/landings/")
        assert request.headers["X-Wattwise-Lease"] == CLAIM.lease
        assert june.read_bytes() in request.content
        assert b'name="file"; filename="june.csv"' in request.content
        assert landing.model_dump_json().encode() in request.content


def test_where_there_is_nothing_more_only_that_is_said():
    heard: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        return httpx2.Response(200, json={"files": 0, "done": True})

    assert platform(answer).work.land(CLAIM, 12, Landing(number=0, done=True)).done
    assert heard[0].headers["content-type"].startswith("multipart/form-data")
    assert b'name="file"' not in heard[0].content


def test_what_is_landed_without_the_lease_is_not_taken(june):
    api = platform(lambda request: httpx2.Response(409, json={"error": "The lease is no longer held."}))
    with pytest.raises(LeaseLost):
        api.work.land(CLAIM, 12, Landing(number=0, name="june.csv"), june)


def test_kinds_of_sources_are_declared():
    heard: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        return httpx2.Response(204)

    platform(answer).work.declare_source_kinds([SourceKindInfo(kind="rain_gauge", title="Rain gauge")])
    assert (heard[0].method, heard[0].url.path) == ("PUT", "/data/source-kinds/")
    assert b'"kind":"rain_gauge"' in heard[0].content
