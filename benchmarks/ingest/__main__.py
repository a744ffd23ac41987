"""File to stored readings through the whole path, against `psql \\copy` of the same CSV into an identical empty hypertable
of the same server. Half-hourly readings of simulated meters, 10,000 of each; the best of some rounds, rows a second.

`--full` takes 1,000 meters (ten million readings) and five rounds, where otherwise 300 and three do."""

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks import households
from benchmarks.figure import Figure, best_seconds, report
from wattwise_cli.platform.home import Home
from wattwise_cli.testing import Platform, throwaway_platform

from .copying import copy_seconds
from .parsing import correct, parsed_by_pandas, parsed_by_wattwise
from .processes import halted, peak_megabytes, processor_seconds
from .pushing import push_milliseconds
from .whole_path import import_seconds, second_worker, undo_seconds

READINGS_EACH = 10_000
MOST_MEGABYTES = 600
MOST_PUSH_MS = 30
CORRECTED_EVERY = 100


@dataclass(frozen=True)
class Files:
    """The readings of all meters, the same with corrections, and their halves by meter."""

    whole: Path
    corrected: Path
    halves: tuple[Path, Path]
    rows: int
    corrections: int


def main(*, full: bool) -> None:
    meters, rounds = (1000, 5) if full else (300, 3)
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), meters=meters)
        report(parsing(files, Path(folder), rounds=rounds))
        with throwaway_platform("up", "--detach") as platform, halted(Home(platform.home)):
            report(storing(platform, files, rounds=rounds))


def write_files(folder: Path, *, meters: int) -> Files:
    whole, corrected, halves = folder / "all.csv", folder / "corrected.csv", (folder / "a.csv", folder / "b.csv")
    frame = households.readings(meters, half_hours=READINGS_EACH)
    households.write_csv(frame, whole)
    in_first = pl.col("meter_id") <= meters // 2
    for half, in_half in zip(halves, (in_first, ~in_first), strict=True):
        households.write_csv(frame.filter(in_half), half)
    return Files(whole, corrected, halves, frame.height, correct(whole, corrected, every=CORRECTED_EVERY))


def parsing(files: Files, scratch: Path, *, rounds: int) -> Iterator[Figure]:
    def by_wattwise() -> None:
        assert parsed_by_wattwise(files.whole, scratch) == files.rows

    def by_pandas() -> None:
        assert parsed_by_pandas(files.whole) == files.rows

    ours, theirs = best_seconds(by_wattwise, times=rounds), best_seconds(by_pandas, times=rounds)
    yield Figure("parse", files.rows / ours, "rows/s", "pandas", files.rows / theirs, target=5)


def storing(platform: Platform, files: Files, *, rounds: int) -> Iterator[Figure]:
    home, rows = Home(platform.home), files.rows
    seconds: dict[str, list[float]] = {name: [] for name in ("copy", "store", "undo", "again", "correct", "two")}
    with platform.api() as api:
        # By turns, so that other programs on the machine disturb all alike.
        for number in range(rounds):
            organization = f"round-{number}"
            seconds["copy"].append(copy_seconds(home, [files.whole]))
            used = processor_seconds(home)
            seconds["store"].append(import_seconds(api, files.whole, organization=organization, stored=rows))
            say_used(used, processor_seconds(home), rows=rows)
            seconds["undo"].append(undo_seconds(api, organization=organization, undone=rows))
            import_seconds(api, files.whole, organization=organization, stored=rows)
            seconds["again"].append(import_seconds(api, files.whole, organization=organization, unchanged=rows))
            expected = {"corrected": files.corrections, "unchanged": rows - files.corrections}
            seconds["correct"].append(import_seconds(api, files.corrected, organization=organization, **expected))
        push_ms = push_milliseconds(api, organization="gateways")
        memory = {name: peak_megabytes(home, name) for name in ("consumption", "backend")}
        with second_worker(home):
            for number in range(rounds):
                organization = f"two-{number}"
                seconds["two"].append(import_seconds(api, *files.halves, organization=organization, stored=rows))
    rates = {name: rows / min(taken) for name, taken in seconds.items()}
    copied = ("rows/s", "psql \\copy", rates["copy"])
    yield Figure("store", rates["store"], *copied, target=0.8)
    yield Figure("undo of an import", rates["undo"], "rows/s", "its import", rates["store"], target=0.3)
    yield Figure("import again, nothing new", rates["again"], *copied, target=1.0)
    yield Figure("import again, 1 % corrected", rates["correct"], *copied, target=0.5)
    # One worker and the database fill two cores by themselves.
    more = 1.5 if (os.cpu_count() or 1) >= 6 else 1.0
    yield Figure("store, two workers", rates["two"], "rows/s", "one worker", rates["store"], target=more)
    for name, megabytes in memory.items():
        yield Figure(f"most memory, {name}", megabytes, "MB", "600 MB", MOST_MEGABYTES, target=1, less_is_better=True)
    yield Figure("push of one reading", push_ms, "ms", "30 ms", MOST_PUSH_MS, target=1, less_is_better=True)


def say_used(before: dict[str, float], after: dict[str, float], *, rows: int) -> None:
    """Tell on the error output what a store took of the processors."""
    used = ", ".join(f"{name} {(after[name] - before[name]) / rows * 1e6:.2f}" for name in after)
    print(f"processor seconds per million rows stored: {used}", file=sys.stderr)


if __name__ == "__main__":
    main(full="--full" in sys.argv[1:])
