"""JSON as the world's services send it: the readings in it are found, whatever lies around them."""

import json
from typing import Any

import pytest

from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import CalorificValue, Recipe

HOURS = [f"2026-05-04T{hour:02d}:00:00Z" for hour in range(4)]
STARTS = [f"2026-05-04 {hour:02d}:00" for hour in range(4)]
FIRST = 1_777_852_800


def values(*numbers: float) -> dict[str, float]:
    return dict(zip(STARTS, numbers, strict=False))


def rows(time: str, value: str, *numbers: float, **more: Any) -> list[dict[str, Any]]:
    return [{time: at, value: number, **more} for at, number in zip(HOURS, numbers, strict=False)]


def test_an_answer_s_own_version_count_and_time_are_no_readings(import_files) -> None:
    answer = {"apiVersion": "2.0.3", "total": 4, "created_at": HOURS[0], "data": rows("period", "value", 1, 2, 3, 4)}
    imported = import_files(home_DOT_json=json.dumps(answer))
    assert imported.values("home") == values(1, 2, 3, 4)


def test_pages_of_results_with_both_ends_of_each_interval(import_files) -> None:
    results = [
        {"consumption": 0.5, "interval_start": start, "interval_end": end}
        for start, end in zip(HOURS, HOURS[1:], strict=False)
    ]
    page = {"count": 48, "next": "https://api.example/?page=2", "previous": None, "results": results[::-1]}
    assert import_files(home_DOT_json=json.dumps(page)).values("home") == values(0.5, 0.5, 0.5)


def test_the_unit_stands_beside_the_readings_or_above_them(import_files) -> None:
    beside = rows("period", "value", 1, 2, **{"value-units": "megawatthours"})
    assert import_files(a_DOT_json=json.dumps({"data": beside})).values() == values(1000, 2000)
    above = {"unit": "Wh", "devices": [{"deviceId": "01-02", "values": rows("timestamp", "primaryValue", 500, 250)}]}
    assert import_files(a_DOT_json=json.dumps(above)).values("01-02") == values(0.5, 0.25)


def test_a_tariff_is_never_taken_for_readings(import_files) -> None:
    tariff = {
        "resource": "/mpxn/1/utility/electricity/readingtype/tariff", "responseTimestamp": HOURS[0],
        "devices": [{"deviceId": "44-11", "months": [{"days": [{"timePeriods": [{"start": "00:00", "prices": [{"type": "TOU", "value": 5.6}]}]}]}]}],
    }  # fmt: skip
    with pytest.raises(BadFile, match="a tariff, not readings"):
        import_files(tariff_DOT_json=json.dumps(tariff))


def test_rows_of_arrays_with_times_in_milliseconds(import_files) -> None:
    feed = [[(FIRST + hour * 3600) * 1000, value] for hour, value in enumerate([0.1, 0.2, 0.3])]
    assert import_files(feed_DOT_json=json.dumps(feed)).values("feed") == values(0.1, 0.2, 0.3)


def test_sums_by_day_do_not_join_the_hours_they_are_sums_of(import_files) -> None:
    document = {
        "supplies": [{"cups": "ES1", "date_start": "2026-01-01T00:00:00", "pointType": 5}],
        "consumptions": rows("datetime", "value_kWh", 1, 2, 3, 4),
        "daily": [{"datetime": HOURS[0], "value_kWh": 10, "value_p1_kWh": 4}],
        "pvpc": rows("datetime", "value_eur_kWh", 0.1, 0.2, 0.3, 0.4),
    }
    imported = import_files(edata_DOT_json=json.dumps(document))
    assert imported.values("edata", Quantity.ELECTRICITY_IMPORT) == values(1, 2, 3, 4)
    assert imported.values("pvpc", Quantity.PRICE) == values(0.1, 0.2, 0.3, 0.4)
    assert any("“daily” was not read" in warning for warning in imported.summary.warnings)


def test_a_person_names_the_table(import_files) -> None:
    document = {"data": {"hours": rows("time", "kwh", 1, 2, 3), "estimates": rows("time", "kwh", 7, 8)}}
    imported = import_files(a_DOT_json=json.dumps(document), recipe=Recipe(table="data.estimates"))
    assert imported.values() == values(7, 8)
    with pytest.raises(BadFile, match="no table “nothing”"):
        import_files(a_DOT_json=json.dumps(document), recipe=Recipe(table="nothing"))


def test_what_follows_on_in_another_table_is_the_same_meter(import_files) -> None:
    hours = rows("timestamp", "systemLoad", 1, 2, 3, 4)
    days = {"yesterday": {"data": hours[:2]}, "today": {"data": hours[2:]}, "lastUpdated": "2026-05-05T00:00:00Z"}
    assert import_files(load_DOT_json=json.dumps(days)).values("load") == values(1, 2, 3, 4)


def test_tables_side_by_side_are_meters_named_by_their_keys(import_files) -> None:
    document = {"meter A": rows("time", "kwh", 1, 2), "meter B": rows("time", "kwh", 3, 4)}
    imported = import_files(homes_DOT_json=json.dumps(document))
    assert imported.values("meter A") == values(1, 2)
    assert imported.values("meter B") == values(3, 4)


def test_words_that_tell_series_apart_name_them(import_files) -> None:
    records = [*rows("period", "value", 1, 2, area="DK1"), *rows("period", "value", 3, 4, area="DK2")]
    imported = import_files(load_DOT_json=json.dumps({"records": records}))
    assert imported.values("DK1") == values(1, 2)
    assert imported.values("DK2") == values(3, 4)


def test_danish_spot_prices_by_area(import_files) -> None:
    records = [
        {"HourUTC": at[:-1], "HourDK": at[:-1], "PriceArea": area, "SpotPriceDKK": 500.1, "SpotPriceEUR": price}
        for area, price in (("DK1", 70.0), ("DK2", -5.0))
        for at in HOURS[:2]
    ]
    imported = import_files(spot_DOT_json=json.dumps({"total": 4, "records": records}), zone="Europe/Copenhagen")
    assert imported.values("DK1", Quantity.PRICE) == pytest.approx(values(0.07, 0.07))
    assert imported.values("DK2", Quantity.PRICE) == pytest.approx(values(-0.005, -0.005))


def test_values_that_cannot_be_told_are_asked_for_by_name(import_files) -> None:
    records = [{"time": at, "area": "A1", "alpha": 1, "beta": 2} for at in HOURS]
    with pytest.raises(BadFile, match="alpha"):
        import_files(a_DOT_json=json.dumps({"total": 4, "records": [{"meter": "M1", **row} for row in records]}))


def test_numbers_of_rows_are_no_meters(import_files) -> None:
    records = [{"_id": 92_793 + at, **row} for at, row in enumerate(rows("Datetime", "Demand_Outturn", 1, 2, 3))]
    assert import_files(demand_DOT_json=json.dumps({"result": {"records": records}})).values("demand") == values(
        1, 2, 3
    )


def test_solar_inverters_purchased_and_fed_in(import_files) -> None:
    kinds = {"FeedIn": [1000, 2000], "Purchased": [3000, 4000], "Production": [9000, 9000]}
    meters = [
        {"type": kind, "values": [{"date": at, "value": value} for at, value in zip(STARTS, numbers, strict=False)]}
        for kind, numbers in kinds.items()
    ]
    document = {"energyDetails": {"timeUnit": "HOUR", "unit": "Wh", "meters": meters}}
    imported = import_files(roof_DOT_json=json.dumps(document))
    assert imported.values("roof", Quantity.ELECTRICITY_EXPORT) == values(1, 2)
    assert imported.values("roof", Quantity.ELECTRICITY_IMPORT) == values(3, 4)
    assert any("Not read: Production" in warning for warning in imported.summary.warnings)


def test_statistics_of_home_assistant(import_files) -> None:
    hours = [
        {"start": (FIRST + hour * 3600) * 1000, "end": (FIRST + hour * 3600 + 3600) * 1000, "change": 0.5, "state": 100 + hour / 2, "sum": hour / 2}
        for hour in range(3)
    ]  # fmt: skip
    imported = import_files(a_DOT_json=json.dumps({"sensor.meter_one": hours, "sensor.meter_two": hours}))
    assert imported.values("sensor.meter_one") == values(0.5, 0.5, 0.5)
    assert {meter.meter_key for meter in imported.meters} == {"sensor.meter_one", "sensor.meter_two"}


def test_one_statistic_of_home_assistant_alone_is_named_too(import_files) -> None:
    hours = [{"start": at, "end": HOURS[step + 1], "change": 0.5} for step, at in enumerate(HOURS[:3])]
    answer = {"changed_states": [], "service_response": {"statistics": {"sensor.meter_one": hours}}}
    imported = import_files(answer_DOT_json=json.dumps(answer))
    assert imported.values("sensor.meter_one") == values(0.5, 0.5, 0.5)


def test_sums_of_home_assistant_are_counts_at_the_end_of_their_hour(import_files) -> None:
    hours = [
        {"start": at, "end": HOURS[step + 1], "sum": 100.0 + sum(range(step + 2)) / 10}
        for step, at in enumerate(HOURS[:3])
    ]
    imported = import_files(a_DOT_json=json.dumps({"sensor.meter_one": hours}))
    assert imported.values("sensor.meter_one") == pytest.approx(
        {HOURS[1][:16].replace("T", " "): 0.2, HOURS[2][:16].replace("T", " "): 0.3}
    )


def test_half_hours_of_n3rgy_are_of_their_meter_point_and_stamped_with_their_end_by_the_utc_clock(import_files) -> None:
    stamps = ["2026-07-01 00:30", "2026-07-01 01:00", "2026-07-01 01:30"]
    point = "/mpxn/2000012345678/utility/{}/readingtype/{}?start=20260701&granularity=halfhour"

    def answer(utility: str, way: str, **more: str) -> str:
        values = [{"primaryValue": 0.1 * place, "timestamp": at} for place, at in enumerate(stamps, 1)]
        around = {"resource": point.format(utility, way), "responseTimestamp": "2026-07-02T11:17:01.055Z", **more}
        return json.dumps({**around, "granularity": "halfhour", "devices": [{"deviceId": "01-00", "values": values}]})

    imported = import_files(
        a_DOT_json=answer("electricity", "consumption", unit="kWh"), b_DOT_json=answer("electricity", "production", unit="kWh"),
        zone="Europe/London",
    )  # fmt: skip
    halves = {"2026-07-01 00:00": 0.1, "2026-07-01 00:30": 0.2, "2026-07-01 01:00": 0.3}
    assert imported.values("2000012345678", Quantity.ELECTRICITY_IMPORT) == pytest.approx(halves)
    assert imported.values("2000012345678", Quantity.ELECTRICITY_EXPORT) == pytest.approx(halves)
    gas = import_files(
        a_DOT_json=answer("gas", "consumption", unit="m3"), recipe=Recipe(calorific_values=[CalorificValue()])
    )
    assert gas.values("2000012345678", Quantity.GAS)["2026-07-01 00:00"] == pytest.approx(0.1 * 39.5 * 1.02264 / 3.6)


def test_danish_prices_of_quarter_hours(import_files) -> None:
    records = [
        {"TimeUTC": f"2026-05-04T00:{minute:02d}:00", "TimeDK": f"2026-05-04T02:{minute:02d}:00", "PriceArea": "DK1",
         "DayAheadPriceEUR": 70.0, "DayAheadPriceDKK": 522.2}
        for minute in (0, 15, 30, 45)
    ]  # fmt: skip
    document = {"total": 4, "dataset": "DayAheadPrices", "records": records}
    imported = import_files(prices_DOT_json=json.dumps(document), zone="Europe/Copenhagen")
    assert list(imported.values("DK1", Quantity.PRICE).items())[0] == ("2026-05-04 00:00", pytest.approx(0.07))
    assert imported.meters[0].resolution == "PT15M"


def test_columns_of_unix_seconds(import_files) -> None:
    document = {"unix_seconds": [FIRST, FIRST + 3600], "price": [50.0, -3.0], "unit": "EUR / MWh", "deprecated": False}
    imported = import_files(p_DOT_json=json.dumps(document), recipe=Recipe(quantity=Quantity.PRICE, unit="EUR/MWh"))
    assert imported.values("p") == pytest.approx(values(0.05, -0.003))


def test_registers_of_dsmr_reader_are_summed_over_tariffs(import_files) -> None:
    readings = [
        {"id": at, "timestamp": time, "electricity_delivered_1": f"{100 + at}.000", "electricity_delivered_2": "50.500",
         "electricity_returned_1": "0.000", "electricity_returned_2": "1.000", "electricity_currently_delivered": "0.3",
         "extra_device_timestamp": time, "extra_device_delivered": f"{7 + at}.000"}
        for at, time in enumerate(HOURS)
    ]  # fmt: skip
    imported = import_files(dsmr_DOT_json=json.dumps({"results": readings}), recipe=Recipe())
    assert list(imported.values(quantity=Quantity.ELECTRICITY_IMPORT).values())[:3] == [1.0, 1.0, 1.0]


def test_lines_of_flat_and_of_nested_records_are_read_alike(import_files) -> None:
    flat = "\n".join(json.dumps({"home": "H1", "time": at, "kwh": 0.25}) for at in HOURS)
    nested = "\n".join(json.dumps({"home": "H1", "time": at, "energy": {"kwh": 0.25}}) for at in HOURS)
    assert import_files(a_DOT_ndjson=flat).values("H1") == values(0.25, 0.25, 0.25, 0.25)
    assert import_files(a_DOT_ndjson=nested).values("H1") == values(0.25, 0.25, 0.25, 0.25)


def test_a_bad_value_in_lines_is_rejected_with_its_line(import_files) -> None:
    lines = [
        json.dumps({"home": "H1", "time": at, "kwh": value}) for at, value in zip(HOURS, [1, 2, "?", 4], strict=True)
    ]
    imported = import_files(a_DOT_ndjson="\n".join(lines))
    assert [(row.line, row.value) for row in imported.rejected] == [(3, "?")]


def test_real_answers_give_their_totals(import_files, real_data) -> None:
    spain = import_files(real_data / "datadis_edata/edata.storage_TEST.gz", zone="Europe/Madrid")
    hours = spain.values(quantity=Quantity.ELECTRICITY_IMPORT)
    assert (len(hours), sum(hours.values())) == (5_497, pytest.approx(2324.724))
    smart = import_files(real_data / "energy_sparks_uk/n3rgy/get-reading-type-consumption.json")
    assert (smart.readings.height, smart.kwh) == (31, pytest.approx(2.999))
    solar = import_files(real_data / "energy_sparks_uk/solar_edge/energy_details.json")
    assert sum(solar.values(quantity=Quantity.ELECTRICITY_IMPORT).values()) == pytest.approx(412.154)
    texas = import_files(real_data / "grid_api_feeds/ERCOT/ERCOT_demand.json")
    assert texas.readings.height == 26
    with pytest.raises(BadFile, match="a tariff"):
        import_files(real_data / "energy_sparks_uk/n3rgy/get-reading-type-tariff.json")
