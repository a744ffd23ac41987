"""Signs of life: heartbeats of services and samples of queue lengths."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from wattwise_contract.jobs import Queue
from wattwise_contract.scheduling import ServiceName


class ServiceInstance(models.Model):
    """A process of a service, as it last said of itself."""

    service = models.CharField(max_length=32, choices=[(name.value, name.value) for name in ServiceName])
    instance = models.CharField(max_length=200)
    version = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        db_table = "service_instances"
        ordering: ClassVar = ["service", "instance"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "instance"], name="one_row_per_instance")]

    def __str__(self) -> str:
        return f"{self.service} at {self.instance}"


class QueueSample(models.Model):
    """How many jobs waited in Redis at a moment, said by the scheduler."""

    id = models.BigAutoField(primary_key=True)
    queue = models.CharField(max_length=32, choices=[(queue.value, queue.value) for queue in Queue])
    length = models.PositiveIntegerField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "queue_samples"
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return f"{self.queue}: {self.length} at {self.at:%H:%M:%S}"
