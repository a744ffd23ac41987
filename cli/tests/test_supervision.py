"""The supervisor with a real service or two: what is killed comes back, what is stopped stays away."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import wattwise_redis
from wattwise_cli.platform import backoff, leftovers, secrets, settings, supervision
from wattwise_cli.platform.home import Home
from wattwise_cli.platform.ports import choose_free
from wattwise_cli.platform.services import SERVICES, service_named
from wattwise_cli.platform.settings import Wishes

REDIS = service_named("redis")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home whose path is longer than any socket's may be."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="wattwise-supervision-"))
    folder.chmod(0o755)
    home = Home(folder / ("a long name of a hundred letters " * 4).strip())
    home.make()
    monkeypatch.setenv("WATTWISE_HOME", str(home.folder))
    settings.save(home, settings.settle(home, Wishes(port=choose_free())))
    secrets.settle(home)
    yield home
    supervision.stop(home)
    shutil.rmtree(folder)


def until(ask: Callable[[], object], *, within_s: float = 60) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if ask():
            return True
        time.sleep(0.05)
    return False


def redis_url(home: Home) -> str:
    return secrets.load(home).redis_url(settings.load(home))


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def pid_of(home: Home) -> int:
    """The process id, once the launcher has become Redis itself."""
    wattwise_redis.ready(redis_url(home), timeout_s=60)
    pid = supervision.states(home)["redis"].pid
    assert pid is not None
    return pid


def test_a_killed_service_comes_back_by_itself_and_a_stop_ends_it(home: Home):
    supervision.start(home, (REDIS,))
    first = pid_of(home)
    os.kill(first, signal.SIGKILL)
    assert until(lambda: supervision.states(home)["redis"].pid not in (None, first))
    second = pid_of(home)
    assert supervision.states(home)["redis"].ends == 1

    assert supervision.stop(home)
    assert not alive(second)
    assert not supervision.is_running(home)
    assert supervision.states(home) == {}
    assert not supervision.stop(home)


def test_after_a_kill_of_the_supervisor_the_next_start_takes_over(home: Home):
    supervision.start(home, (REDIS,))
    orphan = pid_of(home)
    os.kill(int((home.run / "supervisor.pid").read_text()), signal.SIGKILL)
    assert until(lambda: not supervision.is_running(home))
    assert alive(orphan)

    supervision.start(home, (REDIS,))
    assert not alive(orphan)
    assert pid_of(home) != orphan


def test_no_secret_is_on_a_command_line_nor_in_a_file_that_others_read(home: Home):
    supervision.start(home, (REDIS,))
    pid = pid_of(home)
    password = secrets.load(home).redis_password.encode()
    assert password not in Path(f"/proc/{pid}/cmdline").read_bytes()
    for file in home.folder.rglob("*"):
        if file.is_file() and password in file.read_bytes():
            assert file.stat().st_mode & 0o077 == 0, file


def test_leftovers_of_another_process_with_the_same_number_are_left_alone(home: Home):
    """Process numbers are given out again; the start time tells them apart."""
    (home.run / "redis.process.json").write_text(f'{{"pid": {os.getpgid(0)}, "started_at": 1.0}}')
    assert not leftovers.end_leftovers(REDIS, home)


def test_a_service_that_keeps_failing_is_tried_again_at_least_every_15_seconds():
    watch = backoff.Watch()
    process = SimpleNamespace(config=SimpleNamespace(name="forecasting"), backoff=40, delay=time.time() + 40)
    for subscriber in supervision_events():
        subscriber(SimpleNamespace(process=process))
    assert process.backoff == backoff.LONGEST_WAIT_S
    assert process.delay <= time.time() + backoff.LONGEST_WAIT_S
    assert watch.ends() == {"forecasting": 1}


def supervision_events() -> list[Callable[[object], None]]:
    """What supervisord would call when a service failed at its start."""
    from supervisor import events

    found = [callback for kind, callback in events.callbacks if kind is events.ProcessStateBackoffEvent]
    events.clear()
    return found


def test_what_others_stand_on_is_stopped_last():
    tiers = {service.name: service.tier for service in SERVICES}
    assert (
        min(tiers["forecasting"], tiers["scheduler"], tiers["frontend"])
        > tiers["backend"]
        > max(tiers["database"], tiers["redis"])
    )
    assert service_named("database").stop_signal == "INT"
