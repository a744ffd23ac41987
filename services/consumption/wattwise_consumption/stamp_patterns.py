"""The ways of writing moments that are known, as strptime has them; the likelier ones first."""

import re
from collections import Counter
from itertools import product

import polars as pl

DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m.%d.%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%m.%d.%y", "%d-%m-%y", "%m-%d-%y",
    "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d/%b/%Y", "%Y年%m月%d日",
)  # fmt: skip
TIMES = ("%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%H.%M.%S", "%H.%M", "%H%M", "%H")
MONTHS = (
    "%Y-%m", "%Y/%m", "%Y%m", "%m/%Y", "%m.%Y", "%m-%Y", "%b-%y", "%b %y", "%b-%Y", "%b %Y", "%B %Y", "%B-%Y",
    "%b.%Y", "%b/%Y", "%Y %b", "%Y-%b", "%Y年%m月",
)  # fmt: skip
MONTH_IN_DIGITS = (
    r"^((19|20)\d{2}[-/]?(0[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-/]20\d{2}|(0[1-9]|1[0-2])\.20\d{2})$"  # else a number
)
COMPACT = ("%Y%m%d%H%M%S", "%Y%m%d%H%M", "%d%b%Y:%H:%M:%S", "%d%b%y:%H:%M:%S")
OFFSETS = (
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M%#z",
    "%Y%m%d %H%M%S%#z",
    "%d/%m/%Y %H:%M:%S%#z",
    "%d.%m.%Y %H:%M:%S%#z",
    "%d.%m.%Y %H:%M%#z",
    "%d/%m/%Y %H:%M%#z",
    "%m/%d/%Y %H:%M:%S%#z",
    "%m/%d/%Y %H:%M%#z",
)


def fitting(texts: pl.Series) -> list[str]:
    """The patterns worth trying: those whose punctuation most stamps have."""
    if texts.is_empty():
        return []
    some = texts.gather_every(max(len(texts) // 50, 1)).to_list()
    shapes = Counter(frozenset(_punctuation(text)) for text in some)
    shape = shapes.most_common(1)[0][0]
    return [pattern for pattern, marks in _EVERYTHING.items() if marks <= shape] or list(_EVERYTHING)


def is_ambiguous(pattern: str) -> bool:
    """Whether day and month could change places in a pattern."""
    return pattern.startswith(("%d/%m", "%m/%d", "%d.%m", "%m.%d", "%d-%m", "%m-%d"))


def swapped(pattern: str) -> str:
    """A pattern with day and month in each other's place."""
    return pattern.replace("%d", "%#").replace("%m", "%d").replace("%#", "%m")


def _punctuation(text: str) -> set[str]:
    return set(re.sub(r"\w", "", text)) | ({" "} if " " in text else set())


_EVERYTHING = {
    pattern: frozenset(re.sub(r"%\.f|%#?[a-zA-Z]|\w", "", pattern))
    for pattern in (*COMPACT, *DATES, *MONTHS, *(f"{date} {time}" for date, time in product(DATES, TIMES)))
}
