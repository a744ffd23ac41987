"""What a caller may see and do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q

from wattwise_contract.scopes import PEOPLES, Scope

from .errors import NotAllowed
from .roles import Role

__all__ = ["Access", "Grant", "Role", "access_of"]

if TYPE_CHECKING:
    from rest_framework.request import Request


@dataclass(frozen=True)
class Grant:
    """A caller's role in one organization; a household's also names its consumer."""

    role: Role
    consumer_id: int | None = None


@dataclass(frozen=True)
class Access:
    """What the caller of a request may see and do. Every query starts with `Model.objects.visible_to(access)`.

    `everywhere` is the role that the caller has in every organization (operators, services), None for the others.
    `scopes` are what a token was made for; None for a person's session, which may do all that the role allows.
    """

    user_id: int | None = None
    everywhere: Role | None = None
    grants: Mapping[int, Grant] = field(default_factory=dict)
    scopes: frozenset[Scope] | None = None
    is_operator: bool = False

    @property
    def organization_ids(self) -> frozenset[int] | None:
        """Where the caller is known at all, as a household too; None means everywhere."""
        return None if self.everywhere else frozenset(self.grants)

    @property
    def whole_organization_ids(self) -> frozenset[int] | None:
        """Organizations of which the caller may see all; None means everywhere."""
        if self.everywhere:
            return None
        return frozenset(number for number, grant in self.grants.items() if grant.role != Role.HOUSEHOLD)

    @property
    def consumer_ids(self) -> frozenset[int]:
        """Consumers that the caller may see as a household."""
        return frozenset(grant.consumer_id for grant in self.grants.values() if grant.consumer_id is not None)

    @property
    def is_service(self) -> bool:
        """Whether a service calls, rather than a person or a person's program."""
        return self.scopes is not None and not self.scopes & PEOPLES

    def visible(self, *, organization: str = "organization_id", consumer: str = "") -> Q:
        """A condition for rows of the caller: `organization` and `consumer` are lookups from the row to their ids.
        Without `consumer`, a household sees none of these rows."""
        if self.everywhere:
            return Q()
        rows = Q(**{f"{organization}__in": self.whole_organization_ids})
        return rows | Q(**{f"{consumer}__in": self.consumer_ids}) if consumer else rows

    def visible_to_all_members(self, *, organization: str = "organization_id") -> Q:
        """A condition for rows that every member of an organization may see, households included."""
        return Q() if self.everywhere else Q(**{f"{organization}__in": self.organization_ids})

    def role_in(self, organization_id: int) -> Role | None:
        if self.everywhere:
            return self.everywhere
        grant = self.grants.get(organization_id)
        return grant.role if grant else None

    def has(self, scope: Scope) -> bool:
        """Whether the caller's token was made for this; a session has what its person's operator flag gives."""
        if self.scopes is None:
            return self.is_operator and not scope.value.startswith("work:")
        return scope in self.scopes

    def require(self, organization_id: int, role: Role) -> None:
        """Raise NotAllowed unless the caller has at least this role in the organization."""
        own = self.role_in(organization_id)
        if own is None or not own.allows(role):
            raise NotAllowed(needed=role.value, own=own.value if own else "none")

    def require_scope(self, *scopes: Scope) -> None:
        """Raise NotAllowed unless the caller has one of these scopes."""
        if not any(self.has(scope) for scope in scopes):
            raise NotAllowed(needed=" or ".join(scopes), own="none of it", what="scope")

    def require_operator(self) -> None:
        if not (self.is_operator or (self.scopes is not None and Scope.OPERATE in self.scopes)):
            raise NotAllowed(needed="operator", own="none")


def access_of(request: Request) -> Access:
    """The access of a request, as its authentication found it (accounts/authentication.py)."""
    request.user  # noqa: B018  (authenticates, once)
    access = getattr(request._request, "wattwise_access", None)
    return access if isinstance(access, Access) else Access()
