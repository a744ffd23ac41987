"""Tables with a head of their own: the UK's weather archive, and Australia's market operator."""

import pytest

from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity

WEATHER = """Conventions,G,BADC-CSV,1
title,G,uk-hourly-weather-obs
observation_station,G,bedford
coordinate_variable,ob_time,t
long_name,ob_time,Date and time of observation,days since 1900-01-01
long_name,wind_speed,Wind speed,knots
long_name,dewpoint,Dew point temperature,degC
long_name,air_temperature,"Air temperature, screen",degC
data
ob_time,id,wind_speed,dewpoint,air_temperature
2026-01-01 00:00:00,03560,6,5.4,8.2
2026-01-01 01:00:00,03560,7,5.2,NA
2026-01-01 02:00:00,03560,7,5.2,-1.5
end data
"""

MARKET = """C,NEMP.WORLD,DEMAND,AEMO,PUBLIC,2026/05/04,00:10:00,1
I,OPERATIONAL_DEMAND,ACTUAL,3,REGIONID,INTERVAL_DATETIME,OPERATIONAL_DEMAND,LASTCHANGED
D,OPERATIONAL_DEMAND,ACTUAL,3,NSW1,"2026/05/04 00:30:00",7000,"2026/05/04 00:30:01"
D,OPERATIONAL_DEMAND,ACTUAL,3,NSW1,"2026/05/04 01:00:00",6000,"2026/05/04 01:00:01"
I,DISPATCH,PRICE,4,SETTLEMENTDATE,REGIONID,RRP
D,DISPATCH,PRICE,4,"2026/05/04 00:05:00",VIC1,85.5
D,DISPATCH,PRICE,4,"2026/05/04 00:10:00",VIC1,-20
I,DISPATCH,CONSTRAINT,1,NAME,LIMIT
D,DISPATCH,CONSTRAINT,1,X,1
C,"END OF REPORT",9
"""


def test_the_air_s_temperature_at_a_station_in_utc(import_files) -> None:
    imported = import_files(midas_DOT_csv=WEATHER, zone="Europe/London")
    assert imported.values("bedford", Quantity.TEMPERATURE) == {"2026-01-01 00:00": 8.2, "2026-01-01 02:00": -1.5}
    assert [(row.line, row.column, row.value) for row in imported.rejected] == [(12, "air_temperature", "NA")]


def test_radiation_is_refused_with_what_the_file_holds(import_files) -> None:
    text = WEATHER.replace("degC", "KJ/m2")
    with pytest.raises(BadFile, match="no temperatures"):
        import_files(midas_DOT_csv=text)


def test_a_file_without_its_data_line_is_refused(import_files) -> None:
    with pytest.raises(BadFile, match="no “data” line"):
        import_files(midas_DOT_csv=WEATHER.split("data\n")[0])


def test_demand_and_prices_of_the_market_end_their_intervals_in_eastern_standard_time(import_files) -> None:
    imported = import_files(market_DOT_csv=MARKET)
    demand = {"2026-05-03 14:00": 3_500_000, "2026-05-03 14:30": 3_000_000}
    assert imported.values("NSW1", Quantity.ELECTRICITY_IMPORT) == demand
    prices = {"2026-05-03 14:00": 0.0855, "2026-05-03 14:05": -0.02}
    assert imported.values("VIC1", Quantity.PRICE) == pytest.approx(prices)
    assert any("DISPATCH CONSTRAINT was not read" in warning for warning in imported.summary.warnings)


def test_a_year_of_weather_at_bedford(import_files, real_data) -> None:
    folder = real_data / "ucam_estates/weather_raw_midas_badc"
    imported = import_files(*folder.glob("*hourly-weather*"))
    assert (imported.readings.height, len(imported.rejected)) == (8_242, 217)
    assert imported.kwh == pytest.approx(84_217.1)


@pytest.mark.parametrize("name", ["temperature °C", "price EUR/MWh"])
@pytest.mark.parametrize("year", ["9999", "2199", "2050"])
def test_weather_and_prices_lie_ahead_by_years_at_most(import_files, name: str, year: str) -> None:
    rows = [f"{day}-05-04 {hour:02d}:00,{hour}" for day in ("2026", "2029", year) for hour in range(3)]
    imported = import_files(ahead_DOT_csv=f"time,{name}\n" + "\n".join([*rows, "0001-01-01 00:00,1"]))
    assert imported.readings["starts_at"].dt.year().unique().sort().to_list() == [2026, 2029]
    assert [row.reason for row in imported.rejected] == ["The time is in the future."] * 3 + [
        "The date is before 1980."
    ]
