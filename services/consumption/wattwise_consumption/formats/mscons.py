"""MSCONS: the values of meters as the German and other European markets exchange them, in EDIFACT. https://www.edi-energy.de

An OBIS code says what is measured. Stamps carry their distance from UTC, or are in the meters' local time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import polars as pl

from wattwise_consumption import sniff
from wattwise_consumption.archives import CutOff, Member
from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Measure, Recipe, StampMarks

from .cells import table_from, with_notes_at_the_end
from .edifact import Segment, segments_of, signs_of
from .format import Bounds, FileFormat, Table

_ROWS_IN_A_TABLE = 250_000
_UNITS = {"KWH": "kWh", "MWH": "MWh", "WHR": "Wh", "GWH": "GWh", "KWT": "kW", "MAW": "MW", "WTT": "W", "MTQ": "m³"}
_ESTIMATED = {"67", "201", "Z18"}  # substituted, proposed, provisional
_NO_READING = {"20": "that may not be used", "187": "that are forecasts", "Z30": "that are missing"}
_OBIS = re.compile(r"(?P<medium>\d)-[\dbB]{1,3}:(?P<flow>\d{1,3})\.(?P<what>\d{1,3})(?:\.(?P<tariff>\d{1,3}))?")
_MEDIA = {"6": Quantity.HEAT, "7": Quantity.GAS, "8": Quantity.WATER, "9": Quantity.WATER}
_FLOWS = {"1": Quantity.ELECTRICITY_IMPORT, "2": Quantity.ELECTRICITY_EXPORT}
_POWER, _HIGHEST = {"4", "5", "7", "24", "25"}, {"2", "3", "6"}  # means and instants; maxima
_MOMENT = re.compile(r"(?P<day>\d{8})(?P<clock>\d{4})?(?P<zone>[+-]\d{2,4})?")
_BEGINS, _ENDS, _READ_AT = ("163", "Z39"), "164", ("9", "7")


@dataclass(frozen=True)
class _Kind:
    quantity: Quantity
    unit: str
    measure: Measure
    is_local: bool


@dataclass
class _Item:
    """What stands around a value: the meter, what is measured, when; the period of the value itself goes first."""

    meter: str = ""
    obis: str = ""
    unit: str = ""
    times: dict[str, str] = field(default_factory=dict)


@dataclass
class _Value:
    code: str
    text: str
    unit: str
    line: int
    times: dict[str, str] = field(default_factory=dict)


@dataclass
class _Reader:
    """`rows`: (meter, register, time, value, quality, line) by what they are."""

    decimal: str
    rows: dict[_Kind, list[tuple[str, str, str, str, str, int]]] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    zone: str = ""  # of stamps that carry none, where a message says it
    is_mscons: bool = False
    other: str = ""
    item: _Item = field(default_factory=_Item)
    values: list[_Value] = field(default_factory=list)

    def take(self, segment: Segment) -> None:
        """Understand a segment in its turn."""
        if segment.tag == "UNH":
            self.finish()
            self.item, self.zone = _Item(), ""
            self.is_mscons = segment.part(1) == "MSCONS"
            self.other = self.other or ("" if self.is_mscons else segment.part(1))
        elif segment.tag == "BGM" and segment.part(2) == "1":
            self.is_mscons = False
            self.notes["Left out are messages that take earlier ones back: import what replaces them."] = None
        elif self.is_mscons:
            _TAKES.get(segment.tag, _pass_over)(self, segment)

    def finish(self) -> None:
        """Keep the values of the item that ends here, each with its time."""
        for place, value in enumerate(self.values):
            times = value.times or _share_of(self.item.times, place, len(self.values))
            self._keep(value, self.item.times | times)
        self.values = []

    def _keep(self, value: _Value, times: dict[str, str]) -> None:
        if value.code in _NO_READING:
            self.notes[f"Left out are values {_NO_READING[value.code]}."] = None
            return
        begins = next((times[name] for name in _BEGINS if name in times), "")
        read_at = "" if begins else next((times[name] for name in _READ_AT if name in times), "")
        stamp, is_local = _iso(begins or read_at, self.zone)
        kind = _kind_of(self.item.obis, value.unit or self.item.unit, is_count=bool(read_at), is_local=is_local)
        if isinstance(kind, str):
            self.notes[kind] = None
            return
        found = _OBIS.fullmatch(self.item.obis)
        tariff = found["tariff"] if found and found["tariff"] else "0"
        quality = "estimated" if value.code in _ESTIMATED else "measured"
        row = (self.item.meter or "unknown", tariff, stamp, value.text.replace(self.decimal, "."), quality, value.line)
        self.rows.setdefault(kind, []).append(row)


def _take_place(reader: _Reader, segment: Segment) -> None:
    reader.finish()
    reader.item = _Item(meter=segment.part(1))


def _take_line(reader: _Reader, segment: Segment) -> None:
    reader.finish()
    reader.item = replace(reader.item, obis="", unit="", times=dict(reader.item.times))


def _take_reference(reader: _Reader, segment: Segment) -> None:
    if segment.part(0) == "MG" and not reader.item.meter:  # the number of a meter without a point
        reader.item.meter = segment.part(0, 1)


def _take_moment(reader: _Reader, segment: Segment) -> None:
    times = reader.values[-1].times if reader.values else reader.item.times
    name, text = segment.part(0), segment.part(0, 1)
    if name == "ZZZ" and text.lstrip("+-").isdigit():  # hours from UTC
        reader.zone = f"{int(text[:3]):+03d}"
    elif name == "735":
        reader.zone = text
    elif name == "324" and len(text) == 24:  # a period in one
        times |= {"163": text[:12], "164": text[12:]}
    elif name in (*_BEGINS, _ENDS, *_READ_AT):
        times[name] = text


def _take_code(reader: _Reader, segment: Segment) -> None:
    reader.item.obis = segment.part(1).strip()


def _take_unit(reader: _Reader, segment: Segment) -> None:
    if unit := segment.part(2).strip():
        reader.item.unit = unit


def _take_value(reader: _Reader, segment: Segment) -> None:
    reader.values.append(_Value(segment.part(0), segment.part(0, 1).strip(), segment.part(0, 2), segment.line))


def _end(reader: _Reader, segment: Segment) -> None:
    reader.finish()
    reader.is_mscons = False


def _pass_over(reader: _Reader, segment: Segment) -> None:
    """Says nothing of readings."""


_TAKES = {
    "LOC": _take_place, "LIN": _take_line, "RFF": _take_reference, "DTM": _take_moment, "PIA": _take_code, "MEA": _take_unit,
    "QTY": _take_value, "UNT": _end,
}  # fmt: skip


def _kind_of(obis: str, unit: str, *, is_count: bool, is_local: bool) -> _Kind | str:
    """What values with this code are, or why they are left out."""
    found = _OBIS.fullmatch(obis)
    medium, flow, what = (found["medium"], found["flow"], found["what"]) if found else ("1", "1", "")
    quantity = _FLOWS.get(flow) if medium == "1" else _MEDIA.get(medium)
    if quantity is None or (unit and unit not in _UNITS) or (medium == "1" and what in _HIGHEST):
        return f"Left out are values of “{obis or 'no code'}”{f' in {unit}' if unit else ''}: this is not kept."
    is_power = medium == "1" and what in _POWER
    usual = "kW" if is_power else "m³" if medium in "789" and "99.33" not in obis else "kWh"
    said = _UNITS.get(unit, usual)
    measure = Measure.REGISTER if is_count else Measure.POWER if said in ("kW", "MW", "W") else Measure.INTERVAL
    return _Kind(quantity, said, measure, is_local)


def _share_of(times: dict[str, str], place: int, count: int) -> dict[str, str]:
    """The part of an item's period that a value without a time of its own is of: they lie in it one after the other."""
    first, last = (_MOMENT.fullmatch(times.get(name, "")) for name in ("163", "164"))
    if count < 2 or first is None or last is None:
        return {}
    begins, ends = (datetime.strptime(each["day"] + (each["clock"] or "0000"), "%Y%m%d%H%M") for each in (first, last))  # noqa: DTZ007  # its zone is kept beside it
    at: datetime = begins + (ends - begins) / count * place
    return {"163": f"{at:%Y%m%d%H%M}{first['zone'] or ''}"} if ends - begins > timedelta(0) else {}


def _iso(text: str, usual: str) -> tuple[str, bool]:
    """(a moment as ISO 8601 has it, whether it has no zone); as it is where it is none."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text, True
    day, clock, zone = found["day"], found["clock"] or "0000", found["zone"] or usual
    zone = f"{zone[:3]}:{zone[3:] or '00'}" if zone else ""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:]}:00{zone}", not zone


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    yield from with_notes_at_the_end(_by_kind(member), "MSCONS")


def _by_kind(member: Member) -> Iterator[Table]:
    with member.open() as stream:
        signs = signs_of(sniff.text_of(stream.read(sniff.HEAD_BYTES)).strip())
    reader, fault, tag = _Reader(signs.decimal), None, ""
    with member.open() as stream:
        try:
            for segment in segments_of(stream):
                tag = segment.tag
                reader.take(segment)
                yield from _full_tables(reader, least=_ROWS_IN_A_TABLE)
        except CutOff as problem:  # what came before it is sound
            fault = problem
    if tag not in ("UNZ", "UNT"):
        reader.values = reader.values[:-1]  # what would follow the last one is lost
        reader.notes["The file has no end (UNZ): it may be cut off."] = None
    reader.finish()
    yield from _full_tables(reader, least=1)
    yield table_from(pl.DataFrame({"line": []}, schema={"line": pl.Int64}), Recipe(), notes=tuple(reader.notes))
    if fault is not None:
        raise fault
    if reader.other and not reader.rows:
        raise BadFile(f"This EDIFACT is of {reader.other} messages, not of MSCONS.", "Import the MSCONS messages.")


def _full_tables(reader: _Reader, *, least: int) -> Iterator[Table]:
    for kind, rows in reader.rows.items():
        if len(rows) >= least:
            yield _table_of(kind, rows, tuple(reader.notes))
            rows.clear()


def _table_of(kind: _Kind, rows: list[tuple[str, str, str, str, str, int]], notes: tuple[str, ...]) -> Table:
    names = ["meter", "register", "time", "value", "quality"]
    frame = pl.DataFrame(rows, schema={**dict.fromkeys(names, pl.String), "line": pl.Int64}, orient="row")
    wholes = frame.filter(pl.col("register") == "0").select("meter").unique()
    # Of a meter that tells its total (0), too, the tariffs are parts of it.
    parts = (pl.col("register") != "0") & pl.col("meter").is_in(wholes["meter"].implode())
    frame = frame.filter(~parts)
    has_tariffs = frame["register"].n_unique() > 1
    says = Recipe(
        kind=ImportKind.READINGS, meter_column="" if has_tariffs else "meter", time_column="time", value_column="value",
        quantity=kind.quantity, unit=kind.unit, measure=kind.measure, stamp_marks=StampMarks.START,
        decimal_sign=DecimalSign.POINT,
    )  # fmt: skip
    return table_from(frame if has_tariffs else frame.drop("register"), says, notes=notes)


def _recognises(head: bytes, name: str) -> bool:
    text = (
        sniff.text_of(head[:4_000]).lstrip()
        if head[:5].strip()[:2] == b"UN" or head.startswith(b"\xef\xbb\xbf")
        else ""
    )
    return text.startswith(("UNA", "UNB", "UNH")) and "UNH" in text


MSCONS = FileFormat("MSCONS", _recognises, _tables)
