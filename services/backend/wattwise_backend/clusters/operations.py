"""Changes of clustering runs."""

from datetime import datetime

from django.db import transaction
from rest_framework.request import Request

from wattwise_backend.consumers.models import Consumer
from wattwise_backend.jobs.leases import fence
from wattwise_backend.jobs.models import Job
from wattwise_backend.platform.errors import BadRequest
from wattwise_contract.clusters import ClusteringOut
from wattwise_contract.jobs import JobKind, Success

from .models import Cluster, ClusteringRun, Membership


@transaction.atomic
def store_run(request: Request, clustering: ClusteringOut, *, now: datetime) -> ClusteringRun:
    """Keep the run of the request's job, instead of what an earlier attempt left; nobody sees it before the job
    succeeds. Consumers that were deleted meanwhile are left out. Raises LeaseLost, and BadRequest where it names consumers of others or clusters that it does not have."""
    job = fence(request, kind=JobKind.CLUSTER_CONSUMERS)
    clustering = _of_consumers_there_still(clustering)
    _check(clustering, organization_id=job.organization_id)
    ClusteringRun.objects.filter(job=job).delete()
    run = ClusteringRun.objects.create(
        organization_id=job.organization_id,
        job=job,
        created_at=now,
        k=clustering.k,
        silhouette=clustering.silhouette,
        silhouette_by_k=clustering.silhouette_by_k,
        attributes=clustering.attributes,
        notes=clustering.notes,
    )
    _keep_clusters(run, clustering)
    return run


def publish_of_job(job: Job, success: Success, now: datetime) -> None:
    """Make the job's run the current one of its organization; a job without a run (nothing to cluster) changes nothing."""
    mine = ClusteringRun.objects.filter(job=job)
    if mine.exists():
        ClusteringRun.objects.filter(organization_id=job.organization_id, is_current=True).update(is_current=False)
        mine.update(is_current=True, published_at=now)


def _keep_clusters(run: ClusteringRun, clustering: ClusteringOut) -> None:
    clusters = Cluster.objects.bulk_create(
        Cluster(
            run=run,
            number=cluster.number,
            label=cluster.label,
            sentence=cluster.sentence,
            size=cluster.size,
            distinctions=[distinction.model_dump() for distinction in cluster.distinctions],
            load_curve=cluster.load_curve,
        )
        for cluster in clustering.clusters
    )
    by_number = {cluster.number: cluster for cluster in clusters}
    places = (
        Membership(
            run=run,
            cluster=by_number[place.cluster_number],
            consumer_id=place.consumer_id,
            silhouette=place.silhouette,
            x=place.x,
            y=place.y,
        )
        for place in clustering.memberships
    )
    Membership.objects.bulk_create(places, batch_size=5000)


def _of_consumers_there_still(clustering: ClusteringOut) -> ClusteringOut:
    named = {membership.consumer_id for membership in clustering.memberships}
    left = set(Consumer.objects.filter(id__in=named).values_list("id", flat=True))
    if left == named:
        return clustering
    return clustering.model_copy(update={"memberships": [m for m in clustering.memberships if m.consumer_id in left]})


def _check(clustering: ClusteringOut, *, organization_id: int) -> None:
    wanted = {membership.consumer_id for membership in clustering.memberships}
    own = Consumer.objects.filter(organization_id=organization_id, id__in=wanted).values_list("id", flat=True)
    if strangers := wanted - set(own):
        raise BadRequest(
            f"{len(strangers)} of the consumers are not of organization {organization_id}: {sorted(strangers)[:3]}.",
            remedy="Read the consumers again.",
        )
    numbers = {cluster.number for cluster in clustering.clusters}
    if missing := {membership.cluster_number for membership in clustering.memberships} - numbers:
        raise BadRequest(f"Memberships name clusters that are not sent: {sorted(missing)}.")
