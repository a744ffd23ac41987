"""Organizations, people and tokens as people see them."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from rest_framework import serializers

from wattwise_backend.platform.access import Role
from wattwise_contract.scopes import Scope

from .models import Member, Organization, Token, User

ROLES = [role.value for role in Role]
SCOPES = [scope.value for scope in (Scope.READ, Scope.IMPORT, Scope.JOBS, Scope.ADMIN, Scope.OPERATE)]


class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "name", "is_operator"]
        read_only_fields = fields


class LoginSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class PasswordChangeSerializer(serializers.Serializer[Any]):
    old = serializers.CharField(max_length=1000, trim_whitespace=False)
    new = serializers.CharField(max_length=1000, trim_whitespace=False)


class NewPasswordSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(
        max_length=1000, trim_whitespace=False, required=False, help_text="Without one, one is made."
    )


class PasswordMadeSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(allow_null=True, help_text="Shown once, where it was made here.")


class SessionOrganizationSerializer(serializers.Serializer[Any]):
    """An organization that the caller may enter, with their role and the span of its data."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLES)
    timezone = serializers.CharField()
    country = serializers.CharField()
    is_simulated = serializers.BooleanField()
    consumer_id = serializers.IntegerField(allow_null=True, help_text="A household's own consumer.")
    data_starts_at = serializers.DateTimeField(allow_null=True)
    data_ends_at = serializers.DateTimeField(allow_null=True)


class SessionSerializer(serializers.Serializer[Any]):
    user = UserSerializer(allow_null=True)
    organizations = SessionOrganizationSerializer(many=True)


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = ["id", "slug", "name", "timezone", "country", "is_simulated", "created_at"]
        read_only_fields = ["id", "created_at"]
        extra_kwargs: ClassVar[dict[str, Any]] = {"slug": {"validators": []}}  # the database says whether it is taken

    def validate_timezone(self, name: str) -> str:
        if name not in available_timezones():
            raise serializers.ValidationError("There is no such time zone; use an IANA name such as Europe/London.")
        return name

    def validate_country(self, code: str) -> str:
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise serializers.ValidationError("Use the two letters of ISO 3166-1, such as GB.")
        return code.upper()


class OrganizationChangeSerializer(OrganizationSerializer):
    class Meta(OrganizationSerializer.Meta):
        read_only_fields = ["id", "slug", "is_simulated", "created_at"]


class MemberSerializer(serializers.ModelSerializer[Member]):
    user = UserSerializer(read_only=True)

    class Meta:
        model = Member
        fields = ["id", "organization", "user", "role", "consumer"]
        read_only_fields = fields


class NewMemberSerializer(serializers.Serializer[Any]):
    organization = serializers.IntegerField()
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    role = serializers.ChoiceField(choices=ROLES)
    consumer = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="For a household.")


class MemberCreatedSerializer(MemberSerializer):
    password = serializers.CharField(
        allow_null=True, read_only=True, help_text="Shown once, for a person who had no login yet."
    )

    class Meta(MemberSerializer.Meta):
        fields = [*MemberSerializer.Meta.fields, "password"]
        read_only_fields = fields


class RoleChangeSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=ROLES)
    consumer = serializers.IntegerField(required=False, allow_null=True, default=None)


class TokenSerializer(serializers.ModelSerializer[Token]):
    scopes = serializers.ListField(child=serializers.CharField(), read_only=True)
    created_by = serializers.EmailField(source="user.email", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Token
        fields = [
            "id", "organization", "name", "scopes", "prefix", "created_by", "created_at", "expires_at", "revoked_at",
            "last_used_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewTokenSerializer(serializers.Serializer[Any]):
    organization = serializers.IntegerField(
        allow_null=True,
        required=False,
        default=None,
        help_text="Without one it reaches every organization: operators only.",
    )
    name = serializers.CharField(max_length=200)
    scopes = serializers.MultipleChoiceField(choices=SCOPES, allow_empty=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class TokenCreatedSerializer(TokenSerializer):
    token = serializers.CharField(read_only=True, help_text="Shown once.")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]
        read_only_fields = fields
