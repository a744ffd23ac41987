"""What the fuzzer calls again and again: `python -m benchmarks.fuzz.inputs SECONDS COUNTS FOUND`."""

import json
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # installed by this benchmark for itself

with atheris.instrument_imports(include=["wattwise_consumption"]):
    from wattwise_consumption.sources import Order, SourceLimits
    from wattwise_consumption.sources.files import FilesSource

from wattwise_consumption.problems import BadFile
from wattwise_contract.imports import ImportFile, ImportTask, SourceKind
from wattwise_contract.meters import AttributeDefinition
from wattwise_contract.recipes import Recipe

LONGEST_BYTES = 20_000
IN_ANOTHER_PROCESS = (b"PK", b"PAR1", b"ARROW1", b"\x89HDF", b"\xd0\xcf")  # not to be followed by the fuzzer


class Alone:
    """A platform of one file and nothing else."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def fetch_file(self, file: ImportFile, import_id: int, to: Path) -> Path:
        to.write_bytes(self._data)
        return to

    def fetch_rejected_rows(self, import_id: int, to: Path) -> Path:
        raise FileNotFoundError  # nothing is put right here

    def consumer_keys(self) -> frozenset[str]:
        return frozenset()

    def definitions(self) -> list[AttributeDefinition]:
        return []


def read(data: bytes, scratch: Path) -> None:
    """Import the bytes as a file. Raises what it should not."""
    file = ImportFile(number=0, name="file", bytes=len(data), sha256="")
    task = ImportTask(
        id=1, organization_id=1, organization_timezone="Europe/London", source_kind=SourceKind.FILES,
        recipe=Recipe(), files=[file], done_parts=[],
    )  # fmt: skip
    now = datetime(2027, 1, 1, tzinfo=UTC)
    source = FilesSource(Order(task, Alone(data), now, scratch, SourceLimits(unpacked_bytes=5_000_000)))
    try:
        for part in source.parts():
            del part
    except BadFile:
        return
    source.summary()


def main(seconds: int, counts: Path, found: Path) -> None:
    scratch = Path(tempfile.mkdtemp(dir=counts.parent))
    tried = {"all": 0, "well": 0}

    def one(data: bytes) -> None:
        if data.startswith(IN_ANOTHER_PROCESS):
            return
        tried["all"] += 1
        try:
            read(data, scratch)
            tried["well"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            name = _place_of(error)
            if not (found / name).exists():  # one input for each place is enough
                (found / name).write_bytes(data)
                print(f"{name}: {error}", file=sys.stderr)
        if tried["all"] % 50 == 0:
            counts.write_text(json.dumps(tried))

    seeds = _seeds(counts.parent / "seeds")
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST_BYTES}", "-timeout=20", "-rss_limit_mb=3000"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", str(seeds)], one)
    atheris.Fuzz()


def _place_of(error: Exception) -> str:
    """Where in our code it happened, and what: "dsmr_p1-_heads_of-ComputeError"."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "wattwise" in frame.filename]
    last = ours[-1]
    return f"{Path(last.filename).stem}-{last.name}-{type(error).__name__}"


def _seeds(folder: Path) -> Path:
    """The sound files of the tests, to begin with."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "services" / "consumption" / "tests"))
    from sound_files import sound_files  # type: ignore[import-not-found]  # of the tests, which are no package

    folder.mkdir()
    for name, data in sound_files().items():
        if len(data) <= LONGEST_BYTES and not data.startswith(IN_ANOTHER_PROCESS):
            (folder / name).write_bytes(data)
    return folder


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
