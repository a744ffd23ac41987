"""Changes of organizations, people and tokens."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from wattwise_backend.platform.access import Role
from wattwise_backend.platform.errors import BadRequest, Conflict
from wattwise_contract.scopes import Scope

from . import queries
from .models import Member, Organization, Token, User


class WeakPassword(BadRequest):
    """The password is too easy to guess."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(sentences[0], remedy="Choose a longer, less common one.", fields={"password": list(sentences)})


class LastOwner(Conflict):
    """Somebody must stay who can manage the organization."""

    def __init__(self) -> None:
        super().__init__("An organization keeps at least one owner.", remedy="Make somebody else an owner first.")


@transaction.atomic
def create_organization(
    *,
    slug: str,
    name: str,
    timezone: str = "UTC",
    country: str = "",
    is_simulated: bool = False,
    owner: User | None = None,
    now: datetime,
) -> Organization:
    """Make an organization; its built-in definitions are the consumers' app's to add. Raises Conflict."""
    try:
        with transaction.atomic():
            organization = Organization.objects.create(
                slug=slug, name=name, timezone=timezone, country=country, is_simulated=is_simulated, created_at=now
            )
    except IntegrityError:
        raise Conflict(
            f"There is an organization {slug} already.",
            remedy="Choose another slug.",
            fields={"slug": ["Taken already."]},
        ) from None
    if owner is not None:
        Member.objects.create(user=owner, organization=organization, role=Role.OWNER.value)
    return organization


def create_user(*, email: str, password: str, name: str = "", is_operator: bool = False, now: datetime) -> User:
    user = User(email=email.strip().lower(), name=name, is_operator=is_operator, created_at=now)
    user.set_password(password)
    user.save()
    return user


@dataclass(frozen=True)
class Joined:
    """A new member; the password is given once, to a person who had no login yet."""

    member: Member
    password: str | None


@transaction.atomic
def add_member(
    *, organization: Organization, email: str, name: str, role: Role, consumer_id: int | None, now: datetime
) -> Joined:
    """Let a person into the organization, with a new login if need be. Raises Conflict."""
    user = User.objects.filter(email=email.strip().lower()).first()
    password = None
    if user is None:
        password = secrets.token_urlsafe(12)
        user = create_user(email=email, password=password, name=name, now=now)
    member = Member(user=user, organization=organization, role=role.value, consumer_id=consumer_id)
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        raise Conflict(
            f"{user.email} is a member already.", remedy="Change the role of the existing member instead."
        ) from None
    return Joined(member, password)


@transaction.atomic
def change_role(*, member: Member, role: Role, consumer_id: int | None) -> Member:
    """Raises LastOwner."""
    _keep_an_owner(member, stays=role == Role.OWNER)
    member.role = role.value
    member.consumer_id = consumer_id if role == Role.HOUSEHOLD else None
    member.save(update_fields=["role", "consumer"])
    return member


@transaction.atomic
def remove_member(*, member: Member) -> None:
    """Take a person out of the organization, with the tokens they made for it. Raises LastOwner."""
    _keep_an_owner(member, stays=False)
    Token.objects.filter(user=member.user, organization=member.organization).delete()
    member.delete()


def _keep_an_owner(member: Member, *, stays: bool) -> None:
    Organization.objects.select_for_update().get(pk=member.organization_id)  # one change of owners at a time
    others = Member.objects.filter(organization_id=member.organization_id, role=Role.OWNER.value).exclude(pk=member.pk)
    if member.role == Role.OWNER.value and not stays and not others.exists():
        raise LastOwner


@dataclass(frozen=True)
class Issued:
    """A new token; its text is known only now."""

    token: Token
    text: str


def issue_token(
    *,
    name: str,
    organization: Organization | None,
    user: User | None,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
    now: datetime,
) -> Issued:
    text = f"ww_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        name=name,
        organization=organization,
        user=user,
        scopes=[scope.value for scope in scopes],
        digest=queries.token_digest(text),
        prefix=text[:8],
        created_at=now,
        expires_at=expires_at,
    )
    return Issued(token, text)


def revoke_token(*, token: Token, now: datetime) -> None:
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)


def change_password(*, user: User, old: str, new: str) -> None:
    """Raises BadRequest where the old one is wrong, WeakPassword for the new one."""
    if not user.check_password(old):
        raise BadRequest(
            "The old password is not right.", remedy="Type it again.", fields={"old": ["Not your password."]}
        )
    _set_password(user, new)


def reset_password(*, user: User, password: str | None) -> str | None:
    """Give the person this password, or a new one, which is answered. Raises WeakPassword."""
    made = secrets.token_urlsafe(12) if password is None else None
    _set_password(user, password if made is None else made)
    return made


def _set_password(user: User, new: str | None) -> None:
    try:
        validate_password(new or "", user)
    except ValidationError as error:
        raise WeakPassword(error.messages) from error
    user.set_password(new)
    user.save(update_fields=["password"])
