"""Undo of consumers' details: what an import wrote goes, what people and other imports wrote stays."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from wattwise_backend.consumers.models import Consumer
from wattwise_backend.consumers.operations import change_consumer
from wattwise_backend.imports import operations
from wattwise_backend.imports.models import Import
from wattwise_contract.imports import ConsumerDetails, DetailsPart, PartNotes
from wattwise_contract.meters import AttributeDefinition, AttributeType

from . import estate
from .conftest import Community
from .undoing import succeed, undone

pytestmark = pytest.mark.django_db
DAY_ONE = datetime(2026, 7, 1, tzinfo=UTC)
DEFINITIONS = [
    AttributeDefinition(key=key, label=key, type=AttributeType.NUMBER) for key in ("rooms", "people", "panels")
]


def details(where: Any, *consumers: ConsumerDetails, create: bool = False) -> Import:
    run, claim = estate.started_import(where, now=DAY_ONE)
    part = DetailsPart(
        notes=PartNotes(read=len(consumers)),
        definitions=DEFINITIONS,
        consumers=list(consumers),
        create_consumers=create,
    )
    operations.store_details(import_run=run, key="homes", part=part, fence=lambda: run.job, now=DAY_ONE)
    succeed(claim, {"kind": "consumers"}, now=DAY_ONE)
    return Import.objects.get(pk=run.pk)


def home(key: str, name: str = "", **attributes: float | None) -> ConsumerDetails:
    return ConsumerDetails(key=key, name=name, attributes=dict(attributes))


def shown(consumer: Consumer) -> tuple[str, dict[str, Any]]:
    consumer.refresh_from_db()
    return consumer.name, consumer.attributes


def test_a_persons_change_and_a_later_import_stay_until_they_are_undone_themselves(community: Community) -> None:
    dupont, where = community.dupont, community.organization
    first = details(where, home("dupont", "Villa", rooms=4, people=2, panels=8))
    second = details(where, home("dupont", rooms=5))
    change_consumer(consumer=dupont, name=None, attributes={"people": 3}, now=DAY_ONE)
    undone(first, now=DAY_ONE)
    assert shown(dupont) == ("dupont home", {"rooms": 5, "people": 3})
    undone(second, now=DAY_ONE)
    assert shown(dupont) == ("dupont home", {"people": 3})


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_imports_over_each_other_undone_in_any_order_leave_nothing(
    order: tuple[int, ...], community: Community
) -> None:
    where = community.organization
    runs = [
        details(where, home("dupont", "Villa", rooms=4, people=2)),
        details(where, home("dupont", "House", rooms=5, people=None), home("martin", panels=1)),
        details(where, home("dupont", "Flat", rooms=6), home("martin", panels=2)),
    ]
    for number in order:
        undone(runs[number], now=DAY_ONE)
    assert shown(community.dupont) == ("dupont home", {})
    assert shown(community.martin) == ("martin home", {})


def test_consumers_that_the_details_made_go_unless_something_else_is_in_them(community: Community) -> None:
    run = details(community.organization, home("new", "New", rooms=4), home("kept", "Kept", rooms=2), create=True)
    change_consumer(consumer=Consumer.objects.get(key="kept"), name=None, attributes={"people": 3}, now=DAY_ONE)
    undone(run, now=DAY_ONE)
    assert set(Consumer.objects.values_list("key", flat=True)) == {"dupont", "martin", "kept"}
    assert shown(Consumer.objects.get(key="kept")) == ("", {"people": 3})
