"""Half-hourly advances as Great Britain's suppliers and collectors send them, D0036 and D0379: a record for each value.

A group begins with its MPAN and what is measured (AI, AE: active import and export), then comes the settlement day,
then a value for each of its half hours. D0036 has local days of 46, 48 or 50, D0379 days in UTC.
https://dtc.energycodes.co.uk
"""

import re
from collections.abc import Iterator

import polars as pl

from wattwise_consumption import sniff
from wattwise_consumption.archives import CutOff, Member
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Recipe

from .cells import table_from, with_notes_at_the_end
from .format import Bounds, FileFormat, Table
from .text_lines import lines_of

_HEAD = re.compile(r"^ZH[VD]\|[^|\n]*\|(?P<flow>D0036|D0379)\d{3}\|")
_MPAN, _DAY, _VALUE = r"^\w{3}\|(\d{13})\|(\w{2})\|", r"^\w{3}\|(\d{8})\|\s*$", r"^\w{3}\|([A-Z])\|([^|]*)\|\s*$"
_DIRECTIONS = {"AI": Quantity.ELECTRICITY_IMPORT, "AE": Quantity.ELECTRICITY_EXPORT}


def _recognises(head: bytes, name: str) -> bool:
    return sniff.is_text(head) and _HEAD.match(sniff.text_of(head)) is not None


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    with member.open() as stream:
        found = _HEAD.match(sniff.text_of(stream.read(sniff.HEAD_BYTES)))
    says = Recipe(
        kind=ImportKind.READINGS, meter_column="meter", time_column="date", value_column="kWh", unit="kWh",
        stamps_in="UTC" if found and found["flow"] == "D0379" else "", decimal_sign=DecimalSign.POINT,
    )  # fmt: skip
    yield from with_notes_at_the_end(_of_directions(member, says), "half-hourly")


def _of_directions(member: Member, says: Recipe) -> Iterator[Table]:
    with member.open() as stream:
        for lines in _whole_days(lines_of(stream)):
            for (what,), rows in _values(lines).group_by(["what"], maintain_order=True):
                quantity = _DIRECTIONS.get(str(what))
                values = rows.select("meter", "date", "period", "kWh", "status", "line")
                if quantity is None:
                    note = f"{rows.height:,} values of {what} were left out: neither active import nor active export."
                    yield table_from(values.clear(), says, notes=(note,))
                else:
                    yield table_from(values, says.model_copy(update={"quantity": quantity}))


def _whole_days(blocks: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Lines in frames, cut so that a day keeps its values and the meter above it."""
    kept: pl.DataFrame | None = None
    try:
        for block in blocks:
            lines = block if kept is None else pl.concat([kept, block])
            begins = lines["text"].str.contains(f"{_MPAN}|{_DAY}").arg_true()
            cut = int(begins[-1]) if len(begins) else lines.height
            meter = lines.head(cut).filter(pl.col("text").str.contains(_MPAN)).tail(1)
            yield from [lines.head(cut)] if cut else []
            kept = pl.concat([meter, lines[cut:]])
    except CutOff:
        yield from [] if kept is None else [kept]
        raise
    yield from [] if kept is None else [kept]


def _values(lines: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    groups = lines.with_columns(
        text.str.extract(_MPAN, 1).forward_fill().alias("meter"),
        text.str.extract(_MPAN, 2).forward_fill().alias("what"),
        text.str.extract(_DAY, 1).forward_fill().alias("date"),
        text.str.contains(_DAY).cum_sum().alias("day"),
    )
    values = groups.filter(text.str.contains(_VALUE))
    return values.with_columns(
        pl.int_range(1, pl.len() + 1).over("day").cast(pl.String).alias("period"),
        text.str.extract(_VALUE, 1).alias("status"),
        text.str.extract(_VALUE, 2).alias("kWh"),
    )


FLOWS = FileFormat("half-hourly flow", _recognises, _tables)
