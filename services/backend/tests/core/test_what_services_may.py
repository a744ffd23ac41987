"""Each service's token opens what its jobs need, and nothing else: all addresses, all methods, all services."""

from typing import Any

import pytest
from django.test import Client

from wattwise_contract.scopes import SERVICE_SCOPES

from . import estate
from .conftest import Community
from .everything import SECRET, fill
from .test_tenancy import addresses, ask

pytestmark = pytest.mark.django_db

EVERY_WORKER = {
    "POST heartbeats/",
    "GET jobs/…/",
    *(f"POST jobs/…/{end}/" for end in ("claim", "renew", "succeed", "fail")),
}
READINGS, ROLLUPS = {"GET readings/", "POST readings/"}, {"GET rollups/", "POST rollups/"}
PROFILES = {"GET profiles/", "POST profiles/"}
OPEN_TO = {
    "scheduler": {
        "POST heartbeats/", "GET scheduler/facts/", "POST jobs/", "POST jobs/dispatch/", "POST sources/start-due/", "POST housekeeping/",
    },
    "consumption": EVERY_WORKER | {
        "GET consumers/", "GET attribute-definitions/", "GET imports/…/", "GET imports/…/files/…/",
        "POST imports/…/landings/", "POST imports/…/meters/", "POST imports/…/undo/", "PUT imports/…/parts/part-1/",
        "PUT imports/…/details/part-1/", "PUT source-kinds/", "GET imports/…/rejected/", "PUT imports/…/rejected/", "POST listeners/", "GET listeners/…/spool/",
        "POST listeners/…/spool/", "POST listeners/…/cut/",
    },
    "aggregation": EVERY_WORKER | READINGS | ROLLUPS | {"GET meters/", "GET dirty-ranges/", "PUT profiles/"},
    "clustering": EVERY_WORKER | ROLLUPS | PROFILES | {
        "GET meters/", "GET consumers/", "GET attribute-definitions/", "PUT clusterings/",
    },
    "forecasting": EVERY_WORKER | ROLLUPS | PROFILES | {
        "GET meters/", "GET consumers/", "GET models/", "PUT models/", "GET models/…/artefact/",
        "PUT models/…/artefact/", "PUT forecast-runs/",
    },
}  # fmt: skip
ANYBODY = {"GET /api/health/", "GET /api/schema/", "GET /api/docs/"}


def named(address: str, places: dict[str, Any]) -> str:
    ids = {str(place) for place in places.values()} - {"part-1"}
    return "/".join("…" if part and part in ids else part for part in address.split("/")).removeprefix("/data/")


@pytest.mark.parametrize("service", sorted(OPEN_TO))
def test_a_service_finds_the_doors_of_its_jobs_open_and_no_others(service: str, community: Community) -> None:
    places = fill(community)
    headers = {"Authorization": f"Bearer {estate.service(service).token}"}
    query = f"?organization={community.organization.pk}&meter={community.martin_meter.pk}&grain=day"
    found = set()
    for address in addresses(places):
        for method in ("GET", "POST", "PUT")[: 3 if address.startswith("/data/") else 2]:
            state, text = ask(Client(), method, address + (query if method == "GET" else ""), community, headers)
            assert state < 500, f"{method} {address}: {text[:300]}"
            # A worker of another kind may not have this job (of clustering), but has the address.
            if state not in (401, 403, 405) or ("needs the scope work:clustering;" in text and "/jobs/" in address):
                found.add(f"{method} {named(address, places)}")
            elif state == 403:
                assert SECRET not in text
    assert found - ANYBODY == OPEN_TO[service]


def test_every_service_is_in_the_table() -> None:
    assert set(OPEN_TO) == set(SERVICE_SCOPES) - {"operator"}


def test_a_worker_reads_no_job_of_another_kind(community: Community) -> None:
    job = fill(community)["jobs"]
    states = {name: estate.service(name).get(f"/data/jobs/{job}/").status_code for name in OPEN_TO}
    assert states == {"clustering": 200, "consumption": 403, "aggregation": 403, "forecasting": 403, "scheduler": 403}


def test_a_service_is_told_that_it_has_no_business_among_people(community: Community) -> None:
    for name in OPEN_TO:
        answer = estate.service(name).get("/api/members/")
        assert (answer.status_code, "for people" in answer.json()["error"]) == (403, True)
        assert "lilas" not in estate.service(name).get("/api/session/").content.decode()
