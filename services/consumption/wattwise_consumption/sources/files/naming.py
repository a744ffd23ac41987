"""The meter's key where a file holds one meter and does not name it: from the file's own name."""

import re
from pathlib import PurePosixPath

_EXTENSIONS = re.compile(
    r"(\.(csv|tsv|txt|json|ndjson|jsonl|gz|zip|dat|bz2|xz|zst|tar|tgz|xls[xmb]?|ods|parquet|arrows?|feather|h5|hdf5?))+$",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"([ _.-]+(19|20)\d{2}([ _.-]?\d{1,12})*)+$")


def key_from(file_name: str) -> str:
    """The name without folders, extensions and a period at its end: b12_electricity_2019.csv.gz → b12_electricity."""
    stem = _EXTENSIONS.sub("", PurePosixPath(file_name).name)
    return _PERIOD.sub("", stem).strip() or stem or "meter"
