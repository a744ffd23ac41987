"""Registers what makes this app's results visible when their job succeeds."""

from django.apps import AppConfig

from wattwise_contract.jobs import JobKind


class ClustersConfig(AppConfig):
    name = "wattwise_backend.clusters"

    def ready(self) -> None:
        from wattwise_backend.jobs.publishers import PUBLISHERS

        from . import operations

        PUBLISHERS[JobKind.CLUSTER_CONSUMERS] = operations.publish_of_job
