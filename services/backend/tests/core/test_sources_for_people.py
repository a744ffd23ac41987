"""Connecting, starting, asking, pausing and removing sources, as people do it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from wattwise_backend.imports.models import Import, Source
from wattwise_backend.imports.secrets import opened
from wattwise_contract.imports import ImportTask

from . import estate
from .conftest import Community
from .estate import NOON, Machine
from .sources import KEY, METERING, active_source, ask, claimed, connect, declare, fail, land, succeed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings, worker: Machine) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"files": tmp_path})
    declare(worker)


def test_what_workers_declare_can_be_connected(alice: Client) -> None:
    (kind,) = alice.get("/api/source-kinds/").json()
    assert kind["title"] == "Metering API"
    assert kind["settings_schema"]["properties"]["api_key"]["writeOnly"] is True
    assert list(kind["settings_schema"]["properties"]) == ["api_key", "mpan", "days"]  # the order of its form


def test_a_new_source_is_a_draft_that_nobody_asks(alice: Client, community: Community) -> None:
    answer = connect(alice, community)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["state"], made["every"], made["due_at"]) == ("draft", "PT1H", None)
    assert (made["kind_title"], made["brings"], made["secrets_set"]) == ("Metering API", "fetches", ["api_key"])


def test_a_secret_never_comes_back_and_lies_sealed(alice: Client, community: Community) -> None:
    made = connect(alice, community, config={"mpan": "12", "api_key": KEY}, secrets={})
    source = Source.objects.get(pk=made.json()["id"])
    assert source.config == {"mpan": "12"}
    assert KEY not in source.secrets
    assert opened(source.secrets) == {"api_key": KEY}
    changed = ask(alice, "PATCH", f"/api/sources/{source.pk}/", config={"mpan": "13"})
    shown = [made, changed, alice.get("/api/sources/"), alice.get(f"/api/sources/{source.pk}/")]
    assert all(answer.status_code in (200, 201) and KEY not in answer.content.decode() for answer in shown)
    source.refresh_from_db()
    assert opened(source.secrets) == {"api_key": KEY}


def test_wrong_settings_are_named_one_by_one_and_without_their_values(alice: Client, community: Community) -> None:
    answer = connect(alice, community, config={"days": "many", "colour": "red"}, secrets={"api_key": KEY})
    assert answer.status_code == 400
    assert answer.json()["fields"] == {
        "mpan": ["This is needed."],
        "days": ["It has to be of the type integer."],
        "colour": ["There is no such setting."],
    }
    assert KEY not in answer.content.decode()


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"every": "often"}, "every"),
        ({"every": "PT5S"}, "every"),
        ({"every": "P99999999999D"}, "every"),
        ({"secrets": {"mpan": "12"}}, "mpan"),
        ({"secrets": {"api_key": None}}, "api_key"),
        ({"config": {"mpan": "1\0"}}, "mpan"),
        ({"config": {"mpan": "\ud800"}}, "mpan"),
        ({"name": "Files"}, "name"),
        ({"name": "  "}, "name"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(
    alice: Client, community: Community, wish: dict[str, Any], field: str
) -> None:
    answer = connect(alice, community, **wish)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_kinds_that_nobody_has_and_names_that_are_taken_are_refused(alice: Client, community: Community) -> None:
    assert connect(alice, community, kind="weather").status_code == 400
    assert connect(alice, community).status_code == 201
    assert connect(alice, community).json()["fields"] == {"name": ["This name is taken."]}


def test_a_viewer_may_look_and_nothing_else(bob: Client, community: Community) -> None:
    source = active_source(community.organization)
    assert bob.get(f"/api/sources/{source.pk}/").status_code == 200
    assert connect(bob, community).status_code == 403
    for action in ("preview", "fetch", "read-again", "start"):
        assert ask(bob, "POST", f"/api/sources/{source.pk}/{action}/").status_code == 403
    assert ask(bob, "PATCH", f"/api/sources/{source.pk}/", name="mine").status_code == 403


def test_a_preview_is_a_sample_and_starting_it_brings_everything_as_it_was_understood(
    alice: Client, worker: Machine, community: Community
) -> None:
    made = connect(alice, community).json()
    run = ask(alice, "POST", f"/api/sources/{made['id']}/preview/").json()
    assert run["stage"] == "preview"
    import_run = Import.objects.get(pk=run["id"])
    claim = claimed(import_run)
    land(worker, claim, import_run.pk, b"sample", cursor={"page": 1})
    land(worker, claim, import_run.pk, number=1, cursor={"page": 1}, done=True)
    assert Source.objects.get().cursor == {}
    started = ask(alice, "POST", f"/api/imports/{run['id']}/start/", recipe={"unit": "Wh"})
    assert (started.status_code, started.json()["files"]) == (200, [])
    source = Source.objects.get()
    assert (source.state, source.recipe["unit"]) == ("active", "Wh")
    assert source.due_at is not None
    task = ImportTask.model_validate_json(worker.get(f"/data/imports/{run['id']}/").content)
    assert (task.landed.done, task.landed.cursor, task.recipe.unit) == (False, {}, "Wh")


def test_a_draft_can_be_started_without_a_preview_and_only_once(alice: Client, community: Community) -> None:
    made = connect(alice, community).json()
    started = ask(alice, "POST", f"/api/sources/{made['id']}/start/", recipe={"timezone": "Europe/Paris"})
    assert (started.json()["state"], started.json()["imports_count"]) == ("active", 1)
    assert ask(alice, "POST", f"/api/sources/{made['id']}/start/").status_code == 409


def test_asking_now_waits_for_nobody_but_the_import_under_way(alice: Client, community: Community) -> None:
    source = active_source(community.organization)
    first = ask(alice, "POST", f"/api/sources/{source.pk}/fetch/")
    assert first.status_code == 201
    second = ask(alice, "POST", f"/api/sources/{source.pk}/fetch/")
    assert (second.status_code, second.json()["error"]) == (409, "This source is being asked already.")


def test_asking_once_more_since_a_day_says_so_to_the_worker(
    alice: Client, worker: Machine, community: Community
) -> None:
    source = active_source(community.organization, cursor={"page": 9})
    run = ask(alice, "POST", f"/api/sources/{source.pk}/fetch/", since="2026-01-01").json()
    task = ImportTask.model_validate_json(worker.get(f"/data/imports/{run['id']}/").content)
    assert task.landed.cursor == {"since": "2026-01-01"}


def test_a_paused_source_rests_and_goes_on_at_once_where_it_is_overdue(alice: Client, community: Community) -> None:
    source = active_source(community.organization, checked_at=NOON - timedelta(days=1))
    paused = ask(alice, "PATCH", f"/api/sources/{source.pk}/", state="paused").json()
    assert (paused["state"], paused["due_at"]) == ("paused", None)
    again = ask(alice, "PATCH", f"/api/sources/{source.pk}/", state="active").json()
    assert again["due_at"] is not None


def test_failed_imports_are_read_again_as_the_recipe_is_now(
    alice: Client, worker: Machine, community: Community
) -> None:
    source = active_source(community.organization)
    run = Import.objects.get(pk=ask(alice, "POST", f"/api/sources/{source.pk}/fetch/").json()["id"])
    claim = claimed(run)
    land(worker, claim, run.pk, b"strange", cursor={"page": 1})
    land(worker, claim, run.pk, number=1, cursor={"page": 1}, done=True)
    fail(worker, claim, "No column holds times.")
    ask(alice, "PATCH", f"/api/sources/{source.pk}/", recipe={"time_column": "when"})
    assert ask(alice, "POST", f"/api/sources/{source.pk}/read-again/").json() == {"started": 1, "undo_first": []}
    run.refresh_from_db()
    assert run.recipe["time_column"] == "when"
    assert run.job is not None
    assert run.job.state == "waiting"
    assert run.fetched_at is not None
    assert run.files.count() == 1


def test_a_removed_source_keeps_what_it_brought_and_forgets_its_secrets(
    alice: Client, worker: Machine, community: Community
) -> None:
    source = active_source(community.organization)
    run = Import.objects.get(pk=ask(alice, "POST", f"/api/sources/{source.pk}/fetch/").json()["id"])
    claim = claimed(run)
    land(worker, claim, run.pk, b"[]", cursor={})
    land(worker, claim, run.pk, number=1, cursor={}, done=True)
    succeed(worker, claim, {"kind": "readings"})
    assert alice.delete(f"/api/sources/{source.pk}/").status_code == 204
    source.refresh_from_db()
    assert (source.state, source.secrets, source.due_at) == ("removed", "", None)
    assert alice.get("/api/sources/").json()["count"] == 0
    assert alice.get(f"/api/sources/{source.pk}/").status_code == 404
    assert alice.get(f"/api/imports/{run.pk}/").status_code == 200
    assert connect(alice, community).status_code == 201  # its name is free again


def test_a_draft_that_is_removed_is_gone(alice: Client, community: Community) -> None:
    made = connect(alice, community).json()
    ask(alice, "POST", f"/api/sources/{made['id']}/preview/")
    assert alice.delete(f"/api/sources/{made['id']}/").status_code == 204
    assert (Source.objects.count(), Import.objects.count()) == (0, 0)


def test_sources_of_uploads_are_listed_and_cannot_be_asked(alice: Client, community: Community) -> None:
    source = Source.objects.create(organization=community.organization, name="Files", kind="files", created_at=NOON)
    (shown,) = alice.get("/api/sources/").json()["results"]
    assert (shown["brings"], shown["is_late"]) == ("uploads", False)
    assert ask(alice, "POST", f"/api/sources/{source.pk}/fetch/").status_code == 409


def test_secrets_of_another_platform_key_are_asked_for_again_and_break_nothing(
    alice: Client, community: Community, settings: Settings
) -> None:
    source = active_source(community.organization)
    settings.SECRET_KEY = "another platform key, fifty characters long or so .."
    client = alice
    client.force_login(community.alice, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/api/sources/{source.pk}/").json()["secrets_set"] == []
    changed = ask(client, "PATCH", f"/api/sources/{source.pk}/", secrets={"api_key": "sk_new"})
    assert changed.json()["secrets_set"] == ["api_key"]


def test_declaring_again_replaces_a_kind_and_leaves_the_others(alice: Client, worker: Machine) -> None:
    other = METERING.model_copy(update={"kind": "broker", "title": "A broker"})
    declare(worker, other)
    declare(worker, METERING.model_copy(update={"title": "Metering API, newer"}))
    assert [kind["title"] for kind in alice.get("/api/source-kinds/").json()] == ["A broker", "Metering API, newer"]


def test_a_source_whose_worker_is_gone_can_still_rest(alice: Client, community: Community) -> None:
    source = active_source(community.organization, kind="of_long_ago")
    assert ask(alice, "PATCH", f"/api/sources/{source.pk}/", state="paused").json()["state"] == "paused"
    assert ask(alice, "PATCH", f"/api/sources/{source.pk}/", state="active").json()["state"] == "active"
    assert ask(alice, "PATCH", f"/api/sources/{source.pk}/", config={}).status_code == 400


def test_what_stored_something_before_it_failed_is_left_to_a_person(
    alice: Client, worker: Machine, community: Community
) -> None:
    source = active_source(community.organization)
    run = Import.objects.get(pk=ask(alice, "POST", f"/api/sources/{source.pk}/fetch/").json()["id"])
    claim = claimed(run)
    land(worker, claim, run.pk, b"half of it is strange")
    land(worker, claim, run.pk, number=1, done=True)
    body = estate.part(estate.readings(community.dupont_meter, [0.5]))
    assert worker.call("PUT", f"/data/imports/{run.pk}/parts/p/", body, lease=claim.lease).status_code == 200
    fail(worker, claim, "Line 7 is no reading.")
    assert ask(alice, "POST", f"/api/sources/{source.pk}/read-again/").json() == {"started": 0, "undo_first": [run.pk]}


def test_removing_a_source_stops_what_is_under_way(alice: Client, community: Community) -> None:
    source = active_source(community.organization)
    run = Import.objects.get(pk=ask(alice, "POST", f"/api/sources/{source.pk}/fetch/").json()["id"])
    assert alice.delete(f"/api/sources/{source.pk}/").status_code == 204
    run.refresh_from_db()
    assert run.job is not None
    assert run.job.state == "cancelled"
    assert ask(alice, "PATCH", f"/api/sources/{source.pk}/", state="active").status_code == 404
