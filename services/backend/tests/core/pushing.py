"""How a gateway pushes readings to Alice's community."""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import Reading

from .estate import HALF_HOUR, NOON, Machine

COUNTS = ("read", "stored", "unchanged", "corrected", "duplicate")


def send(
    gateway: Machine,
    body: Any,
    kind: str = "application/json",
    *,
    packed: bool = False,
    encoding: str = "",
    **query: Any,
) -> Any:
    """Push a body; `packed` packs it, `encoding` says that it is already."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {gateway.token}"} | ({"Content-Encoding": encoding} if encoding else {})
    if packed:
        raw, headers["Content-Encoding"] = gzip.compress(raw), "gzip"
    return gateway.client.generic(
        "POST", "/api/readings/", raw, content_type=kind, headers=headers, query_params=query or None
    )


def row(value: object = 0.25, *, step: int = 0, meter: str = "M-dupont", **more: object) -> dict[str, object]:
    return {"meter": meter, "starts_at": (NOON + step * HALF_HOUR).isoformat(), "value": value, **more}


def counts(answer: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in COUNTS)


def stored(meter: Meter) -> list[float]:
    return list(Reading.objects.filter(meter_id=meter.pk).order_by("starts_at").values_list("value", flat=True))
