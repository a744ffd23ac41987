"""InfluxDB's line protocol: measurement,tag=value,… field=value,… time. https://docs.influxdata.com

Tags name the meter; each numeric field is a series, whose name says what it measures. Stamps count from 1970 in UTC,
in nanoseconds unless their length says otherwise.
"""

import re
from collections.abc import Iterator

import polars as pl

from wattwise_consumption import sniff, vocabulary
from wattwise_consumption.archives import Member
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import DecimalSign, ImportKind, Recipe, StampMarks

from .cells import table_from, with_notes_at_the_end
from .format import Bounds, FileFormat, Table
from .line_fields import Kept, fields_kept
from .text_lines import lines_of

_NAME = r"(?:\\.|[^\\,= \t\n])+"
_TEXT = r'"(?:\\.|[^"\\])*"'
_FIELD = rf"{_NAME}=(?:{_TEXT}|[^\s,\"]+)"
_LINE = (
    rf"^(?P<measurement>(?:\\.|[^\\,\s#])(?:\\.|[^\\,\s])*)(?P<tags>(?:,{_NAME}={_NAME})*)[ \t]+"
    rf"(?P<fields>{_FIELD}(?:,{_FIELD})*)(?:[ \t]+(?P<stamp>-?\d+))?[ \t]*$"
)
_LOOKS_LIKE = re.compile(_LINE)
_STAMP_DIGITS = {"s": 10, "ms": 13, "us": 16, "ns": 19}
_LEFT_OUT = "Left out are the fields with text or yes and no: {}."
_BESIDE = "Left out are fields beside others that tell more of the same, or that are no energy: {}."
_MOST_FIELDS, _MOST_KEPT = 3_000, 300  # of all measurements
_ROWS_LOOKED_AT = 20_000
# By (measurement, fields of a device) and field; None: left out.
Known = dict[tuple[object, ...], dict[str, Kept | None]]


def _recognises(head: bytes, name: str) -> bool:
    if not sniff.is_text(head):
        return False
    lines = [line.strip() for line in sniff.text_of(head[:20_000]).splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")][:50]
    if head[20_000:]:
        lines = lines[:-1] or lines
    fitting = [found for line in lines if (found := _LOOKS_LIKE.match(line))]
    # A stamp or a tag besides: "a b=1" alone could be anything.
    return len(fitting) * 2 > len(lines) and any(found["stamp"] or found["tags"] for found in fitting)


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    yield from with_notes_at_the_end(_fields_of(member), "line protocol")


def _fields_of(member: Member) -> Iterator[Table]:
    known: Known = {}
    with member.open() as stream:
        for lines in lines_of(stream):
            text = pl.col("text").str.strip_chars()
            said = lines.filter((text.str.len_chars() > 0) & ~text.str.starts_with("#"))
            parts = said.with_columns(text.str.extract_groups(_LINE).alias("parts")).unnest("parts")
            broken = parts.filter(pl.col("measurement").is_null()).select("text", "line")
            yield from tables_by_field(
                _one_row_per_field(parts.filter(pl.col("measurement").is_not_null())), broken, known
            )


def _one_row_per_field(parts: pl.DataFrame) -> pl.DataFrame:
    """measurement, meter, field, value (text), time, line."""
    parts = parts.with_columns(_meter(parts).alias("meter"), _moment(pl.col("stamp")).alias("time"))
    # A comma within a quoted text is no end of a field.
    listed = parts.with_columns(pl.col("fields").str.extract_all(_FIELD).alias("fields")).explode("fields")
    field = listed.with_columns(
        _plain(pl.col("fields").str.extract(rf"^({_NAME})=")).alias("field"),
        pl.col("fields").str.replace(rf"^{_NAME}=", "").alias("value"),
    )
    number = pl.col("value").str.replace(r"^([+-]?\d+)[iu]$", "${1}")
    return field.select("measurement", "meter", "field", number.alias("value"), "time", "line")


def _meter(parts: pl.DataFrame) -> pl.Expr:
    """What the tag that names meters says; all tags' values where there is no such tag, else the measurement."""
    pairs = parts.select(pl.col("tags").str.extract_all(rf"{_NAME}={_NAME}")).explode("tags").drop_nulls()
    keys = pairs["tags"].str.extract(rf"^({_NAME})=").unique(maintain_order=True).drop_nulls().to_list()
    phrases = vocabulary.METER + ";" + vocabulary.CONSUMER
    ranks = {key: rank for key in keys if (rank := vocabulary.rank_among(key, phrases)) is not None}
    values = pl.col("tags").str.extract_all(rf"={_NAME}").list.eval(pl.element().str.strip_prefix("="))
    all_values = _plain(pl.when(values.list.len() > 0).then(values.list.join(" ")))
    if not ranks:
        return pl.coalesce(all_values, _plain(pl.col("measurement")))
    best = min(ranks, key=lambda key: ranks[key])
    named = _plain(pl.col("tags").str.extract(rf",{re.escape(best)}=({_NAME})"))
    return pl.coalesce(named, all_values, _plain(pl.col("measurement")))


def tables_by_field(long: pl.DataFrame, broken: pl.DataFrame, known: Known) -> Iterator[Table]:
    """A table for each field; what is no line protocol goes with the first, to be rejected with its line."""
    is_number = pl.col("value").str.contains(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    shares = long.group_by("measurement", "field", maintain_order=True).agg(is_number.mean().alias("share"))
    texts = shares.filter(pl.col("share") < 0.5)["field"].unique(maintain_order=True).to_list()
    notes = [_LEFT_OUT.format(", ".join(texts[:12]))] if texts else []
    numeric = shares.filter(pl.col("share") >= 0.5).select("measurement", "field")
    _check_count(numeric.height, _MOST_FIELDS)
    fields = long.join(numeric, on=["measurement", "field"], how="semi", maintain_order="left")
    of_one = fields.group_by("measurement", "meter").agg(pl.col("field").unique().sort().str.join(",").alias("beside"))
    fields = fields.join(of_one, on=["measurement", "meter"], nulls_equal=True, maintain_order="left")
    groups = [
        (key, some.drop("beside")) for key, some in fields.group_by(["measurement", "beside"], maintain_order=True)
    ]
    all_kept = {key: _kept(str(key[0]), some, known.setdefault(key, {})) for key, some in groups}
    _check_count(sum(about is not None for decided in known.values() for about in decided.values()), _MOST_KEPT)
    for key, some in groups:
        kept = all_kept[key]
        beside = [field for field in some["field"].unique(maintain_order=True) if field not in kept]
        notes += [_BESIDE.format(", ".join(beside[:12]))] if beside else []
        for name, about in {each.name: each for each in reversed(kept.values())}.items():
            rows = _rows_of({field: each for field, each in kept.items() if each.name == name}, some)
            if rows.is_empty():
                continue
            refused = broken.select(pl.lit("unknown").alias("meter"), pl.col("text").alias("time"), "line")
            whole = pl.concat([rows, refused], how="diagonal").sort("line")
            yield table_from(whole, about.recipe(_SAYS), notes=(*notes, *([about.note] if about.note else [])))
            notes, broken = [], broken.clear()


def _check_count(fields: int, most: int) -> None:
    """Raises `BadFile` where series are told apart by names, each of which would have to be understood by itself."""
    if fields > most:
        raise BadFile(
            f"The line protocol has {fields:,} measurements and fields with numbers; {most:,} are the most.",
            "Tell meters apart by a tag, not by the names of measurements or fields.",
        )


def _rows_of(fields: dict[str, Kept], rows: pl.DataFrame) -> pl.DataFrame:
    """meter, time, the values under their name, which of the meter's registers (where there are several), line."""
    name = next(iter(fields.values())).name
    found = rows.filter(pl.col("field").is_in(list(fields)))
    of = pl.col("field").replace_strict({field: about.of for field, about in fields.items()}, return_dtype=pl.String)
    register = [pl.col("field").alias("register")] if any(about.register for about in fields.values()) else []
    meter = pl.when(of == "").then("meter").otherwise(pl.concat_str("meter", of, separator=" ")).alias("meter")
    return found.select(meter, "time", pl.col("value").alias(name), *register, "line")


def _kept(measurement: str, rows: pl.DataFrame, decided: dict[str, Kept | None]) -> dict[str, Kept]:
    """What to read of the fields of like devices: decided where they are first seen, and kept to from then on."""
    if any(field not in decided for field in rows["field"].unique()):
        moment = pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False)
        looked_at = rows.head(_ROWS_LOOKED_AT).with_columns(moment)
        wide = looked_at.pivot(on="field", index=["meter", "time"], values="value", aggregate_function="first")
        found = fields_kept(measurement, wide)
        decided |= {field: found.get(field) for field in wide.columns[2:] if field not in decided}
    return {field: about for field, about in decided.items() if about is not None}


_SAYS = Recipe(
    kind=ImportKind.READINGS, meter_column="meter", time_column="time", stamps_in="UTC", stamp_marks=StampMarks.START,
    decimal_sign=DecimalSign.POINT,
)  # fmt: skip


def _moment(stamp: pl.Expr) -> pl.Expr:
    """ISO 8601 in UTC. The unit is told by the length: seconds of this time have 10 digits, nanoseconds 19."""
    number = stamp.cast(pl.Int64, strict=False)
    digits = stamp.str.strip_chars_start("-").str.len_chars()
    microseconds = (
        pl.when(digits <= _STAMP_DIGITS["s"] + 1).then(number * 1_000_000)
        .when(digits <= _STAMP_DIGITS["ms"] + 1).then(number * 1_000)
        .when(digits <= _STAMP_DIGITS["us"] + 1).then(number)
        .otherwise(number // 1_000)
    )  # fmt: skip
    return microseconds.cast(pl.Datetime("us")).dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"\\(.)", "${1}")


LINE_PROTOCOL = FileFormat("line protocol", _recognises, _tables)
