"""A whole platform in a home of its own, driven as a user drives it: by `./wattwise` and by HTTP."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from wattwise_cli.testing import REPOSITORY, Platform, throwaway_platform

REAL_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture
def new_platform() -> Iterator[Callable[..., Platform]]:
    """Start platforms of a test's own; each is stopped and its home removed at the test's end."""
    with ExitStack() as running:
        yield lambda *words: running.enter_context(throwaway_platform(*words))


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """The demo platform, which most tests share; each test works in what is its own there."""
    with throwaway_platform("demo") as running:
        yield running


@pytest.fixture(scope="session")
def london() -> Path:
    """The folder of 200 real homes; a test that asks for it skips where it is absent."""
    folder = REAL_DATA / "lcl_households"
    if not folder.exists():
        pytest.skip("the London homes are not beside the repository (../shared/data/lcl_households)")
    return folder


@pytest.fixture(scope="session")
def london_files(london: Path) -> list[str]:
    return [str(file) for file in sorted((london / "readings_2013").glob("*.csv.gz"))]
