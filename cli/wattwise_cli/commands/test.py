"""`wattwise test`: every check of the repository, from nothing, in the order that fails soonest."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[3]
FRONTEND = REPOSITORY / "services/frontend"
PACKAGES = sorted(path.parent for path in REPOSITORY.glob("*/*/wattwise_*/__init__.py")) + [
    REPOSITORY / "cli/wattwise_cli",
    REPOSITORY / "benchmarks",
]
BIN = Path(sys.executable).parent
CHROMIUM = Path("/usr/bin/chromium")


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]
    folder: Path = REPOSITORY
    needs_chromium: bool = False


# Most tests wait for a database, a broker or a process of their own more than they compute: three share two cores well.
SHARED_OUT = ("--numprocesses=3", "--dist=worksteal")
CHECKS = (
    Check("format", (str(BIN / "ruff"), "format", "--check", ".")),
    Check("lint", (str(BIN / "ruff"), "check", ".")),
    Check("imports", (str(BIN / "lint-imports"), "--no-cache")),
    Check("types", (str(BIN / "mypy"), *(str(path.relative_to(REPOSITORY)) for path in PACKAGES))),
    Check("frontend-lint-and-types", ("npm", "run", "--silent", "check"), FRONTEND),
    Check("frontend-unit", ("npm", "run", "--silent", "test"), FRONTEND),
    Check("python", (sys.executable, "-m", "pytest", "-m", "not platform", "--durations=10", *SHARED_OUT)),
    Check(
        "platform",
        (sys.executable, "-m", "pytest", "-m", "platform", "--timeout=900", "--durations=10"),
        needs_chromium=True,
    ),
)
NAMES = ", ".join(check.name for check in CHECKS)


def run_checks(
    names: Annotated[list[str] | None, typer.Argument(help=f"Only these checks: {NAMES}")] = None,
) -> None:
    """Run every check: lint, types, import contracts, unit, integration, contract, platform and browser tests."""
    console = Console()
    chosen = _chosen(names or [], console)
    _make_ready(chosen, console)
    outcomes = [(check, *_run(check, console)) for check in chosen]
    _report(outcomes, console)
    if any(code != 0 for _, code, _ in outcomes):
        raise typer.Exit(1)


def _chosen(names: list[str], console: Console) -> list[Check]:
    unknown = sorted(set(names) - {check.name for check in CHECKS})
    if unknown:
        console.print(f"There is no check called {', '.join(unknown)}. There are: {NAMES}.")
        raise typer.Exit(2)
    return [check for check in CHECKS if not names or check.name in names]


def _make_ready(checks: list[Check], console: Console) -> None:
    if any(check.needs_chromium for check in checks) and not CHROMIUM.exists():
        _install_chromium(console)
    if any(check.folder == FRONTEND or check.needs_chromium for check in checks):
        from wattwise_cli.platform import frontend_build  # it pulls in the supervisor, which lint alone does not need

        frontend_build.install_for_tests()
        frontend_build.ensure()


def _install_chromium(console: Console) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        console.print("The browser tests need Chromium at /usr/bin/chromium. Install it: sudo apt-get install chromium")
        raise typer.Exit(2)
    console.print("Installing Chromium for the browser tests …")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        if subprocess.run(["apt-get", "-qq", *words], env=environment, stdout=subprocess.DEVNULL).returncode:
            console.print(f"apt-get {words[0]} failed. Install Chromium by hand, then run this again.")
            raise typer.Exit(2)


def _run(check: Check, console: Console) -> tuple[int, float]:
    console.rule(check.name)
    started = time.monotonic()
    code = subprocess.run(check.command, cwd=check.folder).returncode
    return code, time.monotonic() - started


def _report(outcomes: list[tuple[Check, int, float]], console: Console) -> None:
    table = Table("check", "outcome", "seconds")
    for check, code, seconds in outcomes:
        table.add_row(check.name, "passed" if code == 0 else "[red]failed[/red]", f"{seconds:.0f}")
    console.print(table)
    failed = sum(code != 0 for _, code, _ in outcomes)
    console.print(f"checks: {len(outcomes) - failed} passed, {failed} failed")
