"""Readings out through /data/ (database, Arrow, HTTP, Polars), against the same query on a direct database connection."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from adbc_driver_postgresql import dbapi

from benchmarks import households
from benchmarks.figure import Figure, best_seconds, report
from benchmarks.ingest.whole_path import import_seconds
from wattwise_cli.platform import secrets, settings
from wattwise_cli.platform.home import Home
from wattwise_cli.testing import Platform, throwaway_platform

METERS = 100
QUERY = "SELECT meter_id, starts_at, value, quality FROM readings ORDER BY meter_id, starts_at"


def main() -> None:
    with throwaway_platform("up", "--detach") as platform, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "readings.csv"
        frame = households.readings(METERS)
        households.write_csv(frame, file)
        with platform.api() as api:
            import_seconds(api, file, organization="door", stored=frame.height)
        report(figures(platform, rows=frame.height))


def figures(platform: Platform, *, rows: int) -> Iterator[Figure]:
    home = Home(platform.home)
    with platform.api() as api, dbapi.connect(secrets.load(home).database_url(settings.load(home))) as direct:
        organization = next(found.id for found in api.organizations() if found.slug == "door")

        def through_the_door() -> None:
            assert api.readings(organization_id=organization).height == rows

        def directly() -> None:
            with direct.cursor() as cursor:
                cursor.execute(QUERY)
                assert cursor.fetch_arrow_table().num_rows == rows

        seconds, baseline = best_seconds(through_the_door), best_seconds(directly)
    yield Figure("read", rows / seconds, "rows/s", "ADBC, direct", rows / baseline, target=0.7)


if __name__ == "__main__":
    main()
