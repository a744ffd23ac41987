"""When a source is asked next."""

from datetime import datetime, timedelta

from django.utils.dateparse import parse_duration

from .models import Source

SHORTEST = timedelta(minutes=1)


def next_due(source: Source, *, now: datetime) -> datetime | None:
    """The next moment of the source's own grid that is still to come; None where it is asked by hand alone."""
    every = parse_duration(source.every) if source.every else None
    if not every:
        return None
    every, since = max(every, SHORTEST), source.due_at or now
    return since if since > now else since + every * ((now - since) // every + 1)
