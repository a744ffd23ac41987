"""How long a failed job waits for its next attempt."""

from datetime import timedelta
from random import SystemRandom

from wattwise_contract.jobs import RetryPolicy

_random = SystemRandom()
SPREAD = 0.2  # so that jobs that failed together do not come back together


def delay_before(attempt: int, *, policy: RetryPolicy) -> timedelta:
    """The wait before attempt 2, 3, …: doubling from `first_delay` up to `longest_delay`, spread by up to ±20 %."""
    doubled: timedelta = policy.first_delay * 2 ** (attempt - 2)
    return min(doubled, policy.longest_delay) * _random.uniform(1 - SPREAD, 1 + SPREAD)
