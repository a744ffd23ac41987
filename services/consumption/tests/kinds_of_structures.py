"""JSON in the shapes that programs write: frames of pandas, objects by time, values from a start, facts above lists."""

import json

from .kinds import GAS, IN, MIDNIGHT, OUT, SQL, Kind, Series, at, document, epochs

ONE: Series = {("home", IN): (2.0, MIDNIGHT, 4)}
TWO: Series = {("H1", IN): (2.0, MIDNIGHT, 4), ("H2", IN): (1.0, MIDNIGHT, 4)}
MS = [str(moment) for moment in epochs(4, times=1000)]
HOUR = 3600


def readings(
    value: float = 1.0, count: int = 4, *, first: int = 0, written: str = "%Y-%m-%dT%H:%M:%SZ"
) -> list[dict[str, object]]:
    return [{"time": at(step, HOUR, written), "value": value} for step in range(first, first + count)]


KINDS = (
    document("pandas, split", {"columns": ["kwh"], "index": epochs(4, times=1000), "data": [[0.5]] * 4}, ONE),
    document("pandas, split with two meters", {"columns": ["H1", "H2"], "index": [at(step) for step in range(4)], "data": [[0.5, 0.25]] * 4}, TWO),
    document("pandas, records", [{"time": moment, "kwh": 0.5} for moment in epochs(4, times=1000)], ONE),
    document("pandas, index", {moment: {"kwh": 0.5} for moment in MS}, ONE),
    document("pandas, columns", {"kwh": dict.fromkeys(MS, 0.5)}, ONE),
    document("pandas, columns with two meters", {"H1": dict.fromkeys(MS, 0.5), "H2": dict.fromkeys(MS, 0.25)}, TWO),
    document("pandas, columns by row number", {"time": {str(step): at(step) for step in range(4)}, "kwh": {str(step): 0.5 for step in range(4)}}, ONE),
    document("pandas, series", dict.fromkeys(MS, 0.5), ONE),
    document("pandas, table", {
        "schema": {"fields": [{"name": "time", "type": "datetime", "tz": "UTC"}, {"name": "kwh", "type": "number"}], "primaryKey": ["time"], "pandas_version": "1.4.0"},
        "data": [{"time": at(step), "kwh": 0.5} for step in range(4)],
    }, ONE),
    document("rows under a header", [["time", "kwh"], *([at(step), 0.5] for step in range(4))], ONE),
    document("an object by times", {"meter": "M1", "unit": "Wh", "readings": {at(step): 500 for step in range(4)}}, {("M1", IN): (2.0, MIDNIGHT, 4)}),
    document("days by date, of half hours", {"unit": "Wh", "days": {f"2026-05-0{day}": [250] * 48 for day in (4, 5)}}, {("home", IN): (24.0, MIDNIGHT, 96)}),
    document("days by date, of clock times", {f"2026-05-0{day}": {f"{hour:02d}:00": 0.5 for hour in range(24)} for day in (4, 5)}, {("home", IN): (24.0, MIDNIGHT, 48)}),
    document("clock times within a day", {"date": "2026-05-04", "readings": [{"time": f"{hour:02d}:00", "kwh": 0.5} for hour in range(4)]}, ONE),
    document("microseconds", [{"ts": moment, "kwh": 0.5} for moment in epochs(4, times=1_000_000)], ONE),
    document("nanoseconds", [{"ts": moment, "kwh": 0.5} for moment in epochs(4, times=1_000_000_000)], ONE),
    document("seconds as text", [{"ts": str(moment), "kwh": "0.5"} for moment in epochs(4)], ONE),
    document("seconds as decimals", [{"ts": float(moment), "kwh": 0.5} for moment in epochs(4)], ONE),
    document("features with properties", {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [4.9, 52.4]}, "properties": {"meter_id": "M1", "timestamp": at(step), "kwh": 0.5}} for step in range(4)
    ]}, {("M1", IN): (2.0, MIDNIGHT, 4)}),
    document("a start, minutes and values", {"meterId": "M1", "startTime": at(0), "intervalMinutes": 15, "unit": "Wh", "values": [100, 200, 300, 400]},
             {("M1", IN): (1.0, MIDNIGHT, 4)}),
    document("a start, a resolution and values of each meter", {"meters": [
        {"id": meter, "from": "2026-05-04T00:00:00+02:00", "resolution": "PT15M", "unit": "kWh", "values": [1.0, 2.0, 3.0]} for meter in ("A", "B")
    ]}, {("A", IN): (6.0, "2026-05-03 22:00", 3), ("B", IN): (6.0, "2026-05-03 22:00", 3)}),
    document("a day and its 24 values", {"meter": "M1", "days": [{"date": f"2026-05-0{day}", "values": [0.5] * 24} for day in (4, 5)]},
             {("M1", IN): (24.0, MIDNIGHT, 48)}),
    document("local hours from a start in a zone", {"timezone": "America/New_York", "start": "2026-05-04", "step": "1h", "kwh": [1.0, 2.0]}, {("home", IN): (3.0, "2026-05-04 04:00", 2)}),
    document("a zone above", {"meter": "M1", "timezone": "America/New_York", "readings": readings(written=SQL)}, {("M1", IN): (4.0, "2026-05-04 04:00", 4)}, zone="Europe/Berlin"),
    document("unit and zone in an object beside", {"meta": {"channel": {"unit": "MWh", "timezone": "Europe/Berlin"}}, "data": [{"t": row["time"], "v": 1.0} for row in readings(written=SQL)]},
             {("home", IN): (4000.0, "2026-05-03 22:00", 4)}),
    document("a register, said above", {"meter": "M1", "readingType": "cumulative", "unit": "kWh", "readings": [{"time": at(step, HOUR), "value": 100 + step * 0.5} for step in range(5)]},
             {("M1", IN): (2.0, MIDNIGHT, 4)}),
    document("a register or not, not said", {"meter": "M1", "unit": "kWh", "readings": [{"time": at(step, HOUR), "value": 100 + step * 0.5} for step in range(5)]},
             {("M1", IN): (505.0, MIDNIGHT, 5)}, shown="register's count"),
    document("ends of intervals, said above", {"meter": "M1", "timestampPosition": "end", "unit": "kWh", "readings": readings(first=1)}, {("M1", IN): (4.0, MIDNIGHT, 4)}),
    document("export, said above", {"meter": "M1", "direction": "export", "unit": "kWh", "readings": readings()}, {("M1", OUT): (4.0, MIDNIGHT, 4)}),
    document("units of each meter", {"meters": [{"id": "A", "unit": "Wh", "readings": readings(500)}, {"id": "B", "unit": "kW", "readings": readings(2)}]},
             {("A", IN): (2.0, MIDNIGHT, 4), ("B", IN): (8.0, MIDNIGHT, 4)}),
    document("directions of one meter", {"channels": [{"meter": "A", "direction": way, "readings": readings(each)} for way, each in (("import", 0.5), ("export", 2.0))]},
             {("A", IN): (2.0, MIDNIGHT, 4), ("A", OUT): (8.0, MIDNIGHT, 4)}),
    document("keys that say the direction", {"consumption": readings(0.5), "production": readings(2.0)}, {("home", IN): (2.0, MIDNIGHT, 4), ("home", OUT): (8.0, MIDNIGHT, 4)}),
    document("commodities of an account", {"account": "A1", "services": [
        {"commodity": what, "unit": unit, "usage": [{"start": at(step, HOUR), "amount": 1.0} for step in range(4)]} for what, unit in (("electricity", "kWh"), ("gas", "therm"))
    ]}, {("A1", IN): (4.0, MIDNIGHT, 4), ("A1", GAS): (117.2004444, MIDNIGHT, 4)}),
    Kind("lines that are documents", "\n".join(
        json.dumps({"meter": meter, "unit": "Wh", "readings": readings(500)}) for meter in ("A", "B")
    ).encode(), {("A", IN): (2.0, MIDNIGHT, 4), ("B", IN): (2.0, MIDNIGHT, 4)}, file="home.ndjson"),
)  # fmt: skip
