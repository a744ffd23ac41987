"""JSON whose names do not say what they mean: each vendor's meaning, recognised by its names."""

import re
from collections.abc import Iterator

import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure, Recipe, StampMarks

from .json_shapes import JsonTable

Meant = tuple[pl.DataFrame, Recipe, tuple[str, ...]]
_GRID_FLOWS = {"purchased": Quantity.ELECTRICITY_IMPORT, "feedin": Quantity.ELECTRICITY_EXPORT}


def vendor_tables(table: JsonTable) -> Iterator[Meant]:
    """Nothing where no vendor's names are seen."""
    own, around = set(table.own), set(table.around[0]) if table.around else set()
    if {"electricity_delivered_1", "electricity_returned_1", "timestamp"} <= own:
        yield from _dsmr_reader(table.frame)
    elif "start" in own and {"sum", "state", "change", "mean"} & own and own <= _HOME_ASSISTANT:
        yield from _home_assistant(table)
    elif {"HourUTC", "PriceArea", "SpotPriceEUR"} <= own:
        yield from _danish_prices(table.frame, "HourUTC", "SpotPriceEUR")
    elif {"TimeUTC", "PriceArea", "DayAheadPriceEUR"} <= own:
        yield from _danish_prices(table.frame, "TimeUTC", "DayAheadPriceEUR")
    elif "timestamp" in own and {"primaryValue", "value"} & own and {"responseTimestamp", "resource"} <= around:
        yield from _n3rgy(table.with_around())
    else:
        yield from _of_gas_or_panels(table, own, around)


def _of_gas_or_panels(table: JsonTable, own: set[str], around: set[str]) -> Iterator[Meant]:
    if {"journeeGaziere", "energieConsomme"} <= own or {"consommation.journee_gaziere", "consommation.energie"} <= own:
        yield _grdf(table)
    elif {"grid_energy_imported", "solar_energy_exported"} <= own:
        yield from _powerwall(table.frame)
    elif {"end_at", "wh_del"} <= own:
        yield from _enphase_meter(table.with_around())
    elif {"date", "value"} == own and "type" in around and "timeUnit" in around:
        yield from _solar_edge(table.with_around())


def _dsmr_reader(frame: pl.DataFrame) -> Iterator[Meant]:
    """DSMR-reader's readings: registers by tariff, and those of gas."""
    for way, quantity in (("delivered", Quantity.ELECTRICITY_IMPORT), ("returned", Quantity.ELECTRICITY_EXPORT)):
        tariffs = [name for name in (f"electricity_{way}_1", f"electricity_{way}_2") if name in frame.columns]
        summed = pl.sum_horizontal(pl.col(tariffs).cast(pl.Float64, strict=False)).round(6).cast(pl.String)
        rows = frame.select(pl.col("timestamp").alias("time"), summed.alias("value"))
        yield rows, _register(quantity, "kWh"), ()
    if {"extra_device_timestamp", "extra_device_delivered"} <= set(frame.columns):
        gas = frame.select(
            pl.col("extra_device_timestamp").alias("time"), pl.col("extra_device_delivered").alias("value")
        ).drop_nulls()
        yield from [(gas, _register(Quantity.GAS, "m³"), ())] if gas.height else []


_HOME_ASSISTANT = {"start", "end", "sum", "state", "change", "mean", "min", "max", "last_reset"}


def _home_assistant(table: JsonTable) -> Iterator[Meant]:
    """Home Assistant's long-term statistics: what changed in each hour, else a sum that only grows. `sum` and `state` are
    those at the end of the hour; `start` and `end` say which."""
    frame = table.with_around()
    has_change = "change" in frame.columns and frame["change"].null_count() < frame.height
    value = "change" if has_change else _first_with_values(frame, "sum", "state", "mean")
    is_register = value in ("sum", "state")
    time = "end" if is_register and _first_with_values(frame, "end") else "start"
    if "meter" not in frame.columns and any(sign in table.keys[-1] for sign in ".:" if table.keys):
        frame = frame.with_columns(pl.lit(table.keys[-1]).alias("meter"))  # also where there is one statistic alone
    meter = [pl.col("meter")] if "meter" in frame.columns else []
    rows = frame.select(*meter, pl.col(time).alias("time"), pl.col(value).alias("value"))
    says = Recipe(
        meter_column="meter" if meter else "", time_column="time", value_column="value",
        measure=Measure.REGISTER if is_register else Measure.INTERVAL if has_change else Measure.AUTO,
    )  # fmt: skip
    yield rows, says, ()


def _first_with_values(frame: pl.DataFrame, *names: str) -> str:
    return next((name for name in names if name in frame.columns and frame[name].null_count() < frame.height), "")


_N3RGY = re.compile(r"/(?:mpxn/)?(\w+)/(?:utility/)?(electricity|gas)/(?:readingtype/)?(consumption|production)")


def _n3rgy(frame: pl.DataFrame) -> Iterator[Meant]:
    """n3rgy's half hours of smart meters: by the UTC clock, each stamped with its end, of the meter point in `resource`.
    `secondaryValue` is of meters with a second element."""
    found = _N3RGY.search(str(frame["resource"][0]))
    point, utility, way = found.groups() if found else ("", "electricity", "consumption")
    quantity = Quantity.GAS if utility == "gas" else Quantity.ELECTRICITY_IMPORT
    quantity = Quantity.ELECTRICITY_EXPORT if way == "production" else quantity
    unit = {"m3": "m³"}.get(str(frame["unit"][0]), str(frame["unit"][0])) if "unit" in frame.columns else ""
    for name, suffix in (("primaryValue", ""), ("value", ""), ("secondaryValue", "-2")):
        if not _first_with_values(frame, name):
            continue
        meter = [pl.lit(point + suffix).alias("meter")] if point else []
        rows = frame.select(*meter, pl.col("timestamp").alias("time"), pl.col(name).alias("value"))
        says = Recipe(
            meter_column="meter" if meter else "", time_column="time", value_column="value", quantity=quantity,
            unit=unit, measure=Measure.INTERVAL, stamps_in="UTC", stamp_marks=StampMarks.END,
        )  # fmt: skip
        yield rows, says, ()


def _solar_edge(frame: pl.DataFrame) -> Iterator[Meant]:
    """SolarEdge's energy details: bought and fed in are the grid's; consumption and production are made up of these."""
    kind = pl.col("type").str.to_lowercase()
    unit = next((text for text in frame["unit"].to_list() if text), "Wh") if "unit" in frame.columns else "Wh"
    others = frame.filter(~kind.is_in(list(_GRID_FLOWS)))["type"].unique(maintain_order=True).to_list()
    flows = frame.filter(kind.is_in(list(_GRID_FLOWS)))
    if flows.is_empty():
        rows = frame.select(pl.col("type").alias("meter"), pl.col("date").alias("time"), "value")
        yield rows, Recipe(meter_column="meter", time_column="time", value_column="value", unit=unit), ()
        return
    named = ", ".join(map(str, others))
    notes = (
        (f"Not read: {named}. They are made up of what the grid's meter and the panels measured.",) if others else ()
    )
    for name, quantity in _GRID_FLOWS.items():
        rows = flows.filter(kind == name).select(pl.col("date").alias("time"), "value")
        says = Recipe(time_column="time", value_column="value", unit=unit, quantity=quantity)
        yield from [(rows, says, notes)] if rows.height else []


_GRDF = {  # what GRDF's customers' page and its interface call the same
    "meter": ("meter", "pce.id_pce"), "time": ("dateDebutReleve", "consommation.date_debut_consommation"),
    "value": ("energieConsomme", "consommation.energie"),
    "quality": ("qualificationReleve", "consommation.type_qualif_conso"),
}  # fmt: skip


def _grdf(table: JsonTable) -> Meant:
    """France's gas, by the gas day from 6 to 6: the energy, not the volume and coefficients that it was computed from."""
    frame = table.with_around()
    found = {role: name for role, names in _GRDF.items() if (name := _first_with_values(frame, *names))}
    key = table.keys[-2] if len(table.keys) > 1 and table.keys[-2].isdigit() else table.keys[0] if table.keys else ""
    meter = [] if "meter" in found or not key.isdigit() else [pl.lit(key).alias("meter")]
    rows = frame.select(*meter, *(pl.col(name).alias(role) for role, name in found.items()))
    says = Recipe(
        meter_column="meter" if "meter" in rows.columns else "", time_column="time", value_column="value",
        quantity=Quantity.GAS, unit="kWh", stamp_marks=StampMarks.START,
    )  # fmt: skip
    return rows, says, ()


def _powerwall(frame: pl.DataFrame) -> Iterator[Meant]:
    """Tesla's energy history: what passed the grid's meter. What was fed in is told by where it came from."""
    fed = [name for name in frame.columns if name.startswith("grid_energy_exported")]
    total = pl.sum_horizontal(pl.col(fed).cast(pl.Float64, strict=False)).round(9).cast(pl.String) if fed else None
    notes = ("Not read: what flowed behind the grid's meter, between panels, battery and home.",)
    for quantity, value in (
        (Quantity.ELECTRICITY_IMPORT, pl.col("grid_energy_imported")),
        (Quantity.ELECTRICITY_EXPORT, total),
    ):
        if value is not None:
            rows = frame.select(pl.col("timestamp").alias("time"), value.alias("value"))
            says = Recipe(
                time_column="time", value_column="value", quantity=quantity, unit="Wh", measure=Measure.INTERVAL,
                stamp_marks=StampMarks.START,
            )  # fmt: skip
            yield rows, says, notes


def _enphase_meter(frame: pl.DataFrame) -> Iterator[Meant]:
    """What Enphase's meter at the inverters delivered in each interval, by its end: it was made, not taken."""
    meter = [pl.col("meter_id").alias("meter")] if _first_with_values(frame, "meter_id") else []
    meter = meter or ([pl.col("system_id").alias("meter")] if _first_with_values(frame, "system_id") else [])
    rows = frame.select(*meter, pl.col("end_at").alias("time"), pl.col("wh_del").alias("value"))
    says = Recipe(
        meter_column="meter" if meter else "", time_column="time", value_column="value", unit="Wh",
        quantity=Quantity.ELECTRICITY_EXPORT, measure=Measure.INTERVAL, stamp_marks=StampMarks.END,
    )  # fmt: skip
    yield rows, says, ()


def _danish_prices(frame: pl.DataFrame, time: str, price: str) -> Iterator[Meant]:
    """Energi Data Service's prices of the day-ahead market: in euro per MWh, by the UTC clock."""
    rows = frame.select(pl.col("PriceArea").alias("meter"), pl.col(time).alias("time"), pl.col(price).alias("value"))
    says = Recipe(
        meter_column="meter", time_column="time", value_column="value", unit="EUR/MWh", quantity=Quantity.PRICE,
        stamps_in="UTC",
    )  # fmt: skip
    yield rows, says, ()


def _register(quantity: Quantity, unit: str) -> Recipe:
    return Recipe(time_column="time", value_column="value", quantity=quantity, unit=unit, measure=Measure.REGISTER)
