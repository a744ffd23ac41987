"""Taking an import's details of consumers back: what they replaced returns, where nobody changed it since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from wattwise_contract.meters import AttributeValue

from .models import Consumer

NAME = ""  # the place of a consumer's name among its details; no definition has an empty key
Replaced = tuple[AttributeValue, AttributeValue] | list[AttributeValue]  # (old, new); None: no such detail


class DetailsChange(TypedDict):
    """What an import changed of a consumer, kept beside the part's receipt: old and new by key of the detail."""

    consumer_id: int
    replaced: dict[str, Replaced]


def change_of(consumer: Consumer, old_name: str, old: Mapping[str, AttributeValue]) -> DetailsChange:
    """The change from its name and details before to those of now."""
    new = consumer.attributes
    replaced: dict[str, Replaced] = {
        key: (old.get(key), new.get(key)) for key in old.keys() | new.keys() if old.get(key) != new.get(key)
    }
    if consumer.name != old_name:
        replaced[NAME] = (old_name, consumer.name)
    return DetailsChange(consumer_id=consumer.pk, replaced=replaced)


def take_details_back(changes: Sequence[DetailsChange], *, now: datetime) -> None:
    """Put the old name and details back wherever the present ones are still those of the change. In the caller's
    transaction."""
    replaced = {change["consumer_id"]: change["replaced"] for change in changes}
    held = list(Consumer.objects.select_for_update(no_key=True).filter(pk__in=replaced).order_by("id"))
    for consumer in held:
        _restore(consumer, replaced[consumer.pk], now=now)
    Consumer.objects.bulk_update(held, ["name", "attributes", "attributes_changed_at"], batch_size=500)


def _restore(consumer: Consumer, replaced: Mapping[str, Replaced], *, now: datetime) -> None:
    details = {NAME: consumer.name} | consumer.attributes
    restored = details | {key: old for key, (old, new) in replaced.items() if details.get(key) == new}
    consumer.name = str(restored.pop(NAME))
    attributes = {key: value for key, value in restored.items() if value is not None}
    if attributes != consumer.attributes:
        consumer.attributes, consumer.attributes_changed_at = attributes, now


def handed_on(
    undone: Sequence[DetailsChange], later: Sequence[DetailsChange]
) -> tuple[list[DetailsChange], list[DetailsChange]]:
    """Later changes with the old values of the undone ones where they replaced their new ones, and those of the undone
    that the later ones say nothing about."""
    before = {change["consumer_id"]: change["replaced"] for change in undone}
    changed = [
        DetailsChange(
            consumer_id=change["consumer_id"],
            replaced={
                key: _handed_on(before.get(change["consumer_id"], {}).get(key), values)
                for key, values in change["replaced"].items()
            },
        )
        for change in later
    ]
    touched = {change["consumer_id"]: change["replaced"].keys() for change in later}
    left = [
        DetailsChange(consumer_id=consumer_id, replaced=rest)
        for consumer_id, replaced in before.items()
        if (rest := {key: each for key, each in replaced.items() if key not in touched.get(consumer_id, ())})
    ]
    return changed, left


def _handed_on(undone: Replaced | None, later: Replaced) -> Replaced:
    is_next = undone is not None and later[0] == undone[1]
    return [undone[0], later[1]] if undone is not None and is_next else later
