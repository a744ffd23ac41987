"""Who is calling: a person's session, or a token."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from wattwise_backend.platform.access import Access, Grant, Role
from wattwise_contract.scopes import Scope

from . import queries
from .models import Token, User

_USED_AT_PRECISION = timedelta(minutes=1)  # a busy token is not written at every request


class Bearer(AnonymousUser):
    """The user of a request that a token signs: known, but no person."""

    def __init__(self, token: Token) -> None:
        self.token = token
        self.pk: Any = f"token-{token.pk}"  # the base class says None; throttles count by it

    @property
    def is_authenticated(self) -> Any:  # the base class says False, as a literal
        return True

    @property
    def is_anonymous(self) -> Any:  # likewise
        return False


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer ww_…`, on /api/ and /data/ alike."""

    def authenticate(self, request: Request) -> tuple[Bearer, Token] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        now = timezone.now()  # noqa: TID251  (the edge: authentication is part of every view)
        token = queries.valid_token(words[-1].decode("ascii", "replace"), now=now)
        if token is None:
            raise AuthenticationFailed("The token is unknown, revoked or expired.")
        _note_use(token, now=now)
        request._request.wattwise_access = access_of_token(token)  # type: ignore[attr-defined]  # read by access_of
        return Bearer(token), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Session(SessionAuthentication):
    """The browser's cookie; changes need the CSRF header."""

    def enforce_csrf(self, request: Request) -> None:
        """Look for the token in its header alone: to look into a form as well, Django would read a whole upload before
        anybody asked whether its sender may send one."""
        http = request._request
        http.POST = QueryDict()  # may be set, as by upload handlers
        try:
            super().enforce_csrf(http)  # type: ignore[arg-type]  # looks at what both have
        finally:
            del http._post  # type: ignore[attr-defined]  # read on demand again

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is not None:
            request._request.wattwise_access = access_of_user(found[0])  # type: ignore[attr-defined]  # likewise
        return found


def access_of_user(user: User) -> Access:
    return Access(
        user_id=user.pk,
        everywhere=Role.OWNER if user.is_operator else None,
        grants=_grants(user),
        is_operator=user.is_operator,
    )


def access_of_token(token: Token) -> Access:
    """A token acts with the least of what its scopes and, where a person made it, that person's role today allow."""
    scopes = frozenset(Scope(scope) for scope in token.scopes if scope in set(Scope))
    most = _role_of(scopes)
    if token.organization_id is None:
        return Access(everywhere=most, scopes=scopes) if token.user_id is None else Access(scopes=scopes)
    role = most
    if token.user is not None and not (token.user.is_operator and token.user.is_active):
        grant = _grants(token.user).get(token.organization_id) if token.user.is_active else None
        role = min(most, grant.role, key=lambda each: each.rank) if grant and most else None
    grants = {token.organization_id: Grant(role)} if role and role != Role.HOUSEHOLD else {}
    return Access(user_id=token.user_id, grants=grants, scopes=scopes)


def _grants(user: User) -> dict[int, Grant]:
    return {
        member.organization_id: Grant(Role(member.role), member.consumer_id) for member in queries.memberships_of(user)
    }


_ROLES = (
    (Role.OWNER, {Scope.ADMIN, Scope.OPERATE}),
    (Role.MANAGER, {Scope.IMPORT}),
    (Role.ANALYST, {Scope.JOBS}),
    (Role.VIEWER, set(Scope)),
)


def _role_of(scopes: frozenset[Scope]) -> Role | None:
    return next((role for role, enough in _ROLES if scopes & enough), None)


def _note_use(token: Token, *, now: datetime) -> None:
    if token.last_used_at is None or now - token.last_used_at > _USED_AT_PRECISION:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
