"""Questions about services."""

from typing import Any

from .models import ServiceInstance


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
