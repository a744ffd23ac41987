"""Files that would take more than an operator allows."""

import gzip
import io
import tarfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wattwise_consumption.archives import Limits, members_of
from wattwise_consumption.problems import BadFile
from wattwise_consumption.sources import Order, SourceLimits
from wattwise_consumption.sources.files import FilesSource
from wattwise_contract.imports import ImportFile, ImportTask, SourceKind
from wattwise_contract.recipes import Recipe

from .conftest import Importer, LocalFiles


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


def test_a_zip_of_thousands_of_files_is_listed_once(tmp_path: Path) -> None:
    path = tmp_path / "homes.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for home in range(3_000):
            archive.writestr(f"{home}.csv", f"time,kwh\n2026-05-04,{home}\n")
    began = time.process_time()
    with members_of(path, name=path.name, limits=Limits()) as members:
        texts = [member.open().read() for member in members]
    assert time.process_time() - began < 40
    assert texts[2_999] == b"time,kwh\n2026-05-04,2999\n"


def test_a_tar_with_a_file_of_holes_is_refused_before_it_fills_the_disk(import_files: Importer) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("homes.csv")
        info.pax_headers = {"GNU.sparse.map": "0,9", "GNU.sparse.size": str(19 * 10**9), "GNU.sparse.name": info.name}
        info.size = 9
        archive.addfile(info, io.BytesIO(b"time,kwh\n"))
    with pytest.raises(BadFile, match="holes") as refused:
        import_files(homes_DOT_tar=packed.getvalue())
    assert "--sparse" in refused.value.remedy


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_many_small_bombs_are_one(tmp_path: Path, kind: str) -> None:
    bomb = gzip.compress(b"2026-05-04 00:00,1\n" * 2_000_000)  # 38 MB: each alone may be so
    path = tmp_path / f"bombs.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as zipped:
            for number in range(9):
                zipped.writestr(f"{number}.csv.gz", bomb)
    else:
        with tarfile.open(path, mode="w") as archive:
            for number in range(9):
                info = tarfile.TarInfo(f"{number}.csv.gz")
                info.size = len(bomb)
                archive.addfile(info, io.BytesIO(bomb))
    with members_of(path, name=path.name, limits=Limits(ratio=20)) as members:
        assert len(members[0].open().read()) == 38_000_000
        with pytest.raises(BadFile, match="bomb"):
            assert [len(member.open().read()) for member in members] == []
