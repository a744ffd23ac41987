"""Where a series has no readings though it should."""

from dataclasses import dataclass

import numpy as np

from .moments import Moments


@dataclass(frozen=True)
class Gap:
    """A stretch [starts_at, ends_at), in moments, in which `missing` readings are absent."""

    starts_at: int
    ends_at: int
    missing: int


def find_gaps(starts_at: Moments, *, resolution: int) -> list[Gap]:
    """Return the gaps between sorted readings of an exact resolution (microseconds), oldest first.

    A step that is shorter than one and a half intervals is jitter, not a gap.
    """
    steps = np.diff(starts_at)
    return [
        Gap(
            starts_at=int(starts_at[i]) + resolution,
            ends_at=int(starts_at[i + 1]),
            missing=round(float(steps[i]) / resolution) - 1,
        )
        for i in np.flatnonzero(2 * steps >= 3 * resolution)
    ]
