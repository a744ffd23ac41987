"""Cut the complete messages of a source off, and say which of them the next cut needs again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from .messages import Heard
from .rows import LENGTHS, Reading, rows_of
from .windows import planned

_MOST_LAG = 86_400_000_000  # µs: what is further behind has a wrong clock


@dataclass(frozen=True)
class Cutting:
    """`messages` make the file, those that an earlier one held marked as old; `kept` are the ids that stay spooled."""

    messages: list[Heard]
    kept: list[int]


def cutting(
    spooled: Sequence[tuple[int, Heard]], reading: Reading, *, through: int, since: int | None, until: int
) -> Cutting | None:
    """`spooled`: (id, message) of all that is spooled; those up to the id `through` were in an earlier cut, which went
    up to the line `since`. None where there is nothing to import yet."""
    messages = [replace(heard, is_old=number <= through) for number, heard in spooled]
    plan = planned(rows_of(messages, reading), reading, since=since, until=until)
    return Cutting(messages, [spooled[place][0] for place in plan.kept]) if plan.has_news else None


def lag_of(latest: Sequence[Heard], reading: Reading) -> int:
    """By how many µs the own times of the latest messages are behind their coming, as a rule: as far as a broker that
    delivers what it had kept for us has not caught up."""
    rows = rows_of(latest, reading).frame.filter("is_own")
    rows = rows.with_columns(pl.Series("came", [latest[place].at for place in rows["message"]], dtype=pl.Int64))
    ends = pl.col("at") + pl.when(pl.col("measure").is_in(LENGTHS)).then("lasts").otherwise(0)
    # Of a telegram with the hourly count of a gas meter in it, the newest value tells.
    behind = rows.group_by("message").agg((pl.col("came") - ends).min().alias("behind"))["behind"].median()
    return int(behind) if isinstance(behind, float) and 0 < behind <= _MOST_LAG else 0
