"""The environment, read once."""

from wattwise_runtime import ServiceSettings


class Settings(ServiceSettings):
    """`WATTWISE_CLUSTERING_SEED` starts K-means elsewhere."""

    clustering_seed: int = 1
