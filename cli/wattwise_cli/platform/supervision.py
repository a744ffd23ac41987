"""Start, ask and stop the supervisor of a home."""

import os
import string
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from wattwise_cli.platform.errors import PlatformError
from wattwise_cli.platform.home import Home
from wattwise_cli.platform.leftovers import end_leftovers
from wattwise_cli.platform.services import SECRET_VARIABLES, SERVICES, Service

SOCKET = "supervisor.sock"


class SupervisorFailed(PlatformError):
    def __init__(self, home: Home, detail: str) -> None:
        super().__init__(
            f"The supervisor did not start: {detail or 'it gave no reason'} (see {home.log / 'supervisor.log'})."
        )


@dataclass(frozen=True)
class ProcessState:
    """How the supervisor sees a service: its word for the state, the process, since when (Unix time), unasked ends."""

    name: str
    word: str
    pid: int | None
    since: float
    ends: int
    detail: str


def is_running(home: Home) -> bool:
    """Say whether this home's supervisor answers."""
    try:
        with _supervisor(home) as rpc:
            rpc.supervisor.getState()
            return True
    except OSError:
        return False


def start(home: Home, services: tuple[Service, ...]) -> None:
    """Start the supervisor with these services and return once it answers. Raises SupervisorFailed."""
    for service in SERVICES:
        end_leftovers(service, home)  # of a supervisor that was killed
    configuration = home.run / "supervisor.conf"
    configuration.write_text(_configuration(home, services))
    inherited = {name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES}
    done = subprocess.run(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
        cwd=home.run,
        env={**inherited, "WATTWISE_HOME": str(home.folder), "PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    deadline = time.monotonic() + 10
    while not is_running(home):
        if done.returncode or time.monotonic() > deadline:
            raise SupervisorFailed(home, (done.stderr or done.stdout).strip()[-500:])
        time.sleep(0.05)


def start_missing(home: Home) -> None:
    """Start the services that were stopped or given up, in a supervisor that runs already."""
    with _supervisor(home) as rpc:
        for state in _all(rpc):
            if state["statename"] in ("STOPPED", "EXITED", "FATAL"):
                rpc.supervisor.startProcess(state["name"], False)


def restart(home: Home, name: str) -> None:
    """Stop and start one service."""
    with _supervisor(home) as rpc:
        rpc.supervisor.stopProcess(name)
        rpc.supervisor.startProcess(name, False)


def states(home: Home) -> dict[str, ProcessState]:
    """Return what the supervisor knows of each service, by name; nothing when no supervisor runs."""
    try:
        with _supervisor(home) as rpc:
            ends = cast(dict[str, int], rpc.backoff.ends())
            return {state["name"]: _state(state, ends) for state in _all(rpc)}
    except OSError:
        return {}


def stop(home: Home) -> bool:
    """Stop all services, work before what it stands on, then the supervisor; say whether anything ran."""
    ran = is_running(home)
    if ran:
        with _supervisor(home) as rpc:
            _stop_by_tier(rpc)
            pid = rpc.supervisor.getPID()
            rpc.supervisor.shutdown()
        _wait_for_end(pid)
    for service in sorted(SERVICES, key=lambda service: -service.tier):
        ran = end_leftovers(service, home) or ran
    return ran


def _stop_by_tier(rpc: Any) -> None:
    known = {state["name"] for state in _all(rpc)}
    for tier in sorted({service.tier for service in SERVICES}, reverse=True):
        names = {service.name for service in SERVICES if service.tier == tier} & known
        for name in names:
            _ask_to_stop(rpc, name)
        while any(
            state["name"] in names and state["statename"] in ("RUNNING", "STOPPING", "STARTING") for state in _all(rpc)
        ):
            time.sleep(0.05)


def _ask_to_stop(rpc: Any, name: str) -> None:
    try:
        rpc.supervisor.stopProcess(name, False)
    except xmlrpc.client.Fault:
        return  # it is not running


def _wait_for_end(pid: int) -> None:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)


def _all(rpc: Any) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], rpc.supervisor.getAllProcessInfo())


def _state(state: dict[str, Any], ends: dict[str, int]) -> ProcessState:
    return ProcessState(
        name=state["name"],
        word=state["statename"],
        pid=state["pid"] or None,
        since=float(state["start"]),
        ends=ends.get(state["name"], 0),
        detail=state["spawnerr"],
    )


@contextmanager
def _supervisor(home: Home) -> Iterator[Any]:
    """Open the supervisor's RPC. Raises OSError when none answers. The folder's descriptor stands for its long path."""
    folder = os.open(home.run, os.O_RDONLY | os.O_DIRECTORY)
    transport = SupervisorTransport(serverurl=f"unix:///proc/self/fd/{folder}/{SOCKET}")
    try:
        yield xmlrpc.client.ServerProxy("http://supervisor", transport=transport)
    finally:
        transport.close()
        os.close(folder)


class _Template(string.Template):
    delimiter = "%"


def _configuration(home: Home, services: tuple[Service, ...]) -> str:
    def fill(template: str, **values: object) -> str:
        text = files("wattwise_cli.platform").joinpath(template).read_text()
        # supervisord reads %(name)s as its own placeholders, so a percent sign of a path is doubled.
        return _Template(text).substitute({key: str(value).replace("%", "%%") for key, value in values.items()})

    places = {"run": home.run, "log": home.log}
    head = fill("supervisor.conf.template", **places, user="user=root" if os.geteuid() == 0 else "")
    programs = (
        fill(
            "program.conf.template",
            **places,
            name=service.name,
            tier=service.tier,
            python=sys.executable,
            stop_signal=service.stop_signal,
            stop_wait_s=service.stop_wait_s,
        )
        for service in services
    )
    return head + "".join(programs)
