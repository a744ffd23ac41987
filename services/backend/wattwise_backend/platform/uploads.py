"""Uploads: streamed to disk beside their final place, and hashed on the way."""

import hashlib
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


def uploads_folder() -> Path:
    """Where uploads lie until they are kept; made when missing."""
    folder = Path(settings.ENVIRONMENT.files_folder) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def forget_broken_uploads(*, older_than: datetime) -> None:
    """Remove what a killed backend left of uploads."""
    for leftover in uploads_folder().glob("*.upload"):
        if leftover.stat().st_mtime < older_than.timestamp():
            leftover.unlink(missing_ok=True)


class HashedUpload(UploadedFile):  # type: ignore[type-arg]  # generic in its stubs alone
    """An uploaded file on disk with its SHA-256; it disappears unless it is kept."""

    def __init__(self, name: str, content_type: str) -> None:
        temporary = tempfile.NamedTemporaryFile(dir=uploads_folder(), suffix=".upload")  # noqa: SIM115  (closed with it)
        super().__init__(temporary, name, content_type, 0)
        self.path = Path(temporary.name)
        self.digest = hashlib.sha256()

    def keep(self, target: Path) -> None:
        """Put the file at its final place."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self.flush()
        target.unlink(missing_ok=True)
        try:
            target.hardlink_to(self.path)
        except OSError:  # a file system without hard links
            shutil.copyfile(self.path, target)
        target.chmod(0o640)


class HashingUploadHandler(FileUploadHandler):
    """Django's upload handler for every upload of the platform."""

    upload: HashedUpload

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.upload = HashedUpload(self.file_name or "file", self.content_type or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.upload.write(raw_data)
        self.upload.digest.update(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:
        self.upload.seek(0)
        self.upload.size = file_size
        return self.upload

    def upload_interrupted(self) -> None:
        if hasattr(self, "upload"):
            self.upload.close()
