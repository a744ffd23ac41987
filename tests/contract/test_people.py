"""What people do through /api/, by each method of the client."""

import pytest

from wattwise_client import Refused, Wattwise
from wattwise_contract.imports import ImportSummary, PartNotes, RejectedRow
from wattwise_contract.jobs import JobKind, JobState
from wattwise_contract.meters import MeterWanted
from wattwise_contract.recipes import Recipe
from wattwise_contract.scopes import Scope

from .conftest import flat_day


def test_an_import_is_uploaded_and_its_status_told(platform):
    api = platform.operator
    files = []
    for number in range(3):
        files.append(platform.files / f"home {number}.csv")
        files[-1].write_text(f"time,kWh\n2026-01-01T00:00Z,0.{number}\n")
    sent: list[int] = []
    recipe = Recipe(timezone="Europe/London")
    made = api.create_import(files, organization_id=platform.organization.id, recipe=recipe, on_bytes=sent.append)
    assert sum(sent) == sum(file.stat().st_size for file in files)
    status = api.import_status(made["id"])
    assert [file["name"] for file in status["files"]] == ["home 0.csv", "home 1.csv", "home 2.csv"]
    assert status["recipe"]["timezone"] == "Europe/London"
    assert status["job"]["state"] in ("waiting", "queued")
    assert status["receipt"] is None
    assert [one["id"] for one in api.imports(organization_id=platform.organization.id)] == [made["id"]]


def test_a_receipt_adds_up_and_names_the_rejected_rows(platform):
    import_id, claim = platform.uploaded("home.csv", "time,kWh\n")
    work = platform.consumption.work
    wanted = MeterWanted(meter_key="home 1", consumer_key="home 1", timezone="Europe/London", resolution="PT30M")
    meter_id = work.find_meters(claim, import_id, [wanted])[0].meter_id
    bad = RejectedRow(file="home.csv", line=3, column="kWh", value="x", reason="Not a number.", remedy="Correct it.")
    notes = PartNotes(file="home.csv", read=48, duplicate=1, rejected_count=1, rejected=[bad])
    work.store_part(claim, import_id, "0", flat_day([meter_id]), notes)
    work.succeed(claim, "1 home", ImportSummary(kind="readings", warnings=["One line."]).model_dump())
    receipt = platform.operator.import_status(import_id)["receipt"]
    counts = {name: receipt[name] for name in ("read", "stored", "duplicate", "rejected", "meters", "consumers")}
    assert counts == {"read": 48, "stored": 46, "duplicate": 1, "rejected": 1, "meters": 1, "consumers": 1}
    assert receipt["totals"] == {"kWh": 11.5}
    assert receipt["warnings"] == ["One line."]
    count, rows = platform.operator.rejected_rows(import_id)
    assert count == 1
    assert (rows[0]["line"], rows[0]["value"], rows[0]["remedy"]) == (3, "x", "Correct it.")


def test_a_simulated_neighbourhood_is_kept_apart_from_real_homes(platform):
    api = platform.operator
    with pytest.raises(Refused, match="holds real consumers"):
        api.create_simulation(organization_id=platform.organization.id, config={"homes": 3})
    demo = api.create_organization(slug="demo", name="Simulated", timezone="Europe/London", is_simulated=True)
    made = api.create_simulation(organization_id=demo["id"], config={"homes": 3})
    assert made["source"]["kind"] == "simulation"


def test_jobs_are_started_listed_cancelled_and_retried(platform):
    api, organization_id = platform.operator, platform.organization.id
    job = api.request_job(JobKind.CLUSTER_CONSUMERS, organization_id)
    assert api.request_job(JobKind.CLUSTER_CONSUMERS, organization_id)["id"] == job["id"]
    listed = api.jobs(organization_id=organization_id, state=JobState.WAITING, kind=JobKind.CLUSTER_CONSUMERS)
    assert [one["id"] for one in listed] == [job["id"]]
    assert api.cancel_job(job["id"])["state"] == "cancelled"
    assert api.retry_job(job["id"])["state"] == "waiting"
    assert api.job(job["id"])["attempts"] == 0
    with pytest.raises(Refused, match="cannot be retried"):
        api.retry_job(job["id"])


def test_a_person_joins_with_a_password_of_one_time(platform):
    api, organization_id = platform.operator, platform.organization.id
    bob = api.create_user(organization_id=organization_id, email="bob@example.org", name="Bob", role="viewer")
    assert bob["password"]
    assert [(one["user"]["email"], one["role"]) for one in api.members(organization_id=organization_id)] == [
        ("bob@example.org", "viewer")
    ]
    with pytest.raises(Refused, match="member already"):
        api.create_user(organization_id=organization_id, email="bob@example.org")


def test_a_household_sees_the_consumer_it_was_given(platform):
    platform.with_readings()
    api, organization_id = platform.operator, platform.organization.id
    home = api.consumers(organization_id=organization_id)[0]
    made = api.create_user(
        organization_id=organization_id, email="dupont@example.org", role="household", consumer_id=home.id
    )
    assert made["role"] == "household"


def test_an_operator_sets_a_password(platform):
    from wattwise_backend.accounts.models import User

    api, organization_id = platform.operator, platform.organization.id
    bob = api.create_user(organization_id=organization_id, email="bob@example.org", name="Bob")
    assert api.set_password(bob["id"], "kettle-window-river-9")["password"] is None
    made = api.set_password(bob["id"])["password"]
    assert User.objects.get(email="bob@example.org").check_password(made)
    with pytest.raises(Refused, match="too short"):
        api.set_password(bob["id"], "short")


def test_tokens_are_made_listed_and_revoked(platform):
    api, organization_id = platform.operator, platform.organization.id
    made = api.create_token(name="research", scopes=[Scope.READ], organization_id=organization_id)
    researcher: Wattwise = platform.connect(made["token"])
    assert [one.slug for one in researcher.organizations()] == ["mill-lane"]
    listed = list(api.tokens(organization_id=organization_id))
    assert [(one["name"], one["scopes"]) for one in listed] == [("research", ["read"])]
    assert made["token"] not in str(listed)
    api.revoke_token(made["id"])
    with pytest.raises(Refused) as raised:
        researcher.organizations()
    assert raised.value.status == 401


def test_the_nine_services_are_named(platform):
    services = platform.operator.services()["services"]
    assert len({service["service"] for service in services}) == 9
