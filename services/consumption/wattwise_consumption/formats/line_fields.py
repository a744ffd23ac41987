"""Which fields of a device's lines are readings: its energy before its power, the grid's flows before those behind the
meter; no volts, and no sums of today beside a count of always. Fields of several circuits are meters of their own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from wattwise_consumption.columns import Columns
from wattwise_consumption.flows import Flow
from wattwise_consumption.headers import Header, header_of
from wattwise_consumption.problems import BadFile
from wattwise_consumption.units import unit_in, unit_written
from wattwise_consumption.value_columns import Chosen, value_columns
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure, Recipe

_SAY_LITTLE = {"value", "reading", "mean", "last", "max", "total", "sum", "today", "yesterday", "state"}
_MADE = {"wh_del"}  # what Enphase's meter at the inverters delivered
_PHASE = re.compile(r"(?:^|_)(?:phase_?)?(?P<phase>[abc]|l[123])(?=_|$)_?", re.IGNORECASE)
_WATTS = 100.0  # what a home's power in kW stays below, and one in W does not
_WATT = "“{}” says no unit: it was taken for W, as it reaches {:,.0f}. If it is kW, state the unit."
_WATT_HOURS = "“{}” says no unit: it was taken for Wh, as it moves as “{}” does in W. If it is not, state the unit."


@dataclass(frozen=True)
class Kept:
    """A field that is read: under this name, of the device itself or (`of`) of something in it. `register`: which of
    the fields that are added up it is; these have one name."""

    name: str
    of: str = ""
    unit: str = ""
    is_fed: bool = False
    counts: bool = False
    register: str = ""
    note: str = ""

    def recipe(self, base: Recipe) -> Recipe:
        fed = {"quantity": Quantity.ELECTRICITY_EXPORT} if self.is_fed else {}
        counts = {"measure": Measure.REGISTER} if self.counts else {}
        by_register = {"meter_column": ""} if self.register else {}  # the table's own columns say it
        about = {"value_column": self.name, "unit": self.unit}
        return base.model_copy(update={**about, **fed, **counts, **by_register})


def named(measurement: str, field: str) -> str:
    """A name of the values that says what they are: with the measurement's, where the field's says nothing; and with
    the phase at the end."""
    plain = field if field not in ("meter", "time", "line") else f"{field} value"
    if found := _PHASE.search(field):
        letter = found["phase"].lower()
        plain = f"{_PHASE.sub('_', field).strip('_') or 'power'} phase {'abc'.find(letter) + 1 or letter[1:]}"
    if field.lower() not in _SAY_LITTLE:
        return plain
    if unit_written(measurement) is not None:  # as Home Assistant names its measurements
        return f"{plain} [{measurement}]"
    header = header_of(measurement)
    return f"{measurement} {plain}" if header.score > 0 or not header.is_electric else plain


def fields_kept(measurement: str, rows: pl.DataFrame) -> dict[str, Kept]:
    """What to read of a measurement's numeric fields. `rows`: meter, time, and a column of text for each of them."""
    fields = [name for name in rows.columns if name not in ("meter", "time")]
    if any(name.startswith("solar_") for name in fields) and any(name.startswith("site_") for name in fields):
        fields = [
            name for name in fields if name.startswith("site_")
        ]  # Tesla's meter at the grid; others are behind it
        shown = {field: "grid_" + field.removeprefix("site_") for field in fields}
    else:
        shown = {field: named(measurement, field) for field in fields}
    headers = {field: header_of(name) for field, name in shown.items()}
    groups = _groups(headers)
    main = "" if "" in groups else next(iter(groups)) if len(groups) == 1 else None
    kept: dict[str, Kept] = {}
    is_device = any(header.is_power or "currently" in header.name for header in headers.values())
    for subject, some in groups.items():
        own = {field: headers[field] for field in some}
        kept |= _of_one(own, rows, "" if subject == main else subject, may_count=is_device)
    return kept


def _of_one(headers: dict[str, Header], rows: pl.DataFrame, subject: str, *, may_count: bool) -> dict[str, Kept]:
    """Of the fields of one device, or circuit. `may_count`: a power is beside its energy, so this is a count."""
    chosen = _chosen(headers, rows)
    energies = [field for field in chosen.columns if headers[field].is_electric and not headers[field].is_power]
    powers = [field for field, header in headers.items() if header.is_power and field not in chosen.columns]
    unit, note = _unit_of_energy({field: headers[field] for field in energies}, rows, powers)
    counts = may_count and any(_counts(headers[field], rows, field) for field in energies)
    kept: dict[str, Kept] = {}
    for field in chosen.columns:
        header = headers[field]
        together = [other for other in chosen.columns if headers[other].quantity is header.quantity]
        is_part = len(together) > 1 and not chosen.own_meters
        of = field if chosen.own_meters or (subject and len(chosen.columns) == 1) else subject
        is_fed = field in chosen.fed or field in _MADE
        about = Kept(
            headers[together[0]].name if is_part else header.name, of, is_fed=is_fed, register=field if is_part else ""
        )
        if field in energies:
            kept[field] = replace(about, unit=unit if unit_in(header.name) is None else "", counts=counts, note=note)
        else:
            own, said = _unit_of_power(header, rows, field)
            kept[field] = replace(about, unit=own, note=said)
    return kept


def _unit_of_power(header: Header, rows: pl.DataFrame, field: str) -> tuple[str, str]:
    if not header.is_electric or not header.is_power or unit_in(header.name) is not None:
        return "", ""
    most = float(rows.select(_plain(field).abs().max()).item() or 0)
    return ("W", _WATT.format(header.name, most)) if most >= _WATTS else ("", "")


def _groups(headers: Mapping[str, Header]) -> dict[str, list[str]]:
    """The fields by what they are of: without those that are no energy, where others are one."""
    groups: dict[str, list[str]] = {}
    for field, header in headers.items():
        if len(headers) == 1 or not (header.is_electric and header.score < 0 and header.flow is None):
            numbered = header.subject.isdigit() and header.flow in (Flow.TAKEN, Flow.FED)  # tariffs
            groups.setdefault("" if numbered else header.subject, []).append(field)
    told = {subject for subject, some in groups.items() if any(headers[field].score > 0 for field in some)}
    electric = {subject for subject, some in groups.items() if all(headers[field].is_electric for field in some)}
    return {
        subject: some
        for subject, some in groups.items()
        if not told & electric or subject in told or subject not in electric
    }


def _counts(header: Header, rows: pl.DataFrame, field: str) -> bool:
    """Whether an energy beside its device's power is a register: it never falls, and is called a total, is far above what
    it rises by, or rises on and on."""
    values = rows.select("meter", "time", _plain(field).alias("value")).drop_nulls().sort("meter", "time")
    moves = values.select(pl.col("value").diff().over("meter")).to_series().drop_nulls()
    if moves.is_empty() or not bool((moves >= 0).all()):
        return False
    is_far = bool((values["value"] > 20 * float(moves.max())).all())  # type: ignore[arg-type]  # of numbers
    return int((moves > 0).sum()) >= (1 if header.is_whole or is_far else 3)


def _chosen(headers: Mapping[str, Header], rows: pl.DataFrame) -> Chosen:
    others = [field for field, header in headers.items() if not header.is_electric]
    electric = {field: header.name for field, header in headers.items() if header.is_electric}
    if len(electric) < 2:
        return Chosen([*electric, *others])
    try:
        chosen = value_columns(Columns(electric, rows), Recipe(), has_ids=False)
    except BadFile:  # nothing but blanks so far
        return Chosen([*electric, *others], own_meters=True)
    return Chosen([*chosen.columns, *others], own_meters=chosen.own_meters, fed=chosen.fed)


def _unit_of_energy(energies: dict[str, Header], rows: pl.DataFrame, powers: list[str]) -> tuple[str, str]:
    """(the unit where no name says one and the numbers do, a sentence on it)."""
    if any(unit_in(header.name) is not None for header in energies.values()):
        return "", ""
    for field, header in energies.items():
        for power in powers:
            if _in_watt_hours(rows.select("meter", "time", _plain(field).alias("count"), _plain(power).alias("power"))):
                return "Wh", _WATT_HOURS.format(header.name, power)
    return "", ""


def _in_watt_hours(rows: pl.DataFrame) -> bool:
    """Whether a count moves as much as the power beside it makes, taken for hours of its unit, and that unit is the watt."""
    rows = rows.drop_nulls().sort("meter", "time")
    hours = (pl.col("time").diff().dt.total_seconds() / 3_600).over("meter")
    moved = pl.col("count").diff().over("meter")
    made = hours * (pl.col("power") + pl.col("power").shift().over("meter")) / 2
    sums = rows.select(moved.alias("moved"), made.alias("made"), "power").drop_nulls()
    total, expected = float(sums["moved"].sum()), float(sums["made"].sum())
    most = float(sums["power"].max() or 0)  # type: ignore[arg-type]  # of numbers
    return sums.height >= 2 and most >= _WATTS and 0.5 < total / max(expected, 1e-9) < 2


def _plain(field: str) -> pl.Expr:
    return pl.col(field).cast(pl.Float64, strict=False)
