"""JSON as grid operators, suppliers and markets answer."""

from .kinds import FIRST, GAS, IN, MIDNIGHT, OUT, PRICE, SQL, Series, at, document, epochs

PARIS, MADRID, OSLO, LONDON = "Europe/Paris", "Europe/Madrid", "Europe/Oslo", "Europe/London"
WATTS = [500 + 7 * step % 90 for step in range(48)]
LOAD = round(sum(WATTS) / 2000, 6)
NORTH, HOUR = "%Y-%m-%dT%H:%M:%S+02:00", 3600


def load_curve(watts: list[int], **more: str) -> dict[str, object]:
    rows = [
        {"value": str(value), "date": at(step, written=SQL), "interval_length": "PT30M"}
        for step, value in enumerate(watts, 1)
    ]
    return {
        "usage_point_id": "16401220101758", "start": "2026-05-04", "end": "2026-05-05", "quality": "BRUT",
        "reading_type": {"unit": "W", "measurement_kind": "power", "aggregate": "average", **more}, "interval_reading": rows,
    }  # fmt: skip


def days_in_wh() -> dict[str, object]:
    rows = [{"value": value, "date": f"2026-05-0{day}"} for day, value in enumerate(["14165", "12000", "9000"], 1)]
    kind = {"measurement_kind": "energy", "measuring_period": "P1D", "unit": "Wh", "aggregate": "sum"}
    return {"usage_point_id": "16401220101758", "start": "2026-05-01", "reading_type": kind, "interval_reading": rows}


def linky(quantity: object, total: float, count: int, first: str = "2026-05-03 22:00") -> Series:
    return {("16401220101758", quantity): (total, first, count)}  # type: ignore[dict-item]


def resource(kind: str, unit: str, name: str) -> dict[str, object]:
    query = {"from": at(0), "to": at(48), "period": "PT30M", "function": "sum"}
    data = [[FIRST + 1800 * step, 0.25 * (step + 1)] for step in range(4)]
    about = {"resourceTypeId": "ea02", "resourceId": "b2d1-01", "query": query, "units": unit, "classifier": kind}
    return {"status": "OK", "name": name, **about, "data": data}


def danish(position: int, day: int) -> dict[str, str]:
    return {"position": str(position), "out_Quantity.quantity": str(day / 10), "out_Quantity.quality": "A04"}


PERIODS = [
    {
        "resolution": "PT1H",
        "timeInterval": {"start": f"2026-05-0{day}T22:00:00Z", "end": f"2026-05-0{day + 1}T22:00:00Z"},
        "Point": [danish(position, day) for position in range(1, 25)],
    }
    for day in (3, 4)
]
MARKET_DOCUMENT = {
    "mRID": "abc", "createdDateTime": "2026-06-09T10:05:27Z", "sender_MarketParticipant.mRID": {"name": None},
    "period.timeInterval": {"start": "2026-05-03T22:00:00Z", "end": "2026-05-05T22:00:00Z"},
    "TimeSeries": [{
        "mRID": "571313100000000001", "businessType": "A04", "curveType": "A01", "measurement_Unit.name": "KWH",
        "MarketEvaluationPoint": {"mRID": {"codingScheme": "A10", "name": "571313100000000001"}}, "Period": PERIODS,
    }],
}  # fmt: skip


def nodes(what: str, each: float) -> dict[str, object]:
    ends = [(at(step, HOUR, NORTH), at(step + 1, HOUR, NORTH)) for step in range(4)]
    rows = [
        {
            "from": start,
            "to": end,
            "cost": 0.12,
            "unitPrice": 1.2,
            "unitPriceVAT": 0.24,
            what: each,
            f"{what}Unit": "kWh",
        }
        for start, end in ends
    ]
    return {what: {"nodes": rows}}


def elvia(is_production: bool) -> list[dict[str, object]]:
    return [
        {"startTime": at(step, HOUR, NORTH), "endTime": at(step + 1, HOUR, NORTH), "value": 0.5 + is_production, "uom": "kWh",
         "level": "Metered", "production": is_production, "verified": True, "status": "OK"}
        for step in range(4)
    ]  # fmt: skip


PVPC = [
    {"value": 120.0 + step, "datetime": at(step, HOUR, "%Y-%m-%dT%H:%M:%S.000+02:00"), "datetime_utc": at(step, HOUR, ahead=-7200),
     "tz_time": at(step, HOUR, "%Y-%m-%dT%H:%M:%S.000Z", -7200), "geo_id": 8741, "geo_name": "Península"}
    for step in range(3)
]  # fmt: skip
GRDF = [
    {"dateDebutReleve": f"2026-05-0{day}T06:00:00+02:00", "dateFinReleve": f"2026-05-0{day + 1}T06:00:00+02:00",
     "indexDebut": 1000 + day, "indexFin": 1001 + day, "volumeBrutConsomme": 1.0, "energieConsomme": 11.0}
    for day in (4, 5, 6)
]  # fmt: skip
MONTHS = [
    {"id": 100 + month, "usage": 1000.0 + month, "cost": 100.0, "startDate": f"2026-0{month}-01", "endDate": f"2026-0{month + 1}-01",
     "estimatedValue": "false", "demandTracking": None}
    for month in (1, 2, 3)
]  # fmt: skip

KINDS = (
    document("Enedis, a day's load curve in W", {"meter_reading": load_curve(WATTS)}, linky(IN, LOAD, 48), zone=PARIS),
    document("Enedis, three half hours", load_curve([500, 600, 700]), linky(IN, 0.9, 3), zone=PARIS),
    document("Enedis, production", load_curve(WATTS, flow_direction="production"), linky(OUT, LOAD, 48), zone=PARIS),
    document("Enedis, days in Wh", days_in_wh(), linky(IN, 35.165, 3, "2026-04-30 22:00"), zone=PARIS),
    document("Octopus Energy", {
        "count": 48, "next": "https://api.example/?page=2", "previous": None,
        "results": [
            {"consumption": 0.063, "interval_start": at(step, written="%Y-%m-%dT%H:%M:%S+01:00"), "interval_end": at(step + 1, written="%Y-%m-%dT%H:%M:%S+01:00")}
            for step in range(3, -1, -1)
        ],
    }, {("home", IN): (0.252, "2026-05-03 23:00", 4)}, zone=LONDON),
    document("n3rgy, second version", {
        "resource": "/2000012345678/electricity/consumption/1", "responseTimestamp": "2026-05-06T11:17:01.055Z",
        "start": "202605040000", "end": "202605042330", "granularity": "halfhour", "unit": "kWh",
        "values": [{"value": 0.1, "timestamp": at(step, written="%Y-%m-%d %H:%M")} for step in range(1, 5)],
        "availableCacheRange": {"start": "202501010000", "end": "202605050000"},
    }, {("2000012345678", IN): (0.4, MIDNIGHT, 4)}, zone=LONDON),
    document("a window that the stamps end in", {
        "start": "202605040000", "end": "202605040200", "granularity": "halfhour", "unit": "Wh",
        "values": [{"value": 100, "timestamp": at(step, written="%Y-%m-%d %H:%M")} for step in range(1, 5)],
    }, {("home", IN): (0.4, MIDNIGHT, 4)}),
    document("Glowmarkt, electricity", resource("electricity.consumption", "kWh", "electricity consumption"), {("b2d1-01", IN): (2.5, MIDNIGHT, 4)}, zone=LONDON),
    document("Glowmarkt, gas", resource("gas.consumption", "kWh", "gas consumption"), {("b2d1-01", GAS): (2.5, MIDNIGHT, 4)}, zone=LONDON),
    document("Energi Data Service, consumption", {"total": 6, "dataset": "ConsumptionIndustry", "records": [
        {"HourUTC": at(step, HOUR)[:-1], "HourDK": at(step, HOUR, ahead=7200)[:-1], "MunicipalityNo": "101", "Branche": who, "ConsumptionkWh": each}
        for step in range(3) for who, each in (("Erhverv", 200.5), ("Privat", 400.25))
    ]}, {("Erhverv", IN): (601.5, MIDNIGHT, 3), ("Privat", IN): (1200.75, MIDNIGHT, 3)}, zone="Europe/Copenhagen"),
    document("Elering, prices whose unit is not said", {"success": True, "data": {
        area: [{"timestamp": moment, "price": price} for moment in epochs(3, HOUR)] for area, price in (("ee", 40.0), ("lv", 50.0))
    }}, {("ee", PRICE): (40.0, MIDNIGHT, 3), ("lv", PRICE): (50.0, MIDNIGHT, 3)}, shown="currency/MWh"),
    document("Fingrid, a data set", {"data": [
        {"datasetId": 124, "startTime": at(step, 900, "%Y-%m-%dT%H:%M:%S.000Z"), "endTime": at(step + 1, 900, "%Y-%m-%dT%H:%M:%S.000Z"), "value": 9000.0}
        for step in range(4)
    ], "pagination": {"total": 4, "perPage": 10, "currentPage": 1, "from": 0, "to": 4}}, {("124", IN): (36000.0, MIDNIGHT, 4)}, shown="Values are"),
    document("Datahub of Finland", {"TimeSeries": [{
        "MeteringPointEAN": "643006966", "ResolutionDuration": "PT1H", "PeriodStartTS": "2026-05-03T22:00:00.000Z", "ProductType": "8716867000030",
        "UnitType": "kWh", "ReadingType": "BN01",
        "Observations": [{"Epoch": str(moment), "PeriodStartTime": at(step, HOUR), "Quantity": "0.500000", "Quality": "OK"} for step, moment in enumerate(epochs(4, HOUR, 1000))],
    }]}, {("643006966", IN): (2.0, MIDNIGHT, 4)}),
    document("Eloverblik, positions in periods", {"result": [{"MyEnergyData_MarketDocument": MARKET_DOCUMENT, "success": True, "errorCode": "10000", "id": "1"}]},
             {("571313100000000001", IN): (16.8, "2026-05-03 22:00", 48)}, zone="Europe/Copenhagen"),
    document("Tibber, both directions", {"data": {"viewer": {"homes": [{"id": "96a1", **nodes("consumption", 0.5), **nodes("production", 0.25)}]}}},
             {("96a1", IN): (2.0, "2026-05-03 22:00", 4), ("96a1", OUT): (1.0, "2026-05-03 22:00", 4)}, zone=OSLO),
    document("Elvia, a flag for production", {"year": 2026, "meteringpoints": [
        {"meteringPointId": "7070575", "metervalue": {"fromTime": at(0, written=NORTH), "resolutionMinutes": 60, "timeSeries": elvia(False) + elvia(True)}}
    ]}, {("7070575", IN): (2.0, "2026-05-03 22:00", 4), ("7070575", OUT): (6.0, "2026-05-03 22:00", 4)}, zone=OSLO),
    document("ESIOS, prices whose unit is not said", {"indicator": {
        "name": "PVPC 2.0TD", "short_name": "PVPC", "id": 1001, "magnitud": [{"name": "Precio", "id": 23}], "tiempo": [{"name": "Hora", "id": 4}], "values": PVPC,
    }}, {("PVPC 2.0TD", PRICE): (121.0, "2026-05-03 22:00", 3)}, zone=MADRID, shown="currency/MWh"),
    document("REE, prices with their unit in a title", {"data": {"type": "Precios", "id": "pre1"}, "included": [{"type": "PVPC (€/MWh)", "id": "1001", "attributes": {
        "title": "PVPC (€/MWh)", "magnitude": "price", "last-update": "2026-05-03T20:15:00.000+02:00",
        "values": [{"value": row["value"], "percentage": 0.5, "datetime": row["datetime"]} for row in PVPC],
    }}]}, {("1001", PRICE): (0.121, "2026-05-03 22:00", 3)}, zone=MADRID),
    document("Leneda, its OBIS code says export", {
        "meteringPointCode": "LU-1", "obisCode": "1-1:2.29.0", "intervalLength": "PT15M", "unit": "kW",
        "items": [{"value": 4.0, "startedAt": at(step, 900), "type": "Actual", "version": 1, "calculated": False} for step in range(4)],
    }, {("LU-1", OUT): (4.0, MIDNIGHT, 4)}),
    document("UtilityAPI", {"intervals": [{"uid": "1", "authorization_uid": "2", "meter_uid": "M77", "readings": [
        {"start": at(step, 900, "%Y-%m-%dT%H:%M:%S.000000-07:00"), "end": at(step + 1, 900, "%Y-%m-%dT%H:%M:%S.000000-07:00"), "kwh": 0.25,
         "datapoints": [{"type": "net", "unit": "kwh", "value": 0.25}]}
        for step in range(4)
    ]}]}, {("M77", IN): (1.0, "2026-05-04 07:00", 4)}, zone="America/Los_Angeles"),
    document("GRDF", {"PCE1": {"frequence": "Journalier", "releves": GRDF}}, {("home", IN): (33.0, "2026-05-04 04:00", 3)}, zone=PARIS),
    document("Portfolio Manager, months", {"meterData": {"links": {"link": []}, "meterConsumption": MONTHS}}, {("home", IN): (3006.0, "2026-01-01 00:00", 3)}),
    document("OpenDataSoft, a code names the series", {"total_count": 8, "results": [
        {"datahora": at(step, 900, "%Y-%m-%dT%H:%M:%S+00:00"), "dia": "2026-05-04", "zip_code": code, "active_energy_kwh": each}
        for step in range(4) for code, each in (("1100", 10.5), ("1200", 20.5))
    ]}, {("1100", IN): (42.0, MIDNIGHT, 4), ("1200", IN): (82.0, MIDNIGHT, 4)}),
)  # fmt: skip
