"""Questions about people and tokens."""

import hashlib
from datetime import datetime

from django.db.models import Q, QuerySet

from wattwise_backend.platform.access import Access, Role
from wattwise_backend.platform.errors import NotFound

from .models import Member, Organization, Token, User


def token_digest(text: str) -> str:
    """What is kept of a token. Tokens are 256 random bits, so a plain hash is safe and quick."""
    return hashlib.sha256(text.encode()).hexdigest()


def valid_token(text: str, *, now: datetime) -> Token | None:
    alive = Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    return Token.objects.select_related("user").filter(alive, digest=token_digest(text)).first()


def memberships_of(user: User) -> QuerySet[Member]:
    return Member.objects.filter(user=user)


def organization_for(access: Access, organization_id: int, *, role: Role) -> Organization:
    """The organization, if the caller has at least this role in it. Raises NotFound, NotAllowed."""
    organization = Organization.objects.visible_to(access).filter(pk=organization_id).first()
    if organization is None:
        raise NotFound("organization")
    access.require(organization_id, role)
    return organization
