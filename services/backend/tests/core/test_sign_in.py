"""Signing in, tokens and members."""

from datetime import timedelta
from typing import Any

import pytest
from axes.utils import reset
from django.test import Client
from django.utils import timezone

from wattwise_backend.accounts.models import Member, Token, User
from wattwise_backend.platform.access import Role
from wattwise_contract.scopes import Scope

from . import estate
from .conftest import Community
from .estate import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def diane(community: Community) -> User:
    """A member with a password."""
    from wattwise_backend.platform.access import Role

    return estate.person("diane@example.org", community.organization, Role.VIEWER, password=PASSWORD)


def sign_in(client: Client, email: str, password: str) -> Any:
    return client.post("/api/session/", {"email": email, "password": password}, content_type="application/json")


def test_the_session_says_who_and_where(diane: User, community: Community) -> None:
    client = Client()
    answer = sign_in(client, "Diane@Example.org ", PASSWORD)
    assert answer.status_code == 200
    session = client.get("/api/session/").json()
    assert session["user"]["email"] == "diane@example.org"
    assert [(each["slug"], each["role"]) for each in session["organizations"]] == [("rue-des-lilas", "viewer")]
    assert client.delete("/api/session/").status_code == 204
    assert client.get("/api/session/").json() == {"user": None, "organizations": []}


def test_a_household_is_told_its_own_consumer(household: Client, community: Community) -> None:
    (entry,) = household.get("/api/session/").json()["organizations"]
    assert (entry["role"], entry["consumer_id"]) == ("household", community.dupont.pk)


def test_a_wrong_password_says_neither_which_was_wrong(diane: User) -> None:
    wrong, unknown = sign_in(Client(), diane.email, "guess"), sign_in(Client(), "nobody@example.org", "guess")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_ten_wrong_tries_lock_the_login_also_for_the_right_password(diane: User) -> None:
    reset()
    for _ in range(10):
        sign_in(Client(), diane.email, "guess")
    locked = sign_in(Client(), diane.email, PASSWORD)
    assert locked.status_code == 429
    assert "fifteen minutes" in locked.json()["remedy"]


def test_signing_in_needs_the_csrf_token(diane: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, diane.email, PASSWORD).status_code == 403
    client.get("/api/session/")
    token = client.cookies["wattwise_csrf"].value
    answer = client.post(
        "/api/session/",
        {"email": diane.email, "password": PASSWORD},
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 200


def test_a_change_by_session_needs_the_csrf_token(community: Community) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(community.alice, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.patch(
        f"/api/organizations/{community.organization.pk}/", {"name": "Mine"}, content_type="application/json"
    )
    assert answer.status_code == 403


def test_passwords_are_hashed_with_argon2_and_can_be_changed(diane: User) -> None:
    assert diane.password.startswith("argon2$")
    client = estate.signed_in(diane)
    body = {"old": PASSWORD, "new": "another long one 77"}
    assert client.post("/api/session/password/", body, content_type="application/json").status_code == 204
    assert client.get("/api/session/").json()["user"] is not None
    assert sign_in(Client(), diane.email, "another long one 77").status_code == 200


def test_a_weak_password_is_refused(diane: User) -> None:
    client = estate.signed_in(diane)
    answer = client.post("/api/session/password/", {"old": PASSWORD, "new": "diane"}, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["fields"]["password"]


def test_a_token_is_shown_once_and_kept_as_a_digest(alice: Client, community: Community) -> None:
    body = {"organization": community.organization.pk, "name": "notebook", "scopes": ["read"]}
    made = alice.post("/api/tokens/", body, content_type="application/json").json()
    assert made["token"].startswith("ww_")
    assert len(made["token"]) == 46
    assert made["token"] not in str(Token.objects.filter(pk=made["id"]).values())
    assert "token" not in alice.get("/api/tokens/").json()["results"][0]
    meters = Client().get("/api/meters/", headers={"Authorization": f"Bearer {made['token']}"})
    assert meters.json()["count"] == 2


def test_a_revoked_or_expired_token_opens_nothing(alice: Client, community: Community) -> None:
    acting = estate.machine(Scope.READ, where=community.organization)
    assert acting.get("/data/meters/").status_code == 200
    token = estate.token_of(acting)
    assert alice.delete(f"/api/tokens/{token.pk}/").status_code == 204
    assert acting.get("/data/meters/").status_code == 401
    Token.objects.filter(pk=token.pk).update(
        revoked_at=None, created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(days=1)
    )
    assert acting.get("/data/meters/").status_code == 401


def test_scopes_bound_what_a_token_may_do(community: Community) -> None:
    reader = estate.machine(Scope.READ, where=community.organization)
    address = f"/api/consumers/{community.dupont.pk}/"
    assert reader.get(address).status_code == 200
    assert reader.call("PATCH", address, {"name": "Mine"}).status_code == 403
    writer = estate.machine(Scope.IMPORT, where=community.organization)
    assert writer.call("PATCH", address, {"name": "Famille Dupont"}).json()["name"] == "Famille Dupont"
    assert writer.get("/api/tokens/").json()["count"] == 0


def test_no_person_makes_a_token_for_the_whole_platform(alice: Client) -> None:
    body = {"organization": None, "name": "all", "scopes": ["read"]}
    assert alice.post("/api/tokens/", body, content_type="application/json").status_code == 403


def test_an_owner_lets_people_in_and_one_owner_stays(alice: Client, community: Community) -> None:
    body = {"organization": community.organization.pk, "email": "Eve@example.org", "role": "analyst"}
    made = alice.post("/api/members/", body, content_type="application/json").json()
    assert made["user"]["email"] == "eve@example.org"
    assert sign_in(Client(), "eve@example.org", made["password"]).status_code == 200
    again = alice.post("/api/members/", body, content_type="application/json")
    assert again.status_code == 409
    own = Member.objects.get(user=community.alice)
    demoted = alice.patch(f"/api/members/{own.pk}/", {"role": "viewer"}, content_type="application/json")
    assert demoted.status_code == 409
    assert alice.delete(f"/api/members/{own.pk}/").status_code == 409
    assert alice.delete(f"/api/members/{made['id']}/").status_code == 204


def test_a_household_needs_a_consumer_of_the_organization(alice: Client, community: Community) -> None:
    body = {"organization": community.organization.pk, "email": "m@example.org", "role": "household"}
    assert alice.post("/api/members/", body, content_type="application/json").status_code == 400
    stranger = estate.home(estate.organization("elsewhere"), "not-ours")
    foreign = alice.post("/api/members/", body | {"consumer": stranger.pk}, content_type="application/json")
    assert foreign.status_code == 404
    made = alice.post("/api/members/", body | {"consumer": community.martin.pk}, content_type="application/json")
    assert made.status_code == 201


def test_a_viewer_sees_colleagues_but_no_tokens_and_changes_nothing(bob: Client, community: Community) -> None:
    assert bob.get("/api/members/").json()["count"] == 3
    assert bob.get("/api/tokens/").json()["count"] == 0
    renamed = bob.patch(
        f"/api/organizations/{community.organization.pk}/", {"name": "Mine"}, content_type="application/json"
    )
    assert renamed.status_code == 403


def test_only_operators_make_organizations(alice: Client, community: Community) -> None:
    body = {"slug": "new", "name": "New", "timezone": "Europe/Paris"}
    assert alice.post("/api/organizations/", body, content_type="application/json").status_code == 403
    User.objects.filter(pk=community.alice.pk).update(is_operator=True)
    made = alice.post("/api/organizations/", body, content_type="application/json").json()
    definitions = alice.get("/api/attribute-definitions/", {"organization": made["id"]}).json()
    assert definitions["count"] == 12
    wrong = alice.post(
        "/api/organizations/", body | {"slug": "n2", "timezone": "Mars"}, content_type="application/json"
    )
    assert wrong.json()["fields"]["timezone"][0].startswith("There is no such time zone")


def test_a_token_made_by_a_token_ends_with_the_membership_too(alice: Client, community: Community) -> None:
    body = {"organization": community.organization.pk, "name": "first", "scopes": ["read", "admin"]}
    first = alice.post("/api/tokens/", body, content_type="application/json").json()["token"]
    headers = {"Authorization": f"Bearer {first}"}
    second = Client().post("/api/tokens/", body, content_type="application/json", headers=headers).json()["token"]
    headers = {"Authorization": f"Bearer {second}"}
    assert Client().get("/api/meters/", headers=headers).json()["count"] == 2
    Member.objects.filter(user=community.alice).update(role=Role.HOUSEHOLD, consumer=community.dupont)
    assert Client().get("/api/meters/", headers=headers).json().get("count", 0) == 0
