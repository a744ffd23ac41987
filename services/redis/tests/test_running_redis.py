"""A real Redis in a home of its own: started, killed, started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from wattwise_embedded.child import free_port
from wattwise_redis import NotReady, ready, settings
from wattwise_redis.testing import running_redis

PASSWORD = "kilowatt-hour"


@dataclass
class Server:
    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self) -> subprocess.Popen[str]:
        environment = os.environ | {"WATTWISE_HOME": str(self.home), "REDIS_URL": self.url}
        words = [sys.executable, "-m", "wattwise_redis"]
        return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def server() -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="wattwise-redis-test-"))
    home.chmod(0o755)
    yield Server(home, free_port())
    shutil.rmtree(home)


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> str:
    process.send_signal(number)
    return "".join(process.communicate(timeout=20))


def test_queued_work_survives_a_kill(server: Server):
    process = server.start()
    ready(server.url, timeout_s=10)
    assert Path(f"/proc/{process.pid}/comm").read_text().strip() == "redis-server"
    with redis.Redis.from_url(server.url) as broker:
        broker.rpush("aggregation", *range(100))
        time.sleep(1.2)  # the log is synced every second
    stop(process, signal.SIGKILL)

    process = server.start()
    ready(server.url, timeout_s=10)
    with redis.Redis.from_url(server.url) as broker:
        assert broker.llen("aggregation") == 100
        assert broker.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    stop(process)


def test_a_second_start_is_refused_in_a_sentence(server: Server):
    process = server.start()
    ready(server.url, timeout_s=10)
    second = server.start()
    _, errors = second.communicate(timeout=10)
    assert second.returncode == 1
    assert "A Redis is already running on" in errors
    stop(process)


def test_nobody_comes_in_without_the_password_which_is_nowhere_to_be_seen(server: Server):
    process = server.start()
    ready(server.url, timeout_s=10)
    with pytest.raises(NotReady, match="authenticate"):
        ready(f"redis://127.0.0.1:{server.port}/0", timeout_s=0)
    seen = Path(f"/proc/{process.pid}/cmdline").read_bytes() + Path(f"/proc/{process.pid}/environ").read_bytes()
    assert PASSWORD.encode() not in seen
    kept = server.home / "data/redis/redis.conf"
    assert (kept.stat().st_mode & 0o777, kept.stat().st_uid != 0) == (0o600, True)
    assert PASSWORD not in stop(process)


def test_a_test_redis_is_empty_and_gone_afterwards():
    with running_redis() as url, redis.Redis.from_url(url) as broker:
        assert broker.dbsize() == 0
    with pytest.raises(NotReady):
        ready(url, timeout_s=0)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "WATTWISE_HOME"),
        ({"WATTWISE_HOME": "/srv/w"}, "REDIS_URL"),
        ({"WATTWISE_HOME": "/srv/w", "REDIS_URL": "redis://127.0.0.1:6379/0"}, "must look like redis://:PASSWORD"),
    ],
)
def test_what_is_missing_is_named(environment: dict[str, str], named: str):
    with pytest.raises(settings.WrongSettings, match=named):
        settings.read(environment)
