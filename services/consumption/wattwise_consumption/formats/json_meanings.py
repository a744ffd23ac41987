"""Which tables of a JSON document hold readings, and what is known of them: unit, meter, quantity."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.layout import Layout, holds_consumers, layout_of, sample_of
from wattwise_consumption.problems import BadFile
from wattwise_consumption.stamps import stamp_format_of
from wattwise_consumption.units import unit_in
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import CalorificValue, ImportKind, Recipe

from .cells import table_from
from .facts import facts_in
from .format import Table
from .json_series import Kind, kinds_of
from .json_shapes import JsonTable
from .json_vendors import vendor_tables

_TARIFFS = {"tariff", "tariffs", "standing"}
_MOST_TABLES = 500  # that are no meters of one table
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

    @cached_property
    def extent(self) -> tuple[str, str] | None:
        times = self.table.cells[self.layout.time].drop_nulls()
        return None if times.is_empty() else (str(times.min()), str(times.max()))

    @cached_property
    def quantities(self) -> set[Quantity]:
        return {value.quantity for value in self.layout.values}

    def goes_with(self, other: "_Readings") -> bool:
        """Whether both may be read: they measure different things, different meters, or one continues the other."""
        if self.height < _FEW and other.height > 10 * _FEW:
            return False
        if (
            self.quantities.isdisjoint(other.quantities)
            or self.table.says.meter_column != other.table.says.meter_column
        ):
            return True
        return self.values == other.values and not self._at_the_time_of(other)

    def _at_the_time_of(self, other: "_Readings") -> bool:
        one, two = self.extent, other.extent
        return one is not None and two is not None and one[0] <= two[1] and two[0] <= one[1]


def documents_of_readings(tables: list[JsonTable]) -> list[Table]:
    """The tables with readings; where there are none, the largest one, for whatever else it may hold. Raises `BadFile` for
    tariffs, and for what is not kept."""
    merged = list(_named_by_keys(tables))
    _check_count(len(merged))
    kinds = list(islice(((table, kind) for table in merged for kind in _kinds(table)), _MOST_TABLES + 1))
    _check_count(len(kinds))
    found = [readings for table, kind in kinds if (readings := _readings_of(table, kind)) is not None]
    not_kept = [kind.not_kept for _, kind in kinds if kind.not_kept]
    if not found:
        _refuse(tables, not_kept)
        table, kind = max(kinds, key=lambda pair: pair[1].frame.height)
        has_times = any(stamp_format_of(table.frame[name]) is not None for name in table.own)
        return [table_from(kind.frame, kind.says) if has_times else table_from(table.frame, Recipe())]
    return _together(found, [f"Not read, as it is not kept: what is in {unit}." for unit in dict.fromkeys(not_kept)])


def _check_count(tables: int) -> None:
    if tables > _MOST_TABLES:
        raise BadFile(
            f"The JSON holds more than {_MOST_TABLES} tables.",
            "Export one list of all readings, with the meter as a value in each, not as a name.",
        )


def _together(found: list[_Readings], notes: list[str]) -> list[Table]:
    """Those tables that may be read together; of the others the notes tell."""
    kept: list[_Readings] = []
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


def _refuse(tables: list[JsonTable], not_kept: list[str]) -> None:
    names = {name for table in tables for name in (*table.own, *(name for said in table.around for name in said))}
    said = {text for table in tables for around in table.around if (text := around.get("resource"))}
    if any(_TARIFFS & set(vocabulary.words_of(name)) for name in (*names, *said)):
        raise BadFile("This is a tariff, not readings.", "Import the document of consumption or production.")
    if not_kept:
        raise BadFile(f"The values are in {not_kept[0]}, which is not kept here.", "Import the document of the energy.")


def _named_by_keys(tables: list[JsonTable]) -> Iterator[JsonTable]:
    """Tables with the same columns and times, whose paths differ in one key ({"meter A": […], "meter B": […]}), are one,
    named by that key; but not where it says what is measured ({"consumption": […], "production": […]})."""
    groups: dict[tuple[int, tuple[str, ...]], list[JsonTable]] = {}
    for table in tables:
        groups.setdefault((len(table.keys), tuple(sorted(table.own))), []).append(table)
    for group in groups.values():
        differ = [place for place in range(len(group[0].keys)) if len({table.keys[place] for table in group}) > 1]
        if len(differ) != 1 or not _share_times(group) or _say_quantities(group, differ[0]):
            yield from group
            continue
        yield _merged(group, differ[0])


def _say_quantities(group: list[JsonTable], place: int) -> bool:
    return any(facts_in([("", table.keys[place])]).quantity is not None for table in group)


def _merged(group: list[JsonTable], place: int) -> JsonTable:
    first = [0]
    for table in group:
        first.append(first[-1] + len(table.around))
    keys = group[0].keys[:place] + group[0].keys[place + 1 :] or (", ".join(table.path for table in group[:5]),)
    return JsonTable(
        keys, pl.concat([table.frame for table in group], how="diagonal"),
        pl.concat([table.within + start for table, start in zip(group, first, strict=False)]),
        tuple({"meter": table.keys[place], **said} for table in group for said in table.around),
    )  # fmt: skip


def _share_times(group: list[JsonTable]) -> bool:
    """Whether tables are of the same times; sums by month beside those by day are not."""
    name = next((name for name in group[0].own if stamp_format_of(group[0].frame[name]) is not None), "")
    if not name:
        return False
    one, two = (table.frame[name].unique() for table in group[:2])
    return int(one.is_in(two.implode()).sum()) * 3 > max(len(one), len(two))


def _kinds(table: JsonTable) -> list[Kind]:
    special = [Kind(frame, says, notes=notes, is_certain=True) for frame, says, notes in vendor_tables(table)]
    return special or [_with_price(kind) for kind in kinds_of(table)]


def _with_price(kind: Kind) -> Kind:
    prices = [found for name in kind.frame.columns if (found := _PRICE_NAME.search(name))]
    if not prices:
        return kind
    unit = f"{prices[0][1].upper()}/{prices[0][2]}"
    return replace(kind, says=kind.says.model_copy(update={"unit": unit, "quantity": Quantity.PRICE}), is_certain=True)


def _readings_of(table: JsonTable, kind: Kind) -> _Readings | None:
    if kind.not_kept or kind.frame.is_empty():
        return None
    made = table_from(kind.frame, kind.says, notes=kind.notes)
    try:
        # Whether a person gave calorific values is asked where the table is read.
        anyhow = kind.says.model_copy(update={"calorific_values": [CalorificValue()], "kind": ImportKind.READINGS})
        layout = layout_of(made.names, sample_of(made.cells), anyhow)
    except BadFile:
        return None
    if (
        not kind.is_certain
        and holds_consumers(made.names, sample_of(made.cells), Recipe())
        and _follow_on(made, layout)
    ):
        made = replace(made, says=kind.says.model_copy(update={"kind": ImportKind.READINGS}))
    if kind.says.unit and not kind.is_certain and any(unit_in(value.name) for value in layout.values):
        says = kind.says.model_copy(update={"unit": ""})  # a column's own unit is the nearest
        return _readings_of(table, replace(kind, says=says))
    return _Readings(table.path, made, layout, tuple(value.name for value in layout.values))


def _follow_on(made: Table, layout: Layout) -> bool:
    """Whether each row begins where another one ends, which no details of consumers do."""
    stamps = made.cells[layout.time]
    others = [f"c{place}" for place in range(len(made.names)) if f"c{place}" != layout.time]
    return any(stamps.is_in(made.cells[name].to_list()).sum() >= made.cells.height / 2 for name in others)
