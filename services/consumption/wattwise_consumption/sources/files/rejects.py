"""The rejected rows of an import, whole: a file that people put right and send back.

Each row is as it was read, under its file's own header; columns before it say where it stood and what is wrong. They
are called wattwise_…, and nobody takes them for columns of the file (see `formats/own_columns.py`)."""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import polars as pl

from wattwise_consumption.formats import Block
from wattwise_consumption.formats.own_columns import BEYOND, FILE, LINE, PREFIX, harmless
from wattwise_consumption.layout import Layout
from wattwise_consumption.problems import SENTENCES
from wattwise_consumption.row_numbers import text_of
from wattwise_contract.imports import RejectedFile, RejectedRow

MOST_BYTES = 32_000_000
MOST_WAITING = 200_000  # rows to be looked for once more
TOLD: dict[str, pl.DataType | type[pl.DataType]] = {
    "file": pl.String, "line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String, "remedy": pl.String,
}  # fmt: skip
_SENTENCES = pl.DataFrame(
    [(problem.value, *sentences) for problem, sentences in SENTENCES.items()],
    schema={"problem": pl.String, "reason": pl.String, "remedy": pl.String},
    orient="row",
)
_BETWEEN = " | "


def told_of(rejected: pl.DataFrame, layout: Layout, files: list[str]) -> pl.DataFrame:
    """`TOLD` of rejected cells (see readings.Batch), whose `file` is a place in `files`."""
    about_time = pl.col("column") == "time"
    rows = rejected.join(_SENTENCES, on="problem", how="left", maintain_order="left")
    return rows.select(
        pl.lit(pl.Series(files, dtype=pl.String)).gather(pl.col("file")).alias("file"),
        pl.col("line").cast(pl.Int64),
        pl.when(about_time).then(pl.lit(layout.time_name)).otherwise("column").alias("column"),
        pl.col("value").str.slice(0, 200),
        "reason",
        "remedy",
    )


def told_in(rows: list[RejectedRow]) -> pl.DataFrame:
    return pl.DataFrame([row.model_dump() for row in rows], schema=TOLD)


@dataclass
class Rejects:
    """Gathers rejected rows while an import is read; what is more than `most_bytes` is left out and counted. `numbers`:
    of all of them, by file, if they are wanted."""

    most_bytes: int = MOST_BYTES
    numbers: dict[str, set[int]] | None = None
    left_out: int = 0
    _tables: dict[tuple[str, ...], list[pl.DataFrame]] = field(default_factory=dict)
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _bytes: int = 0

    def add(self, names: tuple[str, ...], cells: pl.DataFrame, files: list[str], told: pl.DataFrame) -> None:
        """`cells` of tables (with `file`, the place in `files`), of which some rows are told to be wrong."""
        self._note(told)
        if not self._is_full(told):
            called = pl.lit(pl.Series(files, dtype=pl.String)).gather(pl.col("file"))
            self._keep(names, cells.with_columns(called.alias("file")), told)

    def add_without_cells(self, told: pl.DataFrame) -> None:
        """Rows whose cells are to be looked for when all was read, see `find`."""
        self._note(told)
        if not self._is_full(told):
            self._waiting.append(told.head(MOST_WAITING))
            self.left_out += max(told.height - MOST_WAITING, 0)

    def add_unreadable(self, count: int) -> None:
        """What could not even be put into cells."""
        self.left_out += count

    @property
    def waits(self) -> bool:
        return bool(self._waiting)

    def find(self, blocks: Iterator[Block]) -> None:
        """Look through the import's blocks for the rows that came without their cells."""
        told, self._waiting = pl.concat(self._waiting), []
        for block in blocks:
            cells = block.cells.with_columns(pl.lit(block.file).alias("file"))
            self._keep(block.names, cells, told.filter(pl.col("file") == block.file))

    def written(self, folder: Path, import_id: int) -> tuple[RejectedFile, Path] | None:
        """A CSV file, or one for each header in a zip; None where there is nothing to put right."""
        if not self._tables:
            return None
        tables = [(names, pl.concat(frames)) for names, frames in self._tables.items()]
        name = f"rejected-rows-of-import-{import_id}"
        path = folder / "rejected-rows"
        if len(tables) == 1:
            name, content = f"{name}.csv", _csv_of(*tables[0])
            path.write_text(content, "utf-8")
        else:
            name = f"{name}.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for number, table in enumerate(tables, start=1):
                    stem = PurePosixPath(table[1]["file"].item(0)).stem
                    # A fixed time, so that the same rows make the same file.
                    member = zipfile.ZipInfo(f"{number}-{stem}.csv")
                    archive.writestr(member, _csv_of(*table), zipfile.ZIP_DEFLATED)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        rows = sum(frame.height for _, frame in tables)
        return RejectedFile(name=name, rows=rows, left_out=self.left_out, sha256=digest), path

    def _note(self, told: pl.DataFrame) -> None:
        if self.numbers is not None:
            for file, lines in told.group_by("file").agg(pl.col("line").unique()).iter_rows():
                self.numbers.setdefault(file, set()).update(lines)

    def _is_full(self, told: pl.DataFrame) -> bool:
        """Whether there is nothing to keep, or no room for it."""
        if self._bytes >= self.most_bytes:
            self.left_out += told.n_unique(["file", "line"])
            return True
        return told.is_empty()

    def _keep(self, names: tuple[str, ...], cells: pl.DataFrame, told: pl.DataFrame) -> None:
        if told.is_empty():
            return
        joined = told.group_by("file", "line").agg(
            pl.col("column").filter(pl.col("column") != "").unique(maintain_order=True).str.join(_BETWEEN),
            pl.col("reason").unique(maintain_order=True).str.join(_BETWEEN),
            pl.col("remedy").unique(maintain_order=True).str.join(_BETWEEN),
        )
        columns = [f"c{number}" for number in range(len(names))]
        rows = cells.select("file", "line", "extra", *columns)
        rows = rows.join(joined, on=["file", "line"], how="inner", maintain_order="left")
        self._bytes += int(rows.estimated_size())
        if self._bytes > self.most_bytes:
            self.left_out += rows.height
        elif rows.height:
            self._tables.setdefault(names, []).append(rows)


def _csv_of(names: tuple[str, ...], rows: pl.DataFrame) -> str:
    """With a mark at its start, by which spreadsheets know that it is UTF-8."""
    is_beyond = rows.select((pl.col("extra").str.strip_chars() != "").any()).item()
    lines = pl.Series([text_of(number) for number in rows["line"]], dtype=pl.String)
    own = {
        FILE: rows["file"], LINE: lines, f"{PREFIX}column": rows["column"], f"{PREFIX}reason": rows["reason"],
        f"{PREFIX}remedy": rows["remedy"],
    } | ({BEYOND: rows["extra"]} if is_beyond else {})  # fmt: skip
    header = pl.DataFrame([[name] for name in (*own, *names)], schema=[str(at) for at in range(len(own) + len(names))])
    body = pl.DataFrame([series.alias(str(at)) for at, series in enumerate(own.values())]).hstack(
        [rows[f"c{number}"].alias(str(len(own) + number)) for number in range(len(names))]
    )
    return "\ufeff" + pl.concat([header, body]).select(harmless(pl.all())).write_csv(include_header=False)
