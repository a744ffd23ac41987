"""Rollups: the grains, and the messages about what has to be computed again."""

from enum import StrEnum

from .message import Message, UtcDatetime


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class DirtyRange(Message):
    """Readings of a meter within [starts_at, ends_at) changed since they were last rolled up."""

    id: int
    meter_id: int
    starts_at: UtcDatetime
    ends_at: UtcDatetime


class RollupWindow(Message):
    """What a publication replaces: every rollup of the grain and meter that starts within [starts_at, ends_at)."""

    meter_id: int
    grain: Grain
    starts_at: UtcDatetime
    ends_at: UtcDatetime


class RollupPublication(Message):
    """Sent as schema metadata `publication` of the Arrow stream of rollups, whose extra int8 column `grain` is the
    position in `Grain`. Windows are cleared, rows written and dirty ranges settled in one transaction."""

    windows: list[RollupWindow]
    settled_dirty_range_ids: list[int]
