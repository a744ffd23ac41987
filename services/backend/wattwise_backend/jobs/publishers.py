"""What makes a job's results visible, by kind. Apps register theirs in `AppConfig.ready`.

A publisher runs inside the transaction that says `succeeded`: either both happen or neither.
"""

from collections.abc import Callable
from datetime import datetime

from wattwise_contract.jobs import JobKind, Success

from .models import Job

Publisher = Callable[[Job, Success, datetime], None]

PUBLISHERS: dict[JobKind, Publisher] = {}

# What else is to be known when a job of a kind died for good; in the transaction that says so.
MOURNERS: dict[JobKind, Callable[[Job, datetime], None]] = {}
