"""The environment of the consumption worker, read once."""

from pathlib import Path

from pydantic import Field, field_validator

from wattwise_consumption.fetching import FetchLimits
from wattwise_consumption.guard import Guard
from wattwise_consumption.means import Means
from wattwise_consumption.sources import SourceLimits
from wattwise_runtime import ServiceSettings


class Settings(ServiceSettings):
    """What uploads may unfold to, where they are put while they are read, and what sources may connect to."""

    scratch: Path | None = None  # empty: the system's folder for temporary files
    most_unpacked_bytes: int = Field(default=20_000_000_000, gt=0)
    most_json_bytes: int = Field(default=300_000_000, gt=0)
    rows_per_part: int = Field(default=250_000, ge=1_000)
    most_memory_bytes: int = Field(default=3_000_000_000, ge=300_000_000)

    sources_may_reach: str = ""  # private hosts, addresses and networks, with commas between; * for all of them
    sources_may_read: str = ""  # folders of this machine, with colons between
    most_fetched_bytes: int = Field(default=4_000_000_000, gt=0)
    most_fetch_seconds: float = Field(default=1800, gt=0)

    @field_validator("sources_may_reach")
    @classmethod
    def _are_hosts_and_networks(cls, words: str) -> str:
        Guard.allowing(words.split(","))
        return words

    @property
    def means(self) -> Means:
        return Means(
            limits=SourceLimits(
                self.most_unpacked_bytes, self.most_json_bytes, self.rows_per_part, self.most_memory_bytes
            ),
            scratch=self.scratch,
            fetch_limits=FetchLimits(self.most_fetched_bytes, self.most_fetch_seconds),
            guard=Guard.allowing(self.sources_may_reach.split(",")),
            folders=tuple(Path(word) for word in self.sources_may_read.split(":") if word),
        )
