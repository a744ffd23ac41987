"""The scheduler's environment."""

from datetime import timedelta

from wattwise_runtime import ServiceSettings


class Settings(ServiceSettings):
    # Shorter than the workers': a round that fails comes again in a second.
    patience: timedelta = timedelta(seconds=2)
    round_every: timedelta = timedelta(seconds=1)
