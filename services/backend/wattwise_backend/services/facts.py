"""What the scheduler decides by."""

from datetime import datetime, timedelta

from wattwise_backend.aggregates.queries import ENERGY
from wattwise_backend.platform.sql import rows_of
from wattwise_contract.jobs import LIVE_STATES
from wattwise_contract.scheduling import OrganizationFacts, SchedulerFacts

BLOCKED_FOR = timedelta(hours=1)  # after a job died, nobody but a person asks for it again


def scheduler_facts(*, now: datetime) -> SchedulerFacts:
    """The facts of every organization, in two statements."""
    live_states = [state.value for state in LIVE_STATES]
    organizations = rows_of("services", "scheduler_facts", {"energy": ENERGY, "live_states": live_states})
    blocked = rows_of("services", "blocked_dedupe_keys", {"since": now - BLOCKED_FOR})
    return SchedulerFacts(
        now=now,
        organizations=[OrganizationFacts(**row) for row in organizations],
        blocked_dedupe_keys=[row["dedupe_key"] for row in blocked],
    )
