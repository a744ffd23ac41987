"""JSON as home servers, inverters, meters, databases and weather services answer."""

import json

from .kinds import FIRST, IN, MIDNIGHT, OUT, SQL, TEMP, Kind, at, document, epochs

HOUR = 3600
PLUS = "%Y-%m-%dT%H:%M:%S+00:00"


def states(
    entity: str, values: list[float], unit: str, device: str, state: str, *, minimal: bool = False
) -> list[dict[str, object]]:
    about = {"unit_of_measurement": unit, "device_class": device, "state_class": state, "friendly_name": entity.title()}
    rows: list[dict[str, object]] = []
    for step, value in enumerate(values):
        changed = {"state": str(value), "last_changed": at(step, HOUR, PLUS)}
        full = {"entity_id": entity, "attributes": about, "last_updated": at(step, HOUR, PLUS)}
        rows.append(changed | (full if not minimal or step == 0 else {}))
    return rows


def influx(series: list[dict[str, object]]) -> dict[str, object]:
    return {"results": [{"statement_id": 0, "series": series}]}


def matrix(series: list[dict[str, object]]) -> dict[str, object]:
    return {"status": "success", "data": {"resultType": "matrix", "result": series}}


KINDS = (
    document("Home Assistant, statistics", {
        entity: [
            {"start": moment, "end": moment + HOUR * 1000, "change": each, "sum": each * step, "state": 100 + each * step}
            for step, moment in enumerate(epochs(4, HOUR, 1000))
        ]
        for entity, each in (("sensor.one", 0.5), ("sensor.two", 0.25))
    }, {("sensor.one", IN): (2.0, MIDNIGHT, 4), ("sensor.two", IN): (1.0, MIDNIGHT, 4)}),
    document("Home Assistant, history of a register", [states("sensor.total", [100, 100.5, 101, 101.5, 102], "kWh", "energy", "total_increasing")],
             {("sensor.total", IN): (2.0, MIDNIGHT, 4)}),
    document("Home Assistant, history of power, told once", [states("sensor.grid", [500, 600, 700, 800], "W", "power", "measurement", minimal=True)],
             {("sensor.grid", IN): (2.6, MIDNIGHT, 4)}),
    document("Home Assistant, history of a temperature", [states("sensor.outside", [50, 59, 68], "°F", "temperature", "measurement")],
             {("sensor.outside", TEMP): (15.0, MIDNIGHT, 3)}),
    document("emoncms, power", {"feedid": "12", "name": "use", "tag": "house", "unit": "W", "data": [[moment, 600] for moment in epochs(6, 600, 1000)]},
             {("12", IN): (0.6, MIDNIGHT, 6)}),
    document("emoncms, several feeds", [{"feedid": feed, "data": [[moment, each] for moment in epochs(4, 1800, 1000)]} for feed, each in (("12", 0.5), ("13", 0.25))],
             {("12", IN): (2.0, MIDNIGHT, 4), ("13", IN): (1.0, MIDNIGHT, 4)}),
    document("InfluxDB, tags", influx([
        {"name": "kWh", "tags": {"entity_id": meter}, "columns": ["time", "mean"], "values": [[at(step), each] for step in range(4)]}
        for meter, each in (("meter_a", 0.5), ("meter_b", 0.25))
    ]), {("meter_a", IN): (2.0, MIDNIGHT, 4), ("meter_b", IN): (1.0, MIDNIGHT, 4)}),
    document("InfluxDB, power beside voltage", influx([
        {"name": "house", "columns": ["time", "power_w", "voltage"], "values": [[moment, 500, 230.1] for moment in epochs(4, 1800, 1000)]}
    ]), {("house", IN): (1.0, MIDNIGHT, 4)}),
    document("Prometheus, power", matrix([
        {"metric": {"__name__": "power_watts", "instance": plug}, "values": [[moment, each] for moment in epochs(6, 300)]}
        for plug, each in (("plug1", "600"), ("plug2", "300"))
    ]), {("plug1", IN): (0.3, MIDNIGHT, 6), ("plug2", IN): (0.15, MIDNIGHT, 6)}),
    document("Prometheus, a counter between whole seconds", matrix([
        {"metric": {"__name__": "meter_energy_kwh_total", "meter": "m1"}, "values": [[FIRST + 300 * step + 0.781, str(100 + step)] for step in range(30)]}
    ]), {("m1", IN): (29.0, MIDNIGHT, 29)}),
    document("Enphase, power and energy by the ends", {
        "system_id": 66, "total_devices": 4, "meta": {"status": "normal", "last_report_at": 1_777_900_000, "operational_at": 1_600_000_000},
        "intervals": [{"end_at": moment, "devices_reporting": 4, "powr": 120, "enwh": 10} for moment in epochs(13, 300)[1:]],
    }, {("66", IN): (0.12, MIDNIGHT, 12)}),
    document("Enphase, days from a start, whose unit is not said", {"system_id": 66, "start_date": "2026-05-01", "production": [1000, 2000, 3000], "meta": {"status": "normal"}},
             {("66", OUT): (6000.0, "2026-05-01 00:00", 3)}, shown="Values are Wh"),
    document("SolarEdge, energy of the inverter", {"energy": {"timeUnit": "QUARTER_OF_AN_HOUR", "unit": "Wh", "measuredBy": "INVERTER", "values": [
        {"date": at(step, 900, SQL), "value": value} for step, value in enumerate([100, 200, 300, 400])
    ]}}, {("home", OUT): (1.0, MIDNIGHT, 4)}),
    document("SolarEdge, power", {"power": {"timeUnit": "QUARTER_OF_AN_HOUR", "unit": "W", "measuredBy": "METER", "values": [
        {"date": at(step, 900, SQL), "value": value} for step, value in enumerate([100, 200, 300, 400])
    ]}}, {("home", IN): (0.25, MIDNIGHT, 4)}),
    document("Fronius, seconds since a start", {"Body": {"Data": {"inverter/1": {
        "Data": {"EnergyReal_WAC_Sum_Produced": {"Unit": "Wh", "Values": {str(300 * step): 10.0 * step for step in range(12)}, "_comment": "channelId=67830024"}},
        "DeviceType": 123, "End": "2026-05-04T23:59:59+02:00", "NodeType": 97, "Start": "2026-05-04T00:00:00+02:00",
    }}}, "Head": {"Timestamp": "2026-05-05T11:12:56+02:00"}}, {("home", OUT): (0.66, "2026-05-03 22:00", 12)}, zone="Europe/Vienna"),
    document("Tesla and Sense like: a start, an end and 24 values", {
        "steps": 24, "start": "2026-05-04T07:00:00.000Z", "end": "2026-05-05T06:59:59.999Z", "scale": "DAY",
        "consumption": {"total": 24.0, "totals": [1.0] * 24, "devices": []},
    }, {("home", IN): (24.0, "2026-05-04 07:00", 24)}, zone="America/Los_Angeles"),
    document("FlexMeasures, values that share a duration", {
        "sensor": "ea1.2021-01.io.example:fm1.1", "values": [120.0, 130.0, 140.0, 150.0], "start": "2026-05-04T00:00:00+02:00", "duration": "PT1H", "unit": "kW",
    }, {("ea1.2021-01.io.example:fm1.1", IN): (135.0, "2026-05-03 22:00", 4)}, zone="Europe/Amsterdam"),
    document("OpenADR, intervals of one payload", {
        "id": "1", "programID": "p1", "eventID": "e1", "reportName": "usage", "payloadDescriptors": [{"payloadType": "USAGE", "units": "KWH"}],
        "resources": [{"resourceName": "meter1", "intervalPeriod": {"start": at(0), "duration": "PT1H"}, "intervals": [
            {"id": step, "payloads": [{"type": "USAGE", "values": [0.5]}]} for step in range(4)
        ]}],
    }, {("meter1", IN): (2.0, MIDNIGHT, 4)}),
    document("Open-Meteo, local hours of a zone", {
        "latitude": 52.5, "longitude": 13.4, "utc_offset_seconds": 7200, "timezone": "Europe/Berlin", "timezone_abbreviation": "CEST", "elevation": 38.0,
        "hourly_units": {"time": "iso8601", "temperature_2m": "°C", "relative_humidity_2m": "%"},
        "hourly": {"time": [at(step, HOUR, "%Y-%m-%dT%H:%M") for step in range(4)], "temperature_2m": [10.0, 11.0, 12.0, 13.0], "relative_humidity_2m": [50, 51, 52, 53]},
    }, {("home", TEMP): (11.5, "2026-05-03 22:00", 4)}),
    document("Open-Meteo, Fahrenheit", {
        "timezone": "GMT", "hourly_units": {"time": "unixtime", "temperature_2m": "°F"}, "hourly": {"time": epochs(4, HOUR), "temperature_2m": [50.0] * 4},
    }, {("home", TEMP): (10.0, MIDNIGHT, 4)}, zone="Europe/Berlin"),
    document("SMHI, its unit in a parameter", {
        "value": [{"date": moment, "value": str(10.5 + step), "quality": "G"} for step, moment in enumerate(epochs(4, HOUR, 1000))],
        "updated": 1_777_900_000_000, "parameter": {"key": "1", "name": "Lufttemperatur", "unit": "celsius"}, "station": {"key": "97400", "name": "Arlanda"},
        "period": {"key": "latest-day", "from": 1_777_852_801_000, "to": 1_777_939_200_000, "sampling": "60 minutter"},
        "position": [{"from": -631_152_000_000, "to": 1_777_939_200_000, "height": 42.0, "latitude": 59.6, "longitude": 17.9}],
    }, {("97400", TEMP): (12.0, MIDNIGHT, 4)}, zone="Europe/Stockholm"),
    Kind("a log of one reading a line", "\n".join(
        json.dumps({"ts": at(step), "level": "info", "msg": "reading", "device": "m1", "wh": {"value": 500, "unit": "Wh"}}) for step in range(4)
    ).encode(), {("m1", IN): (2.0, MIDNIGHT, 4)}, file="home.ndjson"),
)  # fmt: skip
