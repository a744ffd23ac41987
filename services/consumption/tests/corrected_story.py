"""The story of rejected rows: an import, the file that its rejected rows are written into, and what is sent back."""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from wattwise_consumption.sources.files import CorrectedFiles, FilesSource
from wattwise_contract.imports import FilesOf, FixTask, ImportFile
from wattwise_contract.recipes import Recipe

from .conftest import Imported, LocalFiles, added_up, order_of


@dataclass
class Story:
    """An import, the file of its rejected rows, and what is sent back."""

    folder: Path
    first: Imported
    texts: dict[str, str]  # of rejected rows, by name
    files: list[Path]
    recipe: Recipe | None
    names: list[str] | None = None  # that the files are uploaded by
    sent: list[list[Path]] = field(default_factory=list)

    @property
    def text(self) -> str:
        (text,) = self.texts.values()
        return text

    @property
    def rows(self) -> list[dict[str, str]]:
        return [row for text in self.texts.values() for row in csv.DictReader(io.StringIO(text))]

    def sends(self, *texts: str | bytes) -> Imported:
        """Sends corrected files, and answers what is stored of them."""
        number = len(self.sent) + 2
        paths = [self.folder / f"fixed-{number}-{place}.csv" for place in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        order = order_of(self.folder, paths, recipe=self.recipe, zone="UTC")
        around = LocalFiles(paths, others={1: self.files} | {at + 2: sent for at, sent in enumerate(self.sent)})
        around.rejected = {1: self.folder / "scratch" / "rejected-rows"}
        fixes = FixTask(
            original=_files_of(1, self.files, self.names),
            earlier=[_files_of(at + 2, sent) for at, sent in enumerate(self.sent)],
        )
        task = order.task.model_copy(update={"id": number})
        self.sent.append(paths)
        source = CorrectedFiles(type(order)(task, around, order.now, order.scratch, order.limits), fixes)
        return added_up(source)

    def together(self, *imports: Imported) -> dict[tuple[str, str], float]:
        """What is stored after all of them, the later over the earlier."""
        stored: dict[tuple[str, str], float] = {}
        for each in (self.first, *imports):
            stored |= stored_of(each)
        return stored


def stored_of(imported: Imported) -> dict[tuple[str, str], float]:
    starts = imported.readings["starts_at"].dt.strftime("%Y-%m-%d %H:%M").to_list()
    return dict(zip(zip(imported.readings["meter_key"], starts, strict=True), imported.readings["value"], strict=True))


def _files_of(import_id: int, paths: list[Path], names: list[str] | None = None) -> FilesOf:
    files = [
        ImportFile(number=number, name=names[number] if names else path.name, bytes=path.stat().st_size, sha256="")
        for number, path in enumerate(paths)
    ]
    return FilesOf(import_id=import_id, files=files)


def story_of(
    folder: Path, recipe: Recipe | None, texts: dict[str, str | bytes], names: list[str] | None = None
) -> Story:
    """Imports the texts, by file name; `_DOT_` in a name stands for a dot."""
    files = []
    for name, text in texts.items():
        files.append(folder / name.replace("_DOT_", "."))
        files[-1].write_bytes(text.encode() if isinstance(text, str) else text)
    order = order_of(folder, files, recipe=recipe, zone="UTC", names=names)
    source = FilesSource(order)
    first = added_up(source)
    written = source.rejected_rows(order.scratch)
    return Story(folder, first, {} if written is None else _texts(written[0].name, written[1]), files, recipe, names)


def _texts(name: str, path: Path) -> dict[str, str]:
    if name.endswith(".csv"):
        return {name: path.read_text("utf-8-sig")}
    with zipfile.ZipFile(path) as archive:
        return {info: archive.read(info).decode("utf-8-sig") for info in archive.namelist()}
