"""Every rollup of a year of half-hours, computed from one pull of readings, against one SQL `GROUP BY` per grain on the
hypertable. The worker's figure includes pulling the readings out of the same database."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl
import psycopg
from adbc_driver_postgresql import dbapi

from benchmarks import households
from benchmarks.figure import Figure, best_seconds, report
from wattwise_aggregation.merging import merged
from wattwise_aggregation.rollups import GRAIN_NUMBERS, SHORT_GRAINS, MeterKind, Readings, roll_up
from wattwise_aggregation.windows import Window
from wattwise_contract.rollups import Grain
from wattwise_database.testing import running_database
from wattwise_timeseries.resolutions import Resolution

METERS = 100
ZONE = "Europe/London"
WINDOW = Window(households.STARTS_AT, households.STARTS_AT + timedelta(days=366))
TABLE = """
CREATE TABLE readings (meter_id int, starts_at timestamptz, value double precision, quality smallint DEFAULT 0,
    PRIMARY KEY (meter_id, starts_at));
SELECT create_hypertable('readings', 'starts_at', chunk_time_interval => interval '30 days', create_default_indexes => false);
"""
GROUPED = """
SELECT meter_id, date_trunc(%s, starts_at, %s), sum(value), avg(value), min(value), max(value), stddev_pop(value), count(*),
    (array_agg(starts_at ORDER BY value, starts_at))[1], (array_agg(starts_at ORDER BY value DESC, starts_at))[1]
FROM readings GROUP BY 1, 2
"""


def main() -> None:
    with running_database() as url:
        frame = households.readings(METERS)
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
            for statement in filter(str.strip, TABLE.split(";")):
                database.execute(statement)
            with database.cursor().copy("COPY readings (meter_id, starts_at, value) FROM STDIN (FORMAT csv)") as copy:
                copy.write(frame.write_csv(include_header=False, datetime_format="%Y-%m-%dT%H:%M:%SZ"))
            database.execute("VACUUM ANALYZE readings")
            report(figures(url, database, frame.height))


def figures(url: str, database: psycopg.Connection, rows: int) -> Iterator[Figure]:
    def grouped() -> None:
        for grain in Grain:
            database.execute(GROUPED, (grain.value, ZONE)).fetchall()

    def pulled() -> pl.DataFrame:
        with dbapi.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT meter_id, starts_at, value, quality FROM readings ORDER BY meter_id, starts_at")
            return pl.DataFrame(cursor.fetch_arrow_table())

    def computed(readings: pl.DataFrame) -> int:
        by_meter = readings.partition_by("meter_id", as_dict=True)
        kinds = {int(str(key[0])): kind(int(str(key[0]))) for key in by_meter}
        short = pl.concat(
            roll_up(Readings.of(rows), meter=kinds[int(str(key[0]))], window=WINDOW, grains=SHORT_GRAINS)
            for key, rows in by_meter.items()
        )
        days = short.filter(pl.col("grain") == GRAIN_NUMBERS[Grain.DAY])
        return short.height + merged(days, meters=list(kinds.values()), window=WINDOW).height

    readings = pulled()
    assert computed(readings) > METERS * 8_760
    sql = best_seconds(grouped, times=3)
    alone = best_seconds(lambda: computed(readings), times=3)
    both = best_seconds(lambda: computed(pulled()), times=3)
    yield Figure("compute", rows / alone, "readings/s", "SQL GROUP BY per grain", rows / sql, target=2.0)
    yield Figure("pull and compute", rows / both, "readings/s", "SQL GROUP BY per grain", rows / sql, target=1.5)


def kind(meter_id: int) -> MeterKind:
    return MeterKind(meter_id, ZONE, Resolution.parse("PT30M"), adds_up=True)


if __name__ == "__main__":
    main()
