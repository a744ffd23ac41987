"""A worker as a process of its own, with a real Redis, through the deaths that it has to survive."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from wattwise_contract.jobs import JobKind, Queue
from wattwise_embedded import ensure
from wattwise_runtime.broker import Broker, BrokerAway

pytestmark = pytest.mark.integration
A_WORKER = Path(__file__).with_name("a_worker.py")


class Redis:
    """A Redis that may be killed and started again at the same address, with its memory lost."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._password = secrets.token_urlsafe(16)
        self.url = f"redis://:{self._password}@127.0.0.1:{self._port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        settings = f'port {self._port}\nrequirepass {self._password}\nsave ""\nbind 127.0.0.1\ndir {self._folder}\n'
        (self._folder / "redis.conf").write_text(settings)
        words = [str(ensure().program("redis-server")), str(self._folder / "redis.conf")]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def broker(redis: Redis, until) -> Iterator[Broker]:
    sender = Broker(redis.url)
    until(lambda: answers(sender), 10, "Redis to answer")
    yield sender
    sender.close()


@pytest.fixture
def start_worker(redis: Redis, backend, tmp_path: Path) -> Iterator:
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
        environment |= {
            "WATTWISE_BACKEND_URL": backend.url, "WATTWISE_TOKEN": "ww_a-secret-token", "REDIS_URL": redis.url,
        }  # fmt: skip
        with (tmp_path / "worker.log").open("ab") as log:
            workers.append(subprocess.Popen([sys.executable, A_WORKER], env=environment, stdout=log, stderr=log))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


def answers(broker: Broker) -> bool:
    try:
        broker.queue_lengths()
    except BrokerAway:
        return False
    return True


def send(broker: Broker, job_id: str, priority: int = 0) -> None:
    broker.send(UUID(job_id), JobKind.ROLL_UP, priority)


def test_a_job_goes_from_redis_to_success_and_no_secret_into_the_log(
    backend, broker, start_worker, redis, until, tmp_path
):
    start_worker()
    job_id = backend.add_job(JobKind.ROLL_UP)
    send(broker, job_id)
    assert backend.wait_for(job_id, "succeeded") == "succeeded"
    assert backend.heartbeats[0]["service"] == "aggregation"
    log_file = tmp_path / "worker.log"
    until(lambda: '"outcome": "succeeded"' in log_file.read_text(), 5, "the end of the job in the log")
    log = log_file.read_text()
    assert "ww_a-secret-token" not in log
    assert redis.url.split(":")[2].split("@")[0] not in log


def test_urgent_jobs_overtake_and_the_lengths_of_queues_are_known(backend, broker, start_worker):
    jobs = [backend.add_job(JobKind.ROLL_UP) for _ in range(4)]
    for job_id in jobs[:3]:
        send(broker, job_id)
    send(broker, jobs[3], priority=1)
    assert broker.queue_lengths()[Queue.AGGREGATION] == 4
    start_worker()
    for job_id in jobs:
        backend.wait_for(job_id, "succeeded")
    assert backend.claims == [jobs[3], *jobs[:3]]
    assert broker.queue_lengths() == dict.fromkeys(Queue, 0)


def test_a_worker_told_to_stop_hands_its_job_back_at_once(backend, broker, start_worker):
    worker = start_worker()
    job_id = backend.add_job(JobKind.ROLL_UP, {"seconds": 60})
    send(broker, job_id)
    backend.wait_for(job_id, "running")
    told_at = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0
    assert time.monotonic() - told_at < 5
    assert backend.state(job_id) == "waiting"


def test_a_job_whose_claim_is_under_way_is_handed_back_too(backend, broker, start_worker):
    backend.seconds_to_answer_a_claim = 1.0
    worker = start_worker()
    job_id = backend.add_job(JobKind.ROLL_UP, {"seconds": 60})
    send(broker, job_id)
    backend.wait_for(job_id, "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0
    assert backend.state(job_id) == "waiting"


def test_a_stop_waits_only_seconds_for_a_backend_that_does_not_answer_a_claim(backend, broker, start_worker):
    backend.seconds_to_answer_a_claim = 20.0
    worker = start_worker()
    job_id = backend.add_job(JobKind.ROLL_UP)
    send(broker, job_id)
    backend.wait_for(job_id, "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0


def test_an_idle_worker_stops_at_once(broker, start_worker, backend, until):
    worker = start_worker()
    until(lambda: bool(backend.heartbeats), 15, "the worker to be there")
    job_id = backend.add_job(JobKind.ROLL_UP)
    send(broker, job_id)
    backend.wait_for(job_id, "succeeded")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=5) == 0


def test_work_goes_on_after_redis_was_killed_and_lost_everything(backend, broker, start_worker, redis, until):
    start_worker()
    first, second = backend.add_job(JobKind.ROLL_UP), backend.add_job(JobKind.ROLL_UP)
    send(broker, first)
    backend.wait_for(first, "succeeded")
    redis.kill()
    with pytest.raises(BrokerAway):
        send(broker, second)
    redis.start()
    until(lambda: answers(broker), 10, "Redis to answer again")
    send(broker, second)
    assert backend.wait_for(second, "succeeded", seconds=15) == "succeeded"


def test_redis_may_be_killed_in_the_middle_of_a_job(backend, broker, start_worker, redis, until):
    start_worker()
    long, after = backend.add_job(JobKind.ROLL_UP, {"seconds": 2}), backend.add_job(JobKind.ROLL_UP)
    send(broker, long)
    backend.wait_for(long, "running")
    redis.kill()
    redis.start()
    until(lambda: answers(broker), 10, "Redis to answer again")
    send(broker, after)
    assert backend.wait_for(long, "succeeded") == "succeeded"
    assert backend.wait_for(after, "succeeded", seconds=15) == "succeeded"


def test_a_worker_that_starts_before_redis_waits_for_it(backend, broker, start_worker, redis, until):
    redis.kill()
    start_worker()
    until(lambda: bool(backend.heartbeats), 15, "the worker to say that it is there")
    redis.start()
    until(lambda: answers(broker), 10, "Redis to answer")
    job_id = backend.add_job(JobKind.ROLL_UP)
    send(broker, job_id)
    assert backend.wait_for(job_id, "succeeded", seconds=20) == "succeeded"


def test_a_missing_setting_ends_the_process_with_a_sentence():
    environment = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "WATTWISE_TOKEN")}
    ended = subprocess.run([sys.executable, A_WORKER], env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "REDIS_URL: Field required. Set it in the environment and start again." in ended.stderr
    assert "Traceback" not in ended.stderr
