"""The ways to understand an import's files: the one that an import would take, and those that the files leave open.

Each alternative differs from the first in one thing, is carried out like an import, and is kept where it gives
something else. They are ranked by `Choice.score`, how likely each is the right one, 0..1:
0.45 to 0.65: the file itself speaks for it (days of 24 hours at clock changes, 5,000 kWh a day, negative values);
0.2 to 0.35: nothing speaks for or against it; below: possible, but hardly ever so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DateOrder, ImportKind, Measure, Recipe, StampMarks

from . import open_times, open_values
from .open_times import Choice
from .sources import Order
from .sources.files.collected import Collected, Look, NothingUnderstood, Understood, look_at
from .vocabulary import zone_said_in

MOST = 6
_KEY = ["meter_key", "quantity", "starts_at"]
_LEAST_SHARE = 0.5  # of the first way's readings, that another one must read


@dataclass(frozen=True)
class Way:
    choice: Choice
    look: Look


def ways_to_read(order: Order, found: Collected, tick: Callable[[], None] = lambda: None) -> list[Way]:
    """At most six, the import's own first. `tick` is called between them. Raises `NothingUnderstood`."""
    wanted = order.task.recipe
    try:
        first = look_at(order, found, wanted)
    except NothingUnderstood:
        if ways := _ways_by_column(order, found, tick):
            return ways
        raise
    tick()
    way = Way(Choice(wanted, "Details of consumers", "", 1.0), first)
    if not first.consumers and first.understood:
        way = _explicit(order, found, first)
    return [way, *_others(order, found, way, tick)][:MOST]


def _others(order: Order, found: Collected, first: Way, tick: Callable[[], None]) -> list[Way]:
    ways: list[Way] = []
    for choice in sorted(_choices(order, found, first), key=lambda choice: -choice.score):
        if len(ways) == MOST - 1:
            break
        tick()
        look = _looked(order, found, choice)
        if look is None or (look.readings.height < first.look.readings.height * _LEAST_SHARE and not look.consumers):
            continue
        if not any(_gives_the_same(look, other.look) for other in (first, *ways)):
            ways.append(Way(choice, look))
    return ways


def _choices(order: Order, found: Collected, first: Way) -> Iterator[Choice]:
    look, base = first.look, first.choice.recipe
    yield from open_values.kinds(look, base, found, order.task.recipe)
    if not look.understood or look.consumers:
        return
    for open_choice in (
        open_times.date_orders, open_times.ends_of_intervals, open_values.decimal_signs, open_values.units,
        open_values.prices, open_values.measures, open_values.value_columns, open_values.meter_columns, open_values.duplicates,
        open_values.negatives,
    ):  # fmt: skip
        yield from open_choice(look, base)
    asked = look.understood[0].recipe
    is_daily = open_times.step_hours(look) > 20
    counted = look.understood[0].layout.period  # periods of the local day, which tell its changes themselves
    said = zone_said_in(look.understood[0].layout.time_name)
    closed = asked.stamps_in or said or base.timezone == "UTC" or is_daily or counted
    if not closed and open_times.has_local_stamps(look.understood[0]):
        in_utc = _looked(order, found, Choice(base.model_copy(update={"stamps_in": "UTC"}), "", "", 0))
        if in_utc is not None:
            yield from open_times.clocks(look, base, in_utc)


def _looked(order: Order, found: Collected, choice: Choice) -> Look | None:
    try:
        return look_at(order, found, choice.recipe)
    except NothingUnderstood:
        return None


def _ways_by_column(order: Order, found: Collected, tick: Callable[[], None]) -> list[Way]:
    """The ways that open up where a column is named: of the values, or of the meters."""
    ways: list[Way] = []
    for choice in sorted(_columns_to_name(order.task.recipe, found), key=lambda choice: -choice.score)[:MOST]:
        tick()
        look = _looked(order, found, choice)
        if look is None or look.readings.height < 1 + 2 * len(look.meters) * (look.readings.height > 20):
            continue  # nothing, or a meter for every reading or two
        if not any(_gives_the_same(look, way.look) for way in ways):
            ways.append(Way(choice, look))
    return ways


def _columns_to_name(wanted: Recipe, found: Collected) -> Iterator[Choice]:
    if not found.blocks:
        return
    names, sample = found.blocks[0].names, found.blocks[0].cells.head(5_000)
    because = "The file does not say it by itself; every column that could be meant is offered."
    if not wanted.value_column:
        for place, (_, name) in enumerate(open_values.numeric_columns(names, sample)):
            changed = wanted.model_copy(update={"value_column": name})
            yield Choice(changed, f"The values are in “{name}”", because, 0.5 - place / 20)
    if not wanted.meter_column:
        for place, (_, name) in enumerate(open_values.naming_columns(names, sample)):
            changed = wanted.model_copy(update={"meter_column": name})
            yield Choice(changed, f"The meters are in “{name}”", because, 0.45 - place / 20)


def _explicit(order: Order, found: Collected, first: Look) -> Way:
    """The first way with all that was found out in its recipe; of that, what gives the very same."""
    wanted = order.task.recipe
    everything = explicit_recipe(first, wanted, zone=wanted.timezone or order.task.organization_timezone)
    marks_and_clock = wanted.model_copy(
        update={
            name: getattr(everything, name) for name in ("kind", "timezone", "stamps_in", "stamp_marks", "date_order")
        }
    )
    because = " ".join(first.summary.interpretation[:2])
    for recipe in (everything, marks_and_clock):
        look = _looked(order, found, Choice(recipe, "", "", 1.0))
        if look is not None and _gives_the_same(look, first):
            # What the person and the format had left open stays known: only that may be read otherwise.
            look = replace(look, understood=first.understood, summary=first.summary)
            return Way(Choice(recipe, _label(first, recipe), because, 1.0), look)
    return Way(Choice(wanted, _label(first, everything), because, 1.0), first)


def explicit_recipe(look: Look, wanted: Recipe, *, zone: str) -> Recipe:
    """`wanted`, with what was found out for what it leaves open, as far as it is the same in all tables."""
    tables = [_stated(found, wanted, zone=zone) for found in look.understood]
    same = {name: value for name, value in tables[0].items() if all(table.get(name) == value for table in tables)}
    same["measure"] = _measure(look)
    stated = Recipe().model_copy(update={name: value for name, value in same.items() if value})
    return wanted.stated_over(stated)


def _stated(found: Understood, wanted: Recipe, *, zone: str) -> dict[str, object]:
    layout = found.layout
    names = {f"c{number}": name for number, name in enumerate(found.block.names)}
    quantities = {value.quantity for value in layout.values}
    units = {value.unit.name for value in layout.values}
    one_column = len(layout.values) == 1 and not layout.values[0].meter_key
    local = open_times.has_local_stamps(found)
    return {
        "kind": ImportKind.READINGS,
        "time_column": names[layout.time],
        "value_column": names[layout.values[0].column] if one_column else "",
        "meter_column": names.get(layout.meter, ""),
        "consumer_column": names.get(layout.consumer, ""),
        "quantity": quantities.pop() if len(quantities) == 1 else Quantity.ELECTRICITY_IMPORT,
        "unit": units.pop() if len(units) == 1 and not layout.unit else "",
        "timezone": zone,
        "stamps_in": (found.recipe.stamps_in or zone_said_in(found.layout.time_name) or zone) if local else "",
        "stamp_marks": layout.marks if found.recipe.stamp_marks is StampMarks.AUTO else found.recipe.stamp_marks,
        "date_order": open_times.day_or_month(found) if local else DateOrder.AUTO,
        "decimal_sign": open_values.decimal_sign(found),
    }


def _measure(look: Look) -> Measure:
    if look.apart & {"register", "instant"}:
        every = {value.quantity.value for found in look.understood for value in found.layout.values}
        one = len(look.apart) == 1 and len(every) == 1
        return Measure(next(iter(look.apart))) if one else Measure.AUTO
    powers = {value.unit.family == "power" for found in look.understood for value in found.layout.values}
    return Measure.POWER if powers == {True} else Measure.INTERVAL if powers == {False} else Measure.AUTO


def _label(look: Look, recipe: Recipe) -> str:
    """In few words what the first way takes for granted."""
    found = look.understood[0]
    said = []
    if recipe.date_order is not DateOrder.AUTO:
        said.append(open_times.label_of(recipe.date_order, found.sample[found.layout.time]))
    units = sorted({value.unit.name for value in found.layout.values})
    said.append(f"{', '.join(units[:3])} by register" if "register" in look.apart else ", ".join(units[:3]))
    if recipe.stamps_in:
        said.append(f"stamps in {recipe.stamps_in} mark the {recipe.stamp_marks.value}")
    return ", ".join(said)


def _gives_the_same(one: Look, other: Look) -> bool:
    counts = (one.read, one.duplicate, one.rejected, one.consumers, one.readings.height)
    if counts != (other.read, other.duplicate, other.rejected, other.consumers, other.readings.height):
        return False
    if [(row.line, row.reason) for row in one.rejected_rows] != [(row.line, row.reason) for row in other.rejected_rows]:
        return False
    a, b = one.readings.sort(_KEY), other.readings.sort(_KEY)
    meters = [{(meter.meter_key, meter.consumer_key) for meter in look.meters} for look in (one, other)]
    if meters[0] != meters[1] or not a.select(*_KEY, "quality").equals(b.select(*_KEY, "quality")):
        return False
    return bool(np.allclose(a["value"].to_numpy(), b["value"].to_numpy(), rtol=1e-9, atol=1e-12))


def units_totalled(readings: pl.DataFrame) -> dict[str, float]:
    """The sum of the values of quantities that add up, by unit."""
    sums = readings.group_by("quantity").agg(pl.col("value").sum()).sort("quantity")
    totals: dict[str, float] = {}
    for name, value in sums.iter_rows():
        if Quantity(name).adds_up:
            totals[Quantity(name).unit] = totals.get(Quantity(name).unit, 0.0) + value
    return {unit: round(value, 6) for unit, value in totals.items()}
