"""Coverage-guided fuzzing of the importer's parsers: every input ends in a receipt or a sentence.

    WATTWISE_FUZZ_SECONDS=600 ./wattwise bench fuzz

What ends otherwise is kept in services/consumption/tests/found, where the tests find it from then on.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figure import Figure, report

REPOSITORY = Path(__file__).resolve().parents[2]
FOUND = REPOSITORY / "services" / "consumption" / "tests" / "found"
FUZZER = REPOSITORY / ".venv" / "fuzzer"
SECONDS = int(os.environ.get("WATTWISE_FUZZ_SECONDS", "60"))


def main() -> None:
    _install_fuzzer()
    with tempfile.TemporaryDirectory(prefix="wattwise-fuzz-") as folder:
        counts = Path(folder) / "counts.json"
        words = [sys.executable, "-m", "benchmarks.fuzz.inputs", str(SECONDS), str(counts), str(FOUND)]
        paths = os.pathsep.join([str(FUZZER), str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
        ended = subprocess.run(
            words, cwd=folder, env=os.environ | {"PYTHONPATH": paths}, stdout=sys.stderr, timeout=SECONDS + 120
        )
        if ended.returncode:
            sys.exit("The fuzzer itself ended with an error, see above: a hang or a death of the process.")
        tried = json.loads(counts.read_text())
    report(
        [Figure("inputs that ended in a receipt or a sentence", tried["well"], "inputs", "tried", tried["all"], 1.0)]
    )


def _install_fuzzer() -> None:
    if not (FUZZER / "atheris").exists():
        listed = Path(__file__).with_name("requirements.txt")
        uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--target", str(FUZZER)]
        subprocess.run([*uv, "-r", str(listed)], check=True)


if __name__ == "__main__":
    main()
