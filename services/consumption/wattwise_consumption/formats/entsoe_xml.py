"""ENTSO-E's XML: load, generation and prices of bidding zones (GL_ and Publication_MarketDocument); and the documents
that national hubs make after it, of metering points (MyEnergyData_MarketDocument and others).

Points are numbered from 1 within a period. https://transparencyplatform.zendesk.com
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Measure, Recipe, StampMarks

from .cells import table_from, with_notes_at_the_end
from .format import Bounds, FileFormat, Table
from .xml_nodes import Node, nodes_of, root_of

_DOCUMENTS = "_MarketDocument"  # what all are called at the end
_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_HOLDS_ON = "A03"  # curve type: a point that is left out says what the one before said
_POWER, _ENERGY = {"MAW": "MW", "KWT": "kW"}, {"MWH": "MWh", "KWH": "kWh"}
_ESTIMATED = {"A03", "E01", "56"}
_FROM_PLANTS = {"A01", "A93", "A94"}  # business types: production, wind, solar
_MOST_MADE = 3_000_000  # of a file's points, that it does not tell one by one
_LONGEST_SECONDS = 366 * 86_400


@dataclass(frozen=True)
class _Series:
    """What a TimeSeries says of all its points."""

    meter: str
    quantity: Quantity
    unit: str
    measure: Measure


def _recognises(head: bytes, name: str) -> bool:
    return root_of(head).endswith(_DOCUMENTS)


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    yield from with_notes_at_the_end(_by_series(member), "ENTSO-E")


def _by_series(member: Member) -> Iterator[Table]:
    """A table for each series: a new TimeSeries may continue an earlier one, at another resolution even."""
    points: dict[_Series, list[pl.DataFrame]] = {}
    made = _Made()
    fault: BadFile | None = None
    with member.open() as stream:
        try:
            for node in nodes_of(stream, frozenset(["TimeSeries", "Reason"])):
                _refuse_answer(node)
                points.setdefault(_series_of(node), []).extend(_periods_of(node, made))
        except BadFile as problem:  # what came before it is sound
            fault = problem
    yield from (_table_of(series, pl.concat(frames), made) for series, frames in points.items() if frames)
    if fault is not None:
        raise fault


@dataclass
class _Made:
    """How many of a file's points were made of others: a few bytes may mean millions."""

    points: int = 0

    def add(self, points: int, what: str) -> None:
        self.points += points
        if points and self.points > _MOST_MADE:
            raise BadFile(
                f"{what} stands for {points:,} points that are not told one by one.",
                "Ask for a shorter time, or for longer intervals.",
            )


def _refuse_answer(node: Node) -> None:
    if node.name == "Reason":
        said = node.leaf("text") or f"reason code {node.leaf('code')}"
        raise BadFile(f"This is no data, but ENTSO-E's answer: {said}", "Ask for another time or zone.")


def _table_of(series: _Series, points: pl.DataFrame, made: _Made) -> Table:
    finest = int(points["seconds"].to_numpy().min())
    made.add(int((points["seconds"] // finest - 1).sum()), f"{series.meter}, cut into intervals of {finest} seconds,")
    several = points["seconds"].n_unique() > 1
    note = f"{series.meter} changes its resolution: longer intervals were cut into those of {finest // 60} minutes."
    rows = _cut_to(points, finest, shares=series.unit in _ENERGY.values())
    quality = pl.when(pl.col("quality").is_in(_ESTIMATED)).then(pl.lit("estimated")).otherwise(pl.lit("measured"))
    rows = rows.select(pl.lit(series.meter).alias("meter"), "time", "value", quality.alias("quality"), "line")
    return table_from(rows, _says(series), notes=(note,) if several else ())


def _periods_of(node: Node, made: _Made) -> list[pl.DataFrame]:
    holds_on = node.leaves.get("curveType") == _HOLDS_ON
    frames = [_points_of(period, made, holds_on=holds_on) for period in node.children if period.name == "Period"]
    return [frame for frame in frames if frame.height]


def _points_of(period: Node, made: _Made, *, holds_on: bool) -> pl.DataFrame:
    """starts_at (UTC), seconds (the resolution), value, line. Of a curve that holds on, every position has its row."""
    interval = period.child("timeInterval") or period
    start, end = (_moment(interval.leaves.get(name, "")) for name in ("start", "end"))
    seconds = _seconds_of(period.leaves.get("resolution", ""), period.line)
    found = [point for point in period.children if point.name == "Point"]
    points = pl.DataFrame(
        [(_position(point), _value(point), point.leaf("out_Quantity.quality"), point.line) for point in found],
        schema={"position": pl.Int64, "value": pl.String, "quality": pl.String, "line": pl.Int64},
        orient="row",
    )
    if holds_on and points.height:
        span = pl.select((end - start).dt.total_seconds() // seconds).item()
        last = int(span or len(found))
        made.add(max(last - len(found), 0), f"The period at line {period.line}")
        every = pl.int_range(1, last + 1, eager=True).alias("position").to_frame()
        points = every.join(points, on="position", how="left", maintain_order="left").fill_null(strategy="forward")
        points = points.drop_nulls("line")
    at = pl.duration(seconds=(pl.col("position") - 1) * seconds)
    return points.select((start + at).alias("starts_at"), pl.lit(seconds).alias("seconds"), "value", "quality", "line")


def _cut_to(points: pl.DataFrame, seconds: int, *, shares: bool) -> pl.DataFrame:
    """Points of one resolution: what a longer one says holds for each part; energy is shared out among them."""
    times = pl.col("seconds") // seconds
    shared = (pl.col("value").cast(pl.Float64, strict=False) / times).cast(pl.String)
    value = pl.when(times > 1).then(pl.coalesce(shared, "value")).otherwise("value") if shares else pl.col("value")
    parts = points.with_columns(value.alias("value"), pl.int_ranges(0, times).alias("part")).explode("part")
    moment = pl.col("starts_at") + pl.duration(seconds=pl.col("part") * seconds)
    return parts.with_columns(moment.dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("time"))


def _series_of(node: Node) -> _Series:
    said = node.leaves
    zone = next((said[name] for name in said if name.lower().endswith("domain.mrid")), "unknown zone")
    kind = node.leaf("psrType")
    sequence = said.get("classificationSequence_AttributeInstanceComponent.position", "1")
    meter = " ".join(filter(None, [zone, kind, f"sequence {sequence}" if sequence != "1" else ""]))
    point = node.child("MarketEvaluationPoint")
    own = point.leaf("mRID") if point else said.get("MarketEvaluationPoint.mRID", "")
    meter = own or meter
    if "price_Measure_Unit.name" in said or "currency_Unit.name" in said:
        energy = _ENERGY.get(said.get("price_Measure_Unit.name", "MWH").upper(), "MWh")
        unit = f"{said.get('currency_Unit.name', 'EUR')}/{energy}"
        return _Series(meter, Quantity.PRICE, unit, Measure.INTERVAL)
    is_production = said.get("businessType") in _FROM_PLANTS and ("inBiddingZone_Domain.mRID" in said or bool(own))
    quantity = Quantity.ELECTRICITY_EXPORT if is_production else Quantity.ELECTRICITY_IMPORT
    units = (
        "quantity_Measure_Unit.name",
        "quantity_Measurement_Unit.name",
        "measurement_Unit.name",
        "measure_Unit.name",
    )
    name = next((said[unit] for unit in units if said.get(unit)), "KWH" if own else "MAW")
    if name in _ENERGY:
        return _Series(meter, quantity, _ENERGY[name], Measure.INTERVAL)
    if name not in _POWER:
        raise BadFile(
            f"The series at line {node.line} is in “{name}”, a unit not known here.", "Import another document."
        )
    return _Series(meter, quantity, _POWER[name], Measure.POWER)


def _moment(text: str) -> pl.Expr:
    plain = re.sub(r"(T\d{2}:\d{2}):00(?:\.0+)?Z$", r"\1Z", text)
    return pl.lit(plain).str.to_datetime("%Y-%m-%dT%H:%MZ", strict=False, time_unit="us").dt.replace_time_zone("UTC")


def _position(point: Node) -> int | None:
    text = point.leaves.get("position", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _value(point: Node) -> str | None:
    names = ("quantity", "price.amount", "out_Quantity.quantity", "energy_Quantity.quantity")
    return next((text for name in names if (text := point.leaf(name))), None)


def _seconds_of(resolution: str, line: int) -> int:
    found = _DURATION.match(resolution) if len(resolution) < 40 else None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    length = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if not 0 < length <= _LONGEST_SECONDS:
        raise BadFile(
            f"The period at line {line} has the resolution “{resolution[:40]}”, which is not read.",
            "Import a document by minutes, hours or days.",
        )
    return length


def _says(series: _Series) -> Recipe:
    return Recipe(
        kind=ImportKind.READINGS, meter_column="meter", time_column="time", value_column="value", unit=series.unit,
        quantity=series.quantity, measure=series.measure, stamps_in="UTC", stamp_marks=StampMarks.START,
        decimal_sign=DecimalSign.POINT,
    )  # fmt: skip


ENTSOE = FileFormat("ENTSO-E XML", _recognises, _tables)
