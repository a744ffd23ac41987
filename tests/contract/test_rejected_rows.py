"""Rejected rows whole: downloaded, put right, sent back, and taken back again, through the real backend."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from wattwise_client import LeaseLost, NotFound, Refused
from wattwise_consumption.means import Means
from wattwise_consumption.pipeline import carry_out_import
from wattwise_consumption.undoing import undo_import
from wattwise_contract.imports import RejectedFile
from wattwise_contract.recipes import Recipe
from wattwise_runtime import JobRun

RIGHT = [f"{home},2026-05-04 {hour:02d}:00,{kwh}" for home, kwh in (("A", 0.5), ("B", 0.25)) for hour in range(24)]
TOTAL = 24 * 0.75


def file_of(lines: list[str]) -> str:
    return "home,time,kwh\n" + "\n".join(lines) + "\n"


def broken() -> list[str]:
    lines = list(RIGHT)
    lines[3], lines[20], lines[30] = "A,2026-05-04 03:00,oops", "A,soon,0.5", "B,2026-05-04 06:00,-0.25"
    return lines


def put_right(text: str) -> str:
    return text.replace("oops", "0.5").replace("soon", "2026-05-04 20:00").replace("-0.25", "0.25")


@pytest.fixture
def finish(platform, tmp_path, monkeypatch):
    """Carries the job that an import is at out, and answers the import as people see it."""
    from django.db import connections

    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 0)

    def carry_out(import_id: int, *, pipeline=carry_out_import, kills: int = 0) -> dict:
        status = platform.operator.import_status(import_id)
        platform.scheduler.work.dispatch()
        claim = platform.consumption.work.claim(status["job"]["id"], "meter-room:7")
        means = {} if pipeline is undo_import else {"means": Means(scratch=tmp_path)}
        with JobRun(platform.consumption, claim, now=datetime(2026, 7, 1, tzinfo=UTC)) as run:
            for _ in range(kills + 1):  # what was killed before it said that it succeeded begins anew
                done = pipeline(run, import_id=import_id, **means)
        platform.consumption.work.succeed(claim, done.message, done.result)
        return platform.operator.import_status(import_id)

    return carry_out


@pytest.fixture
def story(platform, finish, tmp_path):
    class Story:
        def imported(self, lines: list[str], **how) -> dict:
            made = platform.operator.create_import(
                [self.file("homes.csv", file_of(lines))], organization_id=platform.organization.id, **how
            )
            return finish(made["id"])

        def rejected(self, import_id: int) -> str:
            path = platform.operator.rejected_whole(import_id, tmp_path / f"rejected-{import_id}.csv")
            return path.read_text("utf-8-sig")

        def sends_back(self, import_id: int, text: str) -> dict:
            made = platform.operator.create_import(
                [self.file("fixed.csv", text)], organization_id=platform.organization.id, fixes=import_id
            )
            return finish(made["id"])

        def undoes(self, import_id: int) -> dict:
            platform.operator.undo_import(import_id)
            return finish(import_id, pipeline=undo_import)

        def file(self, name: str, text: str) -> Path:
            path = platform.files / name
            path.write_text(text)
            return path

        @property
        def kwh(self) -> float:
            readings = platform.operator.readings(organization_id=platform.organization.id)
            assert readings.select("meter_id", "starts_at").is_duplicated().sum() == 0
            return float(readings["value"].sum())

    return Story()


def test_three_bad_rows_are_downloaded_put_right_and_sent_back(platform, story) -> None:
    first = story.imported(broken())
    assert first["rejected_file"] | {"bytes": 0} == {
        "name": f"rejected-rows-of-import-{first['id']}.csv", "rows": 3, "left_out": 0, "bytes": 0,
    }  # fmt: skip
    second = story.sends_back(first["id"], put_right(story.rejected(first["id"])))
    assert (second["receipt"]["read"], second["receipt"]["stored"], second["fixes"]) == (3, 3, first["id"])
    assert story.kwh == pytest.approx(TOTAL)
    first = platform.operator.import_status(first["id"])
    assert (first["put_right"], [each["id"] for each in first["fixed_by"]]) == (3, [second["id"]])
    again = story.sends_back(first["id"], put_right(story.rejected(first["id"])))
    assert (again["receipt"]["stored"], again["receipt"]["unchanged"]) == (0, 3)
    assert platform.operator.import_status(first["id"])["put_right"] == 3
    assert story.kwh == pytest.approx(TOTAL)


def test_what_is_still_wrong_is_put_right_from_the_second_file(platform, story) -> None:
    first = story.imported(broken())
    second = story.sends_back(first["id"], story.rejected(first["id"]).replace("oops", "0.5"))
    assert (second["receipt"]["stored"], second["receipt"]["rejected"], second["rejected_file"]["rows"]) == (1, 2, 2)
    third = story.sends_back(second["id"], put_right(story.rejected(second["id"])))
    assert (third["receipt"]["stored"], third["fixes"]) == (2, first["id"])
    assert platform.operator.import_status(first["id"])["put_right"] == 3
    assert story.kwh == pytest.approx(TOTAL)


def test_either_is_undone_by_itself_and_the_other_tells(platform, story) -> None:
    first = story.imported(broken())
    text = story.rejected(first["id"])
    second = story.sends_back(first["id"], put_right(text))
    story.undoes(second["id"])
    assert story.kwh == pytest.approx(TOTAL - 1.25)
    told = platform.operator.import_status(first["id"])
    assert told["put_right"] == 0
    assert told["fixed_by"][0]["undone_at"]
    third = story.sends_back(first["id"], put_right(text))
    story.undoes(first["id"])
    assert story.kwh == pytest.approx(1.25)
    with pytest.raises(Refused, match=f"Import {first['id']} was undone"):
        story.sends_back(first["id"], put_right(text))
    story.undoes(third["id"])
    assert story.kwh == 0
    with pytest.raises(Refused, match=f"Import {first['id']} was undone"):
        platform.operator.start_import(third["id"])


def test_a_killed_worker_leaves_one_file(platform, story, finish) -> None:
    made = platform.operator.create_import(
        [story.file("homes.csv", file_of(broken()))], organization_id=platform.organization.id
    )
    first = finish(made["id"], kills=2)
    assert first["rejected_file"]["rows"] == 3
    assert len(story.rejected(first["id"]).splitlines()) == 4
    stored = [path.name for path in platform.files.parent.rglob("imports/*/rejected*")]
    assert stored == ["rejected"]


def test_an_import_begun_again_forgets_the_file_of_its_rejected_rows(platform, story, finish) -> None:
    first = story.imported(broken())
    story.undoes(first["id"])
    platform.operator.start_import(first["id"], Recipe(negative_values="export"))
    with pytest.raises(NotFound, match="no rejected rows that could be put right"):
        story.rejected(first["id"])
    assert finish(first["id"])["rejected_file"]["rows"] == 2


def test_where_nothing_was_rejected_there_is_nothing_to_put_right(platform, story) -> None:
    first = story.imported(RIGHT)
    assert first["rejected_file"] is None
    with pytest.raises(NotFound, match=f"Import {first['id']} has no rejected rows that could be put right"):
        story.rejected(first["id"])
    with pytest.raises(NotFound, match="no rejected rows that could be put right"):
        story.sends_back(first["id"], "wattwise_file,wattwise_line,home\n")


def test_corrected_rows_take_no_recipe_of_their_own(platform, story) -> None:
    first = story.imported(broken())
    file = story.file("fixed.csv", story.rejected(first["id"]))
    with pytest.raises(Refused, match="leave out recipe") as refused:
        platform.operator.create_import(
            [file], organization_id=platform.organization.id, fixes=first["id"], recipe=Recipe(unit="Wh")
        )
    assert refused.value.status == 400


def test_rows_of_another_organization_are_not_there(platform, story) -> None:
    first = story.imported(broken())
    file = story.file("fixed.csv", story.rejected(first["id"]))
    other = platform.operator.create_organization(slug="elm", name="Elm Street", timezone="Europe/London", country="GB")
    with pytest.raises(NotFound, match="There is no such import"):
        platform.operator.create_import([file], organization_id=other["id"], fixes=first["id"])


def test_a_later_file_of_rejected_rows_takes_the_place_of_an_earlier_one_and_a_damaged_one_does_not(platform) -> None:
    import_id, claim = platform.uploaded("homes.csv", "stands for a file")
    path = platform.files / "rejected.csv"
    for text in ("one", "another"):
        path.write_text(text)
        about = RejectedFile(name="r.csv", rows=1, left_out=4, sha256=sha256(text.encode()).hexdigest())
        platform.consumption.work.keep_rejected_rows(claim, import_id, about, path)
    path.write_text("damaged")
    with pytest.raises(Refused, match="did not arrive as it was sent"):
        platform.consumption.work.keep_rejected_rows(claim, import_id, about, path)
    assert platform.consumption.work.rejected_rows(import_id, path).read_text() == "another"
    told = platform.operator.import_status(import_id)["rejected_file"]
    assert told == {"name": "r.csv", "rows": 1, "left_out": 4, "bytes": 7}
    platform.consumption.work.succeed(claim, "done", {"kind": "readings"})
    with pytest.raises(LeaseLost):
        platform.consumption.work.keep_rejected_rows(claim, import_id, about, path)


def test_details_that_do_not_fit_come_back_and_are_put_right(platform, story, finish) -> None:
    story.imported([*RIGHT, *(line.replace("A,", "C,", 1) for line in RIGHT if line.startswith("A,"))])
    details = platform.files / "details.csv"
    details.write_text("household,people,roof\nA,4,slate\nB,a few,tile\nC,2,slate\n")
    recipe = Recipe(kind="consumers")
    made = platform.operator.create_import([details], organization_id=platform.organization.id, recipe=recipe)
    first = finish(made["id"])
    assert (first["receipt"]["rejected"], first["rejected_file"]["rows"]) == (0, 1)
    text = story.rejected(first["id"])
    assert "details.csv,3,people," in text
    second = story.sends_back(first["id"], text.replace("a few", "3"))
    assert (second["receipt"]["read"], second["receipt"]["stored"]) == (1, 1)
    assert platform.operator.import_status(first["id"])["put_right"] == 1
    homes = {
        home.key: home.attributes for home in platform.operator.consumers(organization_id=platform.organization.id)
    }
    assert (homes["B"]["occupants"], homes["A"]["occupants"]) == (3, 4)
