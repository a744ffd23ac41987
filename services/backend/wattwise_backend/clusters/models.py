"""Clustering runs. A run becomes the current one when its job succeeds (operations.publish_of_job)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wattwise_backend.platform.access import Access


class ClusteringRunQuerySet(models.QuerySet["ClusteringRun"]):
    def visible_to(self, access: Access) -> ClusteringRunQuerySet:
        """Runs name every consumer of the organization, so a household's own login sees none."""
        return self.filter(access.visible())

    def finished(self) -> ClusteringRunQuerySet:
        """Runs whose job succeeded: what an attempt leaves behind before that is nobody's business."""
        return self.filter(published_at__isnull=False)


class ClusteringRun(models.Model):
    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="clustering_runs")
    job = models.OneToOneField("jobs.Job", models.CASCADE, related_name="clustering_run")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    is_current = models.BooleanField(default=False)
    k = models.PositiveSmallIntegerField()
    silhouette = models.FloatField()
    silhouette_by_k = models.JSONField(default=dict)
    attributes = models.JSONField(default=list)
    notes = models.JSONField(default=list)

    objects = ClusteringRunQuerySet.as_manager()

    class Meta:
        db_table = "clustering_runs"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_current=True), name="one_current_clustering_run"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "-created_at"], name="clustering_runs_newest")]

    def __str__(self) -> str:
        return f"{self.k} clusters of {self.created_at:%Y-%m-%d %H:%M}"


class Cluster(models.Model):
    run = models.ForeignKey(ClusteringRun, models.CASCADE, related_name="clusters")
    number = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    sentence = models.TextField()
    size = models.PositiveIntegerField()
    distinctions = models.JSONField(default=list)
    load_curve = models.JSONField(default=list)  # mean kW by local hour

    class Meta:
        db_table = "clusters"
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="one_cluster_per_number")]
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.label}"


class Membership(models.Model):
    """Which cluster a consumer is in, how well it fits, and where it lies on the map."""

    run = models.ForeignKey(ClusteringRun, models.CASCADE, related_name="memberships", db_index=False)
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="memberships")
    consumer = models.ForeignKey("consumers.Consumer", models.CASCADE, related_name="memberships")
    silhouette = models.FloatField()
    x = models.FloatField()
    y = models.FloatField()

    class Meta:
        db_table = "memberships"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "consumer"], name="one_cluster_per_consumer_and_run")
        ]

    def __str__(self) -> str:
        return f"consumer {self.consumer_id} in cluster {self.cluster_id}"
