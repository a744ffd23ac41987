"""What a member may do in an organization."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    HOUSEHOLD = "household"  # sees its own consumer only
    VIEWER = "viewer"  # sees everything in the organization
    ANALYST = "analyst"  # … and starts jobs
    MANAGER = "manager"  # … and imports, and changes consumers and meters
    OWNER = "owner"  # … and members, tokens, settings

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def allows(self, needed: Role) -> bool:
        return self.rank >= needed.rank
