"""`./wattwise` from anywhere, and what it does before anything is installed."""

import os
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "wattwise"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_loader("wattwise_script", SourceFileLoader("wattwise_script", str(SCRIPT)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_runs_through_a_link_from_any_folder_and_minds_no_foreign_file_there(tmp_path: Path):
    (tmp_path / "wattwise").symlink_to(SCRIPT)
    (tmp_path / "typer.py").write_text("raise SystemExit('taken from the wrong place')")
    done = subprocess.run(["./wattwise", "--version"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "0.1.0"), done.stderr


def test_help_lists_every_command():
    done = subprocess.run([SCRIPT, "--help"], capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"})
    assert done.returncode == 0, done.stderr
    for command in ("up", "stop", "status", "logs", "doctor", "import", "test"):
        assert f" {command} " in done.stdout


def test_the_fingerprint_covers_the_lock_and_every_member(script: ModuleType):
    names = {Path(folder).name for folder in script.members()}
    assert {"cli", "embedded", "contract", "backend", "frontend", "forecasting"} <= names
    assert script.fingerprint() == script.fingerprint()


def test_uv_is_pinned_with_its_hashes_by_the_lock(script: ModuleType):
    entry = script.locked("uv")
    assert entry.startswith("uv==")
    assert entry.count("--hash=sha256:") > 3
    assert "uv-build" not in entry


def test_uv_is_told_what_pip_knows(script: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "/srv/wheels /srv/more")
    monkeypatch.setenv("PIP_CERT", "/srv/ca.pem")
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "7")
    for name in ("UV_DEFAULT_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    told = script.uv_environment()
    assert told["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert told["UV_FIND_LINKS"] == "/srv/wheels,/srv/more"
    assert told["SSL_CERT_FILE"] == "/srv/ca.pem"
    assert told["UV_HTTP_TIMEOUT"] == "7"


def test_an_older_python_can_read_the_script_and_is_told_what_is_needed():
    """Python 3.6 is the oldest that people still have: nothing newer may be in the script's syntax."""
    import ast

    assert ast.parse(SCRIPT.read_text(), feature_version=(3, 6))
