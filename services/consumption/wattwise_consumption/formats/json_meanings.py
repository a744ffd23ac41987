"""Which tables of a JSON document hold readings, and what is known of them: unit, meter, quantity."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.json_cells import JsonTable
from wattwise_consumption.layout import Layout, layout_of, sample_of
from wattwise_consumption.numbers import share_of_numbers
from wattwise_consumption.problems import BadFile
from wattwise_consumption.stamps import stamp_format_of
from wattwise_consumption.units import unit_in
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import CalorificValue, Recipe

from .cells import table_from
from .format import Table
from .json_vendors import vendor_tables

_UNIT_WORDS = {"unit", "units", "uom"}
_UNITS_IN_WORDS = {
    "watthours": "Wh", "kilowatthours": "kWh", "megawatthours": "MWh", "kilowatts": "kW", "megawatts": "MW",
}  # fmt: skip
_SAYS_QUANTITY = {"resource", "fuel", "utility", "commodity", "energy", "service", "metric", "medium"}
_TARIFFS = {"tariff", "tariffs", "standing"}
_ROW_NUMBERS = {"id", "rank", "index", "row"}
_FEW = 3  # rows, beside a table of many, are no readings
_PRICE_NAME = re.compile(r"(?i)(?:^|[_ ])(eur|gbp|usd|aud|cad|chf|dkk|nok|sek|pln|czk)[_ ](kwh|mwh)$")


@dataclass(frozen=True, eq=False)
class _Readings:
    """A table of readings that was found, with the extent of its times as text."""

    path: str
    table: Table
    layout: Layout
    values: tuple[str, ...]  # names of its value columns

    @property
    def height(self) -> int:
        return self.table.cells.height

    @property
    def times(self) -> pl.Series:
        return self.table.cells[self.layout.time].drop_nulls()

    def goes_with(self, other: "_Readings") -> bool:
        """Whether both may be read: they measure different things, different meters, or one continues the other."""
        quantities = [{value.quantity for value in each.layout.values} for each in (self, other)]
        if self.height < _FEW and other.height > 10 * _FEW:
            return False
        if not quantities[0] & quantities[1] or self.table.says.meter_column != other.table.says.meter_column:
            return True
        return self.values == other.values and not self._at_the_time_of(other)

    def _at_the_time_of(self, other: "_Readings") -> bool:
        one, two = self.times, other.times
        if one.is_empty() or two.is_empty():
            return False
        return bool(one.min() <= two.max() and two.min() <= one.max())  # type: ignore[operator]  # text, not null


def documents_of_readings(tables: list[JsonTable]) -> list[Table]:
    """The tables with readings; empty where there are none. Raises `BadFile` for tariffs."""
    found = [readings for table in _named_by_keys(tables) for readings in _readings_of(table)]
    if not found and any(_TARIFFS & set(vocabulary.words_of(name)) for table in tables for name in _all_names(table)):
        raise BadFile("This is a tariff, not readings.", "Import the document of consumption or production.")
    kept: list[_Readings] = []
    notes: list[str] = []
    for readings in sorted(found, key=lambda each: -each.height):
        rival = next((other for other in kept if other.path != readings.path and not readings.goes_with(other)), None)
        if rival is None:
            kept.append(readings)
        else:
            notes.append(
                f"The table “{readings.path}” was not read, but “{rival.path}”. "
                "To read it instead, name it as the table of the import."
            )
    named = [_with_part(each, kept[0]) for each in found if each in kept]
    return [*named[:-1], *(replace(last, notes=(*last.notes, *notes)) for last in named[-1:])]


def _with_part(readings: _Readings, largest: _Readings) -> Table:
    """Tables other than the largest, and what continues it, are named by their path."""
    continues = readings.path == largest.path or readings.values == largest.values
    return readings.table if continues else replace(readings.table, part=readings.path)


def plain_table(table: JsonTable) -> tuple[pl.DataFrame, Recipe]:
    """A table for whatever else it may hold; where it has times, without what is about the answer itself."""
    has_times = any(stamp_format_of(table.frame[name]) is not None for name in table.own)
    frame = _with_names(table, _without_envelope(table)) if has_times else table.frame
    return frame.rename({"line": "line "}) if "line" in frame.columns else frame, Recipe()


def _named_by_keys(tables: list[JsonTable]) -> Iterator[JsonTable]:
    """Tables side by side with the same columns and times ({"meter A": […], "meter B": […]}) are one, named by key."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[JsonTable]] = {}
    for table in tables:
        groups.setdefault((table.keys[:-1], tuple(sorted(table.own))), []).append(table)
    for group in groups.values():
        if len(group) == 1 or not _share_times(group):
            yield from group
            continue
        frames = [each.frame.with_columns(pl.lit(each.keys[-1]).alias("meter")) for each in group]
        around = (*dict.fromkeys(name for each in group for name in each.around), "meter")
        keys = group[0].keys[:-1] or (", ".join(each.path for each in group[:5]),)
        yield JsonTable(keys, pl.concat(frames, how="diagonal"), group[0].own, around)


def _share_times(group: list[JsonTable]) -> bool:
    name = next((name for name in group[0].own if stamp_format_of(group[0].frame[name]) is not None), "")
    if not name:
        return False
    return bool(group[0].frame[name].is_in(group[1].frame[name].to_list()).any())


def _readings_of(table: JsonTable) -> Iterator[_Readings]:
    special = list(vendor_tables(table))
    for frame, says, notes in special or _by_unit(table):
        made = table_from(frame, says, notes=notes)
        try:
            # Whether a person gave calorific values is asked where the table is read.
            anyhow = says.model_copy(update={"calorific_values": [CalorificValue()]})
            layout = layout_of(made.names, sample_of(made.cells), anyhow)
        except BadFile:
            continue
        name = made.names[int(layout.time[1:])]
        if special or name in (*table.own, "time"):
            yield _Readings(table.path, made, layout, tuple(value.name for value in layout.values))


def _by_unit(table: JsonTable) -> Iterator[tuple[pl.DataFrame, Recipe, tuple[str, ...]]]:
    """The frames to read, one for each unit, with what is known of them."""
    frame = _with_names(table, _without_envelope(table))
    says = Recipe(quantity=_quantity_of(table) or Quantity.ELECTRICITY_IMPORT)
    series = _what_tells_series_apart(frame)
    says = says.model_copy(update={"meter_column": series})
    if prices := [found for name in table.own if (found := _PRICE_NAME.search(name))]:
        unit = f"{prices[0][1].upper()}/{prices[0][2]}"
        says = says.model_copy(update={"unit": unit, "quantity": Quantity.PRICE})
    unit_column = next((name for name in table.frame.columns if _UNIT_WORDS & set(vocabulary.words_of(name))), "")
    if not unit_column:
        yield frame, says, ()
        return
    texts = table.frame[unit_column]
    for text in texts.unique(maintain_order=True).to_list():
        unit = _unit_of(text or "")
        rows = frame.filter(texts.eq_missing(pl.Series([text], dtype=pl.String)))
        if unit_column in rows.columns:
            rows = rows.drop(unit_column)
        yield rows, says.model_copy(update={"unit": unit}) if unit else says, ()


def _with_names(table: JsonTable, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of arrays have no names: the column of the times is called so, and a lone other one the value."""
    if any(not name.startswith("column ") for name in table.own):
        return frame
    times = [name for name in table.own if stamp_format_of(frame[name]) is not None]
    others = [name for name in table.own if name not in times[:1]]
    names = {times[0]: "time"} if times else {}
    names |= {others[0]: "value"} if len(others) == 1 else {}
    return frame.rename({old: new for old, new in names.items() if new not in frame.columns})


def _without_envelope(table: JsonTable) -> pl.DataFrame:
    """Without what answers say of themselves (versions, counts, when they were made) and numbers of rows."""
    frame = table.frame
    times = [name for name in table.own if stamp_format_of(frame[name]) is not None]
    numbered = [
        name for name in table.own
        if set(vocabulary.words_of(name)) <= _ROW_NUMBERS and times and 1 < frame.height == frame[name].n_unique()
    ]  # fmt: skip
    dropped = [name for name in table.around if not _names_a_series(name, frame[name])]
    counts = [name for name in times if frame[name].str.contains(r"^\d+$").all()]  # the same times, as numbers
    repeated = counts if len(counts) < len(times) else []
    frame = frame.drop({*numbered, *dropped, *repeated})
    return frame.rename({"line": "line "}) if "line" in frame.columns else frame


def _names_a_series(name: str, texts: pl.Series) -> bool:
    if vocabulary.rank_among(name, vocabulary.METER + ";" + vocabulary.CONSUMER) is not None:
        return True
    return texts.n_unique() > 1 and share_of_numbers(texts) < 0.5 and stamp_format_of(texts) is None


def _what_tells_series_apart(frame: pl.DataFrame) -> str:
    """The column of words without which times would repeat; empty where they do not, or meters have names."""
    names = [
        name
        for name in frame.columns
        if vocabulary.rank_among(name, vocabulary.METER + ";" + vocabulary.CONSUMER) is not None
    ]
    times = [name for name in frame.columns if stamp_format_of(frame[name]) is not None]
    if names or not times or frame.select(times).n_unique() == frame.height:
        return ""
    words = [name for name in frame.columns if name not in times and share_of_numbers(frame[name]) < 0.1]
    telling = [
        name for name in words if frame.select(*times, name).n_unique() == frame.height and not frame[name].null_count()
    ]
    return min(telling, key=lambda name: frame[name].n_unique(), default="")


def _quantity_of(table: JsonTable) -> Quantity | None:
    for name in table.around:
        if _SAYS_QUANTITY & set(vocabulary.words_of(name)):
            text = str(table.frame[name].drop_nulls().head(1).to_list())
            found = vocabulary.quantity_named_in(text.split("?")[0].replace("/", " "))
            if found in (Quantity.GAS, Quantity.WATER, Quantity.HEAT):
                return found
    return None


def _unit_of(text: str) -> str:
    named = _UNITS_IN_WORDS.get(text.strip().lower().replace(" ", "").replace("-", ""), "")
    unit = unit_in(text)
    return named or (unit.name if unit else "")


def _all_names(table: JsonTable) -> list[str]:
    resource = [
        text for name in table.around if name == "resource" for text in table.frame[name].head(1).to_list() if text
    ]
    return [*table.own, *table.around, *resource]
