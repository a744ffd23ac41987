"""What a source's passwords and keys are kept from."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from wattwise_backend.imports.due import start_due_sources
from wattwise_backend.imports.models import Source
from wattwise_backend.imports.secrets import opened

from .conftest import Community
from .estate import NOON, Machine
from .sources import KEY, METERING, active_source, declare

pytestmark = pytest.mark.django_db
PASSWORD = {"type": "string", "format": "password", "writeOnly": True}
WEB = METERING.model_copy(
    update={
        "kind": "web",
        "settings_schema": {
            "properties": {
                "url": {"type": "string"},
                "host": {"type": "string"},
                "days": {"type": "integer"},
                "secret": PASSWORD,
                "pin": {"anyOf": [PASSWORD, {"type": "null"}]},
            }
        },
    }
)
URL = "https://api.example.org/v1/readings?since={since}"


@pytest.fixture(autouse=True)
def _kinds(worker: Machine) -> None:
    declare(worker, METERING, WEB)


@pytest.fixture
def web(community: Community, alice: Client) -> Source:
    body = {
        "organization": community.organization.pk, "kind": "web", "name": "Portal",
        "config": {"url": URL, "host": "api"}, "secrets": {"secret": KEY, "pin": "4711"},
    }  # fmt: skip
    answer = alice.post("/api/sources/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201, answer.content
    return Source.objects.get(pk=answer.json()["id"])


def change(client: Client, source: Source, **wish: Any) -> Any:
    return client.patch(f"/api/sources/{source.pk}/", json.dumps(wish), content_type="application/json")


def test_a_secret_that_may_be_left_out_is_one_all_the_same(web: Source) -> None:
    assert web.config == {"url": URL, "host": "api"}
    assert opened(web.secrets) == {"secret": KEY, "pin": "4711"}


@pytest.mark.parametrize(
    "config",
    [
        {"url": URL.replace("example", "evil"), "host": "api"},
        {"url": URL.replace("https", "http"), "host": "api"},
        {"url": URL, "host": "evil"},
        {"url": URL},
    ],
)
def test_a_kept_secret_is_not_sent_elsewhere(alice: Client, web: Source, config: dict[str, Any]) -> None:
    answer = change(alice, web, config=config)
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"pin", "secret"}
    assert set(change(alice, web, config=config, secrets={"secret": "new"}).json()["fields"]) == {"pin"}
    moved = change(alice, web, config=config, secrets={"secret": "new", "pin": None})
    assert moved.json()["secrets_set"] == ["secret"]


def test_everything_else_changes_without_entering_secrets_again(alice: Client, web: Source) -> None:
    changed = change(alice, web, config={"url": URL.replace("v1", "v2"), "host": "api", "days": 3})
    assert changed.status_code == 200, changed.content
    web.refresh_from_db()
    assert opened(web.secrets) == {"secret": KEY, "pin": "4711"}


def test_a_source_whose_secrets_are_lost_is_not_asked_and_says_what_to_do(
    alice: Client, worker: Machine, community: Community, settings: Settings
) -> None:
    source = active_source(community.organization)
    assert start_due_sources(now=NOON) == 1
    run = source.imports.get()
    settings.SECRET_KEY = "another platform key, fifty characters long or so .."
    alice.force_login(community.alice, backend="django.contrib.auth.backends.ModelBackend")
    refused = worker.get(f"/data/imports/{run.pk}/")
    assert refused.status_code == 400  # a conflict would make the worker wait for somebody who takes over
    run.delete()
    Source.objects.update(due_at=NOON)
    assert start_due_sources(now=NOON) == 0
    source.refresh_from_db()
    assert (source.failures, source.imports.count()) == (1, 0)
    assert "Enter the passwords and keys of this source again" in source.last_error
    assert source.due_at is not None
    assert source.due_at > NOON
    for action in ("fetch", "preview"):
        answer = alice.post(f"/api/sources/{source.pk}/{action}/", "{}", content_type="application/json")
        assert (answer.status_code, "again" in answer.json()["remedy"]) == (400, True)
    assert change(alice, source, secrets={"api_key": "sk_new"}).status_code == 200
    assert alice.post(f"/api/sources/{source.pk}/fetch/", "{}", content_type="application/json").status_code == 201
