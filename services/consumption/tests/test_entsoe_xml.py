"""ENTSO-E's documents: load, generation and prices."""

import io
import zipfile

import pytest

from wattwise_consumption.archives import Member
from wattwise_consumption.formats import Bounds, blocks_of
from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quality, Quantity

ZONE = "10YNL----------L"


def points(values: dict[int, object], name: str = "quantity") -> str:
    return "".join(
        f"<Point><position>{at}</position><{name}>{value}</{name}></Point>\n" for at, value in values.items()
    )


def period(values: dict[int, object], resolution: str = "PT60M", hours: int = 4, start: int = 0, **kwargs: str) -> str:
    span = f"<start>2026-05-04T{start:02d}:00Z</start><end>2026-05-04T{start + hours:02d}:00Z</end>"
    inside = f"<timeInterval>{span}</timeInterval><resolution>{resolution}</resolution>{points(values, **kwargs)}"
    return f"<Period>{inside}</Period>\n"


LOAD = f"<businessType>A04</businessType><outBiddingZone_Domain.mRID>{ZONE}</outBiddingZone_Domain.mRID><quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>"
PRICE = f"<in_Domain.mRID>{ZONE}</in_Domain.mRID><out_Domain.mRID>{ZONE}</out_Domain.mRID><currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>"
SOLAR = f"<businessType>A01</businessType><inBiddingZone_Domain.mRID>{ZONE}</inBiddingZone_Domain.mRID><quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>"
KIND = "<MktPSRType><psrType>B16</psrType></MktPSRType>"


def series(head: str, *periods: str, curve: str = "A01") -> str:
    return f"<TimeSeries><mRID>1</mRID>{head}<curveType>{curve}</curveType>{''.join(periods)}</TimeSeries>\n"


def document(*inside: str, name: str = "GL_MarketDocument") -> str:
    return f'<?xml version="1.0"?>\n<{name} xmlns="urn:iec62325.351:tc57wg16"><type>A65</type>\n{"".join(inside)}</{name}>\n'


def test_mean_power_in_megawatts_becomes_energy(import_files) -> None:
    text = document(series(LOAD, period({1: 10, 2: 20, 3: 30, 4: 40}, "PT15M", hours=1)))
    imported = import_files(load_DOT_xml=text)
    quarters = {
        "2026-05-04 00:00": 2500,
        "2026-05-04 00:15": 5000,
        "2026-05-04 00:30": 7500,
        "2026-05-04 00:45": 10_000,
    }
    assert imported.values(ZONE, Quantity.ELECTRICITY_IMPORT) == quarters
    assert imported.meters[0].resolution == "PT15M"


def test_positions_left_out_repeat_the_last_value_only_where_the_curve_says_so(import_files) -> None:
    values = {1: 10, 3: 30}
    held = import_files(a_DOT_xml=document(series(LOAD, period(values), curve="A03")))
    assert list(held.values().values()) == [10_000, 10_000, 30_000, 30_000]
    missing = import_files(a_DOT_xml=document(series(LOAD, period(values))))
    assert list(missing.values()) == ["2026-05-04 00:00", "2026-05-04 02:00"]


def test_prices_may_be_negative_and_belong_to_nobody(import_files) -> None:
    text = document(
        series(PRICE, period({1: 51.6, 2: -3}, hours=2, name="price.amount")), name="Publication_MarketDocument"
    )
    imported = import_files(price_DOT_xml=text)
    assert imported.values(ZONE) == pytest.approx({"2026-05-04 00:00": 0.0516, "2026-05-04 01:00": -0.003})
    assert (imported.meters[0].quantity, imported.meters[0].consumer_key) == (Quantity.PRICE, "")


def test_a_series_that_changes_its_resolution_is_cut_to_the_finest(import_files) -> None:
    hours = period({1: 50, 2: 60}, hours=2, name="price.amount")
    quarters = period({1: 1, 2: 2, 3: 3, 4: 4}, "PT15M", hours=1, start=2, name="price.amount")
    imported = import_files(price_DOT_xml=document(series(PRICE, hours), series(PRICE, quarters)))
    assert list(imported.values().values()) == pytest.approx([0.05] * 4 + [0.06] * 4 + [0.001, 0.002, 0.003, 0.004])
    assert any("changes its resolution" in warning for warning in imported.summary.warnings)


def test_generation_is_fed_into_the_grid_by_kind_of_plant(import_files) -> None:
    imported = import_files(solar_DOT_xml=document(series(SOLAR + KIND, period({1: 1, 2: -2, 3: 3}, hours=3))))
    assert imported.values(f"{ZONE} B16", Quantity.ELECTRICITY_EXPORT) == {
        "2026-05-04 00:00": 1000,
        "2026-05-04 02:00": 3000,
    }
    assert [row.value for row in imported.rejected] == ["-2"]


def test_an_answer_that_holds_no_data_says_why() -> None:
    reason = "<Reason><code>999</code><text>No matching data found for Data item Load</text></Reason>"
    text = document(reason, name="Acknowledgement_MarketDocument")
    with pytest.raises(BadFile, match="No matching data found for Data item Load"):
        tables(text)


def tables(text: str) -> list[object]:
    return list(blocks_of(Member("a.xml", lambda: io.BytesIO(text.encode())), Bounds()))


def test_documents_in_a_zip(import_files) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for day, hours in (("a", 0), ("b", 2)):
            archive.writestr(f"{day}.xml", document(series(LOAD, period({1: 1, 2: 1}, hours=2, start=hours))))
    assert import_files(load_DOT_zip=packed.getvalue()).kwh == 4000


def test_a_document_that_breaks_off_keeps_the_whole_series(import_files) -> None:
    text = document(series(LOAD, period({1: 1, 2: 2}, hours=2)), series(SOLAR + KIND, period({1: 5, 2: 5}, hours=2)))
    imported = import_files(load_DOT_xml=text[: text.rindex("<Point>")])
    assert imported.kwh == 3000
    assert "damaged at line" in imported.rejected[-1].reason


def test_a_resolution_by_months_is_refused_by_name(import_files) -> None:
    with pytest.raises(BadFile, match="“P1M”"):
        import_files(load_DOT_xml=document(series(LOAD, period({1: 1}, "P1M"))))


def test_a_zone_s_load_and_a_country_s_prices(import_files, real_data) -> None:
    folder = real_data / "grid_api_feeds/ENTSOE"
    load = import_files(folder / "DK-DK1_consumption.xml")
    assert (load.readings.height, load.kwh) == (47, pytest.approx(128_131_000))
    prices = import_files(folder / "ES_day_ahead_price.xml")
    assert (prices.readings.height, prices.rejected) == (384, [])
    first_days = prices.readings.sort("starts_at").head(192)["value"].sum()
    assert first_days == pytest.approx(4 * (1417.49 + 1987.24) / 1000)


def test_a_hub_s_document_of_a_metering_point(import_files) -> None:
    points = "".join(
        f"<Point><position>{place}</position><out_Quantity.quantity>{kwh}</out_Quantity.quantity>"
        f"<out_Quantity.quality>{quality}</out_Quantity.quality></Point>"
        for place, (kwh, quality) in enumerate([(0.5, "A04"), (1.25, "A03")], start=1)
    )
    imported = import_files(
        mine_DOT_xml='<MyEnergyData_MarketDocument xmlns="urn:x"><TimeSeries><mRID>1</mRID><measurement_Unit.name>KWH'
        '</measurement_Unit.name><MarketEvaluationPoint><mRID codingScheme="A10">571313</mRID></MarketEvaluationPoint><Period>'
        "<resolution>PT1H</resolution><timeInterval><start>2026-05-03T22:00:00Z</start><end>2026-05-04T00:00:00Z</end>"
        f"</timeInterval>{points}</Period></TimeSeries></MyEnergyData_MarketDocument>"
    )
    assert imported.values("571313") == {"2026-05-03 22:00": 0.5, "2026-05-03 23:00": 1.25}
    assert imported.readings["quality"].to_list() == [Quality.MEASURED, Quality.ESTIMATED]
