"""Questions about services."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count

from wattwise_backend import __version__
from wattwise_backend.jobs.models import Job
from wattwise_backend.platform.access import Access
from wattwise_backend.platform.sql import rows_of
from wattwise_contract.jobs import SILENT_AFTER, JobState, Queue
from wattwise_contract.scheduling import ServiceName

from .health import ServiceHealth, State
from .models import ServiceInstance
from .probes import database_health, frontend_health, redis_health

HISTORY = timedelta(hours=1)
BEATING = (ServiceName.SCHEDULER, *(ServiceName(queue.value) for queue in Queue))
SHOWN_STATES = (JobState.WAITING, JobState.QUEUED, JobState.RUNNING, JobState.DEAD)


def instances() -> list[dict[str, Any]]:
    """Every known process of a service, times as ISO 8601."""
    return [
        {
            "service": each.service,
            "instance": each.instance,
            "version": each.version,
            "started_at": each.started_at.isoformat(),
            "last_seen_at": each.last_seen_at.isoformat(),
        }
        for each in ServiceInstance.objects.all()
    ]


def all_services(*, started_at: datetime, now: datetime) -> list[ServiceHealth]:
    """The nine services; `started_at` is when this backend process began."""
    environment = settings.ENVIRONMENT
    return [
        frontend_health(environment.frontend_url or environment.public_url, now=now),
        ServiceHealth(
            ServiceName.BACKEND, State.RUNNING, started_at, __version__, now, detail="Answers what you see here."
        ),
        database_health(now=now),
        redis_health(environment.redis_url.get_secret_value(), now=now),
        *beating_services(now=now),
    ]


def beating_services(*, now: datetime) -> list[ServiceHealth]:
    """The scheduler and the workers, as their heartbeats say."""
    by_service: dict[str, list[ServiceInstance]] = {}
    for instance in ServiceInstance.objects.order_by("-last_seen_at"):
        by_service.setdefault(instance.service, []).append(instance)
    return [_beating(name, by_service.get(name.value, []), now=now) for name in BEATING]


def _beating(name: ServiceName, instances: list[ServiceInstance], *, now: datetime) -> ServiceHealth:
    if not instances:
        return ServiceHealth(name, State.UNKNOWN, detail="It has not been heard of yet; look at its log.")
    newest = instances[0]
    alive = [each for each in instances if now - each.last_seen_at <= SILENT_AFTER]
    if not alive:
        return ServiceHealth(
            name,
            State.SILENT,
            version=newest.version,
            last_seen_at=newest.last_seen_at,
            detail=f"{newest.instance} fell silent; its jobs are given to others. Look at its log.",
        )
    return ServiceHealth(
        name,
        State.RUNNING,
        since=min(each.started_at for each in alive),
        version=newest.version,
        last_seen_at=newest.last_seen_at,
        detail=newest.instance if len(alive) == 1 else f"{len(alive)} processes.",
    )


def queues(*, now: datetime) -> list[dict[str, Any]]:
    """Each queue's length now and by the minute for the last hour."""
    history: dict[str, list[dict[str, Any]]] = {queue.value: [] for queue in Queue}
    for row in rows_of("services", "queue_history", {"since": now - HISTORY}):
        history.setdefault(row["queue"], []).append({"at": row["at"], "length": row["length"]})
    return [
        {"queue": queue, "length": past[-1]["length"] if past else 0, "history": past}
        for queue, past in history.items()
    ]


def job_counts(access: Access) -> dict[str, int]:
    """How many of the caller's jobs are in each state that asks for attention."""
    counts = dict(
        Job.objects.visible_to(access)
        .filter(state__in=SHOWN_STATES)
        .order_by()
        .values_list("state")
        .annotate(count=Count("id"))
    )
    return {state.value: counts.get(state.value, 0) for state in SHOWN_STATES}
