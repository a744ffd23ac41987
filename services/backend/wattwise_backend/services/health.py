"""How a service is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wattwise_contract.scheduling import ServiceName


class State(StrEnum):
    RUNNING = "running"
    SILENT = "silent"  # no heartbeat for SILENT_AFTER
    UNREACHABLE = "unreachable"  # asked, and it did not answer
    UNKNOWN = "unknown"  # never heard of


@dataclass(frozen=True)
class ServiceHealth:
    service: ServiceName
    state: State
    since: datetime | None = None  # it runs without a break since then
    version: str = ""
    last_seen_at: datetime | None = None
    detail: str = ""
