"""Changes of consumers and of what an organization keeps of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from wattwise_backend.accounts.models import Organization
from wattwise_backend.platform.errors import BadRequest, Conflict
from wattwise_backend.platform.sql import load_sql
from wattwise_backend.platform.zones import check_timezone
from wattwise_contract import meters as contract
from wattwise_contract.imports import ConsumerDetails, RejectedRow
from wattwise_contract.meters import AttributeValue

from .definitions import BUILT_IN
from .models import AttributeDefinition, Consumer
from .undoing import DetailsChange, change_of
from .values import NotAValue, typed_value


def add_definitions(*, organization: Organization, definitions: Iterable[contract.AttributeDefinition]) -> None:
    """Add those definitions that the organization lacks, at the end; those it has stay as they are."""
    known = AttributeDefinition.objects.filter(organization=organization)
    keys = set(known.values_list("key", flat=True))
    position = (known.aggregate(last=Max("position"))["last"] or 0) + 1
    new = [each for each in definitions if each.key not in keys]
    AttributeDefinition.objects.bulk_create(
        [
            AttributeDefinition(organization=organization, position=position + index, **each.model_dump(mode="json"))
            for index, each in enumerate(new)
        ],
        ignore_conflicts=True,
    )


def add_built_in_definitions(organization: Organization) -> None:
    add_definitions(organization=organization, definitions=BUILT_IN)


def ensure_consumers(
    *, organization_id: int, timezones: Mapping[str, str], is_simulated: bool, import_id: int, now: datetime
) -> dict[str, int]:
    """Ids by key; consumers that are missing are made, and remember the import that made them. Safe against others
    doing the same at once."""
    if not timezones:
        return {}
    known = _ids_by_key(organization_id, timezones)
    missing = {key: timezone for key, timezone in timezones.items() if key not in known}
    if not missing:
        return known
    country = Organization.objects.get(pk=organization_id).country
    Consumer.objects.bulk_create(
        [
            Consumer(
                organization_id=organization_id,
                key=key,
                timezone=timezone,
                country=country,
                is_simulated=is_simulated,
                made_by_import_id=import_id,
                created_at=now,
            )
            for key, timezone in sorted(missing.items())
        ],
        ignore_conflicts=True,
    )
    return known | _ids_by_key(organization_id, missing)


def _ids_by_key(organization_id: int, keys: Iterable[str]) -> dict[str, int]:
    found = Consumer.objects.filter(organization_id=organization_id, key__in=list(keys))
    return dict(found.values_list("key", "id"))


@dataclass
class DetailsWritten:
    """What storing details did, and the cells that no definition accepts."""

    stored: int = 0
    unchanged: int = 0
    skipped: int = 0
    consumer_ids: list[int] = field(default_factory=list)
    rejected_cells: list[RejectedRow] = field(default_factory=list)
    changes: list[DetailsChange] = field(default_factory=list)


def write_details(
    *,
    organization: Organization,
    details: Sequence[ConsumerDetails],
    file: str,
    create: bool,
    is_simulated: bool,
    import_id: int,
    now: datetime,
) -> DetailsWritten:
    """Give consumers their details, typed by the organization's definitions. A cell that does not fit is left out and
    answered as a rejected row; the rest of its row is stored. Runs in the caller's transaction."""
    definitions = {each.key: each for each in AttributeDefinition.objects.filter(organization=organization)}
    if create:
        ensure_consumers(
            organization_id=organization.pk,
            timezones={each.key: organization.timezone for each in details},
            is_simulated=is_simulated,
            import_id=import_id,
            now=now,
        )
    locked = Consumer.objects.select_for_update(no_key=True).order_by("id")
    found = {each.key: each for each in locked.filter(organization=organization, key__in=[d.key for d in details])}
    written, changed = DetailsWritten(), []
    for each in details:
        consumer = found.get(each.key)
        if consumer is None:
            written.skipped += 1
            continue
        written.consumer_ids.append(consumer.pk)
        attributes, rejected = _typed(definitions, each, file=file)
        written.rejected_cells += rejected
        before = (consumer.name, consumer.attributes)
        if _change(consumer, name=each.name, attributes=attributes, now=now):
            changed.append(consumer)
            written.changes.append(change_of(consumer, *before))
        else:
            written.unchanged += 1
    Consumer.objects.bulk_update(changed, ["name", "attributes", "attributes_changed_at"], batch_size=500)
    written.stored = len(changed)
    return written


def _typed(
    definitions: Mapping[str, AttributeDefinition], details: ConsumerDetails, *, file: str
) -> tuple[dict[str, AttributeValue], list[RejectedRow]]:
    attributes: dict[str, AttributeValue] = {}
    rejected = []
    for key, written in details.attributes.items():
        try:
            attributes[key] = typed_value(definitions[key], written)
        except (KeyError, NotAValue) as error:
            known = isinstance(error, NotAValue)
            rejected.append(
                RejectedRow(
                    file=file,
                    line=details.line,
                    column=key,
                    value=str(written)[:500],
                    reason=f"{error}." if known else f"There is no definition of {key}.",
                    remedy=error.remedy if isinstance(error, NotAValue) else "Add its definition first.",
                )
            )
    return attributes, rejected


def _change(consumer: Consumer, *, name: str, attributes: Mapping[str, AttributeValue], now: datetime) -> bool:
    """Change the consumer in memory; answers whether anything is different. A value of None takes the detail away."""
    merged = consumer.attributes | dict(attributes)
    merged = {key: value for key, value in merged.items() if value is not None}
    if merged == consumer.attributes and (not name or name == consumer.name):
        return False
    if merged != consumer.attributes:
        consumer.attributes, consumer.attributes_changed_at = merged, now
    consumer.name = name or consumer.name
    return True


class BadDetail(BadRequest):
    """A detail that no definition accepts."""


@transaction.atomic
def create_consumer(
    *,
    organization: Organization,
    key: str,
    name: str = "",
    timezone: str | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
    now: datetime,
) -> Consumer:
    """Raises BadRequest, Conflict where the key is taken, BadDetail."""
    if timezone:
        check_timezone(timezone)
    try:
        with transaction.atomic():
            consumer = Consumer.objects.create(
                organization=organization,
                key=key,
                timezone=timezone or organization.timezone,
                country=organization.country,
                is_simulated=organization.is_simulated,
                created_at=now,
            )
    except IntegrityError:
        raise Conflict(
            f"There is a consumer {key} already.", remedy="Choose another key.", fields={"key": ["Taken."]}
        ) from None
    return change_consumer(consumer=consumer, name=name, attributes=attributes, now=now)


@transaction.atomic
def change_consumer(
    *, consumer: Consumer, name: str | None, attributes: Mapping[str, AttributeValue] | None, now: datetime
) -> Consumer:
    """Change a name and details (those given; None takes one away). Raises BadDetail with all that do not fit."""
    held = Consumer.objects.select_for_update(no_key=True).get(pk=consumer.pk)
    definitions = {each.key: each for each in AttributeDefinition.objects.filter(organization_id=held.organization_id)}
    details = ConsumerDetails(key=held.key, attributes=dict(attributes or {}))
    typed, rejected = _typed(definitions, details, file="")
    if rejected:
        fields = {row.column: [f"{row.reason} {row.remedy}".strip()] for row in rejected}
        raise BadDetail(rejected[0].reason, remedy=rejected[0].remedy, fields=fields)
    if name is not None:
        held.name = name
    _change(held, name="", attributes=typed, now=now)
    held.save(update_fields=["name", "attributes", "attributes_changed_at"])
    return held


@transaction.atomic
def delete_consumer(*, consumer: Consumer) -> None:
    """Remove it with its meters and all they measured."""
    with connection.cursor() as cursor:
        # Imports lock their meters before they write: what one of them has written is seen, and deleted too.
        cursor.execute("SELECT id FROM meters WHERE consumer_id = %s ORDER BY id FOR UPDATE", [consumer.pk])
        cursor.execute(load_sql("consumers", "delete_consumer_series"), {"consumer_id": consumer.pk})
    consumer.delete()
