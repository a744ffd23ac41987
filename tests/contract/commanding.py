"""The command line as a person uses it, against the real backend, with a worker at work."""

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from wattwise_cli.main import main
from wattwise_client import Wattwise
from wattwise_consumption.sources.kinds import kinds
from wattwise_consumption.tasks import worker

from .conftest import TOKENS, Platform

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def wattwise(live_server, platform: Platform, monkeypatch, capsys) -> Command:
    """Runs a command as a person would: answers its exit code, output and error output."""
    monkeypatch.setenv("WATTWISE_URL", live_server.url)
    monkeypatch.setenv("WATTWISE_TOKEN", TOKENS["operator"])
    monkeypatch.delenv("WATTWISE_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "300")  # so that no path of a test's folder is broken into lines

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["wattwise", *map(str, words)])
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        if isinstance(code, str):  # what sys.exit prints
            return 1, said.out, said.err + code
        return int(code or 0), said.out, said.err

    return run


@pytest.fixture
def at_work(live_server, platform: Platform, monkeypatch) -> Iterator[None]:
    """A scheduler and a consumption worker, in a thread of their own; Redis is left out."""
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("WATTWISE_SOURCES_MAY_REACH", "127.0.0.1")
    vars(worker).pop("settings", None)  # as of a process that starts
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # standard output is the command's alone
    done, declared = threading.Event(), threading.Event()

    def work() -> None:
        patience = timedelta(seconds=2)
        with (
            Wattwise(live_server.url, TOKENS["scheduler"], patience=patience) as scheduler,
            Wattwise(live_server.url, TOKENS["consumption"], patience=patience) as api,
        ):
            api.work.declare_source_kinds([kind.info for kind in kinds().values()])
            declared.set()
            while not done.wait(0.1):
                scheduler.work.start_due_sources()
                for dispatch in scheduler.work.dispatch():
                    worker.carry_out(dispatch.kind, dispatch.job_id, api=api)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert declared.wait(20)
    yield
    done.set()
    thread.join(timeout=10)
    structlog.reset_defaults()


def half_hours(count: int, kwh: float, *, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> str:
    times = (start + timedelta(minutes=30 * step) for step in range(count))
    return "".join(f"{time:%Y-%m-%d %H:%M:%S},{kwh}\n" for time in times)


def home_file(folder: Path, name: str, rows: str) -> Path:
    file = folder / f"{name}.csv"
    file.write_text("time,kWh\n" + rows)
    return file
