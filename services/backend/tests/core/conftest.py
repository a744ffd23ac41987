"""Alice's community (owner Alice, viewer Bob, the household Dupont) and the stranger Charlie with one of his own."""

from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client

from wattwise_backend.accounts.models import Organization, User
from wattwise_backend.consumers.models import Consumer
from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.access import Role
from wattwise_contract.scopes import Scope

from . import estate
from .estate import Machine


@dataclass
class Community:
    organization: Organization
    dupont: Consumer
    martin: Consumer
    dupont_meter: Meter
    martin_meter: Meter
    alice: User
    bob: User
    monsieur_dupont: User


@pytest.fixture(autouse=True)
def _no_throttling() -> None:
    cache.clear()  # throttles count across tests otherwise


@pytest.fixture
def community(db: None) -> Community:
    where = estate.organization("rue-des-lilas")
    dupont, martin = estate.home(where, "dupont"), estate.home(where, "martin")
    return Community(
        organization=where,
        dupont=dupont,
        martin=martin,
        dupont_meter=estate.meter(where, dupont, "M-dupont"),
        martin_meter=estate.meter(where, martin, "M-martin"),
        alice=estate.person("alice@example.org", where, Role.OWNER),
        bob=estate.person("bob@example.org", where, Role.VIEWER),
        monsieur_dupont=estate.person("dupont@example.org", where, Role.HOUSEHOLD, consumer=dupont),
    )


@pytest.fixture
def alice(community: Community) -> Client:
    return estate.signed_in(community.alice)


@pytest.fixture
def bob(community: Community) -> Client:
    return estate.signed_in(community.bob)


@pytest.fixture
def household(community: Community) -> Client:
    return estate.signed_in(community.monsieur_dupont)


@pytest.fixture
def charlie(db: None) -> Client:
    """The owner of another organization."""
    where = estate.organization("charlies-own")
    return estate.signed_in(estate.person("charlie@example.org", where, Role.OWNER))


@pytest.fixture
def worker(db: None) -> Machine:
    """The consumption worker."""
    return estate.service("consumption")


@pytest.fixture
def gateway(community: Community) -> Machine:
    """A program with a token that may import into Alice's community."""
    return estate.machine(Scope.IMPORT, where=community.organization)
