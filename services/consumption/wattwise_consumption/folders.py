"""Which folders of this machine sources may read: only those that the operator named, and what lies below them."""

from collections.abc import Sequence
from pathlib import Path

from .problems import CannotFetch

_SETTING = "WATTWISE_SOURCES_MAY_READ"


def allowed_path(named: str, roots: Sequence[Path]) -> Path:
    """The real place of a file or folder, all links followed. Raises CannotFetch where it lies outside the roots."""
    place = Path(named)
    real = place.resolve()
    if place.is_absolute() and any(real.is_relative_to(root.resolve()) for root in roots):
        return real
    raise CannotFetch(
        f"{named} is no place that sources may read.",
        f"Whoever runs this platform can allow it: {_SETTING}=/its/folder in the environment of the consumption worker.",
    )
