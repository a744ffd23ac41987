"""Read text as moments: the format is decided from the data, then applied to whole columns.

A stamp with an offset (or an epoch) is an instant; one without is local, to be placed by `clock.py`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

import polars as pl

from wattwise_contract.recipes import DateOrder

from .months import FOREIGN as FOREIGN_MONTH
from .months import with_english_months
from .numbers import share_true
from .seasons import FOLD_LETTER, ZONE_WORD, with_offsets, without_fold_letters
from .stamp_patterns import MONTH_IN_DIGITS, MONTHS, OFFSETS, fitting, is_ambiguous, swapped

_SAMPLE = 5_000
_EPOCH_UNITS = {10: 1_000_000, 13: 1_000, 16: 1}  # digits → microseconds
_BETWEEN = r"(\s+(-|–|to|bis|until|til|tot|a)\s+|\s*[~～〜]\s*)"  # the two ends of a period
TIME_OF_DAY = r"(?i)^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?$"
_NO_INSTANT = pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("instant")
_NO_LOCAL = pl.lit(None, dtype=pl.Datetime("us")).alias("local")
_HAS_OFFSET = r"\d:\d{2}[^+-]*(Z|[+-]\d{2}(:?\d{2})?)$|\d{4}Z$|\d{4}[+-]\d{4}$"


_SHORT_NUMBER = r"^\s*[+-]?\d{1,3}([.,]\d{0,3})?\s*$"
_MOST_KNOWN = 20_000


@dataclass(frozen=True)
class StampFormat:
    """How the stamps of a file are written, most frequent first. `epoch_us` is set where they are numbers."""

    patterns: tuple[str, ...]
    offset_patterns: tuple[str, ...] = ()
    epoch_us: int = 0
    excel_days: bool = False  # days since 1899-12-30, as Excel counts
    day_first_guessed: bool = False  # nothing in the data told day from month
    is_period: bool = False  # "01:00 - 02:00": the stamp names both ends
    zone_words: bool = False  # "02:30 CEST": the stamp names its zone
    month_words: bool = False  # "3. März 2026": months by their names in a language that is not English
    fold_letters: bool = False  # "02:30 A", "2B:00", "02:30 S": the stamp says which of autumn's two hours it is

    @property
    def date_only(self) -> bool:
        return (
            self.excel_days
            or bool(self.patterns)
            and not any("%H" in pattern or "%I" in pattern for pattern in self.patterns)
        )


_KNOWN: dict[tuple[int, bytes, DateOrder], StampFormat | None] = {}


def stamp_format_of(sample: pl.Series, order: DateOrder = DateOrder.AUTO) -> StampFormat | None:
    """The format that reads the most of these stamps; None where fewer than half of them read as any. `order` says
    which of day and month comes first, where both could."""
    cells = sample.drop_nulls().head(_SAMPLE)
    if cells.str.contains(_SHORT_NUMBER).all():
        return None
    # A column of a table is asked about many times, and there may be thousands.
    said = "\x1f".join(cells.to_list()).encode(errors="replace")
    key = (len(cells), blake2b(said).digest(), order)
    if key not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = _format_of(cells, order)
    return _KNOWN[key]


def _format_of(cells: pl.Series, order: DateOrder) -> StampFormat | None:
    looks = _looks_of(cells)
    texts = _tidied(cells.to_frame("stamp"), looks)
    texts = texts.filter(texts.str.len_chars() > 0)
    if texts.is_empty() or share_true(texts.str.contains(r"\d")) < 0.5:
        return None
    if (counted := _epoch_of(texts) or _excel_days_of(texts)) is not None:
        return counted
    looks = replace(looks, is_period=share_true(texts.str.contains(rf"\d:\d{{2}}(:\d{{2}})?{_BETWEEN}\d")) > 0.5)
    texts = _tidied(texts.to_frame("stamp"), looks)
    with_offset = texts.filter(texts.str.contains(_HAS_OFFSET))
    local = texts.filter(~texts.str.contains(_HAS_OFFSET))
    offsets = _covering(with_offset, _in_order(OFFSETS, order))
    patterns = _covering(local, _in_order(fitting(local), order)) if len(local) else ()
    found = replace(looks, patterns=patterns, offset_patterns=offsets)
    moments = moments_from(texts, found)
    if moments.select((pl.col("instant").is_null() & pl.col("local").is_null()).mean()).item() > 0.5:
        return None
    return _with_day_order(found, local) if order is DateOrder.AUTO else found


def _in_order(patterns: Iterable[str], order: DateOrder) -> list[str]:
    """The patterns without those that have day and month the other way round."""
    other = {DateOrder.DAY_FIRST: "%m", DateOrder.MONTH_FIRST: "%d"}.get(order)
    return [pattern for pattern in patterns if not (other and is_ambiguous(pattern) and pattern.startswith(other))]


def is_time_of_day(text: str) -> bool:
    return bool(re.match(TIME_OF_DAY, text.strip()))


def moments_from(stamps: pl.Series, written: StampFormat) -> pl.DataFrame:
    """`instant` (UTC) or `local` (without zone) of each stamp, in microseconds; both null where it reads as none."""
    frame = stamps.to_frame("stamp")
    marked = written.is_period or written.zone_words or written.fold_letters or written.month_words
    marked = marked or any(pattern in MONTHS for pattern in written.patterns)
    if not written.patterns or marked or "%M" not in written.patterns[0] and not written.date_only:
        return frame.select(*_patiently(written))
    # Nearly always the first pattern reads all; only what it does not read is looked at closely.
    at_once = pl.col("stamp").str.strip_chars().str.to_datetime(written.patterns[0], strict=False, time_unit="us")
    if written.date_only:
        at_once = (
            pl.col("stamp").str.strip_chars().str.to_date(written.patterns[0], strict=False).cast(pl.Datetime("us"))
        )
    quick = frame.with_columns(_NO_INSTANT, at_once.alias("local"))
    unread = quick["local"].is_null() & stamps.is_not_null()
    if not unread.any():
        return quick.drop("stamp")
    slow = frame.filter(unread).select(*_patiently(written))
    places = unread.arg_true()
    return quick.select(
        quick["instant"].scatter(places, slow["instant"]).alias("instant"),
        quick["local"].scatter(places, slow["local"]).alias("local"),
    )


def local_moments_from(stamps: pl.Series, written: StampFormat) -> pl.Series:
    """The same by the clock that the stamps show, without zone; null for those in UTC, which are of no place."""
    if not written.offset_patterns:
        return moments_from(stamps, written)["local"]
    if stamps.head(_SAMPLE).str.contains(r"(Z|[+-]00:?(00)?)\s*$").all():
        return pl.Series("local", [None], dtype=pl.Datetime("us")).new_from_index(0, len(stamps))
    text = _tidied(stamps.to_frame("stamp"), written)
    shown = pl.col("stamp").str.replace(r" ?([+-]\d{2}(:?\d{2})?|Z)$", "")
    locals_ = [_local(shown, pattern.removesuffix("%#z")) for pattern in written.offset_patterns]
    return text.to_frame("stamp").select(pl.coalesce(*locals_).alias("local")).to_series()


def _patiently(written: StampFormat) -> tuple[pl.Expr, pl.Expr]:
    text = _tidy(pl.col("stamp"), written)
    if written.epoch_us:
        number = text.str.replace(r"\.0*$", "").cast(pl.Int64, strict=False) * written.epoch_us
        return number.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias("instant"), _NO_LOCAL
    if written.excel_days:
        days = text.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
        return _NO_INSTANT, (pl.datetime(1899, 12, 30) + pl.duration(days=days)).cast(pl.Datetime("us")).alias("local")
    instants = [_instant(text, pattern) for pattern in written.offset_patterns]
    locals_ = [_local(text, pattern) for pattern in written.patterns]
    return pl.coalesce(*instants, _NO_INSTANT).alias("instant"), pl.coalesce(*locals_, _NO_LOCAL).alias("local")


def _looks_of(cells: pl.Series) -> StampFormat:
    """What stands beside the digits of stamps, before their patterns are known."""
    letters = cells.str.contains(FOLD_LETTER)
    all_marked = share_true(cells.str.contains(r"\d ?[SW]$")) > 0.9
    return StampFormat(
        (),
        month_words=share_true(cells.str.contains(FOREIGN_MONTH)) > 0.5,
        zone_words=share_true(cells.str.contains(ZONE_WORD)) > 0.5,
        fold_letters=all_marked or bool(letters.any() and share_true(letters) < 0.5),
    )


def _tidied(frame: pl.DataFrame, written: StampFormat) -> pl.Series:
    return frame.select(_tidy(pl.col(frame.columns[0]), written)).to_series()


def _tidy(stamp: pl.Expr, written: StampFormat) -> pl.Expr:
    """One way of writing: no padding, a space between date and time, the first end of a period."""
    text = stamp.str.strip_chars(" \t\"'\u00a0\r")
    text = text.str.replace(r"^(\d{4}-?\d{2}-?\d{2})T", "${1} ")
    if written.month_words:
        text = with_english_months(text)
    if written.zone_words:
        text = with_offsets(text)
    if written.fold_letters:
        text = without_fold_letters(text)
    return text.str.replace(_BETWEEN + ".*$", "") if written.is_period else text


def _epoch_of(texts: pl.Series) -> StampFormat | None:
    """Seconds, milliseconds or microseconds since 1970, where every stamp is a number of that length and in reach."""
    whole = texts.str.replace(r"\.0*$", "")
    if not whole.str.contains(r"^\d+$").all():
        return None
    digits = whole.str.len_chars().mode().item(0)
    if digits not in _EPOCH_UNITS or share_true(whole.str.contains(r"^(19|20)\d{2}(0[1-9]|1[0-2])")) > 0.99:
        return None
    return StampFormat((), epoch_us=_EPOCH_UNITS[digits])


def _excel_days_of(texts: pl.Series) -> StampFormat | None:
    days = texts.cast(pl.Float64, strict=False)
    plausible = days.is_between(25_000, 65_000).all() and not days.has_nulls()  # 1968 to 2077
    return StampFormat((), excel_days=True) if plausible and (days == days.floor()).all() else None


def _covering(texts: pl.Series, everything: Iterable[str]) -> tuple[str, ...]:
    """The fewest patterns that read all that any reads, best first."""
    chosen: list[str] = []
    left = texts.unique(maintain_order=True)
    everything = list(everything)
    few = pl.concat([left.head(40), left.tail(40)])
    while len(left) and len(chosen) < 3:
        candidates = [found.name for found in _read_by(few, everything) if found.any()]
        read = _read_by(left, [pattern for pattern in candidates if pattern not in chosen])
        best = max(read, key=pl.Series.sum, default=None)
        if best is None or best.sum() == 0:
            break
        chosen.append(best.name)
        left = left.filter(~best)
        few = left.head(100)
    return tuple(chosen)


def _read_by(texts: pl.Series, patterns: Iterable[str]) -> list[pl.Series]:
    """Which of the texts each pattern reads, under its name. All at once: a query of each takes longer than what it asks."""
    frame = texts.to_frame("stamp")
    return frame.select_seq(_is_read_by(pattern).alias(pattern) for pattern in patterns).get_columns()


@lru_cache(maxsize=1_000)
def _is_read_by(pattern: str) -> pl.Expr:
    moment = (_instant if pattern.endswith("z") else _local)(pl.col("stamp"), pattern)
    return (moment.is_not_null() & moment.dt.year().is_between(1980, 2200)).fill_null(value=False)


def _local(text: pl.Expr, pattern: str) -> pl.Expr:
    if "%I" in pattern:
        text = text.str.to_uppercase()
    if pattern in MONTHS:
        in_digits = "%b" not in pattern and "%B" not in pattern and "月" not in pattern
        text = pl.when(text.str.contains(MONTH_IN_DIGITS)).then(text) if in_digits else text
        return ("1 " + text).str.to_date("%d " + pattern, strict=False, exact=True).cast(pl.Datetime("us"))
    if "%H" not in pattern and "%I" not in pattern:
        return text.str.to_date(pattern, strict=False, exact=True).cast(pl.Datetime("us"))
    if pattern.endswith(("%H:%M:%S%.f", "%H:%M")) and "%H%M" not in pattern:
        # Some files call midnight 24:00 of the day before.
        midnight = text.str.contains(r" 24:00(:00)?$")
        usual = text.str.to_datetime(pattern, strict=False, time_unit="us", exact=True)
        start = text.str.replace(r" 24:", " 00:").str.to_datetime(pattern, strict=False, time_unit="us", exact=True)
        return pl.when(midnight).then(start + pl.duration(days=1)).otherwise(usual)
    if pattern.endswith(" %H"):
        return (text + ":00").str.to_datetime(pattern + ":%M", strict=False, time_unit="us", exact=True)
    return text.str.to_datetime(pattern, strict=False, time_unit="us", exact=True)


def _instant(text: pl.Expr, pattern: str) -> pl.Expr:
    padded = text.str.replace(r" ([+-])", "${1}").str.replace(r"([+-]\d{2})$", "${1}00")
    return padded.str.to_datetime(pattern, strict=False, time_unit="us", exact=True).dt.convert_time_zone("UTC")


def sure_order(texts: pl.Series, written: StampFormat) -> DateOrder:
    """Which of day and month comes first, where these stamps read one way only; else AUTO."""
    pattern = written.patterns[0] if written.patterns else ""
    if not is_ambiguous(pattern):
        return DateOrder.AUTO
    texts = _tidied(texts.to_frame("stamp"), written)
    other, usual = _read_by(texts, [swapped(pattern), pattern])
    if other.sum() >= usual.sum():
        return DateOrder.AUTO
    return DateOrder.DAY_FIRST if pattern.startswith("%d") else DateOrder.MONTH_FIRST


def _with_day_order(found: StampFormat, texts: pl.Series) -> StampFormat:
    """Where 3/4 may be April or March, take the reading under which time runs more evenly; day first if none does."""
    if not found.patterns or not is_ambiguous(found.patterns[0]):
        return found
    one, other = found.patterns[0], swapped(found.patterns[0])
    frame = texts.to_frame("stamp").with_columns(_local(pl.col("stamp"), one).alias("one"))
    frame = frame.with_columns(_local(pl.col("stamp"), other).alias("other"))
    if frame["other"].null_count() > frame["one"].null_count():
        return found
    evenness = {name: _evenness(frame[name]) for name in ("one", "other")}
    if evenness["one"] != evenness["other"]:
        best = one if evenness["one"] > evenness["other"] else other
        return replace(found, patterns=(best, *found.patterns[1:]))
    day_first = one if one.index("%d") < one.index("%m") else other
    patterns = (day_first, *found.patterns[1:])
    return replace(found, patterns=patterns, day_first_guessed=True)


def _evenness(moments: pl.Series) -> float:
    """The share of steps that are the usual step."""
    steps = moments.drop_nulls().unique().sort().diff().drop_nulls()
    if steps.is_empty():
        return 0.0
    return share_true(steps == steps.mode().item(0))
