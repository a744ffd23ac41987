"""One job in a worker's hands, against the stand-in backend, in this process."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from wattwise_client import LeaseLost, Wattwise
from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.scheduling import ServiceName
from wattwise_runtime import JobRun, PermanentFailure, TemporaryFailure, Worker
from wattwise_runtime.run import Interrupted, execute

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def api(backend):
    with Wattwise(backend.url, "ww_test", patience=timedelta(seconds=2)) as client:
        yield client


def run(pipeline, job_id, api) -> str:
    return execute(pipeline, job_id, api=api, worker="meter-room:7", now=NOW)


def test_a_job_that_succeeds_says_what_it_did(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP, {"meter_ids": [4]})

    def pipeline(job_run: JobRun) -> Success:
        return Success(message="1 meter", result={"meters": job_run.job.scope["meter_ids"], "at": str(job_run.now)})

    assert run(pipeline, job_id, api) == "succeeded"
    job = backend.jobs[job_id]
    assert (job["state"], job["worker"], job["message"]) == ("succeeded", "meter-room:7", "1 meter")
    assert job["result"] == {"meters": [4], "at": "2026-01-15 12:00:00+00:00"}


def test_a_message_delivered_twice_is_carried_out_once(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)
    carried_out = []
    outcomes = [run(lambda job_run: carried_out.append(job_run), job_id, api) for _ in range(2)]
    assert outcomes == ["succeeded", "not ours"]
    assert len(carried_out) == 1


@pytest.mark.parametrize(
    ("error", "state", "sentence"),
    [
        (PermanentFailure("The file is a picture. Send a CSV."), "dead", "The file is a picture. Send a CSV."),
        (ZeroDivisionError("division by zero"), "waiting", "The worker failed (ZeroDivisionError: division by zero)"),
        (MemoryError(), "waiting", "The worker failed (MemoryError: )"),
    ],
)
def test_what_a_pipeline_raises_becomes_the_jobs_story(backend, api, error, state, sentence):
    job_id = backend.add_job(JobKind.ROLL_UP)

    def pipeline(_: JobRun) -> Success:
        raise error

    run(pipeline, job_id, api)
    assert backend.state(job_id) == state
    assert backend.jobs[job_id]["failures"][0]["error"].startswith(sentence)


def test_what_may_pass_is_tried_again_and_not_sooner_than_somebody_asked(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)

    def pipeline(_: JobRun) -> Success:
        raise TemporaryFailure("The meters' API asks to come back later.", retry_after=timedelta(minutes=10))

    assert run(pipeline, job_id, api) == "failed"
    (failure,) = backend.jobs[job_id]["failures"]
    assert (failure["error"], failure["traceback"]) == ("The meters' API asks to come back later.", "")
    assert (failure["permanent"], failure["retry_after"]) == (False, "PT10M")


def test_an_unexpected_error_keeps_its_traceback_and_bad_input_needs_none(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)
    run(lambda job_run: [][1], job_id, api)
    assert "IndexError" in backend.jobs[job_id]["failures"][0]["traceback"]


def test_progress_reaches_people_while_the_job_runs(backend, api, until):
    job_id = backend.add_job(JobKind.ROLL_UP)

    def pipeline(job_run: JobRun) -> None:
        job_run.progress(0.4, "2 of 5 months")
        until(lambda: bool(backend.jobs[job_id]["renewals"]), 5, "the progress to arrive")

    assert run(pipeline, job_id, api) == "succeeded"
    assert backend.jobs[job_id]["renewals"][0] == {"progress": 0.4, "message": "2 of 5 months"}


def test_progress_told_a_thousand_times_costs_few_requests(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)

    def pipeline(job_run: JobRun) -> None:
        for step in range(1000):
            job_run.progress(step / 1000)
            time.sleep(0.001)

    assert run(pipeline, job_id, api) == "succeeded"
    assert len(backend.jobs[job_id]["renewals"]) <= 4


def test_a_job_that_somebody_cancels_stops_at_its_next_step(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)
    backend.jobs[job_id]["cancel_requested"] = True
    steps = []

    def pipeline(job_run: JobRun) -> None:
        for step in range(500):
            steps.append(step)
            job_run.progress(step / 500)
            time.sleep(0.01)

    assert run(pipeline, job_id, api) == "failed for good"
    assert backend.jobs[job_id]["failures"][0]["error"] == "Cancelled on request."
    assert len(steps) < 500


def test_a_worker_whose_lease_was_taken_stops_and_writes_nothing(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)

    def pipeline(job_run: JobRun) -> None:
        backend.jobs[job_id]["lease"] = "another worker's"
        for _ in range(500):
            job_run.progress(0.5)
            time.sleep(0.01)

    assert run(pipeline, job_id, api) == "lease lost"
    assert backend.state(job_id) == "running", "the other worker has it"
    assert backend.jobs[job_id]["failures"] == []


def test_a_success_under_a_lost_lease_is_no_success(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)

    def pipeline(_: JobRun) -> None:
        backend.jobs[job_id]["lease"] = "another worker's"

    assert run(pipeline, job_id, api) == "lease lost"
    assert backend.state(job_id) == "running"


def test_a_worker_told_to_stop_hands_its_job_back(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)

    def pipeline(_: JobRun) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        run(pipeline, job_id, api)
    assert backend.state(job_id) == "waiting"


def test_a_backend_that_is_away_for_a_moment_goes_unnoticed(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)

    def pipeline(_: JobRun) -> None:
        backend.away = True
        threading.Timer(0.5, lambda: setattr(backend, "away", False)).start()

    assert run(pipeline, job_id, api) == "succeeded"


def test_the_lease_ends_with_the_job(backend, api):
    job_id = backend.add_job(JobKind.ROLL_UP)
    run(lambda job_run: None, job_id, api)
    assert "lease" not in {thread.name for thread in threading.enumerate()}


def test_check_is_silent_while_all_is_well(backend, api):
    claim = api.work.claim(backend.add_job(JobKind.ROLL_UP), "meter-room:7")
    job_run = JobRun(api, claim, now=NOW)
    job_run.check()
    job_run._lost.set()
    with pytest.raises(LeaseLost, match="other hands"):
        job_run.check()


def test_a_worker_refuses_jobs_of_another_queue():
    with pytest.raises(ValueError, match="forecasting"):
        Worker(ServiceName.AGGREGATION).job(JobKind.TRAIN_FORECASTERS)
