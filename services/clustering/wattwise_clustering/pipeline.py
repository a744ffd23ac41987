"""The story of a clustering run: details in, clusters with their reasons and typical days out."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

import numpy as np

from wattwise_client import Wattwise
from wattwise_contract.clusters import ClusteringOut, ClusterOut, Membership
from wattwise_contract.jobs import Claim, Job, Success
from wattwise_contract.meters import Meter
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain

from . import wording
from .curves import daily_curves, mean_curve
from .details import Details, describe
from .kmeans import Grouping, group

MEMBERS_PER_CURVE = 40
CURVE_HISTORY = timedelta(days=365)
_METERS_AT_ONCE = 100
_OVERLAP = 0.15


class Run(Protocol):
    """What the pipeline needs of a job that runs (a runtime JobRun)."""

    @property
    def api(self) -> Wattwise: ...
    @property
    def claim(self) -> Claim: ...
    @property
    def job(self) -> Job: ...
    def progress(self, fraction: float, message: str = "") -> None: ...


def cluster_consumers(run: Run, *, seed: int) -> Success:
    """Group the organization's consumers by their details and publish the run. Raises TooFewConsumers, TooFewDetails."""
    organization_id = run.job.organization_id
    run.progress(0.0, "Fetching details")
    definitions = run.api.attribute_definitions(organization_id=organization_id)
    details = describe(run.api.consumers(organization_id=organization_id), definitions)
    run.progress(0.1, f"Grouping {len(details.consumers):,} consumers by {len(details.details)} details")
    grouping = group(details.matrix, seed=seed)
    run.progress(0.6, "Computing each cluster's typical day")
    clustering = clustering_of(details, grouping, _curves(run, details, grouping, seed))
    run_id = run.api.work.publish_clustering(run.claim, clustering)
    message = (
        f"{len(details.consumers):,} consumers are in {grouping.k} clusters (silhouette {grouping.silhouette:.2f})."
    )
    return Success(message=message, result={"run_id": run_id, "k": grouping.k})


def clustering_of(details: Details, grouping: Grouping, curves: Mapping[int, Sequence[float]]) -> ClusteringOut:
    """Return the run in words and numbers. `curves` are typical days by cluster number. Pure."""
    members = [grouping.number == number for number in range(1, grouping.k + 1)]
    found = [wording.differences(details, its_members) for its_members in members]
    clusters = [
        ClusterOut(
            number=i + 1,
            label=label,
            sentence=wording.sentence(int(members[i].sum()), found[i]),
            size=int(members[i].sum()),
            distinctions=[difference.told() for difference in found[i]],
            load_curve=list(curves.get(i + 1, [])),
        )
        for i, label in enumerate(wording.labels(found))
    ]
    return ClusteringOut(
        k=grouping.k,
        silhouette=round(grouping.silhouette, 4),
        silhouette_by_k=grouping.silhouette_by_k,
        attributes=[detail.definition.key for detail in details.details],
        notes=[*details.notes, *_overlap(grouping)],
        clusters=clusters,
        memberships=_memberships(details, grouping),
    )


def _overlap(grouping: Grouping) -> list[str]:
    if grouping.silhouette >= _OVERLAP:
        return []
    return [
        f"The clusters overlap a great deal (silhouette {grouping.silhouette:.2f} of 1): take them as a rough guide."
    ]


def _memberships(details: Details, grouping: Grouping) -> list[Membership]:
    return [
        Membership(
            consumer_id=consumer.id,
            cluster_number=int(grouping.number[i]),
            silhouette=round(float(grouping.silhouettes[i]), 4),
            x=round(float(grouping.place[i, 0]), 4),
            y=round(float(grouping.place[i, 1]), 4),
        )
        for i, consumer in enumerate(details.consumers)
    ]


def _curves(run: Run, details: Details, grouping: Grouping, seed: int) -> dict[int, list[float]]:
    """Return typical days by cluster number, from up to 40 members of each that have electricity."""
    found = run.api.meters(organization_id=run.job.organization_id, quantity=Quantity.ELECTRICITY_IMPORT)
    by_consumer: dict[int | None, Meter] = {
        meter.consumer_id: meter for meter in found if meter.consumer_id and meter.last_reading_at
    }
    chosen = _sampled(details, grouping, by_consumer, seed)
    meters = [meter for its_meters in chosen.values() for meter in its_meters]
    curves: dict[int, list[float]] = {}
    for first in range(0, len(meters), _METERS_AT_ONCE):
        some = meters[first : first + _METERS_AT_ONCE]
        latest = max(meter.last_reading_at for meter in some if meter.last_reading_at)
        ids = [meter.id for meter in some]
        hours = run.api.rollups(grain=Grain.HOUR, meter_ids=ids, start=latest - CURVE_HISTORY)
        curves |= daily_curves(hours, {meter.id: meter.timezone for meter in some})
        run.progress(0.6 + 0.4 * first / len(meters), "Computing each cluster's typical day")
    return {
        number: mean_curve([curves[meter.id] for meter in its_meters if meter.id in curves])
        for number, its_meters in chosen.items()
    }


def _sampled(
    details: Details, grouping: Grouping, meters: Mapping[int | None, Meter], seed: int
) -> dict[int, list[Meter]]:
    random = np.random.default_rng(seed)
    chosen = {}
    for number in range(1, grouping.k + 1):
        members = zip(details.consumers, grouping.number == number, strict=True)
        having = [meters[consumer.id] for consumer, is_member in members if is_member and consumer.id in meters]
        order = random.permutation(len(having))[:MEMBERS_PER_CURVE]
        chosen[number] = [having[int(i)] for i in order]
    return chosen
