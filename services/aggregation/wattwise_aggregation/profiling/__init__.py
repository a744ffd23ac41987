"""Profiles of meters: pure numbers, from hours and days to every figure. Formulas: docs/reference/profiles.md."""

from .hours import Days, Hours, NotEnough
from .profile import Measured, profile_of

__all__ = ["Days", "Hours", "Measured", "NotEnough", "profile_of"]
