"""File to stored readings through the whole path (upload, worker, HTTP, backend, hypertable), against `psql \\copy` of the
same CSV into an identical empty hypertable of the same server. Best of three; rows a second."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import households
from benchmarks.figure import Figure, report
from wattwise_cli.platform import secrets, settings
from wattwise_cli.platform.home import Home
from wattwise_cli.testing import Platform, throwaway_platform
from wattwise_client import Wattwise
from wattwise_contract.recipes import Recipe
from wattwise_embedded import ensure

METERS = 100
TIMES = 3
RECIPE = Recipe(consumer_column="meter_id", time_column="starts_at", value_column="value", timezone="UTC")
TABLE = """
DROP TABLE IF EXISTS copied;
CREATE TABLE copied (meter_id int NOT NULL, starts_at timestamptz NOT NULL, value double precision NOT NULL,
    quality smallint NOT NULL DEFAULT 0, import_id int NOT NULL DEFAULT 0, PRIMARY KEY (meter_id, starts_at));
SELECT create_hypertable('copied', 'starts_at', chunk_time_interval => interval '30 days', create_default_indexes => false);
"""


def main() -> None:
    with throwaway_platform("up", "--detach") as platform, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "readings.csv"
        frame = households.readings(METERS)
        households.write_csv(frame, file)
        report(figures(platform, file, rows=frame.height))


def figures(platform: Platform, file: Path, *, rows: int) -> Iterator[Figure]:
    copied = rows / min(copy_seconds(platform, file) for _ in range(TIMES))
    with platform.api() as api:
        stored = [import_seconds(api, file, organization=f"store-{number}", rows=rows) for number in range(TIMES)]
        again = [import_seconds(api, file, organization=f"store-{number}", rows=0) for number in range(TIMES)]
    yield Figure("store", rows / min(stored), "rows/s", "psql \\copy", copied, target=0.4)
    yield Figure("import again, nothing new", rows / min(again), "rows/s", "psql \\copy", copied, target=0.2)


def copy_seconds(platform: Platform, file: Path) -> float:
    home = Home(platform.home)
    url = secrets.load(home).database_url(settings.load(home))
    words = [str(ensure().program("psql")), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", url]
    quiet = os.environ | {"PGOPTIONS": "--client-min-messages=warning"}
    subprocess.run([*words, "--command", TABLE], check=True, stdout=subprocess.DEVNULL, env=quiet)
    started = time.monotonic()
    copy = f"\\copy copied (meter_id, starts_at, value) from '{file}' with (format csv, header)"
    subprocess.run([*words, "--command", copy], check=True, stdout=subprocess.DEVNULL, env=quiet)
    return time.monotonic() - started


def import_seconds(api: Wattwise, file: Path, *, organization: str, rows: int) -> float:
    """From the first byte sent until the job succeeded; `rows` is what must have been stored."""
    found = next((each for each in api.organizations() if each.slug == organization), None)
    if found is None:
        api.create_organization(slug=organization, name=organization, timezone="UTC")
        found = next(each for each in api.organizations() if each.slug == organization)
    started = time.monotonic()
    record = api.create_import([file], organization_id=found.id, recipe=RECIPE)
    while (status := api.import_status(record["id"]))["finished_at"] is None:
        assert status["job"]["state"] not in ("dead", "cancelled"), status["job"]
        time.sleep(0.1)
    seconds = time.monotonic() - started
    assert status["receipt"]["stored"] == rows, status["receipt"]
    return seconds


if __name__ == "__main__":
    main()
