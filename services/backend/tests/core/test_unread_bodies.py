"""Nothing of a body is read from somebody who may not send it: a body is memory and time of the platform's."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from wattwise_contract.jobs import LEASE_HEADER, JobKind
from wattwise_contract.scopes import SERVICE_SCOPES, Scope

from . import estate
from .conftest import Community
from .everything import fill
from .test_tenancy import addresses

pytestmark = pytest.mark.django_db
LOST = "11111111-1111-1111-1111-111111111111"

# Who sends bodies to an address, and whether that needs a lease. Addresses that everybody may read by POST are below.
SENT_BY = {
    "/data/clusterings/": ("clustering", True),
    "/data/forecast-runs/": ("forecasting", True),
    "/data/heartbeats/": ("any service", False),
    "/data/housekeeping/": ("scheduler", False),
    "/data/imports/…/details/part-1/": ("consumption", True),
    "/data/imports/…/landings/": ("consumption", True),
    "/data/imports/…/meters/": ("consumption", True),
    "/data/imports/…/parts/part-1/": ("consumption", True),
    "/data/imports/…/rejected/": ("consumption", True),
    "/data/imports/…/undo/": ("consumption", True),
    "/data/jobs/": ("scheduler", False),
    "/data/jobs/…/claim/": ("clustering", False),
    "/data/jobs/…/fail/": ("clustering", True),
    "/data/jobs/…/renew/": ("clustering", True),
    "/data/jobs/…/succeed/": ("clustering", True),
    "/data/jobs/dispatch/": ("scheduler", False),
    "/data/listeners/": ("consumption", False),
    "/data/listeners/…/cut/": ("consumption", True),
    "/data/listeners/…/spool/": ("consumption", True),
    "/data/models/": ("forecasting", True),
    "/data/models/…/artefact/": ("forecasting", True),
    "/data/profiles/": ("aggregation", True),
    "/data/source-kinds/": ("consumption", False),
    "/data/sources/start-due/": ("scheduler", False),
}
READ_BY_POST = {"/data/readings/", "/data/rollups/", "/data/forecasts/", "/data/profiles/"}


class Untouched:
    """A body of 200 MB of which nobody may read."""

    def __init__(self) -> None:
        self.was_read = False

    def read(self, size: int = -1) -> bytes:
        self.was_read = True
        return b""

    readline = read


def send(method: str, address: str, token: str = "", *, lease: str = "", size: int = 200_000_000) -> tuple[int, bool]:
    """The answer's state, and whether the body was touched."""
    body = Untouched()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response: Any = Client().generic(
        method,
        address,
        content_type="multipart/form-data; boundary=x"
        if address.endswith(("cut/", "landings/", "rejected/"))
        else "text/plain",
        headers=headers | ({LEASE_HEADER: lease} if lease else {}),
        **{"wsgi.input": body, "CONTENT_LENGTH": str(size)},
    )
    return response.status_code, body.was_read


@pytest.fixture
def places(community: Community) -> dict[str, Any]:
    return fill(community)


def data_doors(places: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every address of /data/ that takes bodies: its method, itself, and how the table above writes it."""
    for address in addresses(places):
        if not address.startswith("/data/"):
            continue
        for method in ("POST", "PUT"):
            state, _ = send(method, address, estate.machine(*Scope).token)
            if state != 405:
                parts = ["…" if part and part in {str(place) for place in places.values()} - {"part-1"} else part
                         for part in address.split("/")]  # fmt: skip
                yield method, address, "/".join(parts)


def test_bodies_are_read_from_those_alone_who_may_send_them(places: dict[str, Any]) -> None:
    services = {name: estate.service(name).token for name in SERVICE_SCOPES if name != "operator"}
    strangers = {"nobody": "", "a reader": estate.machine(Scope.READ).token}
    named = set()
    for method, address, name in data_doors(places):
        if method == "POST" and name in READ_BY_POST:
            assert send(method, address) == (401, False)
            continue
        named.add(name)
        sender, _ = SENT_BY[name]
        for who, token in (services | strangers).items():
            if who == sender or (sender == "any service" and who in services):
                continue
            state, was_read = send(method, address, token)
            assert (state in (401, 403), was_read) == (True, False), f"{who} at {method} {name}: {state}"
    assert named == set(SENT_BY)


def test_bodies_of_jobs_are_read_under_their_lease_alone(places: dict[str, Any]) -> None:
    for method, address, name in data_doors(places):
        sender, leased = SENT_BY.get(name, ("", False))
        if not leased or (method == "POST" and name in READ_BY_POST):
            continue
        token = estate.service(sender).token
        for lease in ("", "nonsense", f"{LOST}:{LOST}", f"{places['jobs']}:{LOST}"):
            state, was_read = send(method, address, token, lease=lease)
            assert (state, was_read) == (409, False), f"{method} {name} with {lease or 'no lease'}"


def test_rollups_are_read_under_the_lease_of_their_job_alone(community: Community) -> None:
    token = estate.service("aggregation").token
    assert send("POST", "/data/rollups/", token, lease=f"{LOST}:{LOST}") == (409, False)


def test_the_lease_of_another_kind_of_job_reads_nothing(community: Community) -> None:
    import_run, claim = estate.started_import(community.organization)
    assert claim.job.kind == JobKind.IMPORT
    lease = f"{claim.job.id}:{claim.lease_token}"
    token = estate.service("consumption").token
    assert send("POST", f"/data/imports/{import_run.pk}/undo/", token, lease=lease) == (409, False)
    assert send("PUT", f"/data/imports/{import_run.pk}/details/x/", token, lease=lease) == (413, False)


def test_no_body_is_read_that_is_larger_than_any_can_be(community: Community) -> None:
    import_run, claim = estate.started_import(community.organization)
    lease = f"{claim.job.id}:{claim.lease_token}"
    token = estate.service("consumption").token
    part = f"/data/imports/{import_run.pk}/parts/x/"
    assert send("PUT", part, token, lease=lease, size=300 * 1024**2) == (413, False)
    landing = f"/data/imports/{import_run.pk}/landings/"
    assert send("POST", landing, token, lease=lease, size=5 * 1024**3) == (413, False)
    assert send("POST", "/data/heartbeats/", token, size=40 * 1024**2) == (413, False)


def test_nothing_is_read_of_an_upload_by_somebody_who_may_not_import(community: Community) -> None:
    for scope in (Scope.READ, Scope.JOBS):
        token = estate.machine(scope, where=community.organization).token
        for address in ("/api/imports/", "/api/readings/"):
            assert send("POST", address, token, size=1000) == (403, False)


def test_nothing_is_read_of_a_form_before_its_sender_is_known_to_import(community: Community) -> None:
    """Looking for the CSRF token in the form would read the whole upload."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(community.bob, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/api/session/")
    for token in ("", client.cookies["wattwise_csrf"].value):
        body = Untouched()
        response: Any = client.generic(
            "POST",
            "/api/imports/",
            content_type="multipart/form-data; boundary=x",
            headers={"X-CSRFToken": token},
            **{"wsgi.input": body, "CONTENT_LENGTH": "1000000"},
        )
        assert (response.status_code, body.was_read) == (403, False)
    assert "manager" in response.json()["error"]
