"""The command line against the real backend over HTTP, with the consumption worker carrying imports out."""

import json
from datetime import timedelta

import polars as pl
import pytest

from wattwise_client import Wattwise
from wattwise_contract.jobs import JobKind

from .commanding import at_work, half_hours, home_file, wattwise

__all__ = ["at_work", "wattwise"]  # fixtures

pytestmark = pytest.mark.timeout(60)


@pytest.mark.usefixtures("at_work")
def test_an_import_prints_its_receipt_and_the_same_again_changes_nothing(wattwise, tmp_path):
    files = [home_file(tmp_path, f"home {number}", half_hours(48, 0.25)) for number in (1, 2)]
    words = ["import", *files, "--timezone", "Europe/London", "--stamps-in", "UTC", "--wait"]
    code, out, _ = wattwise(*words)
    figures = dict(line.strip().split(maxsplit=1) for line in out.splitlines() if line.startswith("  "))
    assert code == 0
    assert (figures["read"].strip(), figures["stored"].strip(), figures["meters"].strip()) == ("96", "96", "2")
    assert figures["total"].strip() == "24.000 kWh"
    code, out, _ = wattwise(*words)
    assert code == 0
    assert "Nothing changed: all of it was here already." in out


@pytest.mark.usefixtures("at_work")
def test_rejected_rows_are_shown_with_place_reason_and_remedy(wattwise, tmp_path):
    file = home_file(tmp_path, "home 1", half_hours(4, 0.25) + "2026-01-01 02:00:00,a lot\n")
    code, out, _ = wattwise("import", file, "--timezone", "Europe/London", "--wait")
    assert code == 0
    assert "1 rejected rows, the first of them:" in out
    assert "home 1.csv:6" in out
    assert "a lot" in out


@pytest.mark.usefixtures("at_work")
def test_a_file_that_is_none_of_ours_exits_with_1_and_says_why(wattwise, tmp_path):
    picture = tmp_path / "roof.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    code, _, err = wattwise("import", picture, "--wait")
    assert code == 1
    assert "dead" in err
    assert "roof.csv" in err


@pytest.mark.usefixtures("at_work")
def test_programs_get_json_and_nothing_else(wattwise, tmp_path):
    file = home_file(tmp_path, "home 1", half_hours(4, 0.5))
    code, out, err = wattwise("import", file, "--timezone", "Europe/London", "--wait", "--json")
    status = json.loads(out)
    assert (code, err) == (0, "")
    assert status["receipt"]["totals"] == {"kWh": 2.0}
    _, out, _ = wattwise("jobs", "--json")
    assert [job["kind"] for job in json.loads(out)] == ["import"]


def test_without_wait_it_says_how_to_follow(wattwise, tmp_path):
    code, out, _ = wattwise("import", home_file(tmp_path, "home 1", half_hours(4, 0.5)))
    assert code == 0
    beginning = out.split("wattwise jobs show ")[1].strip()
    code, out, _ = wattwise("jobs", "show", beginning)
    assert code == 0
    assert "import" in out


def test_a_file_that_is_not_there_is_named(wattwise, tmp_path):
    code, _, err = wattwise("import", tmp_path / "nowhere.csv")
    assert code == 2
    assert "nowhere.csv" in err


def test_readings_are_exported_by_local_date_in_every_format(wattwise, platform, tmp_path):
    platform.with_readings()
    for kind, read in (("csv", pl.read_csv), ("parquet", pl.read_parquet), ("arrow", pl.read_ipc_stream)):
        file = tmp_path / f"day.{kind}"
        code, _, _ = wattwise("export", "readings", "-o", file, "--start", "2026-03-29", "--end", "2026-03-30")
        assert code == 0
        assert read(file)["value"].sum() == 23.0, "a local day of 23 hours, two homes"


def test_an_export_overwrites_nothing_unless_told(wattwise, platform, tmp_path):
    platform.with_readings()
    file = tmp_path / "consumers.csv"
    assert wattwise("export", "consumers", "-o", file)[0] == 0
    assert pl.read_csv(file)["key"].to_list() == ["home 1", "home 2"]
    code, _, err = wattwise("export", "consumers", "-o", file)
    assert code == 1
    assert "--force" in err
    assert wattwise("export", "consumers", "-o", file, "--force")[0] == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["export", "readings", "-o", "day.xlsx"], "does not say its format"),
        (["export", "readings", "--start", "yesterday"], "'yesterday' is no time"),
        (["jobs", "show", "ffffffff"], "There is no job whose id begins with"),
        (["user", "set-password", "nobody@example.org", "--generate"], "There is no member"),
        (["aggregate", "--organization", "nowhere"], "There is no organization 'nowhere' here"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(wattwise, tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    code, _, err = wattwise(*words)
    assert code == 1
    assert err.startswith("wattwise: ")
    assert sentence in err


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (["aggregate"], JobKind.ROLL_UP),
        (["cluster"], JobKind.CLUSTER_CONSUMERS),
        (["forecast"], JobKind.FORECAST_METERS),
        (["forecast", "--train"], JobKind.TRAIN_FORECASTERS),
    ],
)
def test_work_is_started_followed_cancelled_and_retried(wattwise, command, kind):
    code, out, _ = wattwise(*command, "--json")
    job = json.loads(out)
    assert (code, job["kind"]) == (0, kind)
    beginning = job["id"][:8]
    assert f"Job {beginning} is cancelled." in wattwise("jobs", "cancel", beginning)[1]
    assert f"Job {beginning} is waiting again." in wattwise("jobs", "retry", beginning)[1]
    assert beginning in wattwise("jobs", "list", "--state", "waiting")[1]


def test_people_are_added_listed_and_given_a_password(wattwise):
    code, out, _ = wattwise("user", "create", "bob@example.org", "--name", "Bob", "--role", "analyst")
    assert code == 0
    assert "Password, shown this once: " in out
    _, out, _ = wattwise("user", "list")
    assert "bob@example.org" in out
    assert "analyst" in out
    _, out, _ = wattwise("user", "set-password", "bob@example.org", "--generate")
    assert "Password, shown this once: " in out


def test_a_token_is_shown_once_works_and_ends_when_revoked(wattwise, platform, live_server):
    code, out, _ = wattwise("token", "create", "--name", "research", "--scope", "read", "--expires-in-days", 30)
    assert code == 0
    with Wattwise(live_server.url, out.strip(), patience=timedelta(0)) as researcher:
        assert [one.slug for one in researcher.organizations()] == ["mill-lane"]
    _, listed, _ = wattwise("token", "list", "--organization", "mill-lane", "--json")
    assert out.strip() not in listed
    token_id = json.loads(listed)[0]["id"]
    assert f"Token {token_id} is revoked." in wattwise("token", "revoke", token_id)[1]


def test_a_token_without_the_right_is_refused_with_a_remedy(wattwise, platform, monkeypatch):
    made = platform.operator.create_token(name="reader", scopes=["read"], organization_id=platform.organization.id)
    monkeypatch.setenv("WATTWISE_TOKEN", made["token"])
    code, _, err = wattwise("cluster")
    assert code == 1
    assert "needs the role analyst" in err
