"""Some rows that count, of an import that reads all rows to understand those: the others were stored long ago."""

from dataclasses import dataclass, replace

import polars as pl

from wattwise_consumption.layout import Layout
from wattwise_consumption.meaning import SERIES, Meaning
from wattwise_consumption.readings import Batch

_ROW = ["file_name", "line"]


@dataclass(frozen=True)
class Only:
    """`rows`: file_name, line (the row's number) of each row that counts."""

    rows: pl.DataFrame

    def of_cells(self, file: str, cells: pl.DataFrame) -> pl.DataFrame:
        lines = self.rows.filter(pl.col("file_name") == file).select("line")
        return cells.join(lines, on="line", how="semi", maintain_order="left")

    def of_batch(self, read: Batch, cells: pl.DataFrame, files: list[str], layout: Layout, meaning: Meaning) -> Batch:
        """What came of the rows that count. What is gathered is kept whole: it means something beside its neighbours."""
        readings, rejected = self._of(read.readings, files), self._of(read.rejected, files)
        duplicate = 0
        one_for_each = len(layout.values) == 1 and not meaning.negative_is_export
        if one_for_each and (read.gathered is None or read.gathered.is_empty()):
            duplicate = max(self._of(cells.select("file", "line"), files).height - readings.height - rejected.height, 0)
        count = readings.height + duplicate + rejected.height
        return replace(
            read,
            readings=readings,
            rejected=rejected,
            read=count,
            duplicate=duplicate,
            firsts=None,
            events=(),
            warnings=(),
        )

    def near(self, gathered: pl.DataFrame, files: list[str], readings: pl.DataFrame) -> pl.DataFrame:
        """The converted readings between the neighbours of the rows that count, which are the ones that they change.
        `gathered` is sorted by series and time."""
        marked = self._with_names(gathered, files).join(
            self.rows.with_columns(pl.lit(value=True).alias("counts")), on=_ROW, how="left", maintain_order="left"
        )
        here = pl.col("starts_at")
        spans = marked.select(
            *SERIES,
            here.shift(1).over(SERIES).fill_null(here).alias("from"),
            here.shift(-1).over(SERIES).fill_null(here + pl.duration(microseconds=1)).alias("until"),
            "counts",
        ).filter(pl.col("counts"))
        ends = pl.col("starts_at") + pl.duration(microseconds=pl.col("step"))
        found = readings.with_columns(ends.alias("ends")).with_row_index("place").sort("ends")
        found = found.join_asof(
            spans.sort("from"), left_on="ends", right_on="from", by=list(SERIES), strategy="backward",
            allow_exact_matches=False, check_sortedness=False,
        )  # fmt: skip
        return found.filter(pl.col("starts_at") < pl.col("until")).sort("place").select(readings.columns)

    def of_rejected(self, rejected: pl.DataFrame, files: list[str]) -> pl.DataFrame:
        return self._of(rejected, files)

    def _of(self, rows: pl.DataFrame, files: list[str]) -> pl.DataFrame:
        kept = self._with_names(rows, files).join(self.rows, on=_ROW, how="semi", maintain_order="left")
        return kept.drop("file_name")

    def _with_names(self, rows: pl.DataFrame, files: list[str]) -> pl.DataFrame:
        names = pl.lit(pl.Series(files, dtype=pl.String)).gather(pl.col("file")).alias("file_name")
        return rows.with_columns(names, pl.col("line").cast(pl.Int64))
