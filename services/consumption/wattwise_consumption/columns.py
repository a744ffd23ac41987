"""The columns of a sample, and which of them hold the time."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from wattwise_contract.recipes import DateOrder, Recipe

from . import vocabulary
from .numbers import share_true
from .problems import BadFile
from .stamps import TIME_OF_DAY, StampFormat, is_time_of_day, moments_from, stamp_format_of, sure_order
from .units import Unit, unit_written

END_WORDS = {
    "end",
    "ende",
    "endzeit",
    "enddate",
    "fin",
    "bis",
    "to",
    "til",
    "tot",
    "hasta",
    "alle",
    "until",
    "ending",
    "slut",
    "lopp",
}
START_WORDS = {"start", "starts", "startzeit", "startdate", "begin", "beginn", "beginning", "from", "von", "fra", "van",
               "debut", "desde", "inicio", "inizio", "dalle", "algus", "fran"}  # fmt: skip
_PERIOD_WORDS = {"period", "hour", "he", "stunde", "hora", "heure", "interval", "sp", "godzina", "godz", "hodina", "ora", "uur",
                 "timme", "tunti", "saat"}  # fmt: skip
_COUNTED = re.compile(r"(?P<prefix>[A-Za-z_ ]{0,20}?)[ _-]?0*(?P<number>\d{1,3})")
_PERIOD_PREFIXES = {"", "h", "hh", "hr", "he", "p", "sp", "hour", "period", "interval", "int", "value", "val", "v", "n",
                    "kwh", "reading", "half hour", "half_hour", "hora", "stunde", "hhr", "energy", "usage"}  # fmt: skip
REGISTER_WORDS = {"register", "registers", "obis", "zahlwerk", "tariff", "tarif", "tarief", "tarifa", "fascia", "rate",
                  "tarifario", "horario", "strefa", "tariffi"}  # fmt: skip
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.hH](?P<minute>\d{2})(?::\d{2})?)?(?P<half> ?[apAP][mM])?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:[-–~～〜]|to|bis)\s*\d{{1,2}}(?:[:.hH]\d{{2}}(?::\d{{2}})?)?(?: ?[apAP][mM])?")
_PERIODS_A_DAY = {46: 48, 48: 48, 50: 48, 23: 24, 24: 24, 25: 24, 92: 96, 96: 96, 100: 96}  # the most seen → usual


class NoTimeColumn(BadFile):
    """A table without times: no readings, so perhaps details of consumers."""


@dataclass(frozen=True)
class Columns:
    """The named columns of a sample, without those already taken."""

    names: dict[str, str]  # column → name as in the header
    sample: pl.DataFrame
    _texts: dict[str, pl.Series] = field(default_factory=dict, repr=False, compare=False)

    def without(self, *taken: str) -> "Columns":
        left = {column: name for column, name in self.names.items() if column not in taken}
        return Columns(left, self.sample, self._texts)

    def texts(self, column: str) -> pl.Series:
        """What a column's cells say, without those that say nothing."""
        if column not in self._texts:
            texts = self.sample[column].drop_nulls().str.strip_chars()
            self._texts[column] = texts.filter(texts != "")
        return self._texts[column]


def column_named(wanted: str, columns: dict[str, str], *, role: str) -> str:
    """The column that a recipe names, with or without the unit in brackets behind it, among names by column. Raises
    `BadFile` with the names there are."""
    without_units = {column: name.partition(" [")[0] for column, name in columns.items()}
    for names in (columns, without_units):
        for column, name in names.items():
            if name.strip().lower() == wanted.strip().lower():
                return column
    known = ", ".join(f"“{name}”" for name in list(columns.values())[:20])
    raise BadFile(f"There is no column “{wanted}” for the {role}.", f"The columns are: {known}.")


def time_column(columns: Columns, recipe: Recipe) -> tuple[str, StampFormat]:
    if recipe.time_column:
        column = column_named(recipe.time_column, columns.names, role="time")
        stamps = stamp_format_of(columns.texts(column), recipe.date_order)
        if stamps is None:
            raise BadFile(f"The column “{recipe.time_column}” does not hold dates or times.", "Name the one that does.")
        return column, stamps
    found: list[tuple[tuple[int, int, int, float, int], str, StampFormat]] = []
    for place, (column, name) in enumerate(columns.names.items()):
        words = vocabulary.words_of(name)
        hinted = any(word in vocabulary.TIME for word in words)
        texts = columns.texts(column)
        if texts.is_empty() or (not hinted and _is_plain_number(texts) and not _counts_seconds(texts, name)):
            continue
        stamps = stamp_format_of(texts, recipe.date_order)
        if stamps is not None:
            ends = bool(END_WORDS & set(words))
            purely = sum(word in vocabulary.TIME for word in words) / max(len(words), 1)
            rank = (int(hinted), int(texts.n_unique() > 1), int(not stamps.date_only) - int(ends), purely, -place)
            found.append((rank, column, stamps))
    if not found:
        raise NoTimeColumn("No column holds dates or times.", "Name the column of the times, if there is one.")
    _, column, stamps = max(found, key=lambda item: item[0])
    others = [(other, written) for _, other, written in found if other != column]
    return column, _in_order_of_others(
        columns, column, stamps, others
    ) if recipe.date_order is DateOrder.AUTO else stamps


def _in_order_of_others(
    columns: Columns, column: str, stamps: StampFormat, others: list[tuple[str, StampFormat]]
) -> StampFormat:
    """The end of a bill, 31/03/2025, says what its start, 01/04/2025, is."""
    if sure_order(columns.texts(column), stamps) is not DateOrder.AUTO:
        return stamps
    orders = {sure_order(columns.texts(other), written) for other, written in others} - {DateOrder.AUTO}
    return stamp_format_of(columns.texts(column), orders.pop()) or stamps if len(orders) == 1 else stamps


def tells_only_days(texts: pl.Series, stamps: StampFormat) -> bool:
    """Whether stamps have a date only, or midnight in each row, as spreadsheets write dates."""
    if stamps.date_only:
        return True
    if stamps.offset_patterns or stamps.epoch_us:
        return False
    local = moments_from(texts, stamps)["local"]
    return bool(len(local) and (local == local.dt.truncate("1d")).all()) and local.null_count() == 0


def day_columns(columns: Columns, *, of_days: bool) -> tuple[dict[str, int], bool]:
    """(the columns that hold the readings of a day in one row, with the minute of the day that each is named for, and
    whether those count the time that passed since midnight). Names are times, or count the periods: HH1 … HH48."""
    if not of_days:
        return {}, False
    times = {column: clock for column, name in columns.names.items() if (clock := minute_named(name)) is not None}
    if len(times) >= 20:
        return times, False
    if (compact := _compact_times(columns)) and len(compact) >= 20:
        return compact, False
    return _counted_columns(columns)


def _counted_columns(columns: Columns) -> tuple[dict[str, int], bool]:
    found = {column: _COUNTED.fullmatch(name.strip()) for column, name in columns.names.items()}
    counted = {
        column: match for column, match in found.items() if match and match["prefix"].lower() in _PERIOD_PREFIXES
    }
    for prefix in {match["prefix"].lower() for match in counted.values()}:
        numbers = {
            column: int(match["number"]) for column, match in counted.items() if match["prefix"].lower() == prefix
        }
        usual = _PERIODS_A_DAY.get(len(numbers))
        if usual and sorted(numbers.values()) == list(range(1, len(numbers) + 1)):
            return _from_midnight(sorted(numbers, key=lambda column: numbers[column]))
    return _from_midnight(_numbers_without_names(columns))


def _from_midnight(columns: list[str]) -> tuple[dict[str, int], bool]:
    """The columns with the minutes of a day that they divide evenly; nothing where no day has so many."""
    usual = _PERIODS_A_DAY.get(len(columns))
    if not usual:
        return {}, False
    return {column: place * 24 * 60 // usual for place, column in enumerate(columns)}, len(columns) != usual


def _numbers_without_names(columns: Columns) -> list[str]:
    """The numbers at the end of each row of a table without a header."""
    if not all(name.startswith("column ") for name in columns.names.values()):
        return []
    tail: list[str] = []
    for column in reversed(columns.names):
        texts = columns.texts(column)
        if texts.is_empty() and not tail:
            continue
        if not texts.is_empty() and not _is_plain_number(texts):
            break
        tail.append(column)
    return tail[::-1]


def names_a_span(name: str) -> bool:
    """Whether a column is named by both ends of its interval: "00:30 - 01:00", "0:00～0:30", "00-01"."""
    return _SPAN.fullmatch(name.strip()) is not None


def minute_named(name: str) -> int | None:
    """The minute of the day that a column is named for, by the first end of a span."""
    span = _SPAN.fullmatch(name.strip())
    if span is None and not is_time_of_day(name):
        return None
    clock = span or re.match(_CLOCK, name.strip())
    if clock is None:
        return None
    hour, half = int(clock["hour"]), (clock["half"] or "").strip().lower()
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    return hour * 60 + int(clock["minute"] or 0)


def _compact_times(columns: Columns) -> dict[str, int]:
    """Columns called 0030, 0100 … 2400, with the minutes; empty where they are not evenly spaced."""
    found = {
        column: name.strip()
        for column, name in columns.names.items()
        if re.fullmatch(r"([01]\d|2[0-4])[0-5]\d", name.strip())
    }
    minutes = {column: int(name[:2]) * 60 + int(name[2:]) for column, name in found.items()}
    return minutes if len({b - a for a, b in pairwise(minutes.values())}) == 1 else {}


def unit_column(columns: Columns, besides: Columns) -> str:
    """The column that says each row's unit: one called so, or one of `besides` whose texts end in units."""
    for column, name in columns.names.items():
        if vocabulary.UNIT & set(vocabulary.words_of(name)):
            texts = columns.texts(column).unique()
            if len(texts) <= 12 and any(unit_written(text) is not None for text in texts):
                return column
    return _column_ending_in_units(besides)


def _column_ending_in_units(columns: Columns) -> str:
    """A column of few texts that all end in a unit in brackets, where one of them is not the stored one: what is
    measured, with its unit."""
    for column in columns.names:
        texts = columns.texts(column).unique()
        if 1 <= len(texts) <= 12 and texts.str.contains(r"[^\s(\[].*[)\]]$").all():
            units = [unit_written(text) for text in texts]
            if None not in units and any(unit is not None and unit.name != "kWh" for unit in units):
                return column
    return ""


def units_written(columns: Columns, column: str) -> tuple[tuple[str, Unit], ...]:
    """What the cells of a column of units mean, in lower case; those that are no units are left out."""
    texts = columns.texts(column).str.to_lowercase().unique(maintain_order=True).to_list() if column else []
    return tuple((text, unit) for text in texts if (unit := unit_written(text)) is not None)


def register_column(columns: Columns, times: list[str]) -> str:
    """The column that tells the registers of one meter apart: T1 and T2, or OBIS codes. One that only says which tariff
    was in force, of times that come once, is none."""
    if columns.sample.height < 1.2 * columns.sample.select(times).n_unique():
        return ""
    for column, name in columns.names.items():
        texts = columns.texts(column)
        if REGISTER_WORDS & set(vocabulary.words_of(name)) and 2 <= texts.n_unique() <= 8:
            shortest = not texts.str.contains(r"^-?\d+[.,]\d+$").any() and int(texts.str.len_chars().max()) <= 24  # type: ignore[arg-type]  # a length
            if shortest:
                return column
    return ""


def _is_plain_number(texts: pl.Series) -> bool:
    return share_true(texts.head(200).str.contains(r"^-?\d+([.,]\d+)?$")) > 0.5


def _counts_seconds(texts: pl.Series, name: str) -> bool:
    """Whether the numbers of a column without a name are moments: seconds since 1970 that rise from row to row."""
    if not re.fullmatch(r"column \d+", name):
        return False
    seconds = texts.cast(pl.Float64, strict=False)
    return bool(seconds.is_between(9e8, 2.2e9).all() and (seconds.diff().drop_nulls() > 0).all() and len(seconds) > 1)


def time_of_day_column(columns: Columns, *, of_days: bool) -> str:
    """The column with the time, where another one has only the date."""
    if not of_days:
        return ""
    for column in columns.names:
        texts = columns.texts(column)
        if len(texts) and share_true(texts.head(500).str.contains(TIME_OF_DAY)) > 0.9:
            return column
    return ""


def period_column(columns: Columns, *, of_days: bool) -> tuple[str, int]:
    """(the column that counts the half hours or hours of a day from 1, how many there are), beside a date."""
    if not of_days:
        return "", 0
    for column, name in columns.names.items():
        if not _PERIOD_WORDS & set(vocabulary.words_of(name)):
            continue
        numbers = columns.texts(column).str.replace(r"(?i)[ab]$", "").cast(pl.Int64, strict=False)
        counted = set(numbers.to_list())
        most = max((number for number in counted if number is not None), default=0)
        if None not in counted and min(counted) == 1 and most in _PERIODS_A_DAY:
            return column, _PERIODS_A_DAY[most]
    return "", 0
