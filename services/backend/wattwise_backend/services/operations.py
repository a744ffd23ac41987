"""Changes: heartbeats."""

from datetime import datetime, timedelta

from django.db import transaction

from wattwise_backend.platform.access import Access
from wattwise_contract.jobs import Queue
from wattwise_contract.scheduling import Heartbeat, ServiceName
from wattwise_contract.scopes import Scope

from .models import QueueSample, ServiceInstance

FORGOTTEN_AFTER = timedelta(days=1)  # instances that are silent, and samples of queues

_SCOPES = {
    ServiceName.SCHEDULER: Scope.SCHEDULE,
    **{ServiceName(queue.value): Scope(f"work:{queue.value}") for queue in Queue},
}


@transaction.atomic
def record_heartbeat(heartbeat: Heartbeat, *, access: Access, now: datetime) -> None:
    """Note that the instance is alive. A service speaks for itself only, an operator for all. Raises NotAllowed."""
    own = _SCOPES.get(heartbeat.service)
    access.require_scope(*filter(None, (own, Scope.OPERATE)))
    ServiceInstance.objects.update_or_create(
        service=heartbeat.service.value,
        instance=heartbeat.instance,
        defaults={"version": heartbeat.version, "started_at": heartbeat.started_at, "last_seen_at": now},
    )
    if heartbeat.queue_lengths:
        QueueSample.objects.bulk_create(
            QueueSample(queue=queue.value, length=length, at=now) for queue, length in heartbeat.queue_lengths.items()
        )
        QueueSample.objects.filter(at__lt=now - FORGOTTEN_AFTER).delete()
        ServiceInstance.objects.filter(last_seen_at__lt=now - FORGOTTEN_AFTER).delete()
