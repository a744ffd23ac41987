"""What people do through /api/: imports, jobs, members, tokens, services. Answers are dicts as documented in
openapi.json, for the commands to print."""

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from wattwise_contract.jobs import JobKind, JobState
from wattwise_contract.recipes import Recipe
from wattwise_contract.scopes import Scope

from .door import Door

Record = dict[str, Any]
PAGE = 1000


class People:
    _door: Door

    def create_organization(
        self, *, slug: str, name: str, timezone: str, country: str = "", is_simulated: bool = False
    ) -> Record:
        body = {"slug": slug, "name": name, "timezone": timezone, "country": country, "is_simulated": is_simulated}
        return self._post("/api/organizations/", body)

    def create_import(
        self,
        paths: Sequence[Path],
        *,
        organization_id: int,
        recipe: Recipe | None = None,
        on_bytes: Callable[[int], None] = lambda count: None,
    ) -> Record:
        """Uploads files as one import, streamed. `on_bytes` hears how many bytes were sent since it was last called."""
        files = [("file", (path.name, _Upload(path, on_bytes), "application/octet-stream")) for path in paths]
        data = {"organization": str(organization_id), "recipe": (recipe or Recipe()).model_dump_json()}
        return self._record("POST", "/api/imports/", data=data, files=files, idempotent=False)

    def create_simulation(self, *, organization_id: int, config: Record) -> Record:
        body = {"organization": organization_id, "source_kind": "simulation", "config": config}
        return self._post("/api/imports/", body)

    def import_status(self, import_id: int) -> Record:
        return self._record("GET", f"/api/imports/{import_id}/")

    def imports(self, *, organization_id: int | None = None) -> Iterator[Record]:
        return self._pages("/api/imports/", organization=organization_id)

    def rejected_rows(self, import_id: int, *, most: int = 10) -> tuple[int, list[Record]]:
        """How many rows were kept as rejected, and the first of them."""
        page = self._record("GET", f"/api/imports/{import_id}/rejected/", params={"page_size": most})
        return page["count"], page["results"]

    def jobs(
        self,
        *,
        organization_id: int | None = None,
        state: JobState | None = None,
        kind: JobKind | None = None,
    ) -> Iterator[Record]:
        """Newest first, page by page as they are asked for."""
        return self._pages("/api/jobs/", organization=organization_id, state=state, kind=kind)

    def job(self, job_id: str) -> Record:
        return self._record("GET", f"/api/jobs/{job_id}/")

    def request_job(self, kind: JobKind, organization_id: int) -> Record:
        """Asks for a job over everything in the organization; answers the live one where there is one."""
        return self._record("POST", "/api/jobs/", body={"organization": organization_id, "kind": kind})

    def retry_job(self, job_id: str) -> Record:
        return self._record("POST", f"/api/jobs/{job_id}/retry/")

    def cancel_job(self, job_id: str) -> Record:
        return self._record("POST", f"/api/jobs/{job_id}/cancel/")

    def members(self, *, organization_id: int | None = None) -> Iterator[Record]:
        return self._pages("/api/members/", organization=organization_id)

    def create_user(
        self, *, organization_id: int, email: str, name: str = "", role: str = "viewer", consumer_id: int | None = None
    ) -> Record:
        """Makes a member, and the person too if new: then the answer carries a one-time `password`."""
        body: Record = {"organization": organization_id, "email": email, "name": name, "role": role}
        if consumer_id is not None:
            body["consumer"] = consumer_id
        return self._post("/api/members/", body)

    def set_password(self, member_id: int, password: str | None = None) -> Record:
        """Sets a member's password, or makes one, answered as `password`."""
        body = {} if password is None else {"password": password}
        return self._record("POST", f"/api/members/{member_id}/password/", body=body)

    def tokens(self, *, organization_id: int | None = None) -> Iterator[Record]:
        return self._pages("/api/tokens/", organization=organization_id)

    def create_token(
        self, *, name: str, scopes: Sequence[Scope], organization_id: int | None, expires_at: datetime | None = None
    ) -> Record:
        """The answer carries the `token` itself, this once. Without an organization it is for the whole platform."""
        body: Record = {"organization": organization_id, "name": name, "scopes": list(scopes)}
        if expires_at is not None:
            body["expires_at"] = expires_at
        return self._post("/api/tokens/", body)

    def revoke_token(self, token_id: int) -> None:
        self._door.send("DELETE", f"/api/tokens/{token_id}/")

    def services(self) -> Record:
        return self._record("GET", "/api/services/")

    def _post(self, path: str, body: Record) -> Record:
        return self._record("POST", path, body=body, idempotent=False)

    def _record(self, method: str, path: str, **request: Any) -> Record:
        record: Record = self._door.send(method, path, **request).json()
        return record

    def _pages(self, path: str, **params: Any) -> Iterator[Record]:
        number, more = 1, True
        while more:
            page = self._record("GET", path, params={**params, "page": number, "page_size": PAGE})
            yield from page["results"]
            number, more = number + 1, bool(page["next"])


class _Upload(io.RawIOBase):
    """A file that is open only while it is being sent, so that an import may have thousands of them."""

    def __init__(self, path: Path, on_bytes: Callable[[int], None]) -> None:
        self._path = path
        self._bytes = path.stat().st_size
        self._on_bytes = on_bytes
        self._file: io.BufferedReader | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell() if self._file else 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """httpx2 looks for the end to know the length, and for the start before it sends."""
        if whence == io.SEEK_END:
            return self._bytes
        self._close()
        return 0

    def read(self, size: int = -1) -> bytes:
        self._file = self._file or self._path.open("rb")
        chunk = self._file.read(size)
        self._on_bytes(len(chunk))
        if not chunk:
            self._close()
        return chunk

    def _close(self) -> None:
        if self._file:
            self._file.close()
        self._file = None
