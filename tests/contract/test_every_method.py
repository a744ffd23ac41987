"""No method of the client is without a test against the real backend."""

import inspect
from pathlib import Path

import pytest

from wattwise_client import Wattwise
from wattwise_client.work import Work

OWN = {"close"}  # says nothing to the backend


def methods(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")} - OWN


@pytest.mark.parametrize("name", sorted(methods(Wattwise) | methods(Work)))
def test_every_method_is_called_here(name: str):
    tests = "".join(file.read_text() for file in Path(__file__).parent.glob("*.py"))
    assert f".{name}(" in tests
