"""How files say which of autumn's two hours a local time is in: zone words, letters, and columns of flags."""

import polars as pl

from . import vocabulary

_OFFSETS = {
    "UTC": "+00:00", "GMT": "+00:00", "WET": "+00:00", "WEST": "+01:00", "BST": "+01:00", "CET": "+01:00",
    "MEZ": "+01:00", "CEST": "+02:00", "MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00", "EST": "-05:00",
    "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00",
    "PDT": "-07:00", "AEST": "+10:00", "AEDT": "+11:00", "ACST": "+09:30", "ACDT": "+10:30", "AWST": "+08:00",
    "NZST": "+12:00", "NZDT": "+13:00",
}  # fmt: skip
ZONE_WORD = r"\d ?\(?(" + "|".join(_OFFSETS) + r")\)?$"
FOLD_LETTER = r"\d ?[ABab](:\d{2})*$"
_SUMMER = {"1", "y", "yes", "true", "t", "s", "a", "sommer", "summer", "sommerzeit", "dst", "cest", "mesz", "bst", "edt",
           "cdt", "mdt", "pdt", "west", "eest", "aedt", "acdt", "nzdt", "ja", "si", "oui", "ete", "verano"}  # fmt: skip
_WINTER = {"0", "n", "no", "false", "f", "w", "b", "winter", "winterzeit", "std", "cet", "mez", "gmt", "est", "cst",
           "mst", "pst", "wet", "eet", "aest", "acst", "nzst", "nein", "non", "hiver", "invierno", "standard"}  # fmt: skip
_FLAG_WORDS = {"dst", "isdst", "summertime", "sommerzeit", "daylight", "summer", "season", "saison", "zeitzone", "tz"}


def with_offsets(text: pl.Expr) -> pl.Expr:
    """Stamps with the offset that their zone's word stands for, in its place."""
    for word, offset in _OFFSETS.items():
        text = text.str.replace(rf"(\d) ?\(?{word}\)?$", "${1}" + offset)
    return text


def without_fold_letters(text: pl.Expr) -> pl.Expr:
    """ "2A:00" → "2:00", "02:30 B" → "02:30", "02:30 S" → "02:30"."""
    return text.str.replace(r"(\d) ?[ABabSW]((:\d{2})*)$", "${1}${2}")


def is_season_column(name: str, texts: pl.Series) -> bool:
    """Whether a column says of each row if its time is summer or winter time."""
    kinds = set(texts.str.to_lowercase().unique())
    named = bool(_FLAG_WORDS & set(vocabulary.words_of(name)))
    return named and bool(kinds) and kinds <= _SUMMER | _WINTER


def is_summer(text: pl.Expr) -> pl.Expr:
    """What a flag says: true for summer time (the first of the two hours), false for winter time, null for nothing."""
    said = text.str.strip_chars().str.to_lowercase()
    return (
        pl.when(said.is_in(list(_SUMMER)))
        .then(pl.lit(value=True))
        .when(said.is_in(list(_WINTER)))
        .then(pl.lit(value=False))
    )


def is_first_hour(stamp: pl.Expr) -> pl.Expr:
    """The same of a stamp with a letter: A and S are the first hour, B and W the second."""
    return is_summer(stamp.str.strip_chars().str.extract(r"\d ?([ABabSW])(?:(?::\d{2})*)$"))
