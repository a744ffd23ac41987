"""What the scheduler decides by."""

from datetime import datetime, timedelta

from wattwise_backend.aggregates.queries import ENERGY
from wattwise_backend.meters.queries import LIVE_WITHIN
from wattwise_backend.platform.sql import rows_of
from wattwise_contract.jobs import LIVE_STATES
from wattwise_contract.scheduling import OrganizationFacts, SchedulerFacts

BLOCKED_FOR = timedelta(hours=1)  # after a job died, nobody but a person asks for it again

PROFILE_LASTS = timedelta(hours=1)  # of a live feed
WEATHER_LASTS = timedelta(minutes=10)  # of history whose weather arrives
REST = timedelta(seconds=10)  # a publication of rollups, which names its beginning, takes less


def scheduler_facts(*, now: datetime) -> SchedulerFacts:
    """The facts of every organization, in two statements."""
    params = {
        "energy": ENERGY,
        "live_states": [state.value for state in LIVE_STATES],
        "live_since": now - LIVE_WITHIN,
        "profiled_before": now - PROFILE_LASTS,
        "weather_before": now - WEATHER_LASTS,
        "rested_before": now - REST,
        "rest": REST,
    }
    organizations = rows_of("services", "scheduler_facts", params)
    blocked = rows_of("services", "blocked_dedupe_keys", {"since": now - BLOCKED_FOR})
    return SchedulerFacts(
        now=now,
        organizations=[OrganizationFacts(**row) for row in organizations],
        blocked_dedupe_keys=[row["dedupe_key"] for row in blocked],
    )
