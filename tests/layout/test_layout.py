"""The repository keeps the shape that ARCHITECTURE.md draws."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
NINE = {
    "frontend", "backend", "database", "scheduler", "redis", "consumption", "aggregation", "clustering", "forecasting",
}  # fmt: skip
WORKERS = ("consumption", "aggregation", "clustering", "forecasting")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would add, so that a new one is held to the rules before its first commit."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listing = subprocess.run(words, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    return [path for line in listing.splitlines() if (path := REPOSITORY / line).is_file()]


def written_by_hand(path: Path) -> bool:
    return "migrations" not in path.parts and "src/api/" not in path.as_posix()


def members() -> list[Path]:
    return sorted(
        path.parent for path in tracked("packages/*/pyproject.toml", "services/*/pyproject.toml", "cli/pyproject.toml")
    )


def test_services_are_exactly_the_nine():
    assert {path.parent.name for path in tracked("services/*/pyproject.toml")} == NINE


@pytest.mark.parametrize("member", members(), ids=lambda path: path.name)
def test_every_member_has_a_readme_and_tests(member: Path):
    assert len((member / "README.md").read_text().splitlines()) >= 5, "a newcomer starts at the README"
    assert list(member.glob("tests/**/test_*.py")), f"{member.name} has no tests"


@pytest.mark.parametrize("worker", WORKERS)
def test_every_worker_has_the_same_rooms(worker: str):
    package = REPOSITORY / "services" / worker / f"wattwise_{worker}"
    assert {"tasks.py", "pipeline.py", "settings.py", "__main__.py"} <= {path.name for path in package.iterdir()}


def test_files_are_short():
    """A longer file says why in its first comment, with the word `long`."""
    too_long = []
    for path in filter(written_by_hand, tracked("*.py", "*.ts", "*.tsx", "wattwise")):
        lines = path.read_text().splitlines()
        if len(lines) > LONGEST_FILE and "long" not in " ".join(lines[:3]).lower():
            too_long.append(f"{path.relative_to(REPOSITORY)}: {len(lines)} lines")
    assert not too_long


def test_functions_are_short():
    too_long = []
    for path in filter(written_by_hand, tracked("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and _code_lines(node) > LONGEST_FUNCTION:
                too_long.append(f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}: {_code_lines(node)} lines")
    assert not too_long


def _code_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    start = function.body[0].lineno if ast.get_docstring(function) is None else function.body[0].end_lineno
    return (function.end_lineno or 0) - (start or 0) + 1


def test_no_package_index_is_named():
    """Every machine has its own mirrors; the lock and the sources name none."""
    hosts = re.compile(r"//[a-z0-9.-]*(?:pypi|pythonhosted|npmjs|debian|nodesource)[a-z]*\.(?:org|com)")
    named = [
        f"{path.relative_to(REPOSITORY)}: {found.group()}"
        for path in tracked("*")
        if path.suffix not in {".png", ".woff2", ".ico"} and (found := hosts.search(path.read_text(errors="ignore")))
    ]
    assert not named


def test_no_data_set_is_in_the_repository():
    large = [path for path in tracked("*") if path.stat().st_size > 1_000_000]
    assert [path.name for path in large if path.name not in {"package-lock.json", "requirements.lock"}] == []
    real = REPOSITORY.parent / "shared" / "data"
    names = {path.name for path in real.rglob("*.gz")} if real.exists() else set()
    assert not names & {path.name for path in tracked("*.gz")}
