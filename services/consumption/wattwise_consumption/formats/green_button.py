"""Green Button: the energy feeds of North American utilities, ESPI in XML. https://www.naesb.org/ESPI_Standards.asp

Stamps are seconds since 1970 in UTC, and mark starts. Costs are not read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from wattwise_consumption import sniff
from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Measure, NegativeValues, Recipe, StampMarks

from .cells import table_from, with_notes_at_the_end
from .espi_feed import RESOURCES, Feed
from .espi_series import Series, without_repetition
from .format import Bounds, FileFormat, Table
from .xml_nodes import nodes_of, root_of

_US_GALLON, _IMPERIAL_GALLON = 3.785411784, 4.54609  # litres
_UNITS: dict[str, tuple[str, float]] = {  # uom → unit here, and its factor
    "72": ("Wh", 1), "38": ("W", 1), "31": ("J", 1), "132": ("kBtu", 1e-3), "169": ("therm", 1),
    "42": ("m³", 1), "166": ("m³", 1), "167": ("m³", 1), "119": ("ft³", 1), "120": ("ft³", 1), "123": ("ft³", 1),
    "134": ("l", 1), "128": ("l", _US_GALLON), "130": ("l", _IMPERIAL_GALLON), "23": ("°C", 1), "279": ("°F", 1),
}  # fmt: skip
_PREFIXED = {("Wh", 3): "kWh", ("Wh", 6): "MWh", ("Wh", 9): "GWh", ("W", 3): "kW", ("W", 6): "MW", ("J", 3): "kJ"}
_PREFIXED |= {("J", 6): "MJ", ("J", 9): "GJ", ("kBtu", 0): "kBtu"}
_SERVICES = {"0": Quantity.ELECTRICITY_IMPORT, "1": Quantity.GAS, "2": Quantity.WATER, "4": Quantity.HEAT}
_REVERSE, _NET = "19", "4"
_REGISTERS = {"1", "3"}  # bulk quantity, cumulative
_INSTANTS = {"6", "12"}  # indicating, instantaneous
_ESTIMATES = ["8", "9", "12"]  # by reference day, by interpolation, projected


@dataclass(frozen=True)
class _Kind:
    """What the readings of a ReadingType are."""

    quantity: Quantity
    unit: str
    factor: float
    measure: Measure
    note: str = ""


def _recognises(head: bytes, name: str) -> bool:
    return root_of(head) in (RESOURCES | {"feed"}) and "naesb.org/espi" in sniff.text_of(head)


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    feed, fault = Feed(), None
    with member.open() as stream:
        try:
            for node in nodes_of(stream, RESOURCES):
                feed.take(node)
        except BadFile as problem:  # what came before it is sound
            fault = problem
    rows = feed.settle()
    try:
        yield from with_notes_at_the_end(_by_kind(rows, feed) if rows.height else _bills(feed), "Green Button")
    except BadFile:
        raise fault or _without_readings() from None
    if fault is not None:
        raise fault


def _without_readings() -> BadFile:
    return BadFile(
        "The Green Button feed holds no readings: it only describes the meter.",
        "Download the energy usage itself (“Green Button: Download My Data”).",
    )


def _by_kind(rows: pl.DataFrame, feed: Feed) -> Iterator[Table]:
    names = meter_names(feed)
    kinds: dict[str, _Kind] = {}
    series: list[Series] = []
    left_out: list[str] = []
    for (meter, kind_key), some in rows.group_by(["meter", "type"], maintain_order=True):
        point = feed.usage_point_of.get(str(meter), "")
        stated = feed.types.get(str(kind_key))
        kind = _kind_of(stated, feed.usage_points.get(point, ""))
        if isinstance(kind, str):
            left_out.append(kind)
            continue
        key = f"{meter} {kind_key}"
        kinds[key] = kind
        series.append(_series(key, point, kind, stated or {}, some))
    kept, repeated = without_repetition(series)
    notes = (*left_out, *repeated)
    if not kept:
        yield table_from(_readings(rows.clear(), "", 1.0), Recipe(), notes=notes)
    tables: dict[str, list[Table]] = {}
    for each in kept:
        kind, meter = kinds[each.meter], str(each.rows["meter"][0])
        name = names.get(meter) or "meter" if names else ""
        if each.tou:  # tariffs of one meter, which are added up
            name = names.get(meter, "").removesuffix(f" {meter.rpartition('/')[2]}") or "meter"
        own = (*notes, kind.note) if kind.note else notes
        table = table_from(_readings(each.rows, name, kind.factor, each.tou), _says(kind, name, each), notes=own)
        tables.setdefault(f"{name} {kind.quantity} {kind.unit}" if each.tou else each.meter, []).append(table)
    for same in tables.values():
        yield replace(same[0], cells=pl.concat([table.cells for table in same])) if len(same) > 1 else same[0]


def _series(key: str, point: str, kind: _Kind, stated: dict[str, str], rows: pl.DataFrame) -> Series:
    durations = rows["duration"].cast(pl.Int64, strict=False).drop_nulls()
    step = int(durations.median() or 0) if len(durations) else _whole(stated.get("intervalLength", ""), most=10)  # type: ignore[arg-type]  # of numbers
    tou = stated.get("tou", "")
    return Series(
        key, point, kind.quantity, kind.measure, rows, "" if tou in ("", "0") else tou, stated.get("flowDirection", ""), step,
    )  # fmt: skip


def _readings(rows: pl.DataFrame, meter: str, factor: float, tariff: str = "") -> pl.DataFrame:
    """meter (where it has a name), register (where there are tariffs), time, value, quality, line."""
    seconds = pl.col("start").cast(pl.Int64, strict=False)
    moment = pl.from_epoch(pl.when(seconds.abs() < 10_000_000_000).then(seconds)).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    scaled = (pl.col("value").cast(pl.Float64, strict=False) * factor).cast(pl.String)
    is_estimated = pl.col("quality").is_in(_ESTIMATES)
    return rows.select(
        *([pl.lit(meter).alias("meter")] if meter else []),
        *([pl.lit(f"tariff {tariff}").alias("register")] if tariff else []),
        pl.coalesce(moment, "start").alias("time"),
        (pl.col("value") if factor == 1 else pl.coalesce(scaled, "value")).alias("value"),
        pl.when(is_estimated).then(pl.lit("estimated")).otherwise(pl.lit("measured")).alias("quality"),
        "line",
    )


def _kind_of(stated: dict[str, str] | None, service: str) -> _Kind | str:
    """What a ReadingType means, or why its readings are left out."""
    quantity = _SERVICES.get(service, Quantity.ELECTRICITY_IMPORT)
    if stated is None:
        note = "The feed has no ReadingType for some readings: they were taken for Wh. State the unit if they are not."
        return _Kind(quantity, "Wh", 1.0, Measure.INTERVAL, note)
    uom = stated.get("uom", "") or "72"
    if uom not in _UNITS:
        title = f" ({stated['title']})" if stated.get("title") else ""
        return f"Readings in the unit with ESPI code {uom}{title} are left out: this quantity is not kept."
    unit, factor = _UNITS[uom]
    power = _whole(stated.get("powerOfTenMultiplier", ""))
    unit, factor = (_PREFIXED[unit, power], factor) if (unit, power) in _PREFIXED else (unit, factor * 10.0**power)
    if unit in ("°C", "°F"):
        quantity = Quantity.TEMPERATURE
    elif quantity is Quantity.ELECTRICITY_IMPORT and unit in ("m³", "ft³", "l", "therm"):
        quantity = Quantity.WATER if unit == "l" else Quantity.GAS
    elif quantity is Quantity.ELECTRICITY_IMPORT and stated.get("flowDirection") == _REVERSE:
        quantity = Quantity.ELECTRICITY_EXPORT
    return _Kind(quantity, unit, factor, _measure_of(stated.get("accumulationBehaviour", ""), unit))


def _measure_of(behaviour: str, unit: str) -> Measure:
    if behaviour in _REGISTERS:
        return Measure.REGISTER
    if unit in ("W", "kW", "MW"):
        return Measure.INSTANT if behaviour in _INSTANTS else Measure.POWER
    return Measure.INTERVAL


def _bills(feed: Feed) -> Iterator[Table]:
    """What each billing period used, where there is nothing finer."""
    names = _point_names(feed)
    for point, summary in feed.summaries:
        used = summary.child("overallConsumptionLastPeriod")
        period = summary.child("billingPeriod")
        if used is None or period is None:
            continue
        kind = _kind_of({**used.leaves, "accumulationBehaviour": "4"}, feed.usage_points.get(point, ""))
        if isinstance(kind, str):
            continue
        row = {"start": period.leaves.get("start"), "value": used.leaves.get("value"), "quality": None}
        frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)).with_columns(
            pl.lit(summary.line).alias("line")
        )
        note = "The feed holds no readings, only what each billing period used: that was read."
        name = names.get(point) or "meter" if names else ""
        yield table_from(_readings(frame, name, kind.factor), _says(kind, name), notes=(note,))


def meter_names(feed: Feed) -> dict[str, str]:
    """The usage point's name for each meter reading; with the reading's own number where a point has several."""
    points = _point_names(feed)
    if not points and len(feed.usage_point_of) < 2:
        return {}
    names = {}
    readings_of = Counter(feed.usage_point_of.values())
    for meter, point in feed.usage_point_of.items():
        several = readings_of[point] > 1
        own = meter.rpartition("/")[2]
        names[meter] = " ".join(filter(None, [points.get(point, ""), own if several or not points else ""]))
    return names


def _point_names(feed: Feed) -> dict[str, str]:
    """The last piece of each usage point's address. A lone point whose address says nothing (“1”) has no name here: it
    is called like its file."""
    names = {point: point.rpartition("/")[2] for point in feed.usage_points}
    says_nothing = len(names) == 1 and all(len(name) < 3 or " " in name for name in names.values())
    return {} if says_nothing else names


def _says(kind: _Kind, name: str, series: Series | None = None) -> Recipe:
    is_net = series is not None and series.flow == _NET
    return Recipe(
        kind=ImportKind.READINGS, meter_column="meter" if name and not (series and series.tou) else "", time_column="time", value_column="value",
        quantity=kind.quantity, unit=kind.unit, measure=kind.measure, stamps_in="UTC", stamp_marks=StampMarks.START,
        decimal_sign=DecimalSign.POINT, negative_values=NegativeValues.EXPORT if is_net else NegativeValues.REJECT,
    )  # fmt: skip


def _whole(text: str, *, most: int = 2) -> int:
    """A whole number of so many digits; 0 for anything else."""
    return int(text) if re.fullmatch(rf"-?\d{{1,{most}}}", text) else 0


GREEN_BUTTON = FileFormat("Green Button", _recognises, _tables)
