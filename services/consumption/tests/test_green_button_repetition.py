"""Green Button feeds that tell the same energy several times: as demand, as a register, by tariff, by the day, net."""

import pytest

from wattwise_contract.quantities import Quantity

IN, OUT, GAS, WATER = Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, Quantity.GAS, Quantity.WATER
FIRST = 1_777_852_800  # 2026-05-04 00:00 UTC
Told = tuple[dict[str, int], list[int], int]  # of the ReadingType, the values, seconds of an interval
WH = {"uom": 72, "powerOfTenMultiplier": 0, "flowDirection": 1, "accumulationBehaviour": 4}


def feed(*told: Told, kind: int = 0) -> str:
    entries = [
        f'<entry><link rel="self" href="/UsagePoint/1"/><content><UsagePoint><ServiceCategory><kind>{kind}</kind></ServiceCategory></UsagePoint></content></entry>'
    ]
    for number, (about, values, seconds) in enumerate(told, start=1):
        said = "".join(f"<{name}>{value}</{name}>" for name, value in about.items())
        readings = "".join(
            f"<IntervalReading><timePeriod><duration>{seconds}</duration><start>{FIRST + place * seconds}</start></timePeriod><value>{value}</value></IntervalReading>"
            for place, value in enumerate(values)
        )
        entries += [
            f'<entry><link rel="self" href="/ReadingType/{number}"/><content><ReadingType>{said}</ReadingType></content></entry>',
            f'<entry><link rel="self" href="/UsagePoint/1/MeterReading/{number}"/><link rel="related" href="/ReadingType/{number}"/><content><MeterReading/></content></entry>',
            f'<entry><link rel="self" href="/UsagePoint/1/MeterReading/{number}/IntervalBlock/1"/><content><IntervalBlock>{readings}</IntervalBlock></content></entry>',
        ]
    return f'<?xml version="1.0"?><feed xmlns="http://naesb.org/espi">{"".join(entries)}</feed>'


ENERGY: Told = (WH, [1000, 2000], 3600)
FEEDS: dict[str, tuple[str, dict[Quantity, float], str]] = {
    "demand beside energy": (feed(ENERGY, (WH | {"uom": 38, "accumulationBehaviour": 6}, [1500, 2500], 3600)), {IN: 3.0}, "power (demand)"),
    "demand alone": (feed((WH | {"uom": 38}, [1500, 2500], 3600)), {IN: 4.0}, ""),
    "a register beside intervals": (feed(ENERGY, (WH | {"accumulationBehaviour": 3}, [100000, 101000, 103000], 3600)), {IN: 3.0}, "registers"),
    "tariffs beside all of them": (feed(ENERGY, (WH | {"tou": 1}, [1000, 0], 3600), (WH | {"tou": 2}, [0, 2000], 3600)), {IN: 3.0}, "by tariff"),
    "tariffs alone": (feed((WH | {"tou": 1}, [1000, 500], 3600), (WH | {"tou": 2}, [0, 2000], 3600)), {IN: 3.5}, ""),
    "days beside hours": (feed((WH, [1000] * 24, 3600), (WH, [24000, 9000], 86_400)), {IN: 33.0}, "longer intervals"),
    "both directions": (feed(ENERGY, (WH | {"flowDirection": 19}, [100, 200], 3600)), {IN: 3.0, OUT: 0.3}, ""),
    "their sum, too": (feed(ENERGY, (WH | {"flowDirection": 20}, [1100, 2200], 3600)), {IN: 3.0}, "both directions"),
    "net, with its sign": (feed((WH | {"flowDirection": 4}, [1000, -2000], 3600)), {IN: 1.0, OUT: 2.0}, ""),
    "gas in thousandths of therms": (feed((WH | {"uom": 169, "powerOfTenMultiplier": -3}, [1000, 2000], 86_400), kind=1), {GAS: 3 * 29.3001111}, ""),
    "water in litres": (feed((WH | {"uom": 134}, [500, 250], 3600), kind=2), {WATER: 0.75}, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FEEDS)
def test_energy_counts_once(import_files, name: str) -> None:
    text, totals, said = FEEDS[name]
    imported = import_files(feed_DOT_xml=text)
    assert imported.rejected == []
    found = {meter.quantity for meter in imported.meters}
    assert {
        quantity: imported.readings.filter(imported.readings["quantity"] == quantity)["value"].sum()
        for quantity in found
    } == pytest.approx(totals)
    assert (not said) or any(said in sentence and "Left out" in sentence for sentence in imported.summary.warnings)
