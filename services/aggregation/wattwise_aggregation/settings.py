"""The environment, read once."""

from wattwise_runtime import ServiceSettings


class Settings(ServiceSettings):
    """Aggregation needs nothing beyond what every worker does."""
