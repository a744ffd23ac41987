"""Questions about consumers."""

from collections.abc import Iterable

from wattwise_backend.platform.errors import NotFound
from wattwise_contract.meters import AttributeDefinition as DefinitionMessage
from wattwise_contract.meters import AttributeGroup, AttributeType
from wattwise_contract.meters import Consumer as ConsumerMessage

from .models import AttributeDefinition, Consumer


def consumer_messages(consumers: Iterable[Consumer]) -> list[ConsumerMessage]:
    return [
        ConsumerMessage(
            id=each.pk,
            organization_id=each.organization_id,
            key=each.key,
            name=each.name,
            timezone=each.timezone,
            country=each.country,
            latitude=each.latitude,
            longitude=each.longitude,
            is_simulated=each.is_simulated,
            attributes=each.attributes,
        )
        for each in consumers
    ]


def definition_messages(definitions: Iterable[AttributeDefinition]) -> list[DefinitionMessage]:
    return [
        DefinitionMessage(
            key=each.key,
            label=each.label,
            type=AttributeType(each.type),
            group=AttributeGroup(each.group),
            unit=each.unit,
            choices=[str(choice) for choice in each.choices],
            description=each.description,
            clustering=each.clustering,
        )
        for each in definitions
    ]


def consumer_of_organization(organization_id: int, consumer_id: int) -> Consumer:
    """Raises NotFound."""
    consumer = Consumer.objects.filter(organization_id=organization_id, pk=consumer_id).first()
    if consumer is None:
        raise NotFound("consumer")
    return consumer
