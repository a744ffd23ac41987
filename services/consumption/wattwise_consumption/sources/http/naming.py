"""What an answer is called as a file: the name also tells the meter, where the data name none."""

import re
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote

from wattwise_consumption.web import Answer

from .config import HttpSettings
from .paging import Page
from .windows import Window

_BY_TYPE = {
    "text/csv": ".csv", "application/csv": ".csv", "text/tab-separated-values": ".tsv", "application/json": ".json",
    "application/xml": ".xml", "text/xml": ".xml", "application/zip": ".zip", "application/gzip": ".gz",
    "application/vnd.ms-excel": ".xls", "application/x-ndjson": ".ndjson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.apache.parquet": ".parquet",
}  # fmt: skip


def name_of(answer: Answer, settings: HttpSettings, window: Window | None, page: Page, *, zone: str) -> str:
    """<meter>_<first day or moment>[_<page>].<kind>: the period at its end is not part of the meter's key."""
    own = _own_name(answer)
    stem = settings.meter or (PurePosixPath(own).name.split(".")[0] if own else "") or answer.url.host
    suffix = "".join(PurePosixPath(own).suffixes[-2:]) if own and not window else ""
    suffix = suffix or _suffix(answer) or PurePosixPath(own).suffix
    if window is None and page.number == 0:
        return _plain(f"{stem}{suffix}")
    day = f"_{window.since:%Y-%m-%d-%H%M}" if window else "_2000"
    return _plain(f"{stem}{day}{f'_{page.number + 1}' if page.number else ''}{suffix}")


def _own_name(answer: Answer) -> str:
    """As the server calls it, else the end of the address."""
    header = Message()
    header["content-disposition"] = answer.headers.get("content-disposition", "")
    return header.get_filename("") or unquote(answer.url.path.rstrip("/").rpartition("/")[2])


def _suffix(answer: Answer) -> str:
    if answer.is_json:
        return ".json"
    if answer.is_xml:
        return ".xml"
    return _BY_TYPE.get(answer.headers.get("content-type", "").partition(";")[0].strip().lower(), "")


def _plain(name: str) -> str:
    return re.sub(r"[^\w.,=+() -]+", "-", name).strip("-. ")[:200] or "answer"
