"""From text cells to readings: every row becomes a reading, a duplicate or a rejected row, and nothing is lost.

Invariant of a batch: read = readings + duplicates + rejected.
"""

from dataclasses import dataclass

import polars as pl

from wattwise_contract.quantities import Quality, Quantity
from wattwise_contract.recipes import DuplicateRule

from . import vocabulary
from .judging import blamed_cells, judged
from .layout import Layout, ValueColumn
from .meaning import SERIES, Meaning, Rhythm
from .numbers import number_format_of, numbers_from
from .placing import placed
from .problems import BadFile, Problem
from .stamps import moments_from

_RISES = 100  # of a series before it can be a register; and a register counts far above its steps
_ENERGIES = [quantity.value for quantity in Quantity if quantity.adds_up]


@dataclass(frozen=True)
class Batch:
    """`readings`: file, line, meter_key, consumer_key, quantity, starts_at (UTC µs), value, quality, sorted by meter
    and time. `rejected`: file, line, column, value, problem."""

    readings: pl.DataFrame
    rejected: pl.DataFrame
    read: int
    duplicate: int
    warnings: tuple[str, ...]


def batch_of(cells: pl.DataFrame, layout: Layout, meaning: Meaning, rhythm: Rhythm, *, file_keys: list[str]) -> Batch:
    """Readings of a frame of cells with `file` (the place in `file_keys`), `line` and `extra`. `rhythm` learns."""
    rows = _one_row_per_value(_with_moments(cells, layout, meaning), layout, file_keys)
    blank_cells = 0
    if len(layout.values) > 1:  # an empty cell of a wide table is no row of the file: it says nothing
        filled = rows.filter(pl.col("value_text").is_not_null() & (pl.col("value_text").str.strip_chars() != ""))
        blank_cells, rows = rows.height - filled.height, filled
    rows = _with_numbers(rows, meaning)
    series = rows.select(SERIES).unique(maintain_order=True).with_row_index("series")
    rows = _sorted(rows.join(series, on=SERIES, nulls_equal=True, maintain_order="left"), "moment")
    rows = _sorted(placed(rows, series, meaning, rhythm), "starts_at")
    rows = judged(rows, series, meaning, rhythm)
    is_sound = rows["problem"].is_null()
    sound, duplicate, contradicted = _without_duplicates(rows.filter(is_sound), meaning.duplicates)
    _refuse_registers(sound)
    rejected = pl.concat([rows.filter(~is_sound), contradicted])
    readings = sound.select("file", "line", *SERIES, "consumer_key", "starts_at", "value", "quality")
    return Batch(readings, blamed_cells(rejected), rows.height, duplicate, _warnings(sound, blank_cells))


def _sorted(frame: pl.DataFrame, moment: str) -> pl.DataFrame:
    """Sorted by series and moment, without moving rows that are in order already."""
    before = pl.col("series").shift() > pl.col("series")
    back = (pl.col("series").shift() == pl.col("series")) & (pl.col(moment).shift() > pl.col(moment))
    if frame.select((before | back).any()).item():
        return frame.sort("series", moment, maintain_order=True)
    return frame


def _with_moments(cells: pl.DataFrame, layout: Layout, meaning: Meaning) -> pl.DataFrame:
    moments = moments_from(cells[layout.time], layout.stamps)
    text = pl.col(layout.time)
    rows = cells.with_columns(moments["instant"], moments["local"], text.alias("stamp_text"))
    if layout.period:
        return _with_periods(rows, layout, meaning)
    if not layout.time_of_day:
        return rows
    clock_text = pl.col(layout.time_of_day).str.strip_chars().str.to_uppercase().str.replace_all(".", ":", literal=True)
    day = pl.lit("2000-01-01 ") + clock_text
    patterns = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p", "%Y-%m-%d %I:%M%p")
    times = pl.coalesce(*(day.str.to_datetime(pattern, strict=False, time_unit="us") for pattern in patterns))
    since_midnight = times - pl.datetime(2000, 1, 1)
    midnight_after = pl.when(clock_text.str.starts_with("24:00")).then(pl.duration(days=1)).otherwise(since_midnight)
    both = pl.concat_str(text, pl.col(layout.time_of_day), separator=" ", ignore_nulls=True)
    return rows.with_columns((pl.col("local") + midnight_after).alias("local"), both.alias("stamp_text"))


def _with_periods(rows: pl.DataFrame, layout: Layout, meaning: Meaning) -> pl.DataFrame:
    """Periods count elapsed time from local midnight, so days of 23 and 25 hours have fewer and more of them."""
    count = pl.col(layout.period).str.strip_chars().cast(pl.Int64, strict=False)
    midnight = pl.col("local").dt.replace_time_zone(meaning.stamps_in, ambiguous="earliest", non_existent="null")
    since = pl.duration(minutes=(count - 1) * (24 * 60 // layout.periods_a_day))
    instant = midnight.dt.convert_time_zone("UTC") + since
    both = pl.concat_str(layout.time, layout.period, separator=" ", ignore_nulls=True)
    nowhere = pl.lit(None, dtype=pl.Datetime("us"))
    return rows.with_columns(instant.alias("instant"), nowhere.alias("local"), both.alias("stamp_text"))


def _one_row_per_value(rows: pl.DataFrame, layout: Layout, file_keys: list[str]) -> pl.DataFrame:
    keys = pl.Series("key", file_keys, dtype=pl.String)
    own = pl.lit(keys).gather(pl.col("file")) if len(file_keys) else pl.lit("")
    meter = _key(layout.meter) if layout.meter else _key(layout.consumer) if layout.consumer else own
    consumer = _key(layout.consumer) if layout.consumer else meter
    rows = rows.with_columns(
        meter.alias("meter_key"), consumer.alias("consumer_key"), _quality(layout, rows).alias("quality")
    )
    return pl.concat([_of_one_column(rows, value, layout) for value in layout.values])


def _key(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars(" \t\r\n\"'")
    return pl.when(text != "").then(text)


def _quality(layout: Layout, rows: pl.DataFrame) -> pl.Expr:
    if not layout.quality:
        return pl.lit(Quality.MEASURED.value, dtype=pl.Int16)
    text = pl.col(layout.quality).str.strip_chars().str.to_lowercase()
    says_yes = rows.select(text.is_in([*vocabulary.YES, "n", "no", "false", "0"]).mean()).item() or 0.0
    estimated = text.is_in(vocabulary.YES) if says_yes > 0.5 else text.is_in(vocabulary.ESTIMATED)
    mark = pl.when(estimated).then(pl.lit(Quality.ESTIMATED.value)).otherwise(pl.lit(Quality.MEASURED.value))
    return mark.cast(pl.Int16)


def _of_one_column(rows: pl.DataFrame, value: ValueColumn, layout: Layout) -> pl.DataFrame:
    quantity = pl.lit(value.quantity.value)
    if layout.direction:
        said = pl.col(layout.direction).str.to_lowercase()
        is_export = said.str.contains("|".join(sorted(vocabulary.EXPORT_SAID)))
        quantity = pl.when(is_export).then(pl.lit(Quantity.ELECTRICITY_EXPORT.value)).otherwise(quantity)
    local = pl.col("local")
    if layout.row_per_day:
        hours, minutes = value.name.split(" - ")[0].strip().split(":")[:2]
        local = local + pl.duration(hours=int(hours), minutes=int(minutes))
    own_key = pl.lit(value.meter_key) if value.meter_key else pl.col("meter_key")
    return rows.select(
        "file", "line", "extra", "stamp_text", "instant", local.alias("local"), "quality",
        own_key.alias("meter_key"),
        pl.lit(value.meter_key).alias("consumer_key") if value.meter_key else pl.col("consumer_key"),
        quantity.alias("quantity"),
        pl.col(value.column).alias("value_text"),
        pl.lit(value.name).alias("column"),
        pl.lit(value.unit.factor).alias("factor"),
        pl.lit(value.unit.offset).alias("offset"),
        pl.lit(value.unit.family == "power").alias("is_power"),
    )  # fmt: skip


def _with_numbers(long: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    sample = long["value_text"].head(20_000).drop_nulls()
    written = number_format_of(sample, comma_splits_cells=meaning.comma_splits_cells)
    moment = pl.coalesce("local", pl.col("instant").dt.replace_time_zone(None))
    return long.with_columns(numbers_from(pl.col("value_text"), written).alias("value"), moment.alias("moment"))


def _without_duplicates(sound: pl.DataFrame, rule: DuplicateRule) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """(one row for each meter and time, how many others there were, rows rejected by the rule). `sound` is sorted."""
    key = ["series", "starts_at"]
    same = (pl.col("series") == pl.col("series").shift()) & (pl.col("starts_at") == pl.col("starts_at").shift())
    repeats = sound.select(same.fill_null(value=False)).to_series()
    if not repeats.any():
        return sound, 0, sound.clear()
    doubled = repeats | repeats.shift(-1, fill_value=False)
    doubles = sound.filter(doubled)
    _refuse_if_indistinct(sound, doubles)
    if rule is DuplicateRule.REJECT:
        return sound.filter(~doubled), 0, doubles.with_columns(pl.lit(Problem.CONTRADICTED.value).alias("problem"))
    if rule is DuplicateRule.SUM:
        sound = sound.with_columns(pl.col("value").sum().over(key))
    single = sound.unique(key, keep="last" if rule is DuplicateRule.LAST else "first", maintain_order=True)
    return single, sound.height - single.height, sound.clear()


def _refuse_if_indistinct(sound: pl.DataFrame, doubles: pl.DataFrame) -> None:
    """Many rows with the same meter and time and other values: what tells them apart was not understood."""
    if doubles.height < 20 or doubles.height < sound.height * 0.3:
        return
    values = doubles.group_by("series", "starts_at").agg(pl.col("value").n_unique())
    if values.filter(pl.col("value") > 1).height > values.height * 0.5:
        raise BadFile(
            f"{doubles.height:,} of {sound.height:,} rows share their meter and time with another row of another value.",
            "Name the column that tells the meters or the times apart.",
        )


def _refuse_registers(sound: pl.DataFrame) -> None:
    """Large values that hardly ever fall, each a little above the last, are the count of a register: as interval
    energy they would be nonsense."""
    one_meter = (pl.col("series") == pl.col("series").shift()) & pl.col("quantity").is_in(_ENERGIES)
    step = pl.when(one_meter).then(pl.col("value").diff())
    by_series = sound.group_by("series").agg(
        falls=(step < 0).sum(), rises=(step > 0).sum(), least=pl.col("value").min(), climb=step.sum()
    )
    counts = (pl.col("rises") >= _RISES) & (pl.col("falls") * 100 < pl.col("rises"))
    if by_series.filter(counts & (pl.col("least") > _RISES * pl.col("climb") / pl.col("rises"))).height:
        raise BadFile(
            "The values hardly ever fall: they look like the running count of a meter's register, not like interval energy.",
            "Import the differences from one reading to the next.",
        )


def _warnings(sound: pl.DataFrame, blank_cells: int) -> tuple[str, ...]:
    sentences: list[str] = []
    if guessed := int(sound["autumn_guessed"].sum()):
        sentences.append(
            f"{guessed:,} readings are stamped within the hour that autumn's clock change repeats, and are there once: "
            "they were taken for the first of the two hours."
        )
    if blank_cells:
        sentences.append(f"{blank_cells:,} cells are blank: no reading, and not counted as rows.")
    return tuple(sentences)
