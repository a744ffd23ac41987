"""What people do through /api/: jobs, members, tokens, services, the health of data."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from wattwise_contract.jobs import JobKind, JobState
from wattwise_contract.scopes import Scope

from .records import Record, Records


class People(Records):
    def create_organization(
        self, *, slug: str, name: str, timezone: str, country: str = "", is_simulated: bool = False
    ) -> Record:
        body = {"slug": slug, "name": name, "timezone": timezone, "country": country, "is_simulated": is_simulated}
        return self._post("/api/organizations/", body)

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

    def health(self, meter_id: int, *, start: datetime | None = None, end: datetime | None = None) -> Record:
        """How sound a meter's data are: complete days, gaps, stuck values, corrections, its feed's usual delay, and since
        when it is late."""
        return self._record("GET", f"/api/meters/{meter_id}/health/", params={"start": start, "end": end})

    def services(self) -> Record:
        return self._record("GET", "/api/services/")
