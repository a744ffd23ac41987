"""Which of a usage point's readings count: its energy once, though the feed tells it as power, as a register, by tariffs
and by the day, too."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

import numpy as np
import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure

_POWER = "Left out is power (demand) beside the energy of the same time: it is the same electricity once more."
_REGISTERS = "Left out are registers beside the readings of the same intervals."
_TARIFFS = "Left out are readings by tariff beside those of all tariffs together."
_COARSER = "Left out are readings of longer intervals (days, say) where shorter ones of the same time are there."
_BOTH_WAYS = "Left out are sums of both directions beside the readings of one."


Span = tuple[int, int]  # seconds since 1970


@dataclass(frozen=True)
class Series:
    """The readings of one meter reading: `tou`: its tariff, empty for all of them; `flow`: ESPI's flowDirection."""

    meter: str
    point: str
    quantity: Quantity
    measure: Measure
    rows: pl.DataFrame  # start (seconds, as text), …
    tou: str = ""
    flow: str = ""
    step: int = 0  # seconds, 0 where nothing says it

    @property
    def is_power(self) -> bool:
        return self.measure in (Measure.POWER, Measure.INSTANT)

    @cached_property
    def span(self) -> Span:
        starts = self.rows["start"].cast(pl.Int64, strict=False).drop_nulls()
        return (int(starts.min()), int(starts.max()) + 1) if len(starts) else (0, 0)  # type: ignore[arg-type]  # of numbers


def without_repetition(series: list[Series]) -> tuple[list[Series], tuple[str, ...]]:
    """(the series that count, with the rows of these that do; a sentence for each kind of what was left out)."""
    kept: list[Series] = []
    notes: dict[str, None] = {}
    groups: dict[tuple[str, Quantity], list[Series]] = {}
    for each in series:
        groups.setdefault((each.point, each.quantity), []).append(each)
    for some in groups.values():
        kept += _of_one(some, notes)
    places = {each.meter: place for place, each in enumerate(series)}
    return sorted(kept, key=lambda each: places[each.meter]), tuple(notes)


def _of_one(some: list[Series], notes: dict[str, None]) -> list[Series]:
    for sentence, is_second in (
        (_POWER, lambda each: each.is_power),
        (_BOTH_WAYS, lambda each: each.flow == "20"),
        (_REGISTERS, lambda each: each.measure is Measure.REGISTER),
        (_TARIFFS, lambda each: bool(each.tou)),
    ):
        first = [each for each in some if not is_second(each)]
        if first and len(first) < len(some):
            spans = _merged([each.span for each in first])
            some = [_outside(each, spans) if is_second(each) else each for each in some]
            notes[sentence] = None
    return _finest(some, notes)


def _finest(some: list[Series], notes: dict[str, None]) -> list[Series]:
    """Of several resolutions the finest, and of the others what lies before and after it."""
    found: list[Series] = []
    finer: dict[str, list[Span]] = {}
    for step, same in groupby(sorted(some, key=lambda each: each.step), key=lambda each: each.step):
        left = [_outside(each, finer.get(each.tou, [])) if step else each for each in same]
        if step and any(each.tou in finer for each in left):
            notes[_COARSER] = None
        for each in left if step else []:
            finer.setdefault(each.tou, []).append(each.span)
        finer = {tou: _merged(spans) for tou, spans in finer.items()}
        found += left
    return [each for each in found if each.rows.height]


def _merged(spans: list[Span]) -> list[Span]:
    """The same time in spans that do not touch, in order."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def _outside(each: Series, spans: list[Span]) -> Series:
    """The series without its intervals that reach into one of the spans."""
    if not spans:
        return each
    firsts, lasts = np.array(_merged(spans)).T
    start = each.rows["start"].cast(pl.Int64, strict=False)
    starts = start.fill_null(0).to_numpy()
    before = np.searchsorted(firsts, starts + each.step, side="left") - 1  # the last span that begins within or before
    is_covered = pl.Series((before >= 0) & (starts < lasts[before]))
    rows = each.rows.filter(~is_covered | start.is_null())
    # One count of a register gives nothing by itself.
    return replace(each, rows=rows.clear() if each.measure is Measure.REGISTER and rows.height < 2 else rows)
