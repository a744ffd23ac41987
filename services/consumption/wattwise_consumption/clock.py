"""Place local moments on the clock: through both clock changes, whichever way a file writes them."""

import polars as pl


def placed(frame: pl.DataFrame, *, series: list[str], zone: str) -> pl.DataFrame:
    """Add `starts_at` (UTC) to rows that have a `local` moment, told apart by the columns of `series`.

    - A moment that the clocks jumped over in spring is taken for the one that a clock without the jump would show
      (`spring_moved` is true) where the series has no other reading for that time; else it stays null.
    - A `summer` column, where there is one, says which hour of autumn it is: true the first, false the second.
    - A moment of autumn's repeated hour that a series has twice is the first and then the second one, in the order of
      `line` (the other way round where the rows run backwards); what it has once is the first, with
      `autumn_guessed` true.
    """
    if frame["local"].null_count() == frame.height:
        nowhere = pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("starts_at")
        return frame.with_columns(nowhere, autumn_guessed=pl.lit(value=False), spring_moved=pl.lit(value=False))
    early = pl.col("local").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    late = pl.col("local").dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    frame = frame.with_columns(early.dt.convert_time_zone("UTC").alias("starts_at"))
    frame = _through_spring(frame, series, zone)
    repeated = frame.select((early != late).fill_null(value=False)).to_series()
    guessed = pl.lit(value=False).alias("autumn_guessed")
    if not repeated.any():
        return frame.with_columns(guessed)
    frame = frame.with_columns(repeated.alias("repeated"), late.dt.convert_time_zone("UTC").alias("late"))
    backwards = _backwards(frame, series)
    key = [*series, "local"]
    frame = frame.join(backwards, on=series, how="left", nulls_equal=True, maintain_order="left")
    frame = frame.with_columns(
        (pl.col("line").rank("ordinal").over(key) - 1).alias("turn"),
        pl.len().over(key).alias("turns"),
    )
    is_second = pl.when(pl.col("backwards")).then(pl.col("turn") == 0).otherwise(pl.col("turn") >= 1)
    by_turn = (pl.col("turns") > 1) & is_second
    said = pl.col("summer") if "summer" in frame.columns else pl.lit(None, dtype=pl.Boolean)
    takes_late = pl.col("repeated") & pl.coalesce(~said, by_turn)
    return frame.with_columns(
        pl.when(takes_late).then(pl.col("late")).otherwise(pl.col("starts_at")).alias("starts_at"),
        (pl.col("repeated") & (pl.col("turns") == 1) & said.is_null()).alias("autumn_guessed"),
    ).drop("repeated", "late", "backwards", "turn", "turns")


def _through_spring(frame: pl.DataFrame, series: list[str], zone: str) -> pl.DataFrame:
    in_gap = frame["starts_at"].is_null() & frame["local"].is_not_null()
    if not in_gap.any():
        return frame.with_columns(pl.lit(value=False).alias("spring_moved"))
    before = pl.col("local").dt.offset_by("-3h").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    as_if = before.dt.convert_time_zone("UTC") + pl.duration(hours=3)
    frame = frame.with_columns(pl.when(in_gap).then(as_if).otherwise(pl.col("starts_at")).alias("as_if"))
    alone = pl.len().over(*series, "as_if") == 1
    moved = (in_gap & alone & pl.col("as_if").is_not_null()).alias("spring_moved")
    frame = frame.with_columns(moved)
    starts = pl.when(pl.col("spring_moved")).then(pl.col("as_if")).otherwise(pl.col("starts_at"))
    return frame.with_columns(starts.alias("starts_at")).drop("as_if")


def _backwards(frame: pl.DataFrame, series: list[str]) -> pl.DataFrame:
    """Which series run from the newest reading to the oldest."""
    in_order = frame.filter(pl.col("local").is_not_null()).sort("line")
    return in_order.group_by(series).agg((pl.col("local").first() > pl.col("local").last()).alias("backwards"))
