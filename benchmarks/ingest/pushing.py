"""One reading pushed at a time through the web server and /api/, as a gateway does."""

import statistics
import time
from datetime import timedelta

from benchmarks.households import STARTS_AT
from wattwise_client import Wattwise


def push_milliseconds(api: Wattwise, *, organization: str, times: int = 200) -> float:
    """The median from the request to the answer that the reading is stored."""
    api.create_organization(slug=organization, name=organization, timezone="UTC")
    where = next(each.id for each in api.organizations() if each.slug == organization)
    took = []
    for number in range(times):
        starts_at = STARTS_AT + number * timedelta(minutes=30)
        started = time.perf_counter()
        reading = {"meter": "gateway", "starts_at": starts_at.isoformat(), "value": 0.25, "resolution": "PT30M"}
        answer = api.push_readings([reading], organization_id=where, create=number == 0)
        took.append(time.perf_counter() - started)
        assert answer["stored"] == 1, answer
    return statistics.median(took) * 1000
