"""Organizations, the people in them, and tokens for machines."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from wattwise_backend.platform.access import Access, Role


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, access: Access) -> OrganizationQuerySet:
        return self.filter(access.visible_to_all_members(organization="id"))


class Organization(models.Model):
    """A tenant: everything belongs to one."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=60, default="UTC")  # IANA
    country = models.CharField(max_length=2, blank=True, default="")  # ISO 3166-1 alpha-2
    is_simulated = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        db_table = "organizations"
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. An operator runs the platform and sees every organization."""

    email = models.EmailField(max_length=254, unique=True)  # kept in lower case
    name = models.CharField(max_length=200, blank=True, default="")
    is_operator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        db_table = "users"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.email


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, access: Access) -> MemberQuerySet:
        """Everyone sees the colleagues of the organization; a household sees none."""
        return self.filter(access.visible())


class Member(models.Model):
    """A user's role in an organization."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="members")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    consumer = models.ForeignKey("consumers.Consumer", models.CASCADE, null=True, blank=True, related_name="logins")

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "members"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organization"], name="one_role_per_organization"),
            models.CheckConstraint(
                condition=Q(role=Role.HOUSEHOLD.value, consumer__isnull=False)
                | (~Q(role=Role.HOUSEHOLD.value) & Q(consumer__isnull=True)),
                name="a_household_has_a_consumer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, access: Access) -> TokenQuerySet:
        """Owners see the tokens of their organization; those of the platform itself are for operators."""
        if access.everywhere == Role.OWNER:
            return self.all()
        owned = [number for number, grant in access.grants.items() if grant.role == Role.OWNER]
        return self.filter(organization_id__in=owned)


class Token(models.Model):
    """What a machine signs in with. Only a digest of its text is kept."""

    name = models.CharField(max_length=200)
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="tokens")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="tokens")  # who made it
    scopes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)  # the first letters, to recognise it by
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        db_table = "tokens"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")), name="a_token_lives"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
