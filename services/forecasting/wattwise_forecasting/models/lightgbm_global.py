"""One gradient-boosted model for all meters and all hours ahead, with bands widened or narrowed by what they missed."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Self

import lightgbm
import numpy as np
from numpy.typing import NDArray

from wattwise_forecasting.base import (
    LEVELS,
    MEDIAN,
    Capabilities,
    Forecaster,
    NotEnoughHistory,
    Points,
    Prediction,
    tidy,
)
from wattwise_forecasting.features import FeatureMaker, Vocabulary
from wattwise_forecasting.panel import HOURS_AHEAD_AT_MOST, Floats, Panel

ALPHAS = (0.1, 0.5, 0.9)
_CHUNK = 200_000
_MOST_CALIBRATED = 60_000  # points: the outermost of the nine levels then still has 3,000 beyond it
_HISTORY = 14 * 24  # hours that a training row has behind it
_TINY = 1e-9


class LightgbmGlobal(Forecaster):
    """Direct forecasts: the hours ahead are a feature, so every step has its own forecast and errors do not add up.

    Three boosters learn the quantiles 0.1, 0.5, 0.9 of the target in units of the meter's recent level (LightGBM, Ke et
    al. 2017; quantile loss). `calibrate` then sets all nine levels at the multiples of the half-widths (median - q10,
    q90 - median) which left that share of the truths below, after the idea of conformalized quantile regression (Romano
    et al. 2019); the mean likewise.
    """

    name: ClassVar[str] = "lightgbm_global"
    capabilities: ClassVar[Capabilities] = Capabilities(is_global=True, minimum_hours=_HISTORY, training_days=28)

    def __init__(
        self,
        *,
        rows_per_meter: int = 1_000,
        most_rows: int = 100_000,
        rounds: int = 60,
        seed: int = 1,
        threads: int = 2,
    ) -> None:
        self.rows_per_meter = rows_per_meter
        self.most_rows = most_rows
        self.rounds = rounds
        self.seed = seed
        self.threads = threads

    @property
    def parameters(self) -> dict[str, object]:
        own = ("rows_per_meter", "most_rows", "rounds", "seed")
        return {name: getattr(self, name) for name in own} | {"alphas": list(ALPHAS)}

    def fit(self, panel: Panel) -> Self:
        self.vocabulary_ = Vocabulary.of(panel)
        points = self._sample(panel)
        features = FeatureMaker(panel, self.vocabulary_).of(points)
        target = panel.values[points.meter, points.target] / features.level
        usable = np.isfinite(target)
        data = lightgbm.Dataset(
            features.rows[usable],
            label=target[usable],
            feature_name=[f"f{i}" for i in range(len(features.names))],  # names of details may be anything
            categorical_feature=[features.names.index(name) for name in self.vocabulary_.categories],
            params=self._settings(),
        ).construct()
        with ThreadPoolExecutor(self.threads) as pool:
            self.boosters_ = list(pool.map(lambda alpha: self._boost(data, alpha), ALPHAS))
        self.bands_ = _standard_bands()
        return self

    def refit(self, panel: Panel) -> Self:
        bands = self.bands_
        self.fit(panel).bands_ = bands
        return self

    def _boost(self, data: lightgbm.Dataset, alpha: float) -> lightgbm.Booster:
        booster = lightgbm.Booster(self._settings() | {"alpha": alpha}, data)
        for _ in range(self.rounds):
            booster.update()
        return booster

    def _settings(self) -> dict[str, object]:
        return {
            "objective": "quantile",
            "learning_rate": 0.16,
            "num_leaves": 31,
            "min_data_in_leaf": 60,
            "feature_fraction": 0.5,
            "max_bin": 63,
            "cat_smooth": 50,
            # Boosters run beside each other. Threads inside one wait busily for each other: on a machine that has other
            # work, that made training five times slower.
            "num_threads": 1,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "verbosity": -1,
        }

    def _sample(self, panel: Panel) -> Points:
        """Draw known hours of meters with history behind them; most are 1 to 48 hours ahead, some up to the furthest."""
        random = np.random.default_rng(self.seed)
        count = min(self.rows_per_meter * len(panel.meters), self.most_rows)
        known = np.isfinite(panel.values)
        first = np.where(known.any(axis=1), known.argmax(axis=1), panel.hours) + _HISTORY
        room = np.maximum(panel.known_ends - first, 0)
        if not room.any():
            raise NotEnoughHistory(self.name, days=_HISTORY // 24)
        meter = random.choice(len(panel.meters), size=count, p=room / room.sum())
        target = first[meter] + (random.random(count) * room[meter]).astype(np.int64)
        step = np.where(
            random.random(count) < 0.85,
            random.integers(1, 49, count),
            random.integers(49, HOURS_AHEAD_AT_MOST + 1, count),
        )
        origin = np.maximum(target - step + 1, first[meter])
        chosen = known[meter, target]
        return Points(meter[chosen], origin[chosen], (target - origin + 1)[chosen])

    def predict(self, panel: Panel, points: Points) -> Prediction:
        raw, level = self._raw(panel, points)
        mean, quantiles = _widened(raw, self.bands_)
        return tidy(mean * level, quantiles * level[:, None])

    def calibrate(self, panel: Panel, points: Points) -> Self:
        points = points.thinned(_MOST_CALIBRATED)
        raw, level = self._raw(panel, points)
        truth = panel.values[points.meter, points.target] / level
        known = np.isfinite(truth) & np.isfinite(raw).all(axis=1)
        if known.sum() >= 1_000:  # fewer say too little of the outer levels
            self.bands_ = _learnt_bands(raw[known], truth[known])
        return self

    def _raw(self, panel: Panel, points: Points) -> tuple[Floats, Floats]:
        """Return the boosters' quantiles in units of the level, sorted, and the level."""
        maker = FeatureMaker(panel, self.vocabulary_)
        raw = np.full((len(points), len(ALPHAS)), np.nan)
        level = np.full(len(points), np.nan)
        for start in range(0, len(points), _CHUNK):
            part = slice(start, start + _CHUNK)
            features = maker.of(points.part(part))
            level[part] = features.level
            raw[part] = self._boosted(features.rows)
        raw[~np.isfinite(level)] = np.nan
        return np.maximum(np.sort(raw, axis=1), 0.0), level

    def _boosted(self, rows: NDArray[np.float32]) -> Floats:
        with ThreadPoolExecutor(self.threads) as pool:
            columns = pool.map(lambda booster: booster.predict(rows, num_threads=1), self.boosters_)
            return np.stack(list(columns), axis=1)

    def save(self) -> dict[str, bytes]:
        details = {
            "settings": {
                "rows_per_meter": self.rows_per_meter,
                "most_rows": self.most_rows,
                "rounds": self.rounds,
                "seed": self.seed,
            },
            "bands": self.bands_,
            "quantities": list(self.vocabulary_.quantities),
            "numbers": list(self.vocabulary_.numbers),
            "words": {key: list(words) for key, words in self.vocabulary_.words.items()},
        }
        files = {"model.json": json.dumps(details, indent=1).encode()}
        for alpha, booster in zip(ALPHAS, self.boosters_, strict=True):
            files[f"quantile_{alpha}.txt"] = booster.model_to_string().encode()
        return files

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        details = json.loads(files["model.json"])
        model = cls(**details["settings"])
        model.vocabulary_ = Vocabulary(details["quantities"], details["numbers"], details["words"])
        model.bands_ = details["bands"]
        model.boosters_ = [lightgbm.Booster(model_str=files[f"quantile_{alpha}.txt"].decode()) for alpha in ALPHAS]
        return model


def _standard_bands() -> list[float]:
    """Return the multiples, of the levels and then of the mean, that a bell curve has; used until calibrated."""
    z = np.array([-1.645, -1.2816, -0.6745, -0.2533, 0.0, 0.2533, 0.6745, 1.2816, 1.645])
    return [*(z / 1.2816).tolist(), 0.0]


def _learnt_bands(raw: Floats, truth: Floats) -> list[float]:
    low, median, high = raw.T
    error = truth - median
    below, above, both = (
        error[width > _TINY] / width[width > _TINY] for width in (median - low, high - median, high - low)
    )
    bands = [float(np.quantile(below if level < 0.5 else above, level)) for level in LEVELS if level != 0.5]
    centre = float(np.quantile(both, 0.5))
    return [*bands[:MEDIAN], centre, *bands[MEDIAN:], float(error.mean() / (high - low).mean())]


def _widened(raw: Floats, bands: list[float]) -> tuple[Floats, Floats]:
    low, median, high = (raw[:, [i]] for i in range(3))
    *levels, mean = bands
    multiples = np.array(levels)
    width = np.where(LEVELS < 0.5, median - low, np.where(LEVELS > 0.5, high - median, high - low))
    return (median + mean * (high - low))[:, 0], median + multiples * width
