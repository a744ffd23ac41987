"""How often a source is asked, and when it is next."""

from datetime import datetime, timedelta

from django.utils.dateparse import parse_duration

from .models import Source

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=366)
_MOST_APART = timedelta(minutes=5)
_GOLDEN = 0.6180339887  # its multiples lie evenly in [0, 1), however many there are


def length_of(every: str) -> timedelta | None:
    """The length of an ISO 8601 duration; None for one that is no rhythm, or none at all."""
    try:
        length = parse_duration(every) if every.startswith("P") else None
    except OverflowError:
        return None
    return length if length is not None and SHORTEST <= length <= LONGEST else None


def next_due(source: Source, *, now: datetime) -> datetime | None:
    """The next moment of the source's own grid that is still to come; None where it is asked by hand alone."""
    every = length_of(source.every)
    if every is None:
        return None
    if source.due_at is None:
        return now + every + apart(source)
    since = source.due_at
    return since if since > now else since + every * ((now - since) // every + 1)


def apart(source: Source) -> timedelta:
    """A little, and always the same: so that sources that were started together do not ask at the same moment for good."""
    every = length_of(source.every) or timedelta(0)
    return min(every / 20, _MOST_APART) * ((source.pk or 0) * _GOLDEN % 1)
