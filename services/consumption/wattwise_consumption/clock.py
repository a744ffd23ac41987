"""Place local moments on the clock: through both clock changes, whichever way a file writes them."""

import polars as pl


def placed(frame: pl.DataFrame, *, series: list[str], zone: str) -> pl.DataFrame:
    """Add `starts_at` (UTC) to rows that have a `local` moment, told apart by the columns of `series`.

    - A moment that the clocks jumped over in spring stays null.
    - A moment of autumn's repeated hour that a series has twice is the first and then the second one, in the order of
      `line` (the other way round where the rows run backwards); what it has once is the first, with
      `autumn_guessed` true.
    """
    if frame["local"].null_count() == frame.height:
        nowhere = pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("starts_at")
        return frame.with_columns(nowhere, pl.lit(value=False).alias("autumn_guessed"))
    early = pl.col("local").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    late = pl.col("local").dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    frame = frame.with_columns(early.dt.convert_time_zone("UTC").alias("starts_at"))
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
    takes_late = pl.col("repeated") & (pl.col("turns") > 1) & is_second
    return frame.with_columns(
        pl.when(takes_late).then(pl.col("late")).otherwise(pl.col("starts_at")).alias("starts_at"),
        (pl.col("repeated") & (pl.col("turns") == 1)).alias("autumn_guessed"),
    ).drop("repeated", "late", "backwards", "turn", "turns")


def _backwards(frame: pl.DataFrame, series: list[str]) -> pl.DataFrame:
    """Which series run from the newest reading to the oldest."""
    in_order = frame.filter(pl.col("local").is_not_null()).sort("line")
    return in_order.group_by(series).agg((pl.col("local").first() > pl.col("local").last()).alias("backwards"))
