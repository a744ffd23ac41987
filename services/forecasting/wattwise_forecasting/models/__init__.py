"""The forecasters, by name."""

from wattwise_forecasting.base import Forecaster

from .lightgbm_global import LightgbmGlobal
from .seasonal_naive import SeasonalNaive

__all__ = ["FORECASTERS", "LightgbmGlobal", "SeasonalNaive"]

FORECASTERS: dict[str, type[Forecaster]] = {model.name: model for model in (SeasonalNaive, LightgbmGlobal)}
