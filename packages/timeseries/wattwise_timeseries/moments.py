"""Moments as the other modules take them: int64 arrays of microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.int64]

MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_moment(at: datetime) -> int:
    """Return microseconds since 1970; exact. An unaware datetime raises TypeError."""
    return (at - _EPOCH) // MICROSECOND


def to_datetime(moment: int) -> datetime:
    """Return the aware UTC datetime of a moment; the inverse of `to_moment`."""
    return _EPOCH + int(moment) * MICROSECOND
