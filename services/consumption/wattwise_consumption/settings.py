"""The environment of the consumption worker, read once."""

from pathlib import Path

from pydantic import Field

from wattwise_consumption.sources import SourceLimits
from wattwise_runtime import ServiceSettings


class Settings(ServiceSettings):
    """What uploads may unfold to, and where they are put while they are read."""

    scratch: Path | None = None  # empty: the system's folder for temporary files
    most_unpacked_bytes: int = Field(default=20_000_000_000, gt=0)
    most_json_bytes: int = Field(default=300_000_000, gt=0)
    rows_per_part: int = Field(default=250_000, ge=1_000)
    most_memory_bytes: int = Field(default=3_000_000_000, ge=300_000_000)

    @property
    def limits(self) -> SourceLimits:
        return SourceLimits(self.most_unpacked_bytes, self.most_json_bytes, self.rows_per_part, self.most_memory_bytes)
