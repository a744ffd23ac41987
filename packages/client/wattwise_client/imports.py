"""Imports: files that are previewed, imported and undone, and readings that programs push by themselves."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wattwise_contract.previews import Preview
from wattwise_contract.recipes import Recipe

from .door import ARROW
from .records import Record, Records

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

ROWS_AT_ONCE = 20_000  # of a push: far below what the platform takes
COUNTS = ("read", "stored", "unchanged", "corrected", "duplicate")


class Imports(Records):
    def create_import(
        self,
        paths: Sequence[Path],
        *,
        organization_id: int,
        recipe: Recipe | None = None,
        preview: bool = False,
        source_id: int | None = None,
        fixes: int | None = None,
        on_bytes: Callable[[int], None] = lambda count: None,
    ) -> Record:
        """Uploads files as one import, streamed. With `preview` nothing is stored until it is started. The recipe that
        a source remembers stands for what `recipe` leaves open. `fixes`: the import of which the files put rejected rows
        right (see `rejected_whole`), and as which they are read, with no recipe of their own. `on_bytes` hears how many bytes were sent since it was
        last called."""
        files = [("file", (path.name, _Upload(path, on_bytes), "application/octet-stream")) for path in paths]
        data = {"organization": str(organization_id)}
        data |= {"recipe": recipe.model_dump_json()} if recipe is not None else {}
        data |= {"preview": "true"} if preview else {}
        data |= {"source": str(source_id)} if source_id is not None else {}
        data |= {"fixes": str(fixes)} if fixes is not None else {}
        return self._record("POST", "/api/imports/", data=data, files=files, idempotent=False)

    def create_simulation(self, *, organization_id: int, config: Record) -> Record:
        body = {"organization": organization_id, "source_kind": "simulation", "config": config}
        return self._post("/api/imports/", body)

    def import_status(self, import_id: int) -> Record:
        return self._record("GET", f"/api/imports/{import_id}/")

    def imports(self, *, organization_id: int | None = None, source_id: int | None = None) -> Iterator[Record]:
        return self._pages("/api/imports/", organization=organization_id, source=source_id)

    def preview(self, import_id: int) -> Preview | None:
        """What the import would store, the likeliest way to understand its files first; None until that is known."""
        preview = self.import_status(import_id)["preview"]
        return None if preview is None else Preview.model_validate(preview)

    def preview_again(self, import_id: int, recipe: Recipe) -> Record:
        return self._post(f"/api/imports/{import_id}/preview/", {"recipe": recipe})

    def start_import(self, import_id: int, recipe: Recipe | None = None, *, remember_as: str = "") -> Record:
        """Imports what was only previewed, by the recipe of one of its interpretations. `remember_as` keeps the recipe
        with the source of that name. Raises Refused where it was started already."""
        body: Record = {} if recipe is None else {"recipe": recipe}
        return self._post(
            f"/api/imports/{import_id}/start/", body | ({"remember_as": remember_as} if remember_as else {})
        )

    def undo_import(self, import_id: int) -> Record:
        """Asks for what the import stored to be taken back; its job says how that goes. It may be started again."""
        return self._post(f"/api/imports/{import_id}/undo/", {})

    def discard_import(self, import_id: int) -> None:
        """Forgets an import that was never started, with its files."""
        self._door.send("DELETE", f"/api/imports/{import_id}/")

    def corrections(self, import_id: int) -> Iterator[Record]:
        """What the import replaced: meter, meter_key, starts_at, old_value, new_value, unit."""
        return self._pages(f"/api/imports/{import_id}/corrections/")

    def rejected(self, import_id: int) -> Iterator[Record]:
        """All rows that were kept as rejected, page by page as they are asked for."""
        return self._pages(f"/api/imports/{import_id}/rejected/")

    def rejected_rows(self, import_id: int, *, most: int = 10) -> tuple[int, list[Record]]:
        """How many rows were kept as rejected, and the first of them."""
        page = self._record("GET", f"/api/imports/{import_id}/rejected/", params={"page_size": most})
        return page["count"], page["results"]

    def rejected_whole(self, import_id: int, to: Path) -> Path:
        """Writes all rejected rows, whole and each with what is wrong, into a file: CSV, or a zip of several. Put right,
        they are sent back with `create_import(…, fixes=import_id)`. Raises NotFound where there are none."""
        self._door.retrying(lambda: self._door.download(f"/api/imports/{import_id}/rejected/whole/", to))
        return to

    def push_readings(
        self,
        readings: "pl.DataFrame | pa.Table | Sequence[Mapping[str, object]]",
        *,
        organization_id: int | None = None,
        create: bool = False,
        strict: bool = False,
    ) -> Record:
        """Stores readings now, without a file: a frame or records with meter (its key), starts_at (aware), value, and
        perhaps quantity, quality, unit, consumer, timezone, resolution. `create` makes meters that are not there.
        Answers what came of them, with the `rejected` rows, each with its line from 1, the reason and the remedy.
        `strict` raises Refused where a row is wrong. Many rows go in several requests, each stored by itself; to send
        them again changes nothing."""
        params = {"organization": organization_id, "create": create or None, "strict": strict or None}
        together: Record = {"import": None, **dict.fromkeys(COUNTS, 0), "rejected": []}
        for first in range(0, len(readings), ROWS_AT_ONCE):
            request = _push_request(readings, first)
            answer = self._record("POST", "/api/readings/", params=params, **request)
            together["import"] = answer["import"]
            together |= {name: together[name] + answer[name] for name in COUNTS}
            together["rejected"] += [row | {"line": row["line"] + first} for row in answer["rejected"]]
        return together


def _push_request(readings: "pl.DataFrame | pa.Table | Sequence[Mapping[str, object]]", first: int) -> Record:
    """The body of the rows from `first` on: what is a frame goes as Arrow."""
    if isinstance(readings, Sequence):
        return {"body": readings[first : first + ROWS_AT_ONCE]}
    from . import arrow

    some = readings.slice(first, ROWS_AT_ONCE)
    return {"content": arrow.whole_stream(some), "headers": {"Content-Type": ARROW}}


class _Upload(io.RawIOBase):
    """A file that is open only while it is being sent, so that an import may have thousands of them."""

    def __init__(self, path: Path, on_bytes: Callable[[int], None]) -> None:
        self._path = path
        self._bytes = path.stat().st_size
        self._on_bytes = on_bytes
        self._file: io.BufferedReader | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell() if self._file else 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """httpx2 looks for the end to know the length, and for the start before it sends."""
        if whence == io.SEEK_END:
            return self._bytes
        self._close()
        return 0

    def read(self, size: int = -1) -> bytes:
        self._file = self._file or self._path.open("rb")
        chunk = self._file.read(size)
        self._on_bytes(len(chunk))
        if not chunk:
            self._close()
        return chunk

    def _close(self) -> None:
        if self._file:
            self._file.close()
        self._file = None
