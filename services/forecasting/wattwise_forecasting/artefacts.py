"""A trained model as bytes: a zip of text files. No pickle, and bounded in size when read."""

import io
import json
import zipfile

from .base import Forecaster
from .models import FORECASTERS

_FORMAT = 1
_HEADER = "wattwise.json"
_MOST_BYTES = 200_000_000
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same model gives the same bytes


class BadArtefact(ValueError):
    """The bytes hold no model that this version can read; train again."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The stored model cannot be used: {reason}. Train the forecasters again.")


def to_bytes(forecaster: Forecaster) -> bytes:
    """Return a fitted forecaster's artefact."""
    header = json.dumps({"format": _FORMAT, "forecaster": forecaster.name}).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {_HEADER: header, **forecaster.save()}.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def from_bytes(artefact: bytes) -> Forecaster:
    """Return the forecaster of an artefact, or raise BadArtefact."""
    try:
        with zipfile.ZipFile(io.BytesIO(artefact)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                raise BadArtefact("it is larger than any model")
            files = {info.filename: archive.read(info) for info in archive.infolist()}
        header = json.loads(files.pop(_HEADER))
        if header["format"] != _FORMAT or header["forecaster"] not in FORECASTERS:
            raise BadArtefact(f"it is of the kind {header['forecaster']!r}, format {header['format']}")
        return FORECASTERS[header["forecaster"]].load(files)
    except (zipfile.BadZipFile, KeyError, TypeError, json.JSONDecodeError) as error:
        raise BadArtefact("it is damaged") from error
