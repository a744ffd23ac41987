"""Months by name, in the languages that exports come in."""

import re

import polars as pl

# In each language that has a word of its own; short forms are their beginnings, with or without a point.
_MONTHS = (
    "january januar janvier janv enero ene gennaio gen januari janeiro styczen leden ledna tammikuu ocak 1月",
    "february februar février fevrier févr fevr febrero febbraio februari fevereiro fev luty lutego únor helmikuu şubat 2月",
    "march märz maerz mär mrz mars marzo maart mrt março marco marzec březen maaliskuu mart 3月",
    "april avril avr abril abr aprile kwiecień duben huhtikuu nisan 4月",
    "may mai mayo maggio mag mei maio maj květen toukokuu mayıs 5月",
    "june juni juin junio giugno giu junho czerwiec červen kesäkuu haziran 6月",
    "july juli juillet juil julio luglio lug julho lipiec červenec heinäkuu temmuz 7月",
    "august août aout agosto ago augustus augusti sierpień srpen elokuu ağustos 8月",
    "september septembre septiembre settembre set setembro wrzesień září syyskuu eylül sept 9月",
    "october oktober octobre octubre ottobre ott outubro out październik říjen lokakuu ekim okt 10月",
    "november novembre noviembre novembro listopad marraskuu kasım 11月",
    "december dezember décembre decembre dic dez déc diciembre dicembre dezembro grudzień prosinec joulukuu aralık 12月",
)  # fmt: skip
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BY_NAME = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()} | {
    english.lower(): number for number, english in enumerate(_ENGLISH, 1)
}
_WORDS = tuple(
    r"(?i)(^|[^\p{L}])(" + "|".join(sorted(names.split(), key=len, reverse=True)) + r")\.?($|[^\p{L}\d])" for names in _MONTHS
)  # fmt: skip
FOREIGN = "(?i)" + "|".join(rf"\b{re.escape(name)}\b" for name in _BY_NAME if name.isalpha() and len(name) > 2)


def month_named(name: str) -> int | None:
    """1 to 12 for a name that is a month's and nothing else."""
    return _BY_NAME.get(name.strip().lower().rstrip("."))


def with_english_months(text: pl.Expr) -> pl.Expr:
    """Stamps with the English short form in place of a month's word: "3. März 2026" → "3. Mar 2026"."""
    for pattern, english in zip(_WORDS, _ENGLISH, strict=True):
        text = text.str.replace(pattern, "${1}" + english + "${3}")
    return text
