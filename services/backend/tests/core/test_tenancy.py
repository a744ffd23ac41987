"""Every address of /api/ and /data/, walked from the URL conf by those who may not see what is there.

A new address is included by itself. If its parameter is of a new kind, add one to `everything.fill`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from wattwise_backend.readings.models import Reading
from wattwise_contract.scopes import Scope

from . import estate
from .conftest import Community
from .estate import NOON
from .everything import MARTIN, SEALED, SECRET, VALUE, fill, snapshot

# Streams read on a connection of their own, so what they must not show has to be committed.
pytestmark = pytest.mark.django_db(transaction=True)
PUBLIC = {"/api/schema/", "/api/docs/", "/api/health/", "/api/session/"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def places(community: Community, tmp_path: Path, settings: Any) -> dict[str, Any]:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})
    (tmp_path / "rejected").write_text(SECRET)
    places = fill(community)
    Reading.objects.create(
        meter_id=community.martin_meter.pk, starts_at=NOON, value=VALUE, quality=0, import_id=places["imports"]
    )
    return places


def patterns(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern)


def addresses(places: dict[str, Any]) -> list[str]:
    def filled(match: re.Match[str]) -> str:
        kind = match.group(1)
        assert kind in places, f"{match.string}: say in everything.fill what stands after {kind}/"
        return f"{kind}/{places[kind]}/"

    ours = [each for each in patterns() if each.startswith(("/api/", "/data/"))]
    assert len(ours) > 40
    return sorted({re.sub(r"([\w-]+)/<[^>]+>/", filled, each) for each in ours})


def requests(places: dict[str, Any], community: Community) -> Iterator[tuple[str, str]]:
    query = f"?organization={community.organization.pk}&meter={community.martin_meter.pk}&grain=day"
    for address in addresses(places):
        for method in METHODS:
            if (method, address) == ("DELETE", "/api/session/"):
                continue  # signs the walker out: the rest would prove nothing
            yield method, address + (query if method == "GET" else "")


def ask(client: Client, method: str, address: str, community: Community, headers: dict[str, str]) -> tuple[int, str]:
    body = {
        "organization": community.organization.pk, "organization_id": community.organization.pk, "email": "x@x.org",
        "role": "owner", "name": "taken over", "key": "taken", "label": "taken", "type": "number", "slug": "taken",
        "scopes": ["read"], "kind": "roll_up", "meter_ids": [community.martin_meter.pk], "grain": "day",
        "attributes": {"heating": "gas"}, "worker": "mine", "source_kind": "simulation", "password": "a new password 1",
        "readings": [{"meter": community.martin_meter.key, "starts_at": NOON.isoformat(), "value": 1.0}],
    }  # fmt: skip
    response = client.generic(method, address, json.dumps(body), content_type="application/json", headers=headers)
    text = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, text.decode("utf-8", "replace")


def walk(
    client: Client, community: Community, places: dict[str, Any], *, hidden: tuple[str, ...], token: str = ""
) -> dict[tuple[str, str], int]:
    """Ask everything; nothing hidden may come back, and nothing may change. Answers the states."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/csv, */*"} if token else {"Accept": "text/csv, */*"}
    answers = {}
    before = snapshot()
    for method, address in requests(places, community):
        state, text = ask(client, method, address, community, headers)
        place = (method, address.split("?")[0])
        assert state < 500, f"{method} {address} failed: {text[:300]}"
        for word in (SEALED, *hidden):
            assert word not in text, f"{method} {address} shows {word}: {text[:300]}"
        assert "Traceback" not in text
        answers[place] = state
    after = snapshot()
    changed = [name for name, rows in before.items() if set(rows) - set(after[name])]
    assert not changed, f"rows of {changed} were changed or removed"
    new = {name: [row for row in rows if row not in before[name]] for name, rows in after.items()}
    new = {name: rows for name, rows in new.items() if rows}
    assert not new, f"rows were added: {new}"
    return answers


def detail_gets(answers: dict[tuple[str, str], int], places: dict[str, Any]) -> dict[str, int]:
    with_id = re.compile(r"/\d+/|/[0-9a-f-]{36}/")
    return {
        address: state for (method, address), state in answers.items() if method == "GET" and with_id.search(address)
    }


def test_a_stranger_finds_nothing(charlie: Client, community: Community, places: dict[str, Any]) -> None:
    hidden = (SECRET, MARTIN, str(VALUE), "dupont", "bob@", community.organization.slug)
    answers = walk(charlie, community, places, hidden=hidden)
    details = detail_gets(answers, places)
    assert details
    assert {address: state for address, state in details.items() if state not in (403, 404, 405)} == {}
    assert charlie.get("/api/session/").json()["user"] is not None


def test_a_strangers_token_with_every_scope_finds_nothing(community: Community, places: dict[str, Any]) -> None:
    elsewhere = estate.organization("elsewhere")
    acting = estate.machine(Scope.READ, Scope.IMPORT, Scope.JOBS, Scope.ADMIN, where=elsewhere)
    hidden = (SECRET, MARTIN, str(VALUE), "dupont", "bob@", community.organization.slug)
    walk(Client(), community, places, hidden=hidden, token=acting.token)


def test_nobody_gets_in_without_signing_in(community: Community, places: dict[str, Any]) -> None:
    hidden = (SECRET, MARTIN, str(VALUE), "dupont", "bob@", community.organization.slug)
    answers = walk(Client(), community, places, hidden=hidden)
    open_doors = {address for (_, address), state in answers.items() if state not in (401, 403, 405)}
    assert open_doors <= PUBLIC


def test_a_household_finds_its_own_only(household: Client, community: Community, places: dict[str, Any]) -> None:
    hidden = (MARTIN, str(VALUE), "bob@", f"{SECRET}.csv")
    answers = walk(household, community, places, hidden=hidden)
    assert answers[("GET", f"/api/consumers/{community.martin.pk}/")] == 404
    own = household.get(f"/api/consumers/{community.dupont.pk}/").json()
    assert own["cluster_reason"]["label"] == "Own cluster"
    assert [each["key"] for each in household.get("/api/consumers/").json()["results"]] == ["dupont"]


def test_a_viewer_reads_but_changes_nothing(bob: Client, community: Community, places: dict[str, Any]) -> None:
    walk(bob, community, places, hidden=())


def test_the_words_that_strangers_must_not_see_are_there_for_the_owner(
    alice: Client, community: Community, places: dict[str, Any]
) -> None:
    """Without this, the walks above would prove nothing."""
    seen = set()
    for method, address in requests(places, community):
        if method == "GET":
            state, text = ask(alice, method, address, community, {"Accept": "text/csv, */*"})
            assert SEALED not in text
            if state == 200 and any(word in text for word in (SECRET, MARTIN, str(VALUE))):
                seen.add(re.sub(r"/(\d+|[0-9a-f-]{36})/", "/…/", address.split("?")[0]))
    expected = {
        "/api/attribute-definitions/", "/api/attribute-definitions/…/", "/api/clustering-runs/…/", "/api/consumers/",
        "/api/consumers/…/", "/api/imports/", "/api/imports/…/", "/api/imports/…/rejected/", "/api/jobs/",
        "/api/jobs/…/", "/api/meters/", "/api/meters/…/", "/api/meters/…/profile/", "/api/models/", "/api/sources/", "/api/tokens/",
        "/data/attribute-definitions/", "/data/consumers/", "/data/meters/", "/data/models/", "/data/readings/",
        "/data/rollups/", "/data/forecasts/",
    }  # fmt: skip
    assert expected <= seen
