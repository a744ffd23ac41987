"""The environment, read once."""

from pydantic import Field

from wattwise_runtime import ServiceSettings


class Settings(ServiceSettings):
    """`WATTWISE_FORECASTING_SEED` makes another, equally good model; `…_THREADS` train boosters side by side."""

    forecasting_seed: int = 1
    forecasting_threads: int = Field(default=2, ge=1)
