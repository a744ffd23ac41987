"""kill -9 in the middle of fetching: every page is landed once, and the totals are exact."""

import json
import os
import signal
import threading
import time
import wsgiref.simple_server
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from wattwise_cli.testing import Platform
from wattwise_client import Unreachable, Wattwise

pytestmark = pytest.mark.platform
FIRST = datetime(2026, 3, 20, tzinfo=UTC)
SOURCES, PAGES, ROWS = 3, 24, 100
KWH = 0.125


class Vendor:
    """Each source's half hours, in pages that take their time. `asked` counts each source's pages."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: Counter[tuple[str, int]] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        page = int(query["page"])
        self.asked[query["meter"], page] += 1
        time.sleep(0.2)
        first = (page - 1) * ROWS
        times = [FIRST + timedelta(minutes=30 * step) for step in range(first, first + ROWS)]
        rows = [{"time": at.isoformat(), "kWh": KWH} for at in times] if page <= PAGES else []
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"readings": rows}).encode()]


@contextmanager
def vendor() -> Iterator[Vendor]:
    made = Vendor()

    class Quiet(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with wsgiref.simple_server.make_server("127.0.0.1", 0, made, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_port}"
        yield made
        server.shutdown()


def test_fetching_survives_the_death_of_its_worker_and_of_the_backend(
    new_platform: Callable[..., Platform], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WATTWISE_SOURCES_MAY_REACH", "127.0.0.1")
    platform = new_platform("up", "--detach")
    with vendor() as shop, platform.api() as api:
        home = next(found for found in api.organizations() if found.slug == "home")
        platform.eventually(
            lambda: [one for one in api.source_kinds() if one["kind"] == "http"], within_s=60, what="kind"
        )
        sources = [connect(api, home.id, shop, f"meter-{number}") for number in range(SOURCES)]
        for page, victim in ((5, "consumption"), (PAGES + 5, "backend"), (PAGES + 12, "consumption")):
            platform.eventually(lambda page=page: shop.asked.total() >= page, within_s=240, what=f"request {page}")
            kill(platform, victim)
        for source in sources:
            platform.eventually(lambda source=source: finished(api, source), within_s=300, what=f"source {source}")
        receipts = [one["receipt"] for one in api.imports() if one["source"]["id"] in sources]
        readings = api.readings(organization_id=home.id)
    assert sorted(receipt["stored"] for receipt in receipts) == [PAGES * ROWS] * SOURCES
    assert [receipt["read"] for receipt in receipts] == [PAGES * ROWS] * SOURCES
    assert (readings.height, readings["value"].sum()) == (SOURCES * PAGES * ROWS, SOURCES * PAGES * ROWS * KWH)
    assert all(shop.asked[f"meter-{number}", page] for number in range(SOURCES) for page in range(1, PAGES + 2))
    # What was landed is never asked for again: at most the page under way at each of the three deaths is.
    assert shop.asked.total() <= SOURCES * (PAGES + 1) + 3


def connect(api: Wattwise, organization_id: int, shop: Vendor, meter: str) -> int:
    config = {
        "url": f"{shop.url}/?meter={meter}&page={{page}}", "meter": meter, "pages": "page", "items_path": "readings",
    }  # fmt: skip
    source = api.create_source(organization_id=organization_id, name=meter, kind="http", config=config, every="P1D")
    api.start_source(source["id"])
    return int(source["id"])


def finished(api: Wattwise, source_id: int) -> bool:
    try:
        (run,) = [one for one in api.imports() if one["source"]["id"] == source_id]
    except Unreachable:  # the backend is on its way back
        return False
    assert run["job"]["state"] not in ("dead", "cancelled"), run["job"]
    return bool(run["job"]["state"] == "succeeded")


def kill(platform: Platform, service: str) -> None:
    pid = platform.services()[service]["pid"]
    assert isinstance(pid, int), f"{service} has no pid to kill"
    os.kill(pid, signal.SIGKILL)
