"""Buildings and portfolios: spreadsheets, bills, months, and the ways that building management lays out a table."""

from datetime import date

from .making import EXPORT, GAS, IMPORT, Found, Interval, Kind, Use, comma, found, german, iso, lines, used

_BERLIN, _LONDON, _NEW_YORK = "Europe/Berlin", "Europe/London", "America/New_York"
_NORTH, _SOUTH = (used(_LONDON, "2026-05-04", 3, minutes=30, number=n, most=60) for n in (1, 2))
_HOURS = used(_BERLIN, "2026-05-04", 3)
_HALF = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 30)]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_KWH = [812.5, 744.25, 690.0, 601.75, 577.5, 540.0, 560.25, 555.0, 580.5, 640.0, 700.25, 790.0]
_YEAR = Found(sum(_KWH), 12, "2025-01-01 00:00")
_SECOND = Found(sum(_KWH) * 2, 12, "2025-01-01 00:00")


def _sum(*uses: Use) -> list[float]:
    return [sum(i.kwh for i in each) for each in zip(*uses, strict=True)]


KINDS = [
    Kind(
        "a column for each building, and their total", _LONDON,
        lines("Timestamp,North School (kWh),South School (kWh),Total (kWh)",
              (f"{a.start:%d/%m/%Y %H:%M},{a.kwh},{b.kwh},{a.kwh + b.kwh:.3f}" for a, b in zip(_NORTH, _SOUTH, strict=True))),
        {("North School (kWh)", IMPORT): found(_NORTH), ("South School (kWh)", IMPORT): found(_SOUTH)},
    ),
    Kind(
        "days beside each other, half hours below each other", _LONDON,
        lines("Time," + ",".join(f"{day:%d/%m/%Y}" for day in _NORTH.days()),
              (f"{clock}," + ",".join(f"{slots[n].kwh}" for slots in _NORTH.days().values()) for n, clock in enumerate(_HALF))),
        {("matrix", IMPORT): found(_NORTH)}, file="matrix.csv",
    ),
    Kind(
        "months beside each other, a row for each building", "UTC",
        lines("Building," + ",".join(f"{month} 2025" for month in _MONTHS), "North," + ",".join(map(str, _KWH)), "South," + ",".join(str(kwh * 2) for kwh in _KWH)),
        {("North", IMPORT): _YEAR, ("South", IMPORT): _SECOND},
    ),
    Kind(
        "months beside each other, a row for each year", "UTC",
        lines("Year," + ",".join(_MONTHS), "2025," + ",".join(map(str, _KWH)), "2026," + ",".join(str(kwh) for kwh in _KWH[:10]) + ",,"),
        {("years", IMPORT): Found(sum(_KWH) + sum(_KWH[:10]), 22, "2025-01-01 00:00")}, file="years.csv",
    ),
    *(
        Kind(
            f"months written as {written[0]}", "UTC", lines("Month,Usage (kWh),Cost", (f"{month},{kwh},{kwh * 0.3:.2f}" for month, kwh in zip(written, _KWH, strict=True))),
            {("months", IMPORT): _YEAR}, file="months.csv",
        )
        for written in (
            [f"2025-{n:02d}" for n in range(1, 13)], [f"{n:02d}/2025" for n in range(1, 13)], [f"{month}-25" for month in _MONTHS],
            [f"{date(2025, n, 1):%B} 2025" for n in range(1, 13)], [f"2025{n:02d}" for n in range(1, 13)],
        )
    ),
    Kind(
        "months in German words", "UTC",
        lines("Monat;Verbrauch (kWh)", (f"{month} 2025;{german(kwh, 2)}" for month, kwh in zip(
            ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"], _KWH, strict=True))),
        {("monate", IMPORT): _YEAR}, file="monate.csv",
    ),
    Kind(
        "quarterly bills", _LONDON,
        lines("Bill from,Bill to,Units used (kWh),Read type,Amount (£)", "01/01/2025,31/03/2025,2400.5,Actual,£600.12", "01/04/2025,30/06/2025,1800.25,Estimated,£450.06",
              "01/07/2025,30/09/2025,1500,Actual,£375.00", "01/10/2025,31/12/2025,2200,Actual,£550.00"),
        {("bills", IMPORT): Found(7900.75, 0, "2025-01-01 00:00")}, file="bills.csv", tolerance=0.01, estimated=1,
    ),
    Kind(
        "two meters in blocks below each other", _BERLIN,
        lines("Zählpunkt;Zeitstempel;Wirkarbeit kWh;Blindarbeit kvarh", *(f"{meter};{i.start:%Y-%m-%d %H:%M};{i.kwh};0.1" for meter in ("DE001", "DE002") for i in _HOURS)),
        {("DE001", IMPORT): found(_HOURS), ("DE002", IMPORT): found(_HOURS)},
    ),
    Kind(
        "half hours with 12-hour names", _LONDON,
        lines("Meter,Reading Date," + ",".join(f"{(m // 60) % 12 or 12}:{m % 60:02d} {'AM' if m < 720 else 'PM'}" for m in range(0, 1440, 30)),
              (f"M-1,{day:%Y-%m-%d}," + ",".join(f"{i.kwh}" for i in slots) for day, slots in _NORTH.days().items())),
        {("M-1", IMPORT): found(_NORTH)},
    ),
    Kind(
        "half hours named 0030 to 2400", _LONDON,
        lines("MPR,Date," + ",".join(f"{m // 60:02d}{m % 60:02d}" for m in range(30, 1441, 30)),
              (f"3001234567,{day:%Y%m%d}," + ",".join(f"{i.kwh}" for i in slots) for day, slots in _NORTH.days().items())),
        {("3001234567", IMPORT): found(_NORTH)},
    ),
    Kind(
        "hours named H1 to H24 with the unit in a column", _BERLIN,
        lines("POD;Data;UM;" + ";".join(f"H{n}" for n in range(1, 25)), (f"IT001E1;{day:%d/%m/%Y};Wh;" + ";".join(f"{i.kwh * 1000:.0f}" for i in slots) for day, slots in _HOURS.days().items())),
        {("IT001E1", IMPORT): found(_HOURS)},
    ),
    Kind(
        "electricity and gas in one list", _LONDON,
        lines("Site,Fuel,Date,kWh", (f"Mill,Electricity,{i.start:%Y-%m-%d},{i.kwh}" for i in used(_LONDON, "2026-05-04", 20, minutes=1440, most=300)),
              (f"Mill,Gas,{i.start:%Y-%m-%d},{i.kwh}" for i in used(_LONDON, "2026-05-04", 20, minutes=1440, number=2, most=900))),
        {("Mill", IMPORT): found(used(_LONDON, "2026-05-04", 20, minutes=1440, most=300)), ("Mill", GAS): found(used(_LONDON, "2026-05-04", 20, minutes=1440, number=2, most=900))},
    ),
    Kind(
        "a house that uses its own production: its use is read, and that is said", _BERLIN,
        lines("time,consumption kWh,production kWh,self-consumption kWh,battery charge kWh", (f"{i.start:%Y-%m-%d %H:%M},{i.kwh},0.7,0.1,0.0" for i in _HOURS)),
        {("home", IMPORT): found(_HOURS)}, file="home.csv",
    ),
    Kind(
        "Home Assistant, energy as a table of hours", _BERLIN,
        lines("entity_id,type,unit," + ",".join(f"{iso(i.start)}" for i in _HOURS), "sensor.grid_import,grid_consumption,kWh," + ",".join(f"{i.kwh}" for i in _HOURS),
              "sensor.grid_export,grid_return,kWh," + ",".join(f"{i.kwh * 2:.3f}" for i in _HOURS)),
        {("sensor.grid_import", IMPORT): found(_HOURS), ("sensor.grid_export", EXPORT): found(Interval(i.start, i.end, round(i.kwh * 2, 3)) for i in _HOURS)},
    ),
    Kind(
        "Home Assistant, states of a register", _BERLIN,
        lines("entity_id,state,last_changed", "sensor.meter_energy,unavailable,2026-05-03T21:59:00.000Z",
              (f"sensor.meter_energy,{count},{at.astimezone(__import__('datetime').UTC):%Y-%m-%dT%H:%M:%S}.000Z" for at, count in _HOURS.counted(4321.5))),
        {("sensor.meter_energy", IMPORT): found(_HOURS)}, rejected=1,
    ),
    Kind(
        "circuits of a house, with a heat pump and a water heater", _BERLIN,
        lines("Time,Heat pump (kWh),Water heater (kWh),Lights (kWh)", (f"{i.start:%Y-%m-%d %H:%M},{i.kwh},{i.kwh * 2:.3f},{i.kwh * 3:.3f}" for i in _HOURS)),
        {(f"{name} (kWh)", IMPORT): found(Interval(i.start, i.end, round(i.kwh * n, 3)) for i in _HOURS)
         for n, name in enumerate(("Heat pump", "Water heater", "Lights"), 1)},
    ),
    Kind(
        "half hours in a row without any header", _LONDON,
        lines(f"10545307,K0229111D6,{day:%d/%m/%Y}," + ",".join(f"{i.kwh}" for i in slots) for day, slots in used(_LONDON, "2026-05-20", 4, minutes=30, most=60).days().items()),
        {("K0229111D6", IMPORT): found(used(_LONDON, "2026-05-20", 4, minutes=30, most=60))},
    ),
    Kind(
        "heat and electricity of a building beside its temperature", _BERLIN,
        lines("Datum;Strom (kWh);Fernwärme (kWh);Außentemperatur (°C)", (f"{i.start:%d.%m.%Y %H:%M};{comma(i.kwh)};{comma(i.kwh * 4)};{comma(11.5, 1)}" for i in _HOURS)),
        {("haus", IMPORT): found(_HOURS), ("haus", "heat"): found(Interval(i.start, i.end, round(i.kwh * 4, 3)) for i in _HOURS)}, file="haus.csv",
    ),
    Kind(
        "half hours in a row, dates with a midnight that a spreadsheet added", _LONDON,
        lines("Meter,Date," + ",".join(_HALF), (f"M-1,{day:%Y-%m-%d} 00:00:00," + ",".join(f"{i.kwh}" for i in slots) for day, slots in _NORTH.days().items())),
        {("M-1", IMPORT): found(_NORTH)},
    ),
    Kind(
        "dates with a midnight, times beside them", _LONDON,
        lines("Date,Time,kWh", (f"{i.start:%Y-%m-%d} 00:00:00,{i.start:%H:%M:%S},{i.kwh}" for i in _NORTH)), {("m", IMPORT): found(_NORTH)}, file="m.csv",
    ),
    *(
        Kind(
            f"meters called {names[0]}, {names[1]} and {names[2]}", _BERLIN,
            lines("Time," + ",".join(f"{name} (kWh)" for name in names), (f"{i.start:%Y-%m-%d %H:%M},{i.kwh},{i.kwh * 2:.3f},{i.kwh * 3:.3f}" for i in _HOURS)),
            {(f"{name} (kWh)", IMPORT): found(Interval(i.start, i.end, round(i.kwh * n, 3)) for i in _HOURS) for n, name in enumerate(names, 1)},
        )
        for names in (("House 1", "House 2", "House 3"), ("Production", "Office", "Canteen"), ("Production hall", "Feed pump", "Battery room"),
                      ("Building A", "Building B", "Building C"), ("Load 1", "Load 2", "Load 3"))
    ),
]  # fmt: skip
