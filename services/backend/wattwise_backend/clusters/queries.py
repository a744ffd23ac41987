"""Questions about clusters."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Max

from wattwise_backend.aggregates.models import MeterRollups
from wattwise_backend.platform.sql import rows_of
from wattwise_contract.quantities import Quantity

from .models import ClusteringRun

YEAR = timedelta(days=365)


def clusters_of(run: ClusteringRun) -> list[dict[str, Any]]:
    """The run's clusters, largest first, with the mean yearly electricity of their members where there is any."""
    kwh = _members_kwh_mean(run)
    return [
        {
            "id": cluster.pk,
            "number": cluster.number,
            "label": cluster.label,
            "sentence": cluster.sentence,
            "size": cluster.size,
            "distinctions": cluster.distinctions,
            "load_curve_kw": cluster.load_curve,
            "members_kwh_mean": kwh.get(cluster.pk),
        }
        for cluster in run.clusters.all()
    ]


def points_of(run: ClusteringRun) -> list[dict[str, Any]]:
    """Every consumer of the run with its place on the map."""
    places = run.memberships.order_by("consumer__key").values(
        "consumer_id", "cluster_id", "x", "y", "silhouette", key=F("consumer__key"), name=F("consumer__name")
    )
    return [dict(place) for place in places]


def _members_kwh_mean(run: ClusteringRun) -> dict[int, float]:
    """Over the last year of the organization's data, by whole months."""
    electricity = MeterRollups.objects.filter(
        organization_id=run.organization_id, meter__quantity=Quantity.ELECTRICITY_IMPORT.value
    )
    newest = electricity.aggregate(newest=Max("hours_until"))["newest"]
    if newest is None:
        return {}
    params = {"run_id": run.pk, "start": newest - YEAR, "end": newest + timedelta(hours=1)}
    return {row["cluster_id"]: row["kwh"] for row in rows_of("clusters", "members_kwh_mean", params)}
