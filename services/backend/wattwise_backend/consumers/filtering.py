"""Filters of the list of consumers."""

from django.db.models import Q
from django.http import QueryDict

from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.filters import one_integer

from .models import AttributeDefinition, ConsumerQuerySet
from .values import NotAValue, typed_value

_PREFIX = "attribute."


def filtered(consumers: ConsumerQuerySet, params: QueryDict) -> ConsumerQuerySet:
    """?organization=&cluster=&attribute.<key>=value; `value` is read as the definition's type. Raises BadRequest."""
    if organization_id := one_integer(params, "organization"):
        consumers = consumers.filter(organization_id=organization_id)
    if cluster_id := one_integer(params, "cluster"):
        consumers = consumers.filter(memberships__cluster_id=cluster_id)
    for name in params:
        if name.startswith(_PREFIX):
            consumers = consumers.filter(_has(consumers, name.removeprefix(_PREFIX), params.get(name) or ""))
    return consumers


def _has(consumers: ConsumerQuerySet, key: str, written: str) -> Q:
    """Every organization types a detail by its own definition; only those of the consumers in question are asked. Raises
    BadRequest where the value fits none of them."""
    condition, misfits, fits = Q(pk__in=[]), [], 0
    organizations = consumers.order_by().values("organization_id")
    for definition in AttributeDefinition.objects.filter(key=key, organization_id__in=organizations):
        try:
            value = typed_value(definition, written)
        except NotAValue as error:
            misfits.append(error)
            continue
        fits += 1
        condition |= Q(organization_id=definition.organization_id, attributes__contains={key: value})
    if misfits and not fits:
        raise BadRequest(f"{key}: {misfits[0]}.", remedy=misfits[0].remedy) from misfits[0]
    return condition
