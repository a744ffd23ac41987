"""What the times of a file leave open: which of day and month comes first, which end they mark, which clock they keep."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from wattwise_contract.recipes import DateOrder, Measure, Recipe, StampMarks

from . import grid
from .columns import names_a_span
from .sources.files.collected import Look, Understood
from .stamps import moments_from

_DAY_OR_MONTH = re.compile(r"%([dm])[/.-]%([dm])")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """Another recipe, in few words, why it may be the right one, and how likely it is, 0..1."""

    recipe: Recipe
    label: str
    because: str
    score: float


def day_or_month(found: Understood) -> DateOrder:
    """Which comes first in the dates, where either could; AUTO for dates that leave no doubt by how they are written."""
    stamps = found.layout.stamps
    match = _DAY_OR_MONTH.match(stamps.patterns[0]) if stamps.patterns else None
    if match is None:
        return DateOrder.AUTO
    return DateOrder.DAY_FIRST if match[1] == "d" else DateOrder.MONTH_FIRST


def date_orders(look: Look, base: Recipe) -> Iterator[Choice]:
    found = look.understood[0]
    order = day_or_month(found)
    if order is DateOrder.AUTO or found.recipe.date_order is not DateOrder.AUTO:
        return
    pattern = found.layout.stamps.patterns[0]
    swapped = pattern.replace("%d", "%#").replace("%m", "%d").replace("%#", "%m")
    texts = found.sample[found.layout.time]
    other_way = replace(found.layout.stamps, patterns=(swapped, *found.layout.stamps.patterns[1:]))
    if _unread(texts, other_way) > _unread(texts, found.layout.stamps):
        return
    other = DateOrder.MONTH_FIRST if order is DateOrder.DAY_FIRST else DateOrder.DAY_FIRST
    guessed = found.layout.stamps.day_first_guessed
    because = "Every date of the file reads both ways" + (
        ", and nothing tells which is meant." if guessed else "; time runs more evenly the other way."
    )
    yield Choice(
        base.model_copy(update={"date_order": other}), label_of(other, texts), because, 0.5 if guessed else 0.2
    )


def label_of(order: DateOrder, texts: pl.Series) -> str:
    """In few words what an order means, with a date of the file."""
    words = "Day first" if order is DateOrder.DAY_FIRST else "Month first"
    dates = texts.drop_nulls().str.extract_groups(r"^\s*(?<a>\d{1,2})(?<sign>[/.-])(?<b>\d{1,2})\b").struct.unnest()
    dates = dates.drop_nulls().filter(pl.col("a").cast(pl.Int64) != pl.col("b").cast(pl.Int64))
    if dates.is_empty():
        return words
    one, sign, two = dates.row(0)
    day, month = (int(one), int(two)) if order is DateOrder.DAY_FIRST else (int(two), int(one))
    return f"{words}: {one}{sign}{two} is {day} {_MONTHS[month - 1]}" if 1 <= month <= 12 else words


def _unread(texts: pl.Series, stamps: object) -> int:
    moments = moments_from(texts, stamps)  # type: ignore[arg-type]  # a StampFormat
    return int(moments.select((pl.col("instant").is_null() & pl.col("local").is_null()).sum()).item())


def ends_of_intervals(look: Look, base: Recipe) -> Iterator[Choice]:
    found = look.understood[0]
    one_day = found.layout.row_per_day and any(names_a_span(value.name) for value in found.layout.values)
    closed = found.recipe.stamp_marks is not StampMarks.AUTO or found.layout.stamps.is_period or found.layout.period
    counted = found.recipe.measure in (Measure.REGISTER, Measure.INSTANT) or look.apart & {"register", "instant"}
    if closed or one_day or counted or step_hours(look) > 20:
        return
    if base.stamp_marks is StampMarks.END:
        because = "Most files mark the start; only the header or the pattern of the stamps speaks for the end."
        yield Choice(
            base.model_copy(update={"stamp_marks": StampMarks.START}),
            "Stamps mark the start of intervals",
            because,
            0.3,
        )
        return
    because = "The file does not say whether a stamp is the start or the end of its interval."
    yield Choice(
        base.model_copy(update={"stamp_marks": StampMarks.END}), "Stamps mark the end of intervals", because, 0.1
    )


def has_local_stamps(found: Understood) -> bool:
    return bool(found.layout.stamps.patterns or found.layout.stamps.excel_days)


def clocks(look: Look, base: Recipe, in_utc: Look) -> Iterator[Choice]:
    """The clocks that local stamps may keep, by the days of clock changes. `in_utc`: the look under UTC stamps."""
    zone = base.timezone
    if look.readings.is_empty():
        return
    said = evidence_of_clock(look, in_utc, zone)
    if said.for_local and not said.against_local:
        return
    because = said.sentence or "No day of a clock change is in the file, which would tell the clocks apart."
    is_likely = bool(said.against_local)
    utc = base.model_copy(update={"stamps_in": "UTC"})
    yield Choice(utc, "Stamps are in UTC", because, 0.6 if is_likely else 0.25)
    winter = _winter_zone(zone, look.readings["starts_at"].min())  # type: ignore[arg-type]  # a moment
    if winter:
        hours = "UTC" + winter.removeprefix("Etc/GMT").translate(str.maketrans("+-", "-+"))
        standard = base.model_copy(update={"stamps_in": winter})
        yield Choice(standard, f"Stamps keep winter time all year ({hours})", because, 0.55 if is_likely else 0.08)


@dataclass(frozen=True)
class ClockEvidence:
    for_local: int  # days of clock changes that are as a local clock shows them
    against_local: int  # those that have 24 hours
    sentence: str


def evidence_of_clock(local: Look, in_utc: Look, zone: str) -> ClockEvidence:
    """Judge the days on which the clocks change: in spring by what stands in the hour that was left out, in autumn by
    whether an hour is there twice."""
    readings = in_utc.readings.filter(pl.col("starts_at").is_not_null())
    if readings.is_empty() or zone == "UTC":
        return ClockEvidence(0, 0, "")
    first, last = readings["starts_at"].min(), readings["starts_at"].max()
    for_local: list[datetime] = []
    against: list[datetime] = []
    hour = timedelta(hours=1)
    for change, jump in _changes(first, last, zone):  # type: ignore[arg-type]  # moments
        on_the_clock = change + max(jump[0], jump[1])  # where the gap, or the repeated hour, ends by the file's clock
        if jump[1] > jump[0]:  # spring
            gap = change + jump[0]
            if not (_any(readings, gap - 3 * hour, gap) and _any(readings, gap + hour, gap + 4 * hour)):
                continue
            (against if _fills_gap(readings, gap) else for_local).append(gap)
        elif _any(readings, on_the_clock - 4 * hour, on_the_clock - hour):
            seen_twice = _any(local.readings, change, change + hour)
            (for_local if seen_twice else against).append(on_the_clock - hour)
    return ClockEvidence(len(for_local), len(against), _sentence(for_local, against))


def _sentence(for_local: list[datetime], against: list[datetime]) -> str:
    if not (for_local or against):
        return ""
    if not against:
        return f"{_day(for_local[0])} has the hours of a local clock that changes."
    days = _day(against[0])
    more = f", and so on {len(against)} days of clock changes" if len(against) > 1 else ""
    doubt = f", though {_day(for_local[0])} has those of a local clock" if for_local else ""
    return f"{days}, when local clocks change, has 24 hours here{more}{doubt}."


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _changes(first: datetime, last: datetime, zone: str) -> Iterator[tuple[datetime, tuple[timedelta, timedelta]]]:
    """Each clock change with the distance from UTC before and after it."""
    hours = pl.datetime_range(first - timedelta(days=1), last + timedelta(days=1), "1d", time_zone="UTC", eager=True)
    frame = _with_offset(pl.DataFrame({"at": hours}), zone)
    for day in frame.filter(pl.col("offset") != pl.col("offset").shift())["at"].head(40):
        around = pl.datetime_range(
            day - timedelta(days=1, minutes=day.minute, seconds=day.second), day, "1h", eager=True
        )
        found = _with_offset(pl.DataFrame({"at": around}), zone).with_columns(pl.col("offset").shift().alias("before"))
        for row in found.filter(pl.col("offset") != pl.col("before")).to_dicts():
            yield row["at"], (row["before"], row["offset"])


def _with_offset(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    local = pl.col("at").dt.convert_time_zone(zone)
    return frame.with_columns((local.dt.base_utc_offset() + local.dt.dst_offset()).alias("offset"))


def _fills_gap(readings: pl.DataFrame, gap: datetime) -> bool:
    """Whether the hour that local clocks left out is there. The ends of intervals that a local clock shows lie in it,
    too, but then none are in the hour before."""
    hour = timedelta(hours=1)
    at = pl.col("starts_at")
    before = at.is_between(gap - 3 * hour, gap - hour, closed="left").sum()
    around = at.is_between(gap - hour, gap + hour, closed="left").sum()
    return bool(readings.select(around > before * 0.75).item()) and _any(readings, gap, gap + hour, used=True)


def _any(readings: pl.DataFrame, start: datetime, end: datetime, *, used: bool = False) -> bool:
    inside = pl.col("starts_at").is_between(start, end, closed="left")
    return bool(readings.select((inside & (pl.col("value") != 0) if used else inside).any()).item())


def _winter_zone(zone: str, at: datetime) -> str:
    """The zone that keeps the winter time of `zone`; empty where that is UTC, or no whole number of hours."""
    local = pl.Series([at], dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    hours, rest = divmod(int(local.dt.base_utc_offset().item().total_seconds()), 3600)
    return "" if rest or not hours else f"Etc/GMT{-hours:+d}"


def step_hours(look: Look) -> float:
    """The most frequent distance of readings, in hours; half an hour where there is none."""
    same = pl.col("meter_key") == pl.col("meter_key").shift()
    steps = look.readings.select(pl.when(same).then(pl.col("starts_at").diff().dt.total_microseconds())).to_series()
    usual = steps.drop_nulls().filter(steps.drop_nulls() > 0).mode()
    return float(usual.sort().item(0)) / grid.HOUR if len(usual) else 0.5
