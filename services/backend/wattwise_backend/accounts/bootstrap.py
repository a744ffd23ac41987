"""What an empty platform needs: an organization, its first login, and the services' tokens. Done at every start."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from wattwise_backend.platform.access import Role
from wattwise_contract.scopes import SERVICE_SCOPES

from . import queries
from .models import Member, Organization, Token, User
from .operations import create_user

HOME_SLUG = "home"


@transaction.atomic
def ensure_home(*, timezone: str, now: datetime) -> Organization:
    organization, _ = Organization.objects.get_or_create(
        slug=HOME_SLUG, defaults={"name": "My organization", "timezone": timezone, "created_at": now}
    )
    return organization


@transaction.atomic
def ensure_first_login(*, organization: Organization, email: str, password: str, now: datetime) -> None:
    """Make the first owner and operator, once: a platform that has a user is left alone."""
    if User.objects.exists():
        return
    user = create_user(email=email, password=password, is_operator=True, now=now)
    Member.objects.create(user=user, organization=organization, role=Role.OWNER.value)


@transaction.atomic
def ensure_service_tokens(tokens: Mapping[str, str], *, now: datetime) -> None:
    """Each service's token is the one given, and no older one."""
    for service, text in tokens.items():
        digest = queries.token_digest(text)
        scopes = [scope.value for scope in SERVICE_SCOPES[service]]
        ours = Token.objects.filter(name=service, organization=None, user=None)
        ours.exclude(digest=digest).delete()
        Token.objects.update_or_create(
            digest=digest,
            defaults={"name": service, "scopes": scopes, "prefix": text[:8], "revoked_at": None},
            create_defaults={"name": service, "scopes": scopes, "prefix": text[:8], "created_at": now},
        )
