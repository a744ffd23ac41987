"""P1 telegrams, which smart meters of the Netherlands, Belgium, Luxembourg and Sweden send (DSMR, OBIS codes).

They hold registers: 1.8.x counts what was used and 2.8.x what was fed in, by tariff; meters on the M-Bus (gas, water,
heat) have stamps of their own. Stamps are local, with S in summer and W in winter.
"""

import re
from collections.abc import Iterator

import polars as pl

from wattwise_consumption import sniff
from wattwise_consumption.archives import Member
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Measure, Recipe, StampMarks

from .cells import table_from, with_notes_at_the_end
from .format import Bounds, FileFormat, Table
from .telegrams import Telegrams, telegrams_of

_LOOK = re.compile(r"\A/[A-Za-z]{3}\S.*^\d-\d{1,2}:\d+\.\d+\.\d+\(", re.MULTILINE | re.DOTALL)
_DIRECTIONS = {"1": Quantity.ELECTRICITY_IMPORT, "2": Quantity.ELECTRICITY_EXPORT}
_MBUS_QUANTITIES = {3: Quantity.GAS, 4: Quantity.HEAT, 7: Quantity.WATER, 6: Quantity.WATER}
_MBUS_UNITS = {"m3": "m³", "GJ": "GJ", "MJ": "MJ", "kWh": "kWh", "l": "l", "L": "l", "dm3": "l"}
_NO_TIME = (
    "Telegrams of DSMR 2 and 3 do not say when they were sent: their electricity registers have no time. "
    "Import a log that has the time of each reading beside them."
)


def _recognises(head: bytes, name: str) -> bool:
    return sniff.is_text(head) and _LOOK.match(sniff.text_of(head).lstrip()) is not None


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    yield from with_notes_at_the_end(_registers(member), "P1")


def _registers(member: Member) -> Iterator[Table]:
    with member.open() as stream:
        for telegrams in telegrams_of(stream):
            lines = telegrams.lines.with_columns(
                pl.col("text").str.extract(r"^(\d-\d{1,2}:\d+\.\d+\.\d+)\(").alias("code"),
            )
            heads = _heads_of(lines)
            yield from _electricity(lines, heads, telegrams)
            yield from _mbus(lines, heads)


def _heads_of(lines: pl.DataFrame) -> pl.DataFrame:
    """What holds for a whole telegram: its time and its meter."""
    content = pl.col("text").str.extract(r"\(([^()]*)\)").alias("content")

    def said(alias: str, *codes: str) -> pl.Expr:
        return pl.coalesce(*(content.filter(pl.col("code") == code).first() for code in codes)).alias(alias)

    heads = lines.group_by("telegram", maintain_order=True).agg(
        pl.col("text").first().str.strip_prefix("/").alias("identification"),
        said("stamp", "0-0:1.0.0"),
        said("serial", "0-0:96.1.1", "0-0:96.1.0", "0-0:42.0.0"),
    )
    return heads.select("telegram", "stamp", pl.coalesce(_unhexed("serial"), "identification").alias("consumer"))


def _electricity(lines: pl.DataFrame, heads: pl.DataFrame, telegrams: Telegrams) -> Iterator[Table]:
    registers = lines.select(
        "telegram",
        "line",
        pl.col("text").str.extract_groups(
            r"^1-0:(?<way>[12])\.8\.(?<tariff>[0-4])\((?<value>[^()*]*)\*?(?<unit>\w*)\)"
        ),
    ).unnest("text")
    number = pl.col("value").cast(pl.Float64, strict=False)
    is_total = pl.col("tariff") == "0"
    summed = pl.when(is_total.any()).then(number.filter(is_total).first()).otherwise(number.sum()).round(6)
    unread = pl.col("value").filter(number.is_null()).first()
    by_telegram = registers.drop_nulls("way").group_by("telegram", "way", maintain_order=True)
    counted = by_telegram.agg(pl.coalesce(unread, summed.cast(pl.String)).alias("value"), pl.col("line").first()).join(
        heads, on="telegram", how="left", maintain_order="left"
    )
    broken = telegrams.broken.select(
        pl.lit("unknown").alias("consumer"),
        pl.lit("2000-01-01T00:00:00Z").alias("time"),
        pl.col("problem").alias("value"),
        "line",
    )
    for way, quantity in _DIRECTIONS.items():
        some = counted.filter(pl.col("way") == way)
        rows = some.select("consumer", _moment("stamp").alias("time"), "value", "line")
        notes = (_NO_TIME,) if rows["time"].null_count() else ()
        rows = pl.concat([rows, broken]).sort("line") if way == "1" else rows
        yield table_from(
            rows.select("consumer", pl.col("consumer").alias("meter"), "time", "value", "line"),
            _says(quantity, "kWh"),
            notes=notes,
        )


def _mbus(lines: pl.DataFrame, heads: pl.DataFrame) -> Iterator[Table]:
    """Gas, water and heat, each on a channel: 0-1:24.2.1(stamp)(value*unit); before DSMR 4 over two lines."""
    following = (
        pl.when(pl.col("text").shift(-1).str.starts_with("(")).then(pl.col("text").shift(-1)).otherwise(pl.lit(""))
    )
    channels = lines.with_columns(
        pl.col("code").str.extract(r"^0-(\d{1,2}):").alias("channel"),
        pl.col("code").str.replace(r"^0-\d{1,2}:", "").alias("what"),
        pl.concat_str("text", following).alias("text"),
    ).filter(pl.col("channel").is_not_null() & (pl.col("channel") != "0"))
    content = pl.col("text").str.extract(r"\(([^()]*)\)")
    kinds = channels.group_by("telegram", "channel").agg(
        content.filter(pl.col("what") == "24.1.0").first().cast(pl.Int64, strict=False).alias("kind"),
        content.filter(pl.col("what").is_in(["96.1.0", "96.1.1", "96.1.2"])).first().alias("serial"),
    )
    new = r"24\.2\.\d\((?<stamp>\d{12}[SW]?)\)\((?<value>[^()*]*)\*(?<unit>\w+)\)"
    old = r"24\.3\.0\((?<stamp>\d{12}[SW]?)\).*\((?<unit>m3|GJ|kWh|l)\)\((?<value>[^()]*)\)"
    fields = [pl.col("text").str.extract_groups(pattern) for pattern in (new, old)]
    rows = channels.with_columns(
        *(pl.coalesce(*(each.struct.field(name) for each in fields)).alias(name) for name in ("stamp", "value", "unit"))
    ).drop_nulls("value")
    rows = rows.join(kinds, on=["telegram", "channel"], how="left", maintain_order="left")
    rows = rows.join(heads.select("telegram", "consumer"), on="telegram", how="left", maintain_order="left")
    for (kind, unit), some in rows.group_by(["kind", "unit"], maintain_order=True):
        quantity = _MBUS_QUANTITIES.get(int(str(kind or 0))) or (
            Quantity.HEAT if unit in ("GJ", "MJ") else Quantity.GAS
        )
        own = pl.coalesce(_unhexed("serial"), pl.concat_str("consumer", pl.lit(quantity.value), separator=" "))
        table = some.select("consumer", own.alias("meter"), _moment("stamp").alias("time"), "value", "line")
        yield table_from(table, _says(quantity, _MBUS_UNITS.get(str(unit), str(unit))))


def _moment(stamp: str) -> pl.Expr:
    """101209113020W → 2010-12-09T11:30:20+01:00; without a letter, the local time."""
    pattern = r"^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW]?)$"
    written = pl.col(stamp).str.replace(pattern, "20${1}-${2}-${3}T${4}:${5}:${6}${7}")
    return written.str.replace("S$", "+02:00").str.replace("W$", "+01:00")


def _unhexed(column: str) -> pl.Expr:
    """Serials are written as the hexadecimal codes of their letters; null where it is none."""
    is_hex = pl.col(column).str.contains(r"^([2-7][0-9A-Fa-f])+$")  # of plain letters only
    text = pl.when(is_hex).then(pl.col(column)).str.decode("hex", strict=False).cast(pl.String, strict=False)
    readable = pl.when(text.str.contains(r"^[ -~]+$")).then(text.str.strip_chars())
    return pl.coalesce(readable, pl.when(pl.col(column).str.len_chars() > 0).then(column))


def _says(quantity: Quantity, unit: str) -> Recipe:
    return Recipe(
        kind=ImportKind.READINGS, consumer_column="consumer", meter_column="meter", time_column="time",
        value_column="value", quantity=quantity, unit=unit, measure=Measure.REGISTER, stamps_in="Europe/Amsterdam",
        stamp_marks=StampMarks.START, decimal_sign=DecimalSign.POINT,
    )  # fmt: skip


P1 = FileFormat("P1 telegrams", _recognises, _tables)
