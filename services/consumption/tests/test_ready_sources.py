"""Each ready source against answers in its vendor's own form, through both clock changes: every value where it belongs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from wattwise_consumption.problems import CannotFetch, NotNow
from wattwise_consumption.sources.http.recipe import HttpRecipe
from wattwise_consumption.sources.kinds import kinds

from . import vendors_answers as made
from .fetched import Fetch, Read, fetch, read
from .vendor import Asked, Says, vendor
from .vendors_answers import HALF_HOUR, HOUR, NOW, QUARTER, count_at, truth, worth

__all__ = ["fetch", "read"]


@dataclass(frozen=True)
class Case:
    kind: str
    answers: Callable[[Asked], Says]
    settings: dict[str, Any]
    meter: str
    quantity: str
    step: timedelta
    times: float = 1.0  # what the platform stores, of the truth's number
    meters: int = 1
    header: tuple[str, str] | None = None
    register: bool = False
    until: datetime = NOW


KEY = {"start": "2026-03-26"}
OCTOPUS = KEY | {"api_key": "s3cret", "point": "2000012345678", "serial": "21E5113423"}
N3RGY = KEY | {"api_key": "s3cret", "point": "2000012345678"}
HOME = KEY | {"token": "s3cret", "statistics": ["sensor.grid_import", "sensor.heat_pump"]}
EMON = KEY | {"api_key": "s3cret", "feed": "7"}
SWISS = KEY | {"token": "s3cret", "area": "10YCH-SWISSGRIDZ"}
GAS = 39.5 * 1.02264 / 3.6
CASES = [
    Case("octopus_energy", made.octopus, OCTOPUS, "2000012345678", "electricity_import", HALF_HOUR,
         header=("authorization", "Basic czNjcmV0Og==")),
    Case("octopus_energy", made.octopus, OCTOPUS | {"fuel": "electricity export"}, "2000012345678", "electricity_export", HALF_HOUR),
    Case("octopus_energy", made.octopus, OCTOPUS | {"fuel": "gas in kWh"}, "2000012345678", "gas", HALF_HOUR),
    Case("octopus_energy", made.octopus, OCTOPUS | {"fuel": "gas in cubic metres"}, "2000012345678", "gas", HALF_HOUR, GAS),
    Case("n3rgy", made.n3rgy, N3RGY, "2000012345678", "electricity_import", HALF_HOUR, header=("x-api-key", "s3cret")),
    Case("n3rgy", made.n3rgy, N3RGY | {"fuel": "electricity export"}, "2000012345678", "electricity_export", HALF_HOUR),
    Case("n3rgy", made.n3rgy, N3RGY | {"fuel": "gas"}, "2000012345678", "gas", HALF_HOUR, GAS),
    Case("entsoe", made.entsoe, SWISS, "10YCH-SWISSGRIDZ", "electricity_import", HOUR, 1_000_000),
    Case("entsoe", made.entsoe, SWISS | {"document": "day-ahead prices"}, "10YCH-SWISSGRIDZ", "price", HOUR),
    Case("energi_data_service", made.danish, KEY | {"areas": ["DK1", "DK2"]}, "DK2", "price", QUARTER, 4, 2),
    Case("home_assistant", made.home_assistant, HOME, "sensor.heat_pump", "electricity_import", HOUR, meters=2,
         header=("authorization", "Bearer s3cret")),
    Case("home_assistant", made.home_assistant, HOME | {"statistics": ["sensor.solar"], "kind": "energy fed in"},
         "sensor.solar", "electricity_export", HOUR),
    Case("home_assistant", made.home_assistant, HOME | {"statistics": ["sensor.gas"], "kind": "gas"}, "sensor.gas", "gas", HOUR, GAS),
    Case("emoncms", made.emoncms(lambda at: round(2000 * worth(at))), EMON, "emoncms-7", "electricity_import", HALF_HOUR),
    Case("emoncms", made.emoncms(count_at, is_counter=True), EMON | {"kind": "energy counter in kWh"}, "emoncms-7", "electricity_import",
         HALF_HOUR, register=True),
    Case("open_meteo", made.open_meteo, KEY | {"latitude": 52.52, "longitude": 13.4}, "outdoor-temperature", "temperature", HOUR,
         until=datetime(2026, 10, 31, tzinfo=NOW.tzinfo)),
    Case("elering", made.elering, KEY | {"country": "fi"}, "price-fi", "price", HOUR),
    Case("green_button_connect", made.green_button, KEY | {"token": "s3cret", "subscription": "4"}, "green-button-4", "electricity_import", HOUR,
         header=("authorization", "Bearer s3cret")),
    Case("energy_charts", made.energy_charts, KEY | {"zone": "AT"}, "price-AT", "price", HOUR),
]  # fmt: skip


def named(case: Case) -> str:
    return f"{case.kind} {case.quantity} {case.settings.get('kind', '')}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_every_reading_is_where_it_belongs(fetch: Fetch, read: Read, case: Case) -> None:
    with vendor(case.answers) as shop:
        settings = case.settings | {"server": shop.url}
        brought = fetch(case.kind, now=NOW, **settings)
        if case.header is not None:
            assert {one.headers.get(case.header[0]) for one in shop.asked} == {case.header[1]}
    found = read(case.kind, brought, **settings)
    assert found["meter"].n_unique() == case.meters
    rows = found.filter(meter=case.meter, quantity=case.quantity)
    values = dict(zip(rows["at"].to_list(), rows["value"].to_list(), strict=True))
    expected = {at: number * case.times for at, number in truth(case.step).items() if at < case.until}
    if case.register:  # it stands still where nothing is told
        values = {at: value for at, value in values.items() if at in expected}
    assert sorted(values) == sorted(expected)
    assert values == pytest.approx(expected)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_is_fetched_later_joins_without_a_gap_and_nothing_new_is_nothing(
    fetch: Fetch, read: Read, case: Case
) -> None:
    """A first fetch in the middle of the autumn days, another days later, and two soon after it."""
    earlier = datetime(2026, 10, 29, 7, 10, tzinfo=NOW.tzinfo)

    def answers(asked: Asked) -> Says:
        return case.answers(asked)

    with vendor(answers) as shop:
        settings = case.settings | {"server": shop.url}
        first = fetch(case.kind, now=earlier, **settings)
        rest = fetch(case.kind, now=NOW, cursor=first.cursor, **settings)
        soon = fetch(case.kind, now=NOW + timedelta(minutes=3), cursor=rest.cursor, **settings)
        asked = len(shop.asked)
        again = fetch(case.kind, now=NOW + timedelta(minutes=9), cursor=soon.cursor, **settings)
        assert len(shop.asked) - asked <= 7
    assert again.files == {}
    rows = [
        row for brought in (first, rest) for row in read(case.kind, brought, **settings).filter(
            meter=case.meter, quantity=case.quantity
        ).iter_rows()
    ]  # fmt: skip
    values = {at: value for _, _, at, value in rows}
    expected = {at: number * case.times for at, number in truth(case.step).items() if at < case.until}
    if case.register:
        values = {at: value for at, value in values.items() if at in expected}
    assert values == pytest.approx(expected)
    assert sum(at in expected for _, _, at, _ in rows) < 1.7 * len(expected)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_sample_can_be_read(fetch: Fetch, read: Read, case: Case) -> None:
    with vendor(case.answers) as shop:
        settings = case.settings | {"server": shop.url}
        brought = fetch(case.kind, now=NOW, probe=True, **settings)
        assert len(shop.asked) <= 4
    assert read(case.kind, brought, **settings).height > 10


def test_every_kind_that_fetches_by_a_recipe_is_tried_here() -> None:
    tried = {case.kind for case in CASES}
    assert {name for name, kind in kinds().items() if isinstance(kind, HttpRecipe)} <= tried


def test_a_wrong_key_is_told_whichever_way_the_vendor_puts_it(fetch: Fetch) -> None:
    with vendor(made.entsoe) as shop, pytest.raises(CannotFetch, match="refuses the credentials"):
        fetch("entsoe", now=NOW, **SWISS | {"token": "old", "server": shop.url})
    with vendor(made.emoncms(worth)) as shop, pytest.raises(NotNow, match="answered nothing but false"):
        fetch("emoncms", now=NOW, **EMON | {"api_key": "old", "server": shop.url})


def test_a_message_of_the_transparency_platform_is_no_data(fetch: Fetch) -> None:
    said = made._acknowledged("The amount of requested data exceeds allowed limit.")
    with vendor(lambda asked: Says(said)) as shop, pytest.raises(NotNow, match="The amount of requested data exceeds"):
        fetch("entsoe", now=NOW, **SWISS | {"server": shop.url})
    with vendor(lambda asked: Says(said, status=400)) as shop, pytest.raises(CannotFetch, match="The amount of"):
        fetch("entsoe", now=NOW, **SWISS | {"server": shop.url})
