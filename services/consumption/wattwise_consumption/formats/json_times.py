"""Times for tables that only say where they start and how long their intervals are: positions become moments."""

from dataclasses import replace
from functools import lru_cache

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.columns import END_WORDS
from wattwise_consumption.stamps import TIME_OF_DAY, moments_from, stamp_format_of

from .durations import DAY, every_of
from .facts import listed
from .json_columns import OFFSET, POSITION, Record
from .json_shapes import IN_A_LIST, JsonTable

_STARTS = (listed("start started starts begin begins beginning debut since"), frozenset(("from", "utc")),
           listed("ts timestamp time date datetime day"))  # fmt: skip
_STEPS = (listed("resolution granularity step frequency freq sampling"), frozenset(("interval", "period")))
_POSITIONS = listed("position pos sequence seq index number nr id interval period slot")
_DAYS = frozenset(("date", "day", "datum"))
_USUAL = (60, 300, 600, 900, 1_800, 3_600, DAY)  # seconds
_PERIODS_OF_A_DAY = {23: 3_600, 24: 3_600, 25: 3_600, 46: 1_800, 48: 1_800, 50: 1_800, 92: 900, 96: 900, 100: 900}


def with_times(table: JsonTable) -> JsonTable:
    """The table, with a column `time` where it has none and its rows are numbered, or told by their distance, from a
    start around them. A day that is told around clock times becomes the column `date`."""
    if any(stamp_format_of(table.frame[name]) is not None for name in table.own if name not in (POSITION, OFFSET)):
        return table
    if any(holds_clock_times(table.frame[name]) for name in table.own):
        days = pl.Series("date", [_said(around, _DAYS) for around in table.around], dtype=pl.String)
        dated = table.frame.with_columns(days.gather(table.within))
        return table if stamp_format_of(days) is None else replace(table, frame=dated)
    counted = OFFSET if OFFSET in table.own else _column_that_counts(table)
    return _placed(table, counted) if counted else table


def holds_clock_times(texts: pl.Series) -> bool:
    said = texts.drop_nulls()
    return len(said) > 0 and bool(said.str.contains(TIME_OF_DAY).all())


def _column_that_counts(table: JsonTable) -> str:
    """The column that numbers the rows of each list from 0 or 1."""
    for name in table.own:
        numbers = table.frame[name].cast(pl.Int64, strict=False)
        if _POSITIONS & _words(name) and numbers.null_count() == 0 and numbers.min() in (0, 1):
            places = pl.DataFrame({"number": numbers, "within": table.within})
            if places.n_unique() == places.height:
                return name
    return ""


def _placed(table: JsonTable, counted: str) -> JsonTable:
    numbers = table.frame[counted].cast(pl.Int64, strict=False)
    first = 0 if counted == OFFSET else int(str(numbers.min() or 0))
    rows = pl.DataFrame({"within": table.within, "number": numbers - first})
    lengths = dict(rows.group_by("within").agg(pl.col("number").max() + 1).iter_rows())
    starts = [_start(said) for said in table.around]
    moments, ends = moments_of(starts), moments_of([end_said(said) for said in table.around])
    spans = pl.concat([moments, ends.rename({"instant": "end", "local": "local_end"})], how="horizontal").select(
        pl.coalesce(pl.col("end") - pl.col("instant"), pl.col("local_end") - pl.col("local")).dt.total_milliseconds()
    )
    every = [
        "1s" if counted == OFFSET else _every(said, start, lengths.get(place, 0), span, is_list=counted == POSITION)
        for place, (said, start, span) in enumerate(zip(table.around, starts, spans.to_series(), strict=True))
    ]
    alone = [lengths.get(place, 0) == 1 for place in range(len(starts))]
    placed = moments.with_columns(pl.Series("every", every, dtype=pl.String), pl.Series("alone", alone))
    placed = placed.with_row_index("within")
    times = _times(rows.join(placed.cast({"within": pl.Int32}), on="within", how="left", maintain_order="left"))
    if times.null_count() == len(times):
        return table
    return replace(table, frame=table.frame.drop(counted).with_columns(times))


def _times(rows: pl.DataFrame) -> pl.Series:
    """The moment of each row as text: `number` times `every` after its start. A row that is `alone` there needs no step."""
    count = pl.col("every").str.extract(r"^(\d+)").cast(pl.Int64) * pl.col("number")
    ahead = pl.format("{}{}", count, pl.col("every").str.extract(r"(\D+)$"))
    ahead = pl.when(pl.col("alone")).then(pl.lit("0s")).otherwise(ahead)
    instant, local = (pl.col(name).dt.offset_by(ahead) for name in ("instant", "local"))
    written = (instant.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), local.dt.strftime("%Y-%m-%d %H:%M:%S"))
    return rows.select(pl.coalesce(*written).alias("time")).to_series()


def moments_of(texts: list[str | None]) -> pl.DataFrame:
    """`instant` and `local` of each text; null where it is no time."""
    stamps = pl.Series("stamp", texts, dtype=pl.String)
    written = stamp_format_of(stamps)
    if written is None:
        nothing = {"instant": pl.Datetime("us", "UTC"), "local": pl.Datetime("us")}
        return pl.DataFrame(schema=nothing).clear(len(texts))
    return moments_from(stamps, written)


def _every(said: Record, start: str | None, count: int, span: int | None, *, is_list: bool) -> str:
    """How long each of `count` intervals is, in Polars' words; empty where nothing tells. `span`: from the first start to
    the last end, in milliseconds."""
    for words in _STEPS:
        if (every := _duration(said, words)) and not (span and _is_longer(every, span, count)):
            return every
    total = _duration(said, frozenset(("duration",)))
    if total and (not is_list or count == 1):
        return total  # of each: only of a plain list it is that of all
    whole = int(total.rstrip("s")) if total.endswith("s") else (span or 0) / 1_000
    for seconds in (
        whole / max(count, 1),
        (whole + 0.001) / max(count, 1),
        (whole + 1) / max(count, 1),
        whole / max(count - 1, 1),
    ):
        if round(seconds, 3) in _USUAL:
            return f"{round(seconds)}s"
    if start and len(start) <= 10 and not whole:
        return f"{_PERIODS_OF_A_DAY.get(count, DAY)}s" if not _begins(said) else f"{DAY}s"
    return ""


def _duration(said: Record, words: frozenset[str]) -> str:
    named = ((name, text) for name, text in said.items() if text and words & _words(name))
    return next((every for name, text in named if (every := every_of(name, text))), "")


def _is_longer(every: str, span: int, count: int) -> bool:
    """Whether so many intervals do not fit into a span of milliseconds: “day” may say what was asked for."""
    return every.endswith("s") and int(every[:-1]) * 1_000 * (count - 1) > span


def _begins(said: Record) -> bool:
    """Whether a date is said to be the start of something, not the day itself."""
    return start_said(said) is not None


def start_said(said: Record) -> str | None:
    """What is said to be the start of something."""
    return next((text for words in _STARTS[:2] if (text := _said(said, words))), None)


def end_said(said: Record) -> str | None:
    return _said(said, END_WORDS)


def _start(said: Record) -> str | None:
    return next((text for words in _STARTS if (text := _said(said, words))), None)


def _said(said: Record, words: frozenset[str] | set[str]) -> str | None:
    """The nearest text under a name with one of the words, that could be a time."""
    named = (text for name, text in said.items() if text and words & _words(name) and IN_A_LIST not in name)
    return next((text for text in named if text[:4].isdigit() and len(text) >= 8), None)


@lru_cache(maxsize=20_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(vocabulary.words_of(name))
