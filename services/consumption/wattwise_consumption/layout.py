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
    tells_only_days,
    time_column,
    time_of_day_column,
    unit_column,
    units_written,
)
from .flows import Flow
from .headers import header_of
from .identities import best_named, id_columns, is_named_id
from .qualities import quality_beside, quality_column
from .row_kinds import Kinds, has_several_registers, kind_column
from .seasons import is_season_column
from .stamps import StampFormat, moments_from, stamp_format_of
from .units import Unit, quantity_of, unit_for, unit_in, unit_named
from .value_columns import Chosen, value_columns

_CLEARLY_TIME = {"timestamp", "datetime", "date time", "date", "time", "ts", "ds", "tstp", "read date", "reading date"}


_MANY_COLUMNS = 8  # more than a table of readings with one reading per meter has


@dataclass(frozen=True)
class ValueColumn:
    """A column of values. `meter_key` is set where each column is a meter of its own."""

    column: str
    name: str
    quantity: Quantity
    unit: Unit
    meter_key: str = ""
    minute: int = 0  # of the day, where each row holds a day
    quality: str = ""  # the column of its own marks, where each column of values has one


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
    kind: str = ""  # a column that says which quantity each row is of: import or export, electricity or gas
    kinds: Kinds = ()  # what its cells mean
    is_shared_name: bool = False  # meters of several consumers are called the same
    is_net: bool = False  # below zero is export
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
        may_count = any(vocabulary.may_say_register(value.name) for value in self.values)
        return not (by_row or self.is_shared_name or self.is_net or may_count or register_names(self))


def layout_of(names: tuple[str, ...], sample: pl.DataFrame, recipe: Recipe) -> Layout:
    """The layout of a table of readings. Raises `NoTimeColumn` where it has no times, `BadFile` where it cannot be
    told what its values are."""
    columns = Columns({f"c{number}": name for number, name in enumerate(names)}, sample)
    time, stamps = time_column(columns, recipe)
    of_days = tells_only_days(columns.texts(time), stamps)
    in_two = of_days and (stamps.date_only or columns.texts(time).is_duplicated().any())  # else each day has one row
    time_of_day = time_of_day_column(columns.without(time), of_days=in_two)
    period, periods_a_day = ("", 0) if time_of_day else period_column(columns.without(time), of_days=in_two)
    times = [column for column in (time, time_of_day, period) if column]
    left = columns.without(*times)
    consumer = column_named(recipe.consumer_column, left.names, role="consumer") if recipe.consumer_column else ""
    meter = column_named(recipe.meter_column, left.names, role="meter") if recipe.meter_column else ""
    value = column_named(recipe.value_column, left.names, role="value") if recipe.value_column else ""
    left = left.without(consumer, meter, value)
    daily, elapsed = day_columns(left, of_days=of_days)
    row_per_day = not value and bool(daily)
    kind, kinds = kind_column(left) if recipe.quantity is Quantity.ELECTRICITY_IMPORT else ("", ())
    quality = quality_column(left.without(kind))
    left = left.without(quality, "" if is_named_id(left, kind) else kind)
    unit = "" if recipe.unit else unit_column(left, columns.without(*times))
    register = (
        "" if recipe.meter_column else register_column(left, times) or (kind if has_several_registers(kinds) else "")
    )
    season = next((column for column, name in left.names.items() if is_season_column(name, left.texts(column))), "")
    left = left.without(unit, register, season)
    consumer, meter, is_shared_name = id_columns(left, consumer, meter, recipe)
    left = left.without(consumer, meter)
    chosen = _chosen(left, recipe, value, has_ids=bool(consumer or meter)) if not row_per_day else Chosen(list(daily))
    values = _values_of_days(daily, columns, recipe) if row_per_day else _values_of(chosen, columns, recipe)
    name = columns.names[time]
    says_end = bool(END_WORDS & set(vocabulary.words_of(name)))
    found = Layout(
        time, stamps, values, time_of_day=time_of_day, period=period, periods_a_day=periods_a_day, meter=meter,
        consumer=consumer, quality=quality, kind=kind, kinds=kinds, row_per_day=row_per_day, time_name=name,
        time_says_end=says_end, season=season, unit=unit, units=units_written(columns, unit), register=register, elapsed=elapsed,
        marks=StampMarks.END if says_end else StampMarks.START, is_shared_name=is_shared_name, is_net=chosen.is_net,
    )  # fmt: skip
    return replace(found, findings=(*_findings(found, columns), *chosen.doubts))


def _chosen(columns: Columns, recipe: Recipe, value: str, *, has_ids: bool) -> Chosen:
    """`value`: the column that the recipe names."""
    if value:
        return Chosen([value], is_net=header_of(recipe.value_column).flow is Flow.NET)
    return value_columns(columns, recipe, has_ids=has_ids)


def _values_of_days(daily: dict[str, int], columns: Columns, recipe: Recipe) -> tuple[ValueColumn, ...]:
    beside = quality_beside(columns, list(daily))
    return tuple(
        replace(_value_column(column, columns, recipe), minute=minute, quality=beside.get(column, ""))
        for column, minute in daily.items()
    )


def _values_of(chosen: Chosen, columns: Columns, recipe: Recipe) -> tuple[ValueColumn, ...]:
    values = tuple(_value_column(column, columns, recipe, is_fed=column in chosen.fed) for column in chosen.columns)
    if not chosen.own_meters or len({value.quantity for value in values}) == len(values):
        return values
    names = [value.name.strip() for value in values]
    times = [names[:place].count(name) + 1 for place, name in enumerate(names)]  # tables beside each other
    keys = [f"{name} ({time})" if time > 1 else name for name, time in zip(names, times, strict=True)]
    return tuple(replace(value, meter_key=key) for value, key in zip(values, keys, strict=True))


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
    first = "c0" if stamp_format_of(columns.texts("c0")) is None else ""
    ids = [best_named(columns, vocabulary.CONSUMER), best_named(columns, vocabulary.METER), first]
    unique_keys = any(column and sample[column].n_unique() == sample.height for column in ids)
    dated = [column for column in columns.names if stamp_format_of(columns.texts(column)) is not None]
    clock_times = any(stamp_format_of(columns.texts(column)).date_only is False for column in dated)  # type: ignore[union-attr]  # not None, see above
    return unique_keys and (not clock_times or len(names) >= _MANY_COLUMNS)


def sample_of(cells: pl.DataFrame) -> pl.DataFrame:
    """A few thousand rows that stand for all: the first ones, and some from everywhere."""
    if cells.height <= 5_000:
        return cells
    return pl.concat([cells.head(2_500), cells[2_500:].gather_every(max((cells.height - 2_500) // 2_500, 1))])


def _value_column(column: str, columns: Columns, recipe: Recipe, *, is_fed: bool = False) -> ValueColumn:
    name = columns.names[column]
    header = header_of(name)
    stated = unit_named(recipe.unit) if recipe.unit else unit_in(name)
    quantity = recipe.quantity
    if quantity is Quantity.ELECTRICITY_IMPORT:  # the default: what the file says goes first
        quantity = Quantity.ELECTRICITY_EXPORT if is_fed else quantity_of(stated) or header.quantity
    is_power = stated is None and header.is_power and quantity.unit == "kWh"
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
    used = {found.time, found.time_of_day, found.period, found.meter, found.consumer, found.quality, found.kind}
    used |= {found.unit, found.register, found.season, *(value.quality for value in found.values)}
    used |= {value.column for value in found.values}
    unused = [f"“{text}”" for column, text in name.items() if column not in used and text]
    if unused:
        sentences.append(f"Not read: {', '.join(unused[:12])}{' and more' if len(unused) > 12 else ''}.")
    return sentences
