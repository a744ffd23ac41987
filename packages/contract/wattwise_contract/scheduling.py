"""What the scheduler looks at, and what services say of themselves."""

from enum import StrEnum

from pydantic import Field

from .jobs import Queue
from .message import Message, UtcDatetime


class OrganizationFacts(Message):
    """Everything about an organization that decides which of its jobs are due."""

    organization_id: int
    live_imports: int = 0
    live_roll_ups: int = 0
    dirty_meter_ids: list[int] = Field(default_factory=list)
    oldest_dirty_at: UtcDatetime | None = None
    newest_dirty_at: UtcDatetime | None = None
    meters_to_profile: list[int] = Field(default_factory=list)  # rolled up, settled, and newer than their profile
    consumers_with_details: int = 0
    details_changed_at: UtcDatetime | None = None
    clustered_at: UtcDatetime | None = None
    energy_meters: int = 0
    readings_until: UtcDatetime | None = None  # start of the newest rolled-up hour of any energy meter
    model_trained_at: UtcDatetime | None = None
    model_trained_until: UtcDatetime | None = None
    forecast_issued_at: UtcDatetime | None = None
    forecast_readings_until: UtcDatetime | None = None  # what `readings_until` was when it was issued
    meters_without_forecast: int = 0  # energy meters that the newest run neither forecast nor refused


class SchedulerFacts(Message):
    now: UtcDatetime
    organizations: list[OrganizationFacts]
    blocked_dedupe_keys: list[str]  # their last job died within the hour: not asked again by itself


class ServiceName(StrEnum):
    FRONTEND = "frontend"
    BACKEND = "backend"
    DATABASE = "database"
    SCHEDULER = "scheduler"
    REDIS = "redis"
    CONSUMPTION = "consumption"
    AGGREGATION = "aggregation"
    CLUSTERING = "clustering"
    FORECASTING = "forecasting"


class Heartbeat(Message):
    service: ServiceName
    instance: str  # host:pid
    version: str
    started_at: UtcDatetime
    queue_lengths: dict[Queue, int] = Field(default_factory=dict)  # sent by the scheduler alone
