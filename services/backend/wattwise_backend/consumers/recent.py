"""What consumers used lately, and which clusters they are in: the extra columns of their list."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from wattwise_backend.clusters.models import Membership
from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.sql import load_sql
from wattwise_contract.rollups import Grain

_DAY = list(Grain).index(Grain.DAY)


@dataclass
class Recent:
    """`spark_kwh` has a value per local day that has data, the last 30 days of the consumer's own data."""

    meters_count: int = 0
    data_ends_at: datetime | None = None
    spark_kwh: list[float] = field(default_factory=list)
    cluster: dict[str, Any] | None = None

    @property
    def last_30_days_kwh(self) -> float | None:
        return round(sum(self.spark_kwh), 3) if self.spark_kwh else None


def recent_of(consumer_ids: Sequence[int]) -> dict[int, Recent]:
    """By consumer, in three statements for any number of them."""
    found: dict[int, Recent] = defaultdict(Recent)
    meters = Meter.objects.filter(consumer_id__in=consumer_ids).order_by().values("consumer_id")
    for row in meters.annotate(count=Count("id"), ends_at=Max("last_reading_at")):
        found[row["consumer_id"]] = Recent(meters_count=row["count"], data_ends_at=row["ends_at"])
    with connection.cursor() as cursor:
        cursor.execute(load_sql("consumers", "recent_use"), {"consumer_ids": list(consumer_ids), "day": _DAY})
        for consumer_id, _, kwh in cursor.fetchall():
            found[consumer_id].spark_kwh.append(round(kwh, 3))
    memberships = Membership.objects.filter(consumer_id__in=consumer_ids, run__is_current=True).select_related(
        "cluster"
    )
    for membership in memberships:
        cluster = membership.cluster
        found[membership.consumer_id].cluster = {"id": cluster.pk, "number": cluster.number, "label": cluster.label}
    return found


def cluster_reason(consumer_id: int) -> dict[str, Any] | None:
    """Why the consumer is in its cluster: what sets the cluster apart, and how well the consumer fits."""
    memberships = Membership.objects.filter(consumer_id=consumer_id, run__is_current=True).select_related("cluster")
    membership = memberships.first()
    if membership is None:
        return None
    cluster = membership.cluster
    return {
        "run_id": membership.run_id,
        "cluster_id": cluster.pk,
        "label": cluster.label,
        "sentence": cluster.sentence,
        "silhouette": membership.silhouette,
        "distinctions": cluster.distinctions,
    }
