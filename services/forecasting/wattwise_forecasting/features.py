"""What the global model sees of a point. Only values before the origin, and what the calendar tells, are looked at.

Everything in the meter's unit is divided by the meter's own recent level, so that a palace and a flat are alike, and a
series given in Wh gets the same forecast as in kWh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from .base import Points
from .lags import days_back, row_quantiles, same_hour
from .panel import Floats, Panel

LEVEL_DAYS = 28
DAILY_LAGS = 7
WEEKLY_LAGS = 3
CALENDAR = ("hour", "weekday", "free_day", "holiday", "season_sine", "season_cosine", "step")
WHOLE_RANGE = (0.1, 0.5, 0.9)
_YEAR = 2 * np.pi / 365.25
_MOST_ATTRIBUTES = 16
_MOST_WORDS = 24


@dataclass(frozen=True)
class Vocabulary:
    """Which details of the meters are used, and the number of each word; learnt at training, kept with the model."""

    quantities: Sequence[str]
    numbers: Sequence[str]
    words: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, panel: Panel) -> Self:
        """Take details that at least half of the meters have, and that differ; not those of too many words."""
        quantities = sorted({meter.quantity for meter in panel.meters})
        numbers: list[str] = []
        words: dict[str, list[str]] = {}
        for key in sorted({key for meter in panel.meters for key in meter.attributes}):
            values = [meter.attributes[key] for meter in panel.meters if meter.attributes.get(key) not in (None, "")]
            different = {str(value) for value in values}
            if 2 * len(values) < len(panel.meters) or len(different) < 2:
                continue
            if all(isinstance(value, int | float) for value in values):
                numbers.append(key)
            elif len(different) <= min(_MOST_WORDS, len(values) // 4):
                words[key] = sorted(different)
        words = dict(list(words.items())[: max(_MOST_ATTRIBUTES - len(numbers), 0)])
        return cls(quantities, numbers[:_MOST_ATTRIBUTES], words)

    @property
    def names(self) -> list[str]:
        return ["quantity", *(f"number:{key}" for key in self.numbers), *(f"word:{key}" for key in self.words)]

    @property
    def categories(self) -> list[str]:
        return ["quantity", *(f"word:{key}" for key in self.words)]

    def of_meters(self, panel: Panel) -> Floats:
        """Return `[meter, name]`; what is unknown or new is NaN."""
        rows = []
        for meter in panel.meters:
            row = [_position(self.quantities, meter.quantity)]
            row += [_number(meter.attributes.get(key)) for key in self.numbers]
            row += [_position(self.words[key], str(meter.attributes.get(key))) for key in self.words]
            rows.append(row)
        return np.array(rows, dtype=np.float64).reshape(len(panel.meters), len(self.names))


def _position(words: Sequence[str], word: str) -> float:
    return float(words.index(word)) if word in words else np.nan


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


@dataclass(frozen=True)
class Features:
    """The columns `names` of the points, and by how much the meter's unit was divided: `level[point]`."""

    names: list[str]
    rows: NDArray[np.float32]
    level: Floats


class FeatureMaker:
    """Makes features of one panel; what is common to its points is computed once."""

    def __init__(self, panel: Panel, vocabulary: Vocabulary) -> None:
        self._panel = panel
        self._vocabulary = vocabulary
        self._details = vocabulary.of_meters(panel)
        self._recent = _Recent(panel.values)
        self._warmth = _Recent(panel.temperature[None, :])

    def level(self, points: Points) -> Floats:
        """Return the mean of the last 28 days before the origin; NaN where under 2 days are known, or all is zero."""
        return self._recent.mean(points, hours=24 * LEVEL_DAYS, known=48)

    def of(self, points: Points) -> Features:
        level = self.level(points)
        level = np.where(level > 0, level, np.nan)
        names, columns = zip(*self._in_unit(points), strict=True)
        scaled = np.stack(columns, axis=1) / level[:, None]
        more_names, more = zip(*self._without_unit(points), strict=True)
        details = self._details[points.meter]
        rows = np.concatenate([scaled, np.stack(more, axis=1), details], axis=1).astype(np.float32)
        return Features([*names, *more_names, *self._vocabulary.names], rows, level)

    def _in_unit(self, points: Points) -> list[tuple[str, Floats]]:
        panel, ago = self._panel, days_back(points)
        days = same_hour(panel, points, days=ago[:, None] + np.arange(LEVEL_DAYS))
        weeks = same_hour(panel, points, days=7 * (-(-ago[:, None] // 7) + np.arange(WEEKLY_LAGS)))
        around = [same_hour(panel, points, days=ago, shift=shift) for shift in (-1, 1)]
        recent = [(hours, self._recent.mean(points, hours=hours, known=1)) for hours in (1, 3, 24, 168)]
        spread = row_quantiles(days, WHOLE_RANGE)
        return [
            *((f"day_{i + 1}", days[:, i]) for i in range(DAILY_LAGS)),
            *((f"week_{i + 1}", weeks[:, i]) for i in range(WEEKLY_LAGS)),
            ("hour_before", around[0]),
            ("hour_after", around[1]),
            ("days_7", _mean(days[:, :7])),
            ("days_28", _mean(days)),
            ("same_kind_of_day", _mean(np.where(self._same_kind(points, days.shape[1]), days, np.nan))),
            *((f"range_{level}", spread[:, i]) for i, level in enumerate(WHOLE_RANGE)),
            *((f"last_{hours}", mean) for hours, mean in recent),
        ]

    def _same_kind(self, points: Points, days: int) -> NDArray[np.bool_]:
        """Return `[point, day]`: whether that earlier day is a free day as the target is, or a working day as it is."""
        calendar = self._panel.calendar
        place = calendar.place[points.meter][:, None]
        target = points.target[:, None]
        earlier = np.maximum(target - 24 * (days_back(points)[:, None] + np.arange(days)), 0)
        return np.asarray(calendar.free_day[place, earlier] == calendar.free_day[place, target])

    def _without_unit(self, points: Points) -> list[tuple[str, Floats]]:
        calendar = self._panel.calendar
        at = (calendar.place[points.meter], points.target)
        season = _YEAR * calendar.day_of_year[at]
        columns = (
            calendar.hour[at],
            calendar.weekday[at],
            calendar.free_day[at],
            calendar.holiday[at],
            np.sin(season),
            np.cos(season),
            points.step,
        )
        everywhere = Points(np.zeros_like(points.meter), points.origin, points.step)
        day, week = (self._warmth.mean(everywhere, hours=hours, known=1) for hours in (24, 168))
        return [
            *((name, column.astype(np.float64)) for name, column in zip(CALENDAR, columns, strict=True)),
            ("temperature_day", day),
            ("temperature_change", day - week),
        ]


class _Recent:
    """Means of the last hours before an origin, from running sums."""

    def __init__(self, values: Floats) -> None:
        known = np.isfinite(values)
        none = np.zeros((values.shape[0], 1))
        self._sums = np.concatenate([none, np.cumsum(np.where(known, values, 0.0), axis=1)], axis=1)
        self._counts = np.concatenate([none, np.cumsum(known, axis=1)], axis=1)

    def mean(self, points: Points, *, hours: int, known: int) -> Floats:
        """Return NaN where fewer than `known` hours are known."""
        end = np.minimum(points.origin, self._sums.shape[1] - 1)
        start = np.maximum(end - hours, 0)
        count = self._counts[points.meter, end] - self._counts[points.meter, start]
        total = self._sums[points.meter, end] - self._sums[points.meter, start]
        return np.where(count >= known, total / np.maximum(count, 1), np.nan)


def _mean(rows: Floats) -> Floats:
    known = np.isfinite(rows)
    count = known.sum(axis=1)
    return np.where(count > 0, np.where(known, rows, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
