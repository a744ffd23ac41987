"""Organizations, members and tokens, for people."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from wattwise_backend.consumers.operations import add_built_in_definitions
from wattwise_backend.consumers.queries import consumer_of_organization
from wattwise_backend.platform.access import Access, Role, access_of
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.filters import one_integer
from wattwise_contract.scopes import Scope

from . import operations
from .models import Member, Organization, Token, User
from .queries import organization_for
from .serializers import (
    MemberCreatedSerializer,
    MemberSerializer,
    NewMemberSerializer,
    NewPasswordSerializer,
    NewTokenSerializer,
    OrganizationChangeSerializer,
    OrganizationSerializer,
    PasswordMadeSerializer,
    RoleChangeSerializer,
    TokenCreatedSerializer,
    TokenSerializer,
)

ORGANIZATION = OpenApiParameter("organization", OpenApiTypes.INT, description="Only of this organization.")


@extend_schema(tags=["accounts"])
class Organizations(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Organization]):
    """The organizations that the caller may enter."""

    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer

    def get_queryset(self) -> QuerySet[Organization]:
        return Organization.objects.visible_to(access_of(self.request))

    @extend_schema(request=OrganizationSerializer, responses={201: OrganizationSerializer})
    def create(self, request: Request) -> Response:
        """Make an organization with the built-in details; operators only."""
        access = access_of(request)
        access.require_operator()
        form = OrganizationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            organization = operations.create_organization(
                **form.validated_data,
                owner=request.user if isinstance(request.user, User) else None,
                now=timezone.now(),
            )
            add_built_in_definitions(organization)
        return Response(OrganizationSerializer(organization).data, status=201)

    @extend_schema(request=OrganizationChangeSerializer, responses=OrganizationSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change its name, time zone or country; owners only."""
        organization = organization_for(access_of(request), pk, role=Role.OWNER)
        form = OrganizationChangeSerializer(organization, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return Response(OrganizationSerializer(form.save()).data)


@extend_schema(tags=["accounts"])
class Members(mixins.ListModelMixin, viewsets.GenericViewSet[Member]):
    """The people of an organization."""

    queryset = Member.objects.none()
    serializer_class = MemberSerializer

    def get_queryset(self) -> QuerySet[Member]:
        members = Member.objects.visible_to(access_of(self.request)).select_related("user")
        organization_id = one_integer(self.request.query_params, "organization")
        return members.filter(organization_id=organization_id) if organization_id else members

    @extend_schema(parameters=[ORGANIZATION])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The people of an organization, with their roles."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewMemberSerializer, responses={201: MemberCreatedSerializer})
    def create(self, request: Request) -> Response:
        """Let a person in; owners only."""
        form = NewMemberSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        organization = organization_for(access_of(request), wanted["organization"], role=Role.OWNER)
        joined = operations.add_member(
            organization=organization,
            email=wanted["email"],
            name=wanted["name"],
            role=Role(wanted["role"]),
            consumer_id=_household_consumer(organization.pk, wanted),
            now=timezone.now(),
        )
        return Response(MemberSerializer(joined.member).data | {"password": joined.password}, status=201)

    @extend_schema(request=RoleChangeSerializer, responses=MemberSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a role; owners only."""
        member = self._own_member(access_of(request))
        form = RoleChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        changed = operations.change_role(
            member=member,
            role=Role(form.validated_data["role"]),
            consumer_id=_household_consumer(member.organization_id, form.validated_data),
        )
        return Response(MemberSerializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Take a person out of the organization, with their tokens; owners only."""
        operations.remove_member(member=self._own_member(access_of(request)))
        return Response(status=204)

    @extend_schema(request=NewPasswordSerializer, responses=PasswordMadeSerializer)
    def password(self, request: Request, pk: int) -> Response:
        """Set a person's password, which signs them out everywhere. Operators only: the person may be a member of
        other organizations too."""
        access_of(request).require_operator()
        form = NewPasswordSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = operations.reset_password(user=self.get_object().user, password=form.validated_data.get("password"))
        return Response({"password": made})

    def _own_member(self, access: Access) -> Member:
        member = self.get_object()
        access.require(member.organization_id, Role.OWNER)
        return member


@extend_schema(tags=["accounts"])
class Tokens(mixins.ListModelMixin, viewsets.GenericViewSet[Token]):
    """What machines sign in with."""

    queryset = Token.objects.none()
    serializer_class = TokenSerializer

    def get_queryset(self) -> QuerySet[Token]:
        tokens = Token.objects.visible_to(access_of(self.request)).select_related("user")
        organization_id = one_integer(self.request.query_params, "organization")
        return tokens.filter(organization_id=organization_id) if organization_id else tokens

    @extend_schema(parameters=[ORGANIZATION])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The organization's tokens, without their texts; owners only."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewTokenSerializer, responses={201: TokenCreatedSerializer})
    def create(self, request: Request) -> Response:
        """Make a token; its text is in this answer and nowhere else."""
        access, now = access_of(request), timezone.now()
        form = NewTokenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        if wanted["expires_at"] and wanted["expires_at"] <= now:
            raise BadRequest("The token would be expired already.", remedy="Choose a time in the future.")
        organization = None
        if wanted["organization"] is None:
            access.require_operator()
        else:
            organization = organization_for(access, wanted["organization"], role=Role.OWNER)
        scopes = sorted(Scope(scope) for scope in wanted["scopes"])
        if Scope.OPERATE in scopes and organization is not None:
            raise BadRequest("The scope operate is not for one organization.", remedy="Leave the organization out.")
        issued = operations.issue_token(
            name=wanted["name"],
            organization=organization,
            # Also where a token makes it: a person's tokens end with the membership, whatever made them.
            user=User.objects.filter(pk=access.user_id or 0).first() if organization else None,
            scopes=scopes,
            expires_at=wanted["expires_at"],
            now=now,
        )
        return Response(TokenSerializer(issued.token).data | {"token": issued.text}, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Revoke a token: it stops working at once."""
        operations.revoke_token(token=self.get_object(), now=timezone.now())
        return Response(status=204)


def _household_consumer(organization_id: int, wanted: dict[str, Any]) -> int | None:
    """The consumer of a household's login; raises BadRequest where it is missing, or not of this organization."""
    if wanted["role"] != Role.HOUSEHOLD.value:
        return None
    if wanted["consumer"] is None:
        raise BadRequest("A household needs its consumer.", remedy="Name it.", fields={"consumer": ["Missing."]})
    return consumer_of_organization(organization_id, wanted["consumer"]).pk
