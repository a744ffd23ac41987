"""What the fuzzer (benchmarks/fuzz) once found: each input ends in a receipt or a sentence ever since."""

from contextlib import suppress
from pathlib import Path

import pytest

from wattwise_consumption.problems import BadFile

from .conftest import Importer

FOUND = sorted(path for path in Path(__file__).with_name("found").iterdir() if path.name != "README.md")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_it_ends_well(import_files: Importer, path: Path):
    imported = None
    with suppress(BadFile):
        imported = import_files(path)
    assert imported is None or imported.readings["value"].is_finite().all()
