"""Which intervals of each series messages make whole, and which messages the next ones still need.

Of a register or a power, what lies between two messages belongs to the intervals between them: so a series is read up
to a line, and the message before that line is kept for what follows it (of a register some more, which tell what is
usual for it). No interval is stored half, and then again.
"""

from dataclasses import dataclass

import polars as pl

from wattwise_contract.recipes import Measure
from wattwise_timeseries.calendars import utc_offsets
from wattwise_timeseries.moments import HOUR

from .rows import Reading, Rows, Trouble

SERIES = ["meter", "quantity", "measure"]
_BETWEEN = (Measure.REGISTER.value, Measure.INSTANT.value)  # what lies between messages counts
_LONGEST_GLITCH = 3  # messages, as for registers in files
_MEMORY = 20  # messages of a register that tell what is usual for it
_TOO_LATE = (
    "The message came after its interval had been stored without it.",
    "Lengthen the time that the source waits, or set the clock of what sends it.",
)


@dataclass(frozen=True)
class Plan:
    """`rows`: those to be read, with `starts_at` and `ends_at` (µs), between which their series' readings are wanted;
    null: without end. `kept`: places of the messages that the next import needs again. `late`: what came too late.
    `has_news`: whether there is anything to import at all."""

    rows: pl.DataFrame
    kept: list[int]
    late: list[Trouble]
    has_news: bool


def planned(found: Rows, reading: Reading, *, since: int | None, until: int) -> Plan:
    """`since`: the line up to which earlier imports went, None where there was none; `until`: the line up to which all
    messages are here."""
    frame = found.frame.with_row_index("row")
    is_between = pl.col("measure").is_in(_BETWEEN)
    # An interval of its own time and no shorter than the resolution needs nobody else, whenever it comes.
    by_itself = ~is_between & pl.col("is_own") & (pl.col("lasts") >= reading.step)
    too_late = pl.lit(value=False) if since is None else pl.col("at") < since
    is_late = ~by_itself & (pl.col("measure") != Measure.REGISTER.value) & ~pl.col("is_old") & too_late
    late = [Trouble(place, *_TOO_LATE) for place in frame.filter(is_late)["message"].unique(maintain_order=True)]
    frame = frame.filter(~is_late)
    alone = frame.filter(by_itself & ~pl.col("is_old"))
    finer = frame.filter(~is_between & ~by_itself)
    registers = frame.filter(pl.col("measure") == Measure.REGISTER.value)
    instants = frame.filter(pl.col("measure") == Measure.INSTANT.value)
    plans = [
        (alone.with_columns(_no_line("starts_at"), _no_line("ends_at")), alone.clear()),
        _finer(finer, since=since, until=until),
        _between(instants, _bounds_of_instants(instants, since=since, until=until)),
        _between(registers, _bounds_of_registers(registers, reading, since=since, until=until)),
    ]
    rows = pl.concat(rows for rows, _ in plans)
    kept = pl.concat(kept for _, kept in plans)["message"].unique().sort().to_list()
    has_news = bool(rows.height or late or found.troubles)
    return Plan(rows.sort("row").drop("row"), kept, late, has_news)


def line_before(at: pl.Series, reading: Reading) -> pl.Series:
    """The last line of the resolution at or before each moment (µs), by the clock of the zone."""
    offset = pl.Series(utc_offsets(at.to_numpy(), timezone=reading.zone))
    return (at + offset) // reading.step * reading.step - offset


def _no_line(name: str) -> pl.Expr:
    return pl.lit(None, dtype=pl.Int64).alias(name)


def _finer(rows: pl.DataFrame, *, since: int | None, until: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of lengths within the resolution's, or at the time of their coming: read once their interval is over."""
    is_whole = pl.col("at") + pl.col("lasts") <= until
    whole = rows.filter(is_whole & (pl.col("at") >= since if since is not None else True))
    bounds = (pl.lit(since, dtype=pl.Int64).alias("starts_at"), pl.lit(until, dtype=pl.Int64).alias("ends_at"))
    return whole.with_columns(bounds), rows.filter(~is_whole)


def _bounds_of_instants(rows: pl.DataFrame, *, since: int | None, until: int) -> pl.DataFrame:
    """A power is known to be held up to the line, or to the end of its time, whichever comes first."""
    series = rows.select(SERIES).unique(maintain_order=True)
    return series.with_columns(
        pl.lit(since, dtype=pl.Int64).alias("starts_at"), pl.lit(until, dtype=pl.Int64).alias("ends_at")
    )


def _bounds_of_registers(rows: pl.DataFrame, reading: Reading, *, since: int | None, until: int) -> pl.DataFrame:
    """A count is known up to its last message. Where it stood before, the old messages tell."""
    now = _known_up_to(rows, reading, until)
    before = _known_up_to(rows.filter("is_old"), reading, until if since is None else since)
    return now.join(before, on=SERIES, how="left", suffix="_before", maintain_order="left").select(
        *SERIES, pl.col("ends_at_before").alias("starts_at"), "ends_at"
    )


def _known_up_to(rows: pl.DataFrame, reading: Reading, until: int) -> pl.DataFrame:
    """`ends_at` of each register: the last line before its last message. A count that has just fallen is believed when
    a few more have come, or an hour has passed: it may come back."""
    rows = rows.sort("at", "row")
    place, count = pl.int_range(pl.len()).over(SERIES), pl.len().over(SERIES)
    fell = pl.col("number") < pl.col("number").shift().over(SERIES)
    is_open = fell & (place >= count - _LONGEST_GLITCH) & (pl.col("at") > until - HOUR)
    trusted = rows.filter(is_open.cast(pl.Int8).cum_sum().over(SERIES) == 0)
    last = trusted.group_by(SERIES, maintain_order=True).agg(pl.col("at").max())
    return last.select(*SERIES, line_before(last["at"], reading).clip(upper_bound=until).alias("ends_at"))


def _between(rows: pl.DataFrame, bounds: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows to be read, rows to be kept) of series of which what lies between messages counts."""
    rows = rows.join(bounds, on=SERIES, how="left", maintain_order="left")
    is_instant = pl.col("measure") == Measure.INSTANT.value
    is_before = pl.col("at") <= pl.col("ends_at")
    anchor = pl.col("at").filter(is_before).top_k(_MEMORY).min().over(SERIES)
    anchor = pl.when(is_instant).then(pl.col("at").filter(is_before).max().over(SERIES)).otherwise(anchor)
    is_held = ~is_instant | (pl.col("at") + pl.col("lasts") > pl.col("ends_at"))
    kept = rows.filter((anchor.is_null() | (pl.col("at") >= anchor)) & is_held)
    first = pl.coalesce(pl.col("starts_at"), pl.col("at").min().over(SERIES))
    moves_on = (pl.col("ends_at") > first) & (~is_instant | (pl.col("at") < pl.col("ends_at")))
    return rows.filter(moves_on), kept.drop("starts_at", "ends_at")
