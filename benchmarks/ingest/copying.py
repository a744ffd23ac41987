"""The baseline: `psql \\copy` of the same file into an identical empty hypertable of the same server."""

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from wattwise_cli.platform import secrets, settings
from wattwise_cli.platform.home import Home
from wattwise_embedded import ensure

TABLE = """
DROP TABLE IF EXISTS copied;
CREATE TABLE copied (meter_id int NOT NULL, starts_at timestamptz NOT NULL, value double precision NOT NULL,
    quality smallint NOT NULL DEFAULT 0, import_id int NOT NULL DEFAULT 0, PRIMARY KEY (meter_id, starts_at));
SELECT create_hypertable('copied', 'starts_at', chunk_time_interval => interval '30 days', create_default_indexes => false);
"""


def copy_seconds(home: Home, files: Sequence[Path]) -> float:
    """How long it takes until all files are there, each copied by a psql of its own at the same time."""
    _psql(home, TABLE).wait()
    started = time.monotonic()
    running = [
        _psql(home, f"\\copy copied (meter_id, starts_at, value) from '{file}' with (format csv, header)")
        for file in files
    ]
    assert [psql.wait() for psql in running] == [0] * len(files), "psql failed; see above"
    seconds = time.monotonic() - started
    _psql(home, "DROP TABLE copied").wait()
    return seconds


def _psql(home: Home, command: str) -> "subprocess.Popen[bytes]":
    url = secrets.load(home).database_url(settings.load(home))
    words = [str(ensure().program("psql")), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", url]
    quiet = os.environ | {"PGOPTIONS": "--client-min-messages=warning"}
    return subprocess.Popen([*words, "--command", command], stdout=subprocess.DEVNULL, env=quiet)
