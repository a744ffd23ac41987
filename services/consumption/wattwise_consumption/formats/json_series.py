"""What the rows of a JSON table are: their meters, and for each kind of them the recipe that their surroundings say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from wattwise_consumption import vocabulary
from wattwise_consumption.numbers import share_of_numbers
from wattwise_consumption.stamps import stamp_format_of
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Recipe, StampMarks

from .facts import Facts, facts_in, is_kept, may_say, names_a_fact, quantity_said, unit_said
from .json_meters import meters_of
from .json_shapes import JsonTable
from .json_times import holds_clock_times, with_times
from .json_windows import marks_of_windows

_ROW_NUMBERS = {"id", "rank", "index", "row"}
_CODES = {"code", "id", "zip", "nr", "area", "zone", "region", "postcode"}
_SHORT = {
    "enwh": "energy [Wh]",
    "powr": "power [W]",
    "line": "line ",
}  # in which no word can be seen; a place in the file
_MOST_KINDS = 12  # of a column that says something of each row
_WRAPPERS = ("properties", "attributes", "fields", "payload", "payloads", "readings", "reading", "measurement")


@dataclass(frozen=True)
class Kind:
    """Rows of one kind, with what is certain of them; `not_kept`: the unit that keeps them from being stored."""

    frame: pl.DataFrame
    says: Recipe
    not_kept: str = ""
    notes: tuple[str, ...] = ()
    is_certain: bool = False  # nothing of the frame itself speaks against what is said


def kinds_of(table: JsonTable) -> Iterator[Kind]:
    """The rows of a table by what is said of them. Columns: its own, the meter, `line` where the table has lines."""
    table = with_times(table)
    own = _own_columns(table)
    meters = meters_of(table, own)
    telling = [name for name in own.columns if names_a_fact(name) and _is_a_fact(own[name])]
    frame = _with_column_units(own.drop(telling), table).with_columns(meters.columns)
    names = {"meter_column": meters.meter or _what_tells_series_apart(frame), "consumer_column": meters.consumer}
    if not frame.width:  # lists and facts alone
        yield Kind(frame, Recipe())
        return
    if table.lines is not None:
        frame = frame.with_columns(table.lines.alias("line"))
    for facts, rows in _facts_of_rows(table, own.select(telling), marks_of_windows(table, own)):
        said = names | {"value_column": _column_of(facts.quantity, frame)}
        yield Kind(frame.filter(rows), facts.as_recipe().model_copy(update=said), facts.not_kept)


def _is_a_fact(texts: pl.Series) -> bool:
    return texts.n_unique() <= _MOST_KINDS and share_of_numbers(texts) < 0.1


def _column_of(quantity: Quantity | None, frame: pl.DataFrame) -> str:
    """The column whose name alone says what is said of all: “production”, among costs and prices."""
    if quantity is None or quantity is Quantity.ELECTRICITY_IMPORT:
        return ""
    named = [name for name in frame.columns if quantity_said(name) is quantity and share_of_numbers(frame[name]) > 0.5]
    return named[0] if len(named) == 1 else ""


def _facts_of_rows(table: JsonTable, said: pl.DataFrame, marks: list[StampMarks]) -> list[tuple[Facts, pl.Series]]:
    """Each kind of facts with the rows (flags) that they are of."""
    keys = [("", key) for key in reversed(table.keys)]
    known: dict[tuple[tuple[str, str], ...], Facts] = {}
    kinds: dict[Facts, int] = {}
    rows = pl.DataFrame([*said, table.within.alias("within")])
    combinations = rows.unique(maintain_order=True)
    numbers = []
    for combination in combinations.iter_rows(named=True):
        place = combination.pop("within")
        pairs = (*combination.items(), *table.around[place].items())
        told = tuple((name, text) for name, text in pairs if text and may_say(name, text))
        if told not in known:
            known[told] = facts_in((*told, *keys))
        facts = known[told] if known[told].marks is not StampMarks.AUTO else replace(known[told], marks=marks[place])
        numbers.append(kinds.setdefault(facts, len(kinds)))
    combinations = combinations.with_columns(pl.Series("kind", numbers))
    of_rows = rows.join(combinations, on=rows.columns, how="left", nulls_equal=True, maintain_order="left")["kind"]
    return [(facts, of_rows == number) for facts, number in kinds.items()]


def _own_columns(table: JsonTable) -> pl.DataFrame:
    """The columns of a table without lists, numbers of rows and times that are there twice; plainly named."""
    frame = table.frame.select(column for column in table.frame if not _holds_lists(column))
    frame = frame.with_columns(_whole_microseconds(column) for column in frame)
    times = [name for name in frame.columns if stamp_format_of(frame[name]) is not None]
    numbers = [
        name for name in frame.columns
        if set(vocabulary.words_of(name)) <= _ROW_NUMBERS and times and 1 < frame.height == frame[name].n_unique()
    ]  # fmt: skip
    counts = [name for name in times if frame[name].str.contains(r"^\d+$").all()]  # the same times, as numbers
    frame = frame.drop({*numbers, *(counts if len(counts) < len(times) else [])})
    return _plainly_named(frame, [name for name in times if name in frame.columns])


def _holds_lists(column: pl.Series) -> bool:
    said = column.drop_nulls()
    return len(said) > 0 and bool(said.head(1_000).str.contains(r"^[\[{].*[\]}]$").all())


def _whole_microseconds(column: pl.Series) -> pl.Series:
    """Moments counted in nanoseconds, or in seconds with a fraction, as whole microseconds since 1970."""
    said = column.drop_nulls()
    if len(said) and said.str.contains(r"^1\d{18}$").all():
        return column.str.slice(0, 16)
    if len(said) and said.str.contains(r"^1\d{9}\.\d*[1-9]\d*$").any() and said.str.contains(r"^1\d{9}(\.\d+)?$").all():
        return (column.cast(pl.Float64) * 1e6).round().cast(pl.Int64).cast(pl.String)
    return column


def _plainly_named(frame: pl.DataFrame, times: list[str]) -> pl.DataFrame:
    """Rows of arrays have no names: the column of the times is called so, and a lone other one the value. Of names such
    as properties.kwh the first part says nothing."""
    names = {
        name: name.split(".", 1)[1]
        for name in frame.columns
        if name.startswith(tuple(f"{each}." for each in _WRAPPERS))
    }
    if all(name.startswith("column ") for name in frame.columns) and times:
        others = [name for name in frame.columns if name != times[0]]
        names = {times[0]: "time"} | ({others[0]: "value"} if len(others) == 1 else {})
    names |= {name: _SHORT[name] for name in frame.columns if name in _SHORT}
    taken = {name for name in frame.columns if name not in names}
    return frame.rename(
        {old: new for old, new in names.items() if new not in taken and list(names.values()).count(new) == 1}
    )


def _with_column_units(frame: pl.DataFrame, table: JsonTable) -> pl.DataFrame:
    """Columns with the units that stand under their names in an object of units: {"hourly_units": {"temperature": "°F"}}."""
    units: dict[str, str] = {}
    for name, text in (table.around[0] if table.around else {}).items():
        beside, _, column = name.rpartition(".")
        if text and column in frame.columns and vocabulary.UNIT & set(vocabulary.words_of(beside)):
            units.setdefault(column, text)
    frame = frame.drop(name for name, text in units.items() if not is_kept(text))
    return frame.rename(
        {name: f"{name} [{unit.name}]" for name, text in units.items() if is_kept(text) and (unit := unit_said(text))}
    )


def _what_tells_series_apart(frame: pl.DataFrame) -> str:
    """The column of words without which times would repeat; empty where they do not, or meters have names."""
    phrases = vocabulary.METER + ";" + vocabulary.CONSUMER
    times = [name for name in frame.columns if stamp_format_of(frame[name]) is not None]
    named = any(vocabulary.rank_among(name, phrases) is not None for name in frame.columns)
    if named or not times or frame.select(times).n_unique() == frame.height:
        return ""
    words = [name for name in frame.columns if name not in times and _is_a_name(name, frame[name])]
    telling = [
        name for name in words if frame.select(*times, name).n_unique() == frame.height and not frame[name].null_count()
    ]
    return min(telling, key=lambda name: frame[name].n_unique(), default="")


def _is_a_name(name: str, texts: pl.Series) -> bool:
    """Whether texts may name series: words, or numbers of places."""
    if holds_clock_times(texts):
        return False
    return share_of_numbers(texts) < 0.1 or not _CODES.isdisjoint(vocabulary.words_of(name))
