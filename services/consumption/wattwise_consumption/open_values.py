"""What the values of a file leave open: their column, unit, decimal sign and measure, and which meter they are of."""

from collections.abc import Iterator

import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, DuplicateRule, ImportKind, Measure, NegativeValues, Recipe

from . import vocabulary
from .numbers import number_format_of, share_of_numbers
from .open_times import Choice, step_hours
from .problems import SENTENCES, Problem
from .sources.files.collected import Collected, Look, Understood
from .stamps import is_time_of_day, stamp_format_of
from .units import unit_in

_HOUSEHOLD = (1.0, 100.0)  # kWh a day
_DEAREST = 2.0  # of what a kilowatt-hour usually costs, in euro, pounds or dollars
_ENERGY = [quantity.value for quantity in Quantity if quantity.unit == "kWh"]
_MOST_COLUMNS = 4  # offered for one role


def decimal_sign(found: Understood) -> DecimalSign:
    """What was taken for the decimal sign, where the values allow both; else AUTO, for it is not open."""
    texts = _value_texts(found)
    marked = texts.filter(texts.str.contains("[.,]"))
    several = marked.str.contains(",", literal=True).any() and marked.str.contains(".", literal=True).any()
    if marked.is_empty() or several or not marked.str.contains(r"^-?[1-9]\d{0,2}(,\d{3}|\.\d{3})$").all():
        return DecimalSign.AUTO
    splits = found.block.delimiter == ","
    written = number_format_of(texts, comma_splits_cells=splits, decimal=found.recipe.decimal_sign)
    return DecimalSign.COMMA if written.decimal == "," else DecimalSign.POINT


def decimal_signs(look: Look, base: Recipe) -> Iterator[Choice]:
    found = look.understood[0]
    taken = decimal_sign(found)
    if taken is DecimalSign.AUTO or found.recipe.decimal_sign is not DecimalSign.AUTO:
        return
    texts = _value_texts(found)
    marked = texts.filter(texts.str.contains("[.,]"))
    other = DecimalSign.POINT if taken is DecimalSign.COMMA else DecimalSign.COMMA
    sign = "," if "," in marked.item(0) else "."
    parts_thousands = sign == ("," if other is DecimalSign.POINT else ".")
    plain = marked.item(0).replace(sign, "") if parts_thousands else marked.item(0).replace(",", ".")
    label = f"{marked.item(0)} is {plain}"
    because = f"Every “{sign}” of the values has three digits after it, as thousands have and decimals may."
    yield Choice(base.model_copy(update={"decimal_sign": other}), label, because, 0.35)


def units(look: Look, base: Recipe) -> Iterator[Choice]:
    """Other units, where nothing names one, by what a meter then uses in a day."""
    found = look.understood[0]
    values = found.layout.values
    named = found.recipe.unit or found.layout.unit or any(unit_in(value.name) for value in values)
    if named or any(value.quantity.value not in _ENERGY for value in values):
        return
    daily = _daily_of_a_meter(look)
    hours = step_hours(look)
    is_power = values[0].unit.family == "power"
    as_number = daily / hours if is_power else daily  # were the numbers kWh
    units_of = [("Wh", 1e-3), ("MWh", 1e3)] if not is_power else [("kWh", 1.0), ("Wh", 1e-3)]
    powers = [("kW", hours), ("W", hours / 1e3)] if not is_power else [("W", hours / 1e3)]
    if look.apart & {"register", "instant"}:
        powers = []
    for unit, factor in [*units_of, *powers]:
        score = _likelihood(as_number * factor, daily)
        if score:
            because = (
                f"No unit is named; as {unit}, a meter uses {as_number * factor:,.3g} kWh a day, "
                f"and {daily:,.3g} kWh as {values[0].unit.name}."
            )
            changed = {"unit": unit, "measure": Measure.POWER if unit in ("kW", "W") else base.measure}
            if is_power and unit in ("kWh", "Wh"):
                changed["measure"] = Measure.INTERVAL
            yield Choice(base.model_copy(update=changed), f"Values are {unit}", because, score)


def prices(look: Look, base: Recipe) -> Iterator[Choice]:
    """Prices of a megawatt-hour or in hundredths, where nothing names a unit, by how large they are."""
    found = look.understood[0]
    values = found.layout.values
    named = found.recipe.unit or found.layout.unit or any(unit_in(value.name) for value in values)
    if named or any(value.quantity is not Quantity.PRICE for value in values) or look.readings.is_empty():
        return
    usual = float(look.readings["value"].abs().median() or 0.0)  # type: ignore[arg-type]  # of numbers
    for unit, factor in (("currency/MWh", 1e-3), ("cents/kWh", 1e-2)):
        if usual > _DEAREST and usual * factor <= _DEAREST:
            because = f"No unit is named; half of the prices are above {usual:,.4g}, which no kilowatt-hour costs."
            changed = base.model_copy(update={"unit": unit})
            yield Choice(changed, f"Prices are {unit}", because, 0.65 if unit.endswith("MWh") else 0.4)


def _likelihood(daily: float, taken: float) -> float:
    """How likely a meter uses `daily` kWh, where `taken` is what it uses as it was read; 0: not worth showing."""
    low, high = _HOUSEHOLD
    was_likely = low <= taken <= high * 10
    if low <= daily <= high:
        return 0.08 if was_likely else 0.65
    if low / 20 <= daily <= high * 50:
        return 0.0 if was_likely else 0.3
    return 0.0


def _daily_of_a_meter(look: Look) -> float:
    energy = look.readings.filter(pl.col("quantity").is_in(_ENERGY))
    if energy.is_empty():
        return 0.0
    at = pl.col("starts_at")
    daily = energy.group_by("meter_key", "quantity").agg(
        daily=pl.col("value").sum() / ((at.max() - at.min()).dt.total_seconds() / 86_400 + 1 / 48).clip(1 / 24)
    )
    return float(daily["daily"].median() or 0.0)  # type: ignore[arg-type]  # of numbers


def measures(look: Look, base: Recipe) -> Iterator[Choice]:
    found = look.understood[0]
    if found.recipe.measure is not Measure.AUTO:
        return
    if "register" in look.apart:
        because = "The values rise nearly all the time, as a register's count does; only their name can tell for sure."
        other = base.model_copy(update={"measure": Measure.INTERVAL})
        yield Choice(other, "Values are what each interval used", because, 0.15)
        return
    same = pl.col("meter_key") == pl.col("meter_key").shift()
    moves = look.readings.select(pl.when(same).then(pl.col("value").diff())).to_series().drop_nulls()
    moves = moves.filter(moves != 0)
    if found.layout.values[0].unit.family == "energy" and len(moves) >= 3 and float((moves > 0).mean() or 0) > 0.95:  # type: ignore[arg-type]
        because = (
            f"{int((moves > 0).sum()):,} of {len(moves):,} changes of the values are upwards, as a register's are."
        )
        yield Choice(
            base.model_copy(update={"measure": Measure.REGISTER}), "Values are a register's count", because, 0.45
        )
    elif base.measure is Measure.POWER:
        because = "The file does not say whether power was measured at the stamp or is the mean of the interval."
        yield Choice(base.model_copy(update={"measure": Measure.INSTANT}), "Power at the stamp", because, 0.05)


def value_columns(look: Look, base: Recipe) -> Iterator[Choice]:
    found = look.understood[0]
    if found.recipe.value_column or found.layout.row_per_day or len(found.layout.values) > 3:
        return
    values = found.layout.values
    if any(value.quantity.value not in _ENERGY for value in values):
        return
    own_meters = bool(values[0].meter_key)
    taken = {"", *_roles(found)} | ({value.column for value in values} if len(values) == 1 else set())
    for column, name in numeric_columns(found.block.names, found.sample):
        if column not in taken:
            others = ", ".join(f"“{value.name}”" for value in values if value.name != name)
            because = f"“{name}” holds numbers, and so does what is read now: {others}."
            cleared = {"value_column": name, "unit": found.recipe.unit, "measure": found.recipe.measure}
            score = 0.1 if own_meters or len(values) > 1 else 0.2
            quantity = found.recipe.quantity
            changed = base.model_copy(update=cleared | {"quantity": quantity})
            yield Choice(changed, f"The values are in “{name}”", because, score)


def numeric_columns(names: tuple[str, ...], sample: pl.DataFrame) -> list[tuple[str, str]]:
    """(column, name) of those that may hold values, by name the likeliest first."""
    found = []
    for number, name in enumerate(names):
        words = set(vocabulary.words_of(name))
        texts = sample[f"c{number}"].drop_nulls().str.strip_chars()
        texts = texts.filter(texts != "")
        unlikely = words & vocabulary.NOT_A_VALUE or vocabulary.rank_among(name, vocabulary.METER) is not None
        if (
            not name
            or is_time_of_day(name)
            or unlikely
            or texts.is_empty()
            or share_of_numbers(texts) < 0.9
            or texts.n_unique() < 2
        ):
            continue
        if words & vocabulary.TIME and stamp_format_of(texts) is not None:
            continue
        rank = (not words & vocabulary.VALUE - vocabulary.WEAK_VALUE, not words & vocabulary.VALUE, number)
        found.append((rank, f"c{number}", name))
    return [(column, name) for _, column, name in sorted(found)][:_MOST_COLUMNS]


def meter_columns(look: Look, base: Recipe) -> Iterator[Choice]:
    found = look.understood[0]
    if found.recipe.meter_column or found.layout.values[0].meter_key:
        return
    chosen = found.layout.meter or found.layout.consumer
    now = (
        f"The meters are in “{found.block.names[int(chosen[1:])]}” now" if chosen else "No column names the meters now"
    )
    for column, name in naming_columns(found.block.names, found.sample):
        if column not in _roles(found):
            because = f"{now}; “{name}” tells {found.sample[column].n_unique():,} things apart."
            score = 0.6 if look.duplicate > look.read * 0.1 else 0.12
            yield Choice(base.model_copy(update={"meter_column": name}), f"The meters are in “{name}”", because, score)


def naming_columns(names: tuple[str, ...], sample: pl.DataFrame) -> list[tuple[str, str]]:
    """(column, name) of those with words or numbers that come again and again."""
    found = []
    for number, name in enumerate(names):
        texts = sample[f"c{number}"].drop_nulls().str.strip_chars()
        different = texts.n_unique()
        if name and 2 <= different <= max(len(texts) // 4, 2) and len(texts) >= sample.height * 0.9:
            is_named = vocabulary.rank_among(name, f"{vocabulary.CONSUMER};{vocabulary.METER}") is not None
            if is_named or (share_of_numbers(texts) < 0.1 and stamp_format_of(texts.head(500)) is None):
                found.append((not is_named, number, f"c{number}", name))
    return [(column, name) for _, _, column, name in sorted(found)][:_MOST_COLUMNS]


def duplicates(look: Look, base: Recipe) -> Iterator[Choice]:
    if not look.duplicate or base.duplicates is not DuplicateRule.LAST:
        return
    because = f"Rows that have the meter and time of another one: {look.duplicate:,}; the last one counts now."
    for rule, label, score in ((DuplicateRule.FIRST, "The first", 0.2), (DuplicateRule.SUM, "The sum", 0.15)):
        changed = base.model_copy(update={"duplicates": rule})
        yield Choice(changed, f"{label} of several rows of one time counts", because, score)


def negatives(look: Look, base: Recipe) -> Iterator[Choice]:
    reason = SENTENCES[Problem.NEGATIVE][0]
    negative = sum(row.reason == reason for row in look.rejected_rows)
    quantities = {value.quantity for found in look.understood for value in found.layout.values}
    if negative and base.negative_values is NegativeValues.REJECT and Quantity.ELECTRICITY_IMPORT in quantities:
        because = (
            f"{negative:,} values or more are below zero, as where a home feeds what its roof makes into the grid."
        )
        changed = base.model_copy(update={"negative_values": NegativeValues.EXPORT})
        yield Choice(changed, "Below zero is export", because, 0.5)


def kinds(look: Look, base: Recipe, found: Collected, wanted: Recipe) -> Iterator[Choice]:
    """Readings or details of consumers, where both are plausible."""
    if wanted.kind is not ImportKind.AUTO or not found.blocks:
        return
    if look.consumers:
        because = "The table has a column of dates, as readings have."
        changed = wanted.model_copy(update={"kind": ImportKind.READINGS})
        yield Choice(changed, "Readings of meters", because, 0.2)
    elif look.understood:
        layout, sample = look.understood[0].layout, look.understood[0].sample
        key = layout.consumer or layout.meter
        if key and 3 <= sample.height == sample[key].n_unique():
            because = "Every row has a key of its own, as a list of consumers has."
            changed = wanted.model_copy(update={"kind": ImportKind.CONSUMERS})
            yield Choice(changed, "Details of consumers", because, 0.2)


def _roles(found: Understood) -> set[str]:
    layout = found.layout
    return {
        layout.time, layout.time_of_day, layout.period, layout.meter, layout.consumer, layout.quality, layout.kind,
        layout.unit, layout.register,
    }  # fmt: skip


def _value_texts(found: Understood) -> pl.Series:
    columns = [found.sample[value.column] for value in found.layout.values[:8]]
    texts = pl.concat([column.rename("text") for column in columns]).drop_nulls().str.strip_chars()
    return texts.filter(texts != "")
