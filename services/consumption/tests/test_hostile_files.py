"""Files that would take more than an operator allows."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wattwise_consumption.problems import BadFile
from wattwise_consumption.sources import Order, SourceLimits
from wattwise_consumption.sources.files import FilesSource
from wattwise_contract.imports import ImportFile, ImportTask, SourceKind
from wattwise_contract.recipes import Recipe

from .conftest import LocalFiles


def test_a_workbook_is_refused_where_it_unfolds_to_more_than_the_operator_allows(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(packed.getvalue())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    file = ImportFile(number=0, name=path.name, bytes=path.stat().st_size, sha256="0" * 64)
    task = ImportTask(
        id=1, organization_id=1, organization_timezone="UTC", source_kind=SourceKind.FILES, recipe=Recipe(),
        settings={}, files=[file], done_parts=[],
    )  # fmt: skip
    limits = SourceLimits(memory_bytes=100_000_000)
    source = FilesSource(Order(task, LocalFiles([path]), datetime(2027, 1, 1, tzinfo=UTC), scratch, limits))
    with pytest.raises(BadFile, match="unfolds to 60 MB"):
        list(source.parts())
    assert not list(scratch.iterdir())
