"""Green Button feeds, with all that utilities do to them."""

import io

import pytest

from wattwise_consumption.archives import Member
from wattwise_consumption.formats import Block, Bounds, blocks_of
from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quality, Quantity
from wattwise_contract.recipes import Measure, Recipe

FIRST = 1_777_852_800  # 2026-05-04 00:00 UTC
POINT = "/User/1/UsagePoint/4108"
READING = f"{POINT}/MeterReading/1"


def entry(content: str, own: str = "", up: str = "", related: tuple[str, ...] = ()) -> str:
    links = [("self", own), ("up", up), *(("related", href) for href in related)]
    linked = "".join(f'<link rel="{rel}" href="{href}"/>' for rel, href in links if href)
    return f"<entry><id>urn:uuid:1</id>{linked}<content>{content}</content></entry>\n"


def usage_point(kind: int = 0, own: str = POINT) -> str:
    return entry(f"<e:UsagePoint><e:ServiceCategory><e:kind>{kind}</e:kind></e:ServiceCategory></e:UsagePoint>", own)


def meter_reading(own: str = READING, type_: str = "/ReadingType/7") -> str:
    return entry("<e:MeterReading/>", own, own.rpartition("/MeterReading")[0], (f"{own}/IntervalBlock", type_))


def reading_type(
    own: str = "/ReadingType/7", *, uom: int = 72, power: int = 0, flow: int = 1, behaviour: int = 4
) -> str:
    fields = f"<e:accumulationBehaviour>{behaviour}</e:accumulationBehaviour><e:flowDirection>{flow}</e:flowDirection>"
    fields += f"<e:powerOfTenMultiplier>{power}</e:powerOfTenMultiplier><e:uom>{uom}</e:uom>"
    return entry(f"<e:ReadingType>{fields}</e:ReadingType>", own)


def interval(at: int, value: object, inside: str = "") -> str:
    period = f"<e:timePeriod><e:duration>3600</e:duration><e:start>{FIRST + at * 3600}</e:start></e:timePeriod>"
    return f"<e:IntervalReading><e:cost>900</e:cost>{inside}{period}<e:value>{value}</e:value></e:IntervalReading>\n"


def block(*values: object, own: str = f"{READING}/IntervalBlock/1", first: int = 0) -> str:
    readings = "".join(interval(first + at, value) for at, value in enumerate(values))
    return entry(f"<e:IntervalBlock>{readings}</e:IntervalBlock>", own, own.rpartition("/IntervalBlock")[0])


def feed(*entries: str) -> str:
    head = '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi">\n'
    return head + "".join(entries) + "</feed>\n"


def blocks(text: str) -> list[Block]:
    return list(blocks_of(Member("a.xml", lambda: io.BytesIO(text.encode())), Bounds()))


ORDINARY = feed(usage_point(), meter_reading(), reading_type(), block(100, 200, 300, 400))


def test_watt_hours_from_seconds_since_1970(import_files) -> None:
    imported = import_files(usage_DOT_xml=ORDINARY, zone="America/Los_Angeles")
    hours = {"2026-05-04 00:00": 0.1, "2026-05-04 01:00": 0.2, "2026-05-04 02:00": 0.3, "2026-05-04 03:00": 0.4}
    assert imported.values("4108") == pytest.approx(hours)
    assert imported.meters[0].resolution == "PT1H"


def test_types_and_points_may_come_after_their_readings(import_files) -> None:
    text = feed(block(100, 200), meter_reading(), reading_type(power=3), usage_point())
    assert import_files(usage_DOT_xml=text).values("4108") == {"2026-05-04 00:00": 100, "2026-05-04 01:00": 200}


def test_any_prefix_will_do(import_files) -> None:
    text = ORDINARY.replace("e:", "ns7:").replace(":e=", ":ns7=").replace("<entry", "<atom:entry")
    text = text.replace("</entry", "</atom:entry").replace("xmlns=", "xmlns:atom=").replace("link ", "atom:link ")
    text = text.replace("<feed", "<atom:feed").replace("</feed", "</atom:feed")
    assert import_files(usage_DOT_xml=text).kwh == pytest.approx(1.0)


def test_feeds_without_links_are_read_in_their_order(import_files) -> None:
    bare = [usage_point(own=""), entry("<e:MeterReading/>"), reading_type(own="")]
    readings = "<e:IntervalBlock>" + interval(0, 100) + interval(1, 300) + "</e:IntervalBlock>"
    assert import_files(home_DOT_xml=feed(*bare, entry(readings))).values() == pytest.approx(
        {"2026-05-04 00:00": 0.1, "2026-05-04 01:00": 0.3}
    )


def test_what_flows_back_is_export(import_files) -> None:
    back = f"{POINT}/MeterReading/2"
    text = feed(
        usage_point(), meter_reading(), reading_type(), block(1000, 1000),
        meter_reading(back, "/ReadingType/8"), reading_type("/ReadingType/8", flow=19), block(2000, 2000, own=f"{back}/IntervalBlock/1"),
    )  # fmt: skip
    imported = import_files(usage_DOT_xml=text)
    totals = {meter.quantity: sum(imported.values(quantity=meter.quantity).values()) for meter in imported.meters}
    assert totals == {Quantity.ELECTRICITY_IMPORT: 2.0, Quantity.ELECTRICITY_EXPORT: 4.0}


@pytest.mark.parametrize(
    ("service", "uom", "power", "quantity", "unit", "value"),
    [
        (1, 169, 0, Quantity.GAS, "therm", "5"),
        (1, 42, -3, Quantity.GAS, "m³", "0.005"),
        (1, 132, 3, Quantity.GAS, "kBtu", "5.0"),
        (2, 134, 0, Quantity.WATER, "l", "5"),
        (0, 72, 3, Quantity.ELECTRICITY_IMPORT, "kWh", "5"),
        (0, 72, -3, Quantity.ELECTRICITY_IMPORT, "Wh", "0.005"),
    ],
)
def test_services_and_units(service: int, uom: int, power: int, quantity: Quantity, unit: str, value: str) -> None:
    (only,) = blocks(feed(usage_point(service), meter_reading(), reading_type(uom=uom, power=power), block(5)))
    assert (only.table.says.quantity, only.table.says.unit) == (quantity, unit)
    assert float(only.cells["c2"].item()) == pytest.approx(float(value))


@pytest.mark.parametrize(
    ("behaviour", "uom", "measure"),
    [(4, 72, Measure.INTERVAL), (3, 72, Measure.REGISTER), (12, 38, Measure.INSTANT), (4, 38, Measure.POWER)],
)
def test_what_the_numbers_are(behaviour: int, uom: int, measure: Measure) -> None:
    (only,) = blocks(feed(usage_point(), meter_reading(), reading_type(uom=uom, behaviour=behaviour), block(5)))
    assert only.table.says.measure is measure


def test_voltage_is_left_out_and_said(import_files) -> None:
    volts = f"{POINT}/MeterReading/2"
    text = feed(
        usage_point(), meter_reading(), reading_type(), block(1000),
        meter_reading(volts, "/ReadingType/8"), reading_type("/ReadingType/8", uom=29), block(230, own=f"{volts}/IntervalBlock/1"),
    )  # fmt: skip
    imported = import_files(usage_DOT_xml=text)
    assert imported.kwh == 1.0
    assert any("ESPI code 29" in warning for warning in imported.summary.warnings)


def test_estimates_are_marked(import_files) -> None:
    quality = "<e:ReadingQuality><e:quality>{}</e:quality></e:ReadingQuality>"
    readings = [interval(at, 100, quality.format(code)) for at, code in enumerate([8, 17, 9])]
    text = feed(
        usage_point(),
        meter_reading(),
        reading_type(),
        entry(f"<e:IntervalBlock>{''.join(readings)}</e:IntervalBlock>", f"{READING}/IntervalBlock/1"),
    )
    marks = import_files(usage_DOT_xml=text).readings["quality"].to_list()
    assert marks == [Quality.ESTIMATED, Quality.MEASURED, Quality.ESTIMATED]


def test_readings_that_share_out_their_block(import_files) -> None:
    inside = f"<e:interval><e:duration>1800</e:duration><e:start>{FIRST}</e:start></e:interval>"
    inside += "<e:IntervalReading><e:cost>1</e:cost><e:value>500</e:value></e:IntervalReading>" * 2
    text = feed(usage_point(), meter_reading(), reading_type(), entry(f"<e:IntervalBlock>{inside}</e:IntervalBlock>"))
    assert import_files(usage_DOT_xml=text).values() == {"2026-05-04 00:00": 0.5, "2026-05-04 00:15": 0.5}


def test_a_bad_reading_is_rejected_with_its_line(import_files) -> None:
    text = feed(usage_point(), meter_reading(), reading_type(), block(100, "n/e", 300))
    imported = import_files(usage_DOT_xml=text)
    line = text[: text.index("n/e")].count("\n") + 1
    assert [(row.line, row.value) for row in imported.rejected] == [(line, "n/e")]
    assert imported.readings.height == 2


def test_without_a_type_watt_hours_are_taken_and_said_unless_a_person_says_else(import_files) -> None:
    text = feed(usage_point(), meter_reading(), block(100))
    imported = import_files(usage_DOT_xml=text)
    assert imported.kwh == pytest.approx(0.1)
    assert any("no ReadingType" in warning for warning in imported.summary.warnings)
    assert import_files(usage_DOT_xml=text, recipe=Recipe(unit="kWh")).kwh == 100


def test_bills_are_read_where_there_is_nothing_finer(import_files) -> None:
    bill = "<e:UsageSummary><e:billingPeriod><e:duration>2592000</e:duration><e:start>{}</e:start></e:billingPeriod>"
    bill += "<e:overallConsumptionLastPeriod><e:powerOfTenMultiplier>0</e:powerOfTenMultiplier><e:uom>72</e:uom>"
    bill += "<e:value>{}</e:value></e:overallConsumptionLastPeriod></e:UsageSummary>"
    bills = [entry(bill.format(start, value)) for start, value in ((1_767_225_600, 300_000), (1_769_904_000, 250_000))]
    imported = import_files(home_DOT_xml=feed(usage_point(), meter_reading(), *bills))
    assert imported.values() == {"2026-01-01 00:00": 300.0, "2026-02-01 00:00": 250.0}
    with_blocks = import_files(home_DOT_xml=feed(usage_point(), meter_reading(), reading_type(), block(100), *bills))
    assert with_blocks.kwh == pytest.approx(0.1)


def test_a_feed_that_breaks_off_keeps_what_stands_before(import_files) -> None:
    text = feed(usage_point(), meter_reading(), reading_type(), block(100, 200), block(300, first=2))
    imported = import_files(usage_DOT_xml=text[: text.rindex("<e:value>")])
    assert imported.readings.height == 2
    assert "damaged at line" in imported.rejected[-1].reason


def test_entities_and_document_types_are_refused(import_files) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + ORDINARY.split("\n", 1)[1]
    with pytest.raises(BadFile, match="document type"):
        import_files(usage_DOT_xml=bomb)


def test_a_feed_that_only_describes_the_meter_is_refused(import_files) -> None:
    with pytest.raises(BadFile, match="only describes the meter"):
        import_files(usage_DOT_xml=feed(usage_point(), meter_reading(), reading_type()))


def test_a_year_of_a_californian_home(import_files, real_data) -> None:
    imported = import_files(real_data / "greenbutton/real_pge_hourly_2013-14_history.xml.gz")
    assert (imported.read, imported.readings.height, imported.duplicate) == (9_432, 9_430, 2)
    assert imported.kwh == pytest.approx(6013.955)
    assert [meter.meter_key for meter in imported.meters] == ["4108"]
