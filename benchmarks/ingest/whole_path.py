"""Files through the whole path: upload, worker, HTTP, backend, the hypertable with its key, revisions, dirty ranges."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wattwise_cli.platform import secrets, services, settings
from wattwise_cli.platform.home import Home
from wattwise_client import Wattwise
from wattwise_contract.recipes import Recipe

RECIPE = Recipe(consumer_column="meter_id", time_column="starts_at", value_column="value", timezone="UTC")


def import_seconds(api: Wattwise, *files: Path, organization: str, **expected: int) -> float:
    """From the first byte sent until the last job succeeded, each file an import of its own. `expected` are counts of
    the receipts, added up: stored=…, corrected=…, unchanged=…."""
    found = next((each for each in api.organizations() if each.slug == organization), None)
    if found is None:
        api.create_organization(slug=organization, name=organization, timezone="UTC")
        found = next(each for each in api.organizations() if each.slug == organization)
    started = time.monotonic()
    sent = [api.create_import([file], organization_id=found.id, recipe=RECIPE)["id"] for file in files]
    receipts = [_receipt(api, import_id) for import_id in sent]
    seconds = time.monotonic() - started
    counts = {name: sum(receipt[name] for receipt in receipts) for name in expected}
    assert counts == expected, receipts
    return seconds


def undo_seconds(api: Wattwise, *, organization: str, undone: int) -> float:
    """Until the newest import of an organization is taken back, which stored so many readings."""
    found = next(each for each in api.organizations() if each.slug == organization)
    import_id = next(api.imports(organization_id=found.id))["id"]
    started = time.monotonic()
    api.undo_import(import_id)
    while (status := api.import_status(import_id))["undone_at"] is None:
        assert status["job"]["state"] not in ("dead", "cancelled"), status["job"]
        time.sleep(0.2)
    seconds = time.monotonic() - started
    assert status["receipt"]["stored"] == undone
    assert api.readings(organization_id=found.id).is_empty()
    return seconds


def _receipt(api: Wattwise, import_id: int) -> dict[str, int]:
    while (status := api.import_status(import_id))["finished_at"] is None:
        assert status["job"]["state"] not in ("dead", "cancelled"), status["job"]
        time.sleep(0.2)
    receipt: dict[str, int] = status["receipt"]
    return receipt


@contextmanager
def second_worker(home: Home) -> Iterator[None]:
    """Another consumption worker beside the platform's own, of the same kind."""
    environment = services.environment(
        "consumption", home=home, settings=settings.load(home), secrets=secrets.load(home)
    )
    words = [sys.executable, "-m", "wattwise_consumption"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL) as worker:
        time.sleep(5)  # until it listens
        try:
            yield
        finally:
            worker.terminate()
