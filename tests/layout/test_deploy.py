"""The container files fit together: what compose asks for is there, and every secret has a source."""

import importlib.util
import re
from pathlib import Path

import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
NINE = {
    "frontend", "backend", "database", "scheduler", "redis", "consumption", "aggregation", "clustering", "forecasting",
}  # fmt: skip


def make_env():
    spec = importlib.util.spec_from_file_location("make_env", DEPLOY / "make_env.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_compose_runs_the_nine_services():
    compose = yaml.safe_load(COMPOSE.read_text())
    assert set(compose["services"]) == NINE
    named = {word.split(":")[0] for service in compose["services"].values() for word in service.get("volumes", [])}
    assert named == set(compose["volumes"])


def test_every_command_is_a_program_of_ours():
    for name, service in yaml.safe_load(COMPOSE.read_text())["services"].items():
        if service["image"].startswith("wattwise"):
            assert service["command"][0] == f"wattwise_{name}"
            assert importlib.util.find_spec(f"{service['command'][0]}.__main__"), name


def test_every_variable_of_compose_is_made():
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)\}", COMPOSE.read_text()))
    assert asked == set(make_env().environment("http://127.0.0.1:8000")) - {"OPERATOR_TOKEN"}


def test_secrets_are_never_the_same_twice():
    first, second = make_env().environment("u"), make_env().environment("u")
    assert [name for name in first if first[name] == second[name]] == ["PUBLIC_URL"]
