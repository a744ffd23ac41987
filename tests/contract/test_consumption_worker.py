"""The consumption worker against the real backend: files and simulations in, readings, details and a receipt out."""

import pytest

from wattwise_consumption.means import Means
from wattwise_consumption.pipeline import carry_out_import
from wattwise_contract.jobs import JobKind
from wattwise_contract.recipes import Recipe
from wattwise_runtime import JobRun, PermanentFailure

TWO_HOMES = "home,time,kwh\n" + "".join(
    f"{home},2026-05-04 {hour:02d}:00,{value}\n"
    for home, value in (("Dupont", 0.5), ("Smith", 0.25))
    for hour in range(24)
)


@pytest.fixture
def store(platform, tmp_path, monkeypatch):
    """Carries an import out as the worker does, and answers its receipt as people see it."""
    from datetime import UTC, datetime

    from django.db import connections

    # The lease is renewed by a thread, whose database connection would otherwise outlive the test.
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 0)

    def finish(import_id: int, claim) -> dict:
        now = datetime(2026, 7, 1, tzinfo=UTC)
        with JobRun(platform.consumption, claim, now=now) as run:
            done = carry_out_import(run, import_id=import_id, means=Means(scratch=tmp_path))
        platform.consumption.work.succeed(claim, done.message, done.result)
        return platform.operator.import_status(import_id)["receipt"]

    return finish


def test_a_file_becomes_readings_and_a_receipt(platform, store) -> None:
    bad = TWO_HOMES + "Smith,2026-05-05 00:00,n/a\n"
    receipt = store(*platform.uploaded("homes.csv", bad, Recipe(timezone="Europe/London")))
    counts = {name: receipt[name] for name in ("read", "stored", "rejected", "consumers", "meters")}
    assert counts == {"read": 49, "stored": 48, "rejected": 1, "consumers": 2, "meters": 2}
    assert receipt["totals"] == {"kWh": 18.0}
    readings = platform.operator.readings(organization_id=platform.organization.id)
    assert readings.height == 48
    assert readings["value"].sum() == 18.0
    meters = platform.operator.meters(organization_id=platform.organization.id)
    assert {(meter.key, meter.resolution, meter.timezone) for meter in meters} == {
        ("Dupont", "PT1H", "Europe/London"), ("Smith", "PT1H", "Europe/London"),
    }  # fmt: skip


def test_the_same_file_again_changes_nothing_and_a_corrected_one_only_what_differs(platform, store) -> None:
    store(*platform.uploaded("homes.csv", TWO_HOMES))
    again = store(*platform.uploaded("homes.csv", TWO_HOMES))
    assert (again["stored"], again["unchanged"], again["corrected"]) == (0, 48, 0)
    fixed = store(*platform.uploaded("homes.csv", TWO_HOMES.replace("05-04 07:00,0.5", "05-04 07:00,0.75")))
    assert (fixed["stored"], fixed["unchanged"], fixed["corrected"]) == (0, 47, 1)
    assert fixed["totals"] == {"kWh": 18.25}


def test_details_reach_the_homes_that_are_here_and_the_others_are_counted(platform, store) -> None:
    store(*platform.uploaded("homes.csv", TWO_HOMES))
    text = "household,people,floor area,roof\nDupont,4,120.5,slate\nSmith,2,80,tile\nCharlie,1,40,slate\n"
    receipt = store(*platform.uploaded("details.csv", text))
    assert (receipt["read"], receipt["stored"], receipt["skipped"]) == (3, 2, 1)
    homes = {
        home.key: home.attributes for home in platform.operator.consumers(organization_id=platform.organization.id)
    }
    assert homes["Dupont"] == {"occupants": 4, "floor_area_m2": 120.5, "roof": "slate"}
    assert "Charlie" not in homes


def test_nothing_but_refused_files_fails_for_good_with_a_sentence(platform, store) -> None:
    with pytest.raises(PermanentFailure, match=r"page\.csv: This is a web page, not data\. Download the data itself"):
        store(*platform.uploaded("page.csv", "<html><body>sign in</body></html>"))


def test_a_neighbourhood_is_simulated_labelled_and_corrected_by_its_late_readings(platform, store) -> None:
    config = {"homes": 8, "days": 40, "seed": 2, "until": "2026-06-30T12:00:00Z"}
    street = platform.operator.create_organization(
        slug="demo", name="Simulated neighbourhood", timezone="Europe/Amsterdam", country="NL", is_simulated=True
    )
    made = platform.operator.create_simulation(organization_id=street["id"], config=config)
    platform.scheduler.work.dispatch()
    claim = platform.consumption.work.claim(made["job"]["id"], "meter-room:7")
    assert claim.job.kind is JobKind.IMPORT
    receipt = store(made["id"], claim)
    assert receipt["consumers"] == 8
    assert receipt["corrected"] > 0
    assert receipt["read"] == receipt["stored"] + receipt["unchanged"] + receipt["corrected"]
    homes = platform.operator.consumers(organization_id=street["id"])
    assert all(home.is_simulated and home.attributes["house_type"] for home in homes)
    assert all(meter.is_simulated for meter in platform.operator.meters(organization_id=street["id"]))
