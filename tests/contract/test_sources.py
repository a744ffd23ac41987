"""Sources that fetch and listen, by each method of the client."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from wattwise_client import LeaseLost, NotFound, Refused
from wattwise_contract.jobs import Failure
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import (
    Brings,
    Cut,
    Landing,
    ListenerReport,
    ListenerWish,
    SourceKindInfo,
    SpooledLine,
)

KEY = "sk_live_never_to_be_seen"
PORTAL = SourceKindInfo(
    kind="portal", title="A portal", every="PT1H",
    settings_schema={
        "required": ["mpan", "key"],
        "properties": {"mpan": {"type": "string"}, "key": {"type": "string", "writeOnly": True}},
    },
)  # fmt: skip
BROKER = SourceKindInfo(kind="broker", title="A broker", brings=Brings.LISTENS, every="")


@pytest.fixture(autouse=True)
def _kinds(platform) -> None:
    platform.consumption.work.declare_source_kinds([PORTAL, BROKER])


def connected(platform, **wish) -> dict:
    wish = {"kind": "portal", "name": "Our flat", "config": {"mpan": "12"}, "secrets": {"key": KEY}} | wish
    return platform.operator.create_source(organization_id=platform.organization.id, **wish)


def claimed(platform, run: dict):
    platform.scheduler.work.dispatch()
    return platform.consumption.work.claim(run["job"]["id"], "meter-room:7")


def test_a_source_is_connected_changed_paused_and_removed(platform):
    assert [kind["kind"] for kind in platform.operator.source_kinds()] == ["broker", "portal"]
    made = connected(platform, recipe=Recipe(unit="Wh"))
    assert (made["state"], made["every"], made["secrets_set"], made["recipe"]["unit"]) == (
        "draft",
        "PT1H",
        ["key"],
        "Wh",
    )
    with pytest.raises(Refused) as refused:
        connected(platform, name="Attic", config={})
    assert refused.value.fields == {"mpan": ["This is needed."]}
    started = platform.operator.start_source(made["id"], Recipe(unit="kWh"))
    assert (started["state"], started["imports_count"]) == ("active", 1)
    changed = platform.operator.change_source(made["id"], name="The flat", every="", state="paused")
    assert (changed["name"], changed["every"], changed["state"]) == ("The flat", "", "paused")
    assert platform.operator.source(made["id"])["config"] == {"mpan": "12"}
    assert [one["name"] for one in platform.operator.sources(organization_id=platform.organization.id)] == ["The flat"]
    platform.operator.remove_source(made["id"])
    with pytest.raises(NotFound):
        platform.operator.source(made["id"])


def test_what_a_source_brings_is_landed_and_goes_on_where_it_ended(platform, tmp_path: Path):
    made = connected(platform)
    run = platform.operator.preview_source(made["id"])
    work, claim = platform.consumption.work, claimed(platform, run)
    sample = tmp_path / "sample.json"
    sample.write_bytes(b"[]")
    landing = Landing(number=0, name="sample.json", sha256=hashlib.sha256(b"[]").hexdigest(), cursor={"page": 1})
    assert work.land(claim, run["id"], landing, sample).files == 1
    assert work.import_task(run["id"]).config == {"mpan": "12", "key": KEY}
    platform.operator.start_import(run["id"])
    with pytest.raises(LeaseLost):
        work.land(claim, run["id"], landing, sample)
    now = platform.operator.import_status(run["id"])
    claim = claimed(platform, now)
    done = work.land(claim, run["id"], Landing(number=0, cursor={"page": 2}, done=True))
    assert (done.done, done.cursor) == (True, {"page": 2})
    work.succeed(claim, "Nothing new.")
    again = platform.operator.fetch_source(made["id"], since=date(2026, 1, 1))
    assert work.import_task(again["id"]).landed.cursor == {"since": "2026-01-01"}
    assert [one["id"] for one in platform.operator.imports(source_id=made["id"])][0] == again["id"]
    assert platform.operator.read_source_again(made["id"]) == {"started": 0, "undo_first": []}


def test_the_scheduler_asks_what_is_due(platform):
    made = connected(platform)
    assert platform.scheduler.work.start_due_sources() == 0
    platform.operator.start_source(made["id"])
    claim = claimed(
        platform, platform.operator.import_status(platform.operator.source(made["id"])["last_import"]["id"])
    )
    platform.consumption.work.fail(claim, Failure(error="Away.", permanent=True))
    platform.operator.change_source(made["id"], state="paused")
    assert platform.scheduler.work.start_due_sources() == 0
    assert platform.scheduler.work.tidy_up() == 0, "nothing is old"
    resumed = platform.operator.change_source(made["id"], every="PT1M", state="active")
    assert resumed["due_at"] is not None
    assert platform.operator.source(made["id"])["failures"] == 1


def test_what_is_heard_is_kept_and_cut_off_into_an_import(platform, tmp_path: Path):
    made = connected(platform, kind="broker", config={}, secrets={})
    assert platform.operator.start_source(made["id"])["last_import"] is None
    work = platform.consumption.work
    wish = ListenerWish(worker="meter-room:7", kinds=["broker"], reports=[ListenerReport(source_id=made["id"])])
    (task,) = work.listeners(wish)
    assert work.listeners(ListenerWish(worker="attic:8", kinds=["broker"])) == []
    first, second = work.spool(task, [SpooledLine(line='{"at": 1}'), SpooledLine(line='{"at": 2}')])
    assert [line.id for line in work.spooled(task, after=first)] == [second]
    file = tmp_path / "12:00.ndjson"
    file.write_bytes(b'{"at": 1}\n')
    cut = Cut(through_id=first, name=file.name, sha256=hashlib.sha256(file.read_bytes()).hexdigest(), cursor={"at": 1})
    import_id = work.cut(task, cut, file)
    assert work.cut(task, cut, file) == import_id
    assert [line.line for line in work.spooled(task)] == ['{"at": 2}']
    assert platform.operator.import_status(import_id)["source"]["id"] == made["id"]
    platform.operator.change_source(made["id"], state="paused")
    with pytest.raises(LeaseLost):
        work.spool(task, [SpooledLine(line="{}")])
