"""Find out which column of a table is what: the time, the values, the meter, the consumer, the quality."""

from dataclasses import dataclass, field, replace

import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure, Recipe, StampMarks

from . import vocabulary
from .columns import (
    END_WORDS,
    Columns,
    column_named,
    day_columns,
    period_column,
    register_column,
    time_column,
    time_of_day_column,
    unit_column,
    units_written,
)
from .numbers import share_of_numbers
from .problems import BadFile
from .seasons import is_season_column
from .stamps import TIME_OF_DAY, StampFormat, moments_from, stamp_format_of
from .units import Unit, quantity_of, unit_for, unit_in, unit_named

_CLEARLY_TIME = {"timestamp", "datetime", "date time", "date", "time", "ts", "ds", "tstp", "read date", "reading date"}


_MANY_COLUMNS = 8  # more than a table of readings with one reading per meter has
_POWER_WORDS = {"power", "leistung", "potencia", "puissance", "vermogen", "potenza", "effekt"}


@dataclass(frozen=True)
class ValueColumn:
    """A column of values. `meter_key` is set where each column is a meter of its own."""

    column: str
    name: str
    quantity: Quantity
    unit: Unit
    meter_key: str = ""
    minute: int = 0  # of the day, where each row holds a day


@dataclass(frozen=True)
class Layout:
    time: str
    stamps: StampFormat
    values: tuple[ValueColumn, ...]
    time_of_day: str = ""  # the second column of a time that is written in two
    period: str = ""  # or the column that counts the periods of the day
    periods_a_day: int = 0
    meter: str = ""
    consumer: str = ""
    quality: str = ""
    direction: str = ""  # a column that says "import" or "export"
    row_per_day: bool = False  # the names of the value columns are times of day
    time_name: str = ""
    time_says_end: bool = False  # the header of the time says that it is an interval's end
    marks: StampMarks = StampMarks.START  # what the stamps mark, as far as the table itself tells
    unit: str = ""  # the column that says each row's unit
    units: tuple[tuple[str, Unit], ...] = ()  # what its cells (in lower case) mean
    season: str = ""  # the column that says whether a time is summer or winter time
    elapsed: bool = False  # a row's day is told in the periods that passed since midnight, not by the clock
    register: str = ""  # the column that tells the registers of a meter (its tariffs, say) apart
    findings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether its values are taken as they stand: no units by row, and no header that speaks of a register."""
        by_row = self.unit or self.season or self.stamps.fold_letters
        return not by_row and not register_names(self)


def layout_of(names: tuple[str, ...], sample: pl.DataFrame, recipe: Recipe) -> Layout:
    """The layout of a table of readings. Raises `NoTimeColumn` where it has no times, `BadFile` where it cannot be
    told what its values are."""
    columns = Columns({f"c{number}": name for number, name in enumerate(names)}, sample)
    time, stamps = time_column(columns, recipe)
    time_of_day = time_of_day_column(columns.without(time), stamps)
    period, periods_a_day = ("", 0) if time_of_day else period_column(columns.without(time), stamps)
    left = columns.without(time, time_of_day, period)
    consumer = column_named(recipe.consumer_column, left.names, role="consumer") if recipe.consumer_column else ""
    meter = column_named(recipe.meter_column, left.names, role="meter") if recipe.meter_column else ""
    value = column_named(recipe.value_column, left.names, role="value") if recipe.value_column else ""
    left = left.without(consumer, meter, value)
    daily, elapsed = day_columns(left, stamps)
    row_per_day = not value and bool(daily)
    quality, direction = _quality_column(left), _direction_column(left)
    left = left.without(quality, direction)
    unit = "" if recipe.unit else unit_column(left, columns.without(time, time_of_day, period))
    register = "" if recipe.meter_column else register_column(left)
    season = next((column for column, name in left.names.items() if is_season_column(name, left.texts(column))), "")
    left = left.without(unit, register, season)
    consumer, meter = _id_columns(left, consumer, meter, recipe)
    left = left.without(consumer, meter)
    if row_per_day:
        values = tuple(replace(_value_column(column, columns, recipe), minute=daily[column]) for column in daily)
    else:
        chosen = [value] if value else _value_columns(left, recipe, has_ids=bool(consumer or meter))
        own_meters = not (value or consumer or meter) and len(chosen) > 1
        values = _values_of(chosen, columns, recipe, own_meters=own_meters)
    name = columns.names[time]
    says_end = bool(END_WORDS & set(vocabulary.words_of(name)))
    found = Layout(
        time, stamps, values, time_of_day=time_of_day, period=period, periods_a_day=periods_a_day, meter=meter,
        consumer=consumer, quality=quality, direction=direction, row_per_day=row_per_day, time_name=name,
        time_says_end=says_end, season=season, unit=unit, units=units_written(columns, unit), register=register, elapsed=elapsed,
        marks=StampMarks.END if says_end else StampMarks.START,
    )  # fmt: skip
    return replace(found, findings=tuple(_findings(found, columns)))


def _values_of(chosen: list[str], columns: Columns, recipe: Recipe, *, own_meters: bool) -> tuple[ValueColumn, ...]:
    values = tuple(_value_column(column, columns, recipe) for column in chosen)
    if not own_meters or len({value.quantity for value in values}) == len(values):
        return values
    return tuple(replace(value, meter_key=value.name.strip()) for value in values)


def register_names(layout: Layout) -> tuple[str, ...]:
    """The value columns whose header says that they hold a register's count."""
    if vocabulary.says_register(layout.time_name) or layout.row_per_day:
        return ()
    return tuple(value.name for value in layout.values if vocabulary.says_register(value.name))


def still_fits(layout: Layout, cells: pl.DataFrame) -> bool:
    """Whether the stamps of later rows read as those did from which the layout was found."""
    moments = moments_from(cells[layout.time].gather_every(max(cells.height // 500, 1)), layout.stamps)
    unread = moments.select((pl.col("instant").is_null() & pl.col("local").is_null()).mean()).item()
    return unread is not None and unread < 0.05


def holds_consumers(names: tuple[str, ...], sample: pl.DataFrame, recipe: Recipe) -> bool:
    """Whether a table with dates in it is about consumers all the same: no column is called a time, and each row has
    a key of its own and several words about it."""
    columns = Columns({f"c{number}": name for number, name in enumerate(names)}, sample)
    if recipe.time_column or recipe.value_column or sample.height < 3 or len(names) < 4:
        return False
    if any(vocabulary.phrase_of(name) in _CLEARLY_TIME for name in names):
        return False
    ids = [_best_named(columns, vocabulary.CONSUMER), _best_named(columns, vocabulary.METER), "c0"]
    unique_keys = any(column and sample[column].n_unique() == sample.height for column in ids)
    dated = [column for column in columns.names if stamp_format_of(columns.texts(column)) is not None]
    clock_times = any(stamp_format_of(columns.texts(column)).date_only is False for column in dated)  # type: ignore[union-attr]  # not None, see above
    return unique_keys and (not clock_times or len(names) >= _MANY_COLUMNS)


def sample_of(cells: pl.DataFrame) -> pl.DataFrame:
    """A few thousand rows that stand for all: the first ones, and some from everywhere."""
    if cells.height <= 5_000:
        return cells
    return pl.concat([cells.head(2_500), cells[2_500:].gather_every(max((cells.height - 2_500) // 2_500, 1))])


def _quality_column(columns: Columns) -> str:
    for column, name in columns.names.items():
        words = set(vocabulary.words_of(name))
        if (
            words & vocabulary.QUALITY
            and columns.texts(column).n_unique() <= 12
            and not _holds_directions(columns, column)
        ):
            texts = columns.texts(column)
            if len(texts) and share_of_numbers(texts) < 0.5:
                return column
    return ""


def _direction_column(columns: Columns) -> str:
    return next((column for column in columns.names if _holds_directions(columns, column)), "")


def _holds_directions(columns: Columns, column: str) -> bool:
    """Whether a column says of each row if it is import or export."""
    kinds = columns.texts(column).unique()
    if not 2 <= len(kinds) <= 8:
        return False
    is_export = [bool(vocabulary.EXPORT_SAID & set(vocabulary.words_of(kind))) for kind in kinds]
    is_import = [bool({"import", "consumption", "imported"} & set(vocabulary.words_of(kind))) for kind in kinds]
    return any(is_export) and any(is_import)


def _id_columns(columns: Columns, consumer: str, meter: str, recipe: Recipe) -> tuple[str, str]:
    """(consumer, meter); empty where there is none."""
    if not consumer and not recipe.meter_column:
        consumer = _best_named(columns.without(meter), vocabulary.CONSUMER)
    if not meter:
        meter = _best_named(columns.without(consumer), vocabulary.METER)
    if not consumer and not meter:
        meter = next((column for column in columns.names if _looks_like_id(columns, column)), "")
    return consumer, meter


def _best_named(columns: Columns, phrases: str) -> str:
    ranked = {column: vocabulary.rank_among(name, phrases) for column, name in columns.names.items()}
    known = {column: rank for column, rank in ranked.items() if rank is not None and len(columns.texts(column))}
    return min(known, key=lambda column: known[column], default="")


def _looks_like_id(columns: Columns, column: str) -> bool:
    texts = columns.texts(column)
    if texts.is_empty() or share_of_numbers(texts) > 0.1 or len(texts) < columns.sample.height * 0.99:
        return False
    digits, times = (
        texts.head(500).str.contains(r"\d"),
        texts.head(500).str.contains(TIME_OF_DAY + r"|^\d{4}-\d{2}-\d{2}[ T]"),
    )
    return bool(digits.all()) and not times.any() and stamp_format_of(texts) is None


def _value_columns(columns: Columns, recipe: Recipe, *, has_ids: bool) -> list[str]:
    """The columns with values: one that stands out by its name, one for each quantity, or all numeric ones."""
    numeric = [column for column in columns.names if share_of_numbers(columns.texts(column)) >= 0.5]
    if not numeric:
        raise BadFile("No column holds numbers.", "Name the column of the values, if there is one.")
    if len(numeric) == 1:
        return numeric
    scores = {column: _value_score(columns.names[column]) for column in numeric}
    registers = [column for column in numeric if vocabulary.says_register(columns.names[column])]
    if registers and (max(scores.values()) <= 0 or recipe.measure is Measure.REGISTER):
        return registers
    best = max(scores.values())
    if best <= 0 and (temperatures := _temperatures(columns, numeric)):
        return temperatures[:1]
    tied = [column for column, score in scores.items() if score == best]
    if len(tied) == 1 or (has_ids and best > 0):
        return tied if _distinct_quantities(columns, tied) else tied[:1]
    if has_ids:
        known = ", ".join(f"“{columns.names[column]}”" for column in numeric[:20])
        raise BadFile(f"Several columns could hold the values: {known}.", "Name the column of the values.")
    return tied


def _temperatures(columns: Columns, numeric: list[str]) -> list[str]:
    """The columns of temperatures, the plainest name first: what a weather file is read for."""
    named = [
        column for column in numeric if vocabulary.quantity_named_in(columns.names[column]) is Quantity.TEMPERATURE
    ]
    return sorted(named, key=lambda column: len(vocabulary.words_of(columns.names[column])))


def _value_score(name: str) -> int:
    words = set(vocabulary.words_of(name))
    score = 0
    if words & (vocabulary.VALUE | vocabulary.EXPORT):
        score += 1 if words & vocabulary.WEAK_VALUE and not words & vocabulary.VALUE - vocabulary.WEAK_VALUE else 2
    unit = unit_in(name)
    score += 2 if unit is not None and unit.family in ("energy", "power") else 0
    return score - 4 * len(words & vocabulary.NOT_A_VALUE)


def _distinct_quantities(columns: Columns, tied: list[str]) -> bool:
    return len({vocabulary.quantity_named_in(columns.names[column]) for column in tied}) == len(tied)


def _value_column(column: str, columns: Columns, recipe: Recipe) -> ValueColumn:
    name = columns.names[column]
    stated = unit_named(recipe.unit) if recipe.unit else unit_in(name)
    quantity = recipe.quantity
    if quantity is Quantity.ELECTRICITY_IMPORT:  # the default: what the file says goes first
        quantity = quantity_of(stated) or vocabulary.quantity_named_in(name) or quantity
    is_power = stated is None and bool(_POWER_WORDS & set(vocabulary.words_of(name))) and quantity.unit == "kWh"
    by_power = is_power or (recipe.measure in (Measure.POWER, Measure.INSTANT) and stated is None)
    if by_power and quantity.unit == "kWh":
        unit = unit_named("kW")
    else:
        unit = unit_for(quantity, stated, calorific=bool(recipe.calorific_values))
    return ValueColumn(column, name, quantity, unit)


def _findings(found: Layout, columns: Columns) -> list[str]:
    name = columns.names
    times = f"“{name[found.time]}”" + (
        f" and “{name[second]}”" if (second := found.time_of_day or found.period) else ""
    )
    sentences = [f"The times are in {times}."]
    if found.stamps.day_first_guessed:
        sentences.append("Nothing tells day from month in the dates: they were read with the day first.")
    if found.row_per_day:
        sentences.append(f"Each row holds a day: {len(found.values)} columns of readings.")
    elif found.values[0].meter_key:
        sentences.append(f"Each of {len(found.values)} columns is a meter, named by its header.")
    else:
        listed = ", ".join(f"“{value.name}” ({value.quantity.value}, {value.unit.name})" for value in found.values)
        sentences.append(f"The values are in {listed}.")
    for column, role in ((found.consumer, "consumers"), (found.meter, "meters")):
        if column:
            sentences.append(f"The {role} are in “{name[column]}”.")
    used = {found.time, found.time_of_day, found.period, found.meter, found.consumer, found.quality, found.direction}
    used |= {found.unit, found.register, found.season}
    used |= {value.column for value in found.values}
    unused = [f"“{text}”" for column, text in name.items() if column not in used and text]
    if unused:
        sentences.append(f"Not read: {', '.join(unused[:12])}{' and more' if len(unused) > 12 else ''}.")
    return sentences
