"""The life of an import by each method of the client: previewed, previewed again, started, undone; or discarded."""

import pytest

from wattwise_client import NotFound, Refused
from wattwise_contract.imports import ImportSummary, PartNotes
from wattwise_contract.jobs import Claim
from wattwise_contract.meters import MeterWanted
from wattwise_contract.previews import Interpretation, Preview, PreviewedFile
from wattwise_contract.recipes import ImportKind, Recipe

from .conftest import CLOCKS_GO_FORWARD, HALF_HOURS, Platform, flat_day


def previewed(platform: Platform, name: str = "home.csv") -> tuple[int, Preview]:
    """An import of one file, of which the worker says what it would store."""
    file = platform.files / name
    file.write_text("time,kWh\n")
    made = platform.operator.create_import([file], organization_id=platform.organization.id, preview=True)
    assert made["stage"] == "preview"
    assert platform.operator.preview(made["id"]) is None
    return made["id"], say_preview(platform, made, Recipe(unit="Wh"))


def say_preview(platform: Platform, status: dict, recipe: Recipe) -> Preview:
    claim = claimed(platform, status)
    way = Interpretation(recipe=recipe, label="Watt hours", kind=ImportKind.READINGS, read=1, totals={"kWh": 1.0})
    preview = Preview(files=[PreviewedFile(name="home.csv", format="CSV", rows=1)], interpretations=[way])
    platform.consumption.work.succeed(claim, "1 way", preview.model_dump(mode="json"))
    return preview


def claimed(platform: Platform, status: dict) -> Claim:
    platform.scheduler.work.dispatch()
    return platform.consumption.work.claim(status["job"]["id"], "meter-room:7")


def carry_out(platform: Platform, status: dict, kwh: float = 0.25) -> int:
    """The worker stores a day of one home. Answers its meter."""
    claim, work = claimed(platform, status), platform.consumption.work
    wanted = MeterWanted(meter_key="home 1", consumer_key="home 1", timezone="Europe/London", resolution="PT30M")
    meter_id = work.find_meters(claim, status["id"], [wanted])[0].meter_id
    work.store_part(claim, status["id"], "0", flat_day([meter_id], kwh), PartNotes(read=HALF_HOURS))
    work.succeed(claim, "1 home", ImportSummary(kind="readings").model_dump())
    return meter_id


def undone(platform: Platform, import_id: int) -> dict:
    """Undone, as far as the worker does it: some readings at a time until none is left."""
    claim, work = claimed(platform, platform.operator.undo_import(import_id)), platform.consumption.work
    while work.undo_some(claim, import_id).left:
        pass
    work.succeed(claim, "undone", {})
    return platform.operator.import_status(import_id)


def test_what_was_previewed_is_started_as_it_was_understood(platform):
    api = platform.operator
    import_id, preview = previewed(platform)
    assert api.preview(import_id) == preview
    again = say_preview(platform, api.preview_again(import_id, Recipe(unit="MWh")), Recipe(unit="MWh"))
    assert api.preview(import_id) == again
    started = api.start_import(import_id, again.interpretations[0].recipe, remember_as="Mill Lane meters")
    assert (started["stage"], started["recipe"]["unit"]) == ("import", "MWh")
    carry_out(platform, started)
    assert api.import_status(import_id)["receipt"]["stored"] == HALF_HOURS
    with pytest.raises(Refused):
        api.start_import(import_id, Recipe())
    with pytest.raises(Refused):
        api.discard_import(import_id)


def test_a_source_remembers_how_its_files_are_read(platform):
    api = platform.operator
    import_id, preview = previewed(platform)
    api.start_import(import_id, preview.interpretations[0].recipe, remember_as="Mill Lane meters")
    (source,) = [
        one for one in api.sources(organization_id=platform.organization.id) if one["name"] == "Mill Lane meters"
    ]
    assert source["recipe"]["unit"] == "Wh"
    files = [platform.files / "home.csv"]
    made = api.create_import(files, organization_id=platform.organization.id, source_id=source["id"])
    assert made["recipe"]["unit"] == "Wh"


def test_an_import_is_undone_and_what_it_replaced_comes_back(platform):
    api = platform.operator
    import_id, preview = previewed(platform)
    meter_id = carry_out(platform, api.start_import(import_id, preview.interpretations[0].recipe))
    known_then = api.readings(meter_ids=[meter_id])
    later, preview = previewed(platform, "corrected.csv")
    carry_out(platform, api.start_import(later, preview.interpretations[0].recipe), kwh=0.5)
    corrections = list(api.corrections(later))
    assert len(corrections) == HALF_HOURS
    assert (corrections[0]["meter_key"], corrections[0]["old_value"], corrections[0]["new_value"]) == (
        "home 1",
        0.25,
        0.5,
    )
    first_import = api.import_status(import_id)
    as_known = api.readings(meter_ids=[meter_id], as_known_on=first_import["finished_at"])
    assert as_known.equals(known_then)
    assert api.readings(meter_ids=[meter_id], as_known_on=CLOCKS_GO_FORWARD).is_empty()
    assert undone(platform, later)["undone_at"]
    assert api.readings(meter_ids=[meter_id]).equals(known_then)
    assert undone(platform, import_id)["undone_at"]
    assert api.readings(meter_ids=[meter_id]).is_empty()


def test_an_import_that_was_never_started_is_discarded(platform):
    import_id, _ = previewed(platform)
    platform.operator.discard_import(import_id)
    with pytest.raises(NotFound):
        platform.operator.import_status(import_id)
