"""Which meter, direction and unit the rows of a NEM12 or NEM13 file belong to."""

import polars as pl

from wattwise_contract.quantities import Quantity

EASTERN = "Australia/Brisbane"  # Eastern Standard Time, which knows no summer time
_UNITS = {"wh": "Wh", "kwh": "kWh", "mwh": "MWh", "w": "W", "kw": "kW", "mw": "MW", "": "kWh"}
_INTO_THE_GRID = frozenset("ABI")  # by average, master meter; I as NEM13 says it
_OF_CHECK_METERS = frozenset("CF")


def with_streams(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with what the 200 record above them says: consumer (the NMI), meter, direction (the suffix's letter), uom,
    minutes. All null below a 100 or 900 record, where no stream has begun."""
    begins = pl.col("record").is_in(["100", "200", "900"])
    rows = rows.with_columns(begins.cum_sum().alias("section"))
    streams = rows.filter(pl.col("record") == "200").select(
        "section",
        _text("c1").alias("consumer"),
        meter_of(_text("c1"), _text("c4")).alias("meter"),
        _text("c4").str.slice(0, 1).str.to_uppercase().alias("direction"),
        _text("c7").str.to_lowercase().alias("uom"),
        _text("c8").cast(pl.Int64, strict=False).alias("minutes"),
    )
    known = pl.when(pl.col("minutes").is_in([5, 15, 30])).then("minutes").otherwise(30)
    return rows.join(streams.with_columns(known.alias("minutes")), on="section", how="left", maintain_order="left")


def meter_of(nmi: pl.Expr, suffix: pl.Expr) -> pl.Expr:
    """The first stream of each direction is the NMI's own meter; others, such as E2 for controlled load, have theirs."""
    is_first = suffix.str.contains(r"^[A-Za-z]?1?$") | suffix.is_null()
    return pl.when(is_first).then(nmi).otherwise(pl.concat_str(nmi, suffix.str.to_uppercase(), separator=" "))


def unit_and_quantity(uom: str, direction: str) -> tuple[str, Quantity, str]:
    """(unit, quantity, why the stream is left out, if it is)."""
    quantity = Quantity.ELECTRICITY_EXPORT if direction in _INTO_THE_GRID else Quantity.ELECTRICITY_IMPORT
    unit = _UNITS.get(uom, "")
    if not unit:
        return "kWh", quantity, f"Streams in {uom} are left out: reactive energy and the like is not kept."
    if direction in _OF_CHECK_METERS:
        return unit, quantity, "Streams of check meters (suffix C or F) are left out: they count what others count."
    return unit, quantity, ""


def _text(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars(' "\r')
    return pl.when(text != "").then(text)
