"""Say of each pushed row what is wrong with it, if anything. The rules are those of the consumption worker."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import numpy as np
import pyarrow as pa
import pyarrow.compute

from wattwise_contract.imports import RejectedRow
from wattwise_contract.quantities import Quality, Quantity
from wattwise_contract.schemas import MOMENT

from .push_bodies import Rows

compute: Any = pyarrow.compute  # its stubs do not know texts and numbers as arguments
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_FAR_AHEAD = timedelta(days=3653)  # of what may lie ahead: forecasts of the weather, prices of years to come
_MOST = 1e12  # kWh in an interval: far more than the world uses in any
_NO_TIME = np.iinfo(np.int64).min
_NUMBER = re.compile(r"[+-]?([0-9]++\.?[0-9]*+|\.[0-9]++)([eE][+-]?[0-9]+)?")
_RESOLUTION = re.compile(r"P(T?)([1-9][0-9]{0,4})([DWMYHS])")
_IN_A_YEAR = {"Y": 1, "M": 12, "W": 53, "D": 366, "TH": 8_784, "TM": 99_999, "TS": 99_999}  # the most that is read
_QUALITIES = {quality.name.lower(): int(quality) for quality in Quality} | {
    str(int(each)): int(each) for each in Quality
}
_ENERGY = {"": 1.0, "kwh": 1.0, "wh": 1e-3, "mwh": 1e3}
_MAY_LIE_AHEAD = {Quantity.TEMPERATURE, Quantity.PRICE, Quantity.CARBON_INTENSITY}
_DEFAULT_QUANTITY = Quantity.ELECTRICITY_IMPORT.value
LONGEST_KEY = 200

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Wrong:
    """A fault that rows may have, the column to blame (empty: the row), the reason and the remedy."""

    rows: Mask
    column: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Judged:
    """Rows that may be stored, in their order: line, meter, quantity, starts_at, sent_time (its text), value (in the
    quantity's unit), quality, consumer, timezone, resolution; and those that may not."""

    good: pa.Table
    rejected: list[RejectedRow]


def judge(rows: Rows, *, now: datetime) -> Judged:
    """Convert units and sort out what no meter could have measured."""
    sent = rows.columns
    quantity = _or(sent["quantity"], _DEFAULT_QUANTITY)
    starts_at = mapped(sent["starts_at"], _microseconds, np.int64)
    value = mapped(sent["value"], _number, np.float64) * mapped(_joined(quantity, sent["unit"]), _factor, np.float64)
    quality = mapped(sent["quality"], lambda text: _QUALITIES.get(text.lower() or "measured", -1), np.int16)
    table = pa.table(
        {
            "line": pa.array(rows.lines, pa.int32()),
            "meter": sent["meter"],
            "quantity": quantity,
            "starts_at": pa.array(starts_at, pa.int64()).cast(MOMENT),
            "sent_time": sent["starts_at"],
            "value": value,
            "quality": pa.array(quality, pa.int16()),
            "consumer": sent["consumer"],
            "timezone": sent["timezone"],
            "resolution": sent["resolution"],
        }
    )
    faults = [*_faults_of_meters(sent, quantity), *_faults_of_times(starts_at, quantity, now)]
    faults += _faults_of_values(sent, quantity, value, quality)
    good, rejected = sorted_out(table, faults, sent)
    return Judged(good, [*rows.unreadable, *rejected])


def sorted_out(table: pa.Table, faults: Sequence[Wrong], sent: pa.Table) -> tuple[pa.Table, list[RejectedRow]]:
    """The rows without a fault, and the others with their first one. `sent` has the text of the same rows."""
    first = np.full(table.num_rows, -1)
    for number, fault in enumerate(faults):
        first[(first < 0) & fault.rows] = number
    bad = np.flatnonzero(first >= 0)
    lines = table["line"].take(bad).to_pylist()
    texts: dict[str, Any] = {"": [""] * len(bad)}
    texts |= {fault.column: sent[fault.column].take(bad).to_pylist() for fault in faults if fault.column}
    rejected = [
        RejectedRow(
            file="",
            line=line,
            column=fault.column,
            value=texts[fault.column][place][:500],
            reason=fault.reason,
            remedy=fault.remedy,
        )
        for place, (line, fault) in enumerate(zip(lines, (faults[number] for number in first[bad]), strict=True))
    ]
    return table.filter(pa.array(first < 0)), rejected


def mapped(texts: Any, meaning: Callable[[str], Any], kind: Any) -> Numbers:
    """What each text means, asked once for each that is different."""
    encoded = compute.dictionary_encode(texts).combine_chunks()
    known: Numbers = np.array([meaning(text) for text in encoded.dictionary.to_pylist()], kind)
    found: Numbers = known[encoded.indices.to_numpy(zero_copy_only=False)] if len(known) else np.empty(0, kind)
    return found


def _faults_of_meters(sent: pa.Table, quantity: Any) -> list[Wrong]:
    is_known = {each.value for each in Quantity}
    longest = np.maximum(_lengths(sent["meter"]), _lengths(sent["consumer"]))
    return [
        Wrong(_is(sent["meter"], ""), "meter", "The row names no meter.", "Give the meter's key."),
        Wrong(
            longest > LONGEST_KEY, "meter", f"The key is longer than {LONGEST_KEY} characters.", "Use a shorter one."
        ),
        Wrong(
            ~mapped(quantity, is_known.__contains__, np.bool_),
            "quantity",
            "There is no such quantity.",
            f"Use one of {', '.join(Quantity)}.",
        ),
        Wrong(
            ~mapped(sent["timezone"], lambda name: not name or name in available_timezones(), np.bool_),
            "timezone",
            "There is no such time zone.",
            "Use an IANA name such as Europe/London.",
        ),
        Wrong(
            ~mapped(sent["resolution"], lambda text: not text or _is_resolution(text), np.bool_),
            "resolution",
            "This is no resolution.",
            "Use an ISO 8601 duration such as PT30M, of a year at most.",
        ),
    ]


def _faults_of_times(starts_at: Numbers, quantity: Any, now: datetime) -> list[Wrong]:
    may_lie_ahead = mapped(quantity, lambda name: name in _MAY_LIE_AHEAD, np.bool_)
    ahead = starts_at > np.where(may_lie_ahead, _since_epoch(now + _FAR_AHEAD), _since_epoch(now + _AHEAD))
    too_early = starts_at < _since_epoch(_EARLIEST)
    return [
        Wrong(
            starts_at == _NO_TIME,
            "starts_at",
            "This is no time with its offset from UTC.",
            "Write it like 2026-06-15T12:00:00Z or 2026-06-15T14:00:00+02:00.",
        ),
        Wrong(too_early, "starts_at", "The time is before 1980.", "Check the device's clock and the stamp's unit."),
        Wrong(ahead, "starts_at", "The time is in the future.", "Check the device's clock and the time zone."),
    ]


def _faults_of_values(sent: pa.Table, quantity: Any, value: Numbers, quality: Numbers) -> list[Wrong]:
    factor = mapped(_joined(quantity, sent["unit"]), _factor, np.float64)
    never_negative = mapped(quantity, _adds_up, np.bool_)
    return [
        Wrong(_is(sent["value"], ""), "value", "There is no value.", "Leave the row out: missing is kept as missing."),
        Wrong(np.isnan(factor), "unit", "This is no unit of the quantity.", "Send kWh, Wh or MWh, or no unit at all."),
        Wrong(~np.isfinite(value), "value", "The value is no finite number.", "Write it as a plain number: 0.25."),
        Wrong(
            (value < 0) & never_negative,
            "value",
            "The value is negative, which this quantity cannot be.",
            "Push what is fed into the grid as electricity_export, with positive numbers.",
        ),
        Wrong(np.abs(value) > _MOST, "value", "The value is impossibly large.", "Check the unit and the decimal sign."),
        Wrong(quality < 0, "quality", "There is no such quality.", f"Use one of {', '.join(list(_QUALITIES)[:4])}."),
    ]


def _microseconds(text: str) -> int:
    """Since 1970; _NO_TIME where the text is no ISO 8601 time with its offset."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return int(_NO_TIME)
    return _since_epoch(at) if at.tzinfo else int(_NO_TIME)


def _since_epoch(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _is_resolution(text: str) -> bool:
    found = _RESOLUTION.fullmatch(text)
    return found is not None and int(found[2]) <= _IN_A_YEAR.get(found[1] + found[3], 0)


def _number(text: str) -> float:
    """The number, which may be infinite; NaN where the text is none."""
    return float(text) if _NUMBER.fullmatch(text) else float("nan")


def _factor(quantity_and_unit: str) -> float:
    """From the unit to that in which the quantity is stored; NaN where it does not measure it."""
    name, _, unit = quantity_and_unit.partition("\n")
    if name not in set(Quantity):
        return 1.0  # which is a fault of its own
    own = Quantity(name).unit
    units = _ENERGY if own == "kWh" else {"": 1.0, own.lower(): 1.0} | ({"m3": 1.0} if own == "m³" else {})
    return units.get(unit.lower(), float("nan"))


def _adds_up(name: str) -> bool:
    return name in set(Quantity) and Quantity(name).adds_up


def _joined(left: Any, right: Any) -> Any:
    return compute.binary_join_element_wise(left, right, "\n")


def _or(texts: Any, default: str) -> Any:
    return compute.if_else(compute.equal(texts, ""), default, texts)


def _is(texts: Any, text: str) -> Mask:
    return np.asarray(compute.equal(texts, text))


def _lengths(texts: Any) -> Numbers:
    return np.asarray(compute.utf8_length(texts))
