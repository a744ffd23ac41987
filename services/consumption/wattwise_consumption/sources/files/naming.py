"""The meter's key where a file holds one meter and does not name it: from the file's own name."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

_EXTENSIONS = re.compile(
    r"(\.(csv|tsv|txt|xml|json|ndjson|jsonl|gz|zip|dat|bz2|xz|zst|tar|tgz|xls[xmb]?|ods|parquet|arrows?|feather|h5|hdf5?|nc4?|mat))+$",
    re.IGNORECASE,
)
# Each way to cut a text into its pieces is the only one: of several, a long name would try them all.
_YEAR = r"(?:19|20)\d{2}(?:[ _.-]?\d)*"
_PERIOD = re.compile(rf"(?<![ _.-])[ _.-]++{_YEAR}(?:[ _.-]{{2,}}+{_YEAR})*$")
_LONGEST = 300  # characters of a name that are looked at
_MONTHS = (
    "january february march april may june july august september october november december januar februar märz mai juni"
    " juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre enero"
    " febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio"
    " giugno luglio settembre ottobre dicembre maart mei augustus jan feb mar apr jun jul aug sep sept oct okt nov dec dez"
)
_SHEET_OF_A_PERIOD = re.compile(
    rf"(({'|'.join(_MONTHS.split())})?[ _.'-]*((19|20)?\d{{2}})?|(19|20)\d{{2}}[ _.-](0?[1-9]|1[0-2])|q[1-4][ _.-]*(\d{{4}})?)",
    re.IGNORECASE,
)


_PIECE = re.compile(r"(?:part|chunk|file|data)(?:[-_ .]?\d+(?:[-_.][0-9a-zA-Z._-]*)?)?", re.IGNORECASE)  # of a data set
_PERIODS = {"year", "month", "day", "date", "hour", "week", "quarter", "y", "m", "d", "yyyy", "mm", "dd", "dt"}


def key_from(file_name: str) -> str:
    """The name without folders, extensions and a period at its end: b12_electricity_2019.csv.gz → b12_electricity.
    Sheets that are named by months or years go on with one meter, named by their workbook; pieces of a data set by the
    folders that they are in: meter=123/part-0.parquet → 123."""
    path = PurePosixPath(file_name[-_LONGEST:])
    if _SHEET_OF_A_PERIOD.fullmatch(path.name) and _EXTENSIONS.search(path.parent.name):
        path = path.parent
    if partitions := [part.partition("=") for part in path.parts[:-1] if "=" in part[1:]]:
        values = [unquote(value) for name, _, value in partitions if name.lower() not in _PERIODS and value]
        if values:
            return " ".join(values)
    while len(path.parts) > 1 and (_PIECE.fullmatch(_EXTENSIONS.sub("", path.name)) or "=" in path.name):
        path = path.parent
    stem = _EXTENSIONS.sub("", path.name)
    return _PERIOD.sub("", stem).strip() or stem or "meter"
