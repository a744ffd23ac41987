"""Who may send readings at all, asked before anything of what is sent is read."""

from rest_framework.request import Request

from wattwise_backend.platform.access import Role, access_of
from wattwise_backend.platform.errors import LengthMissing, NotAllowed, Problem


def admit(request: Request, *, most: int, otherwise: Problem) -> None:
    """Refuse who may import nowhere, and what is larger than `most` bytes. Raises NotAllowed, LengthMissing, and the
    error that is given."""
    access = access_of(request)
    roles = [access.everywhere] if access.everywhere else [grant.role for grant in access.grants.values()]
    if not any(role.allows(Role.MANAGER) for role in roles):
        raise NotAllowed(needed=Role.MANAGER.value, own=max(roles, key=lambda each: each.rank) if roles else "none")
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        raise LengthMissing
    if int(length) > most:
        raise otherwise
