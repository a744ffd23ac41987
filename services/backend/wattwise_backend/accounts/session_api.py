"""Signing in and out, for people."""

from typing import Any

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from wattwise_backend.meters.queries import data_spans
from wattwise_backend.platform.access import Access, access_of
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.permissions import NoService

from . import operations
from .authentication import access_of_user
from .models import Organization, User
from .serializers import LoginSerializer, PasswordChangeSerializer, SessionSerializer, UserSerializer


class WrongLogin(BadRequest):
    """Email or password is wrong; which of them is not said."""

    status_code = 401
    remedy = "Check both, or ask an owner of your organization for a new login."

    def __init__(self) -> None:
        super().__init__("The email or the password is not right.")


class _LoginThrottle(ScopedRateThrottle):
    scope_attr = "login_throttle_scope"


@extend_schema(tags=["session"])
class Session(APIView):
    """The browser's session."""

    permission_classes = (AllowAny, NoService)
    login_throttle_scope = "login"

    def get_throttles(self) -> list[Any]:
        return [_LoginThrottle()] if self.request.method == "POST" else super().get_throttles()

    @extend_schema(operation_id="sessionRetrieve", responses=SessionSerializer)
    def get(self, request: Request) -> Response:
        """Who is signed in, and where they may go. Sets the CSRF cookie that every change needs as X-CSRFToken."""
        get_token(request._request)
        user = request.user if isinstance(request.user, User) else None
        return Response(_session(user, access_of(request)))

    @extend_schema(operation_id="sessionCreate", request=LoginSerializer, responses=SessionSerializer)
    @method_decorator(csrf_protect)
    def post(self, request: Request) -> Response:
        """Sign in. After ten wrong tries from one place the login rests for fifteen minutes."""
        form = LoginSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = authenticate(
            request=request._request,
            username=form.validated_data["email"].strip().lower(),
            password=form.validated_data["password"],
        )
        if not isinstance(user, User):
            raise WrongLogin
        login(request._request, user)
        return Response(_session(user, access_of_user(user)))

    @extend_schema(operation_id="sessionDestroy", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out."""
        logout(request._request)
        return Response(status=204)


@extend_schema(tags=["session"])
class Password(APIView):
    @extend_schema(operation_id="sessionPasswordCreate", request=PasswordChangeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change one's own password; other sessions end."""
        if not isinstance(request.user, User):
            raise NotAuthenticated
        form = PasswordChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        operations.change_password(user=request.user, old=form.validated_data["old"], new=form.validated_data["new"])
        update_session_auth_hash(request._request, request.user)
        return Response(status=204)


def _session(user: User | None, access: Access) -> dict[str, Any]:
    organizations = list(Organization.objects.visible_to(access))
    spans = data_spans(access, [each.pk for each in organizations])
    entries = []
    for each in organizations:
        grant = access.grants.get(each.pk)
        start, end = spans.get(each.pk, (None, None))
        entries.append(
            {
                **{name: getattr(each, name) for name in ("id", "slug", "name", "timezone", "country", "is_simulated")},
                "role": str(access.role_in(each.pk)),
                "consumer_id": grant.consumer_id if grant else None,
                "data_starts_at": start.isoformat() if start else None,
                "data_ends_at": end.isoformat() if end else None,
            }
        )
    return {"user": UserSerializer(user).data if user else None, "organizations": entries}
