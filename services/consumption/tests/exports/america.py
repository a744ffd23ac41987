"""The United States and Canada: networks, and monitors that people put into their homes."""

from .making import EXPORT, GAS, IMPORT, Found, Interval, Kind, Use, comma, found, lines, used

_PACIFIC, _CENTRAL, _EASTERN, _MONTREAL = (
    "America/Los_Angeles",
    "America/Chicago",
    "America/New_York",
    "America/Toronto",
)
_PEOPLE = [
    "Name,ALICE EXAMPLE",
    'Address,"1 MAIN ST, SPRINGFIELD CA 90000"',
    "Account Number,1234567890",
    "Service,Service 1",
]
_QUARTERS, _FED = (used(_PACIFIC, "2026-05-04", 3, minutes=15, number=n, most=0.3) for n in (1, 2))
_AUTUMN, _SPRING = used(_PACIFIC, "2026-10-31", 3), used(_PACIFIC, "2026-03-07", 3)
_TEXAS, _TEXAS_FED = (used(_CENTRAL, "2026-05-04", 4, minutes=15, number=n, most=0.3) for n in (1, 2))
_HOURS, _HOURS_FED, _FRIDGE = (used(_EASTERN, "2026-05-04", 4, number=n) for n in (1, 2, 3))
_QUEBEC = used(_MONTREAL, "2026-10-31", 3)
_SDGE = ["Name,ALICE EXAMPLE", 'Address,"1 MAIN ST"', "Account Number,1", "Disclaimer,The information contained in this file is intended for you",
         "Title,CSV Export Electric Meter(s)", "Resource,Electric", "Meter Number,05551234", "Interval UOM,Minute(s)", "Reading Start,5/4/2026 00:00",
         "Reading End,5/6/2026 23:45", "Total Duration,3 Days", "Total Usage,817.415", "UOM,kWh"]  # fmt: skip
_BILLS = [("2025-12-29", "2026-01-28", 812.0), ("2026-01-28", "2026-02-27", 744.5), ("2026-02-27", "2026-03-30", 690.25),
          ("2026-03-30", "2026-04-29", 601.0), ("2026-04-29", "2026-05-29", 577.75), ("2026-05-29", "2026-06-30", 702.0)]  # fmt: skip


def _net(taken: Use, fed: Use) -> list[tuple[Interval, float]]:
    """Of each interval what was taken, or what was fed in as a negative number."""
    return [(a, a.kwh if n % 3 else -b.kwh) for n, (a, b) in enumerate(zip(taken, fed, strict=True))]


def _both_ways(meter: str, net: list[tuple[Interval, float]]) -> dict[tuple[str, str], Found]:
    return {
        (meter, IMPORT): found(Interval(i.start, i.end, max(kwh, 0.0)) for i, kwh in net),
        (meter, EXPORT): found(Interval(i.start, i.end, max(-kwh, 0.0)) for i, kwh in net),
    }


def _texan(use: Use, surplus: Use | None = None) -> list[str]:
    rows = [f"'10089010000000001,{i.start:%m/%d/%Y,%H:%M},{i.end:%H:%M},{i.kwh},{'E' if n == 0 else 'A'},{'Consumption' if surplus else ''}"
            for n, i in enumerate(use)]  # fmt: skip
    return rows + [
        f"'10089010000000001,{i.start:%m/%d/%Y,%H:%M},{i.end:%H:%M},{i.kwh},A,Surplus Generation" for i in surplus or []
    ]


def _sense() -> list[str]:
    rows = []
    for total, fridge in zip(_HOURS, _FRIDGE, strict=True):
        rows.append(f"{total.start:%Y-%m-%d %H:%M:%S},mains,Total Usage,,,,,{total.kwh * 1000:.3f},{total.kwh}")
        rows.append(
            f"{fridge.start:%Y-%m-%d %H:%M:%S},3a9fb50e,Fridge,Fridge,Acme,F1,Kitchen,{fridge.kwh * 1000:.3f},{fridge.kwh}"
        )
    return rows


KINDS = [
    Kind(
        "Green Button CSV (Opower: PG&E, ComEd, ConEd, Seattle)", _PACIFIC,
        lines(_PEOPLE, "", "TYPE,DATE,START TIME,END TIME,USAGE,UNITS,COST,NOTES",
              (f"Electric usage,{i.start:%Y-%m-%d,%H:%M},{i.last_minute:%H:%M},{i.kwh},kWh,${i.kwh * 0.3:.2f}," for i in _QUARTERS)),
        {("1234567890 Service 1", IMPORT): found(_QUARTERS)}, file="pge.csv",
    ),
    Kind(
        "Green Button CSV, hourly, through autumn's change", _PACIFIC,
        lines(_PEOPLE, "", "TYPE,DATE,START TIME,END TIME,USAGE (kWh),NOTES",
              (f"Electric usage,{i.start:%Y-%m-%d,%H:%M},{i.last_minute:%H:%M},{i.kwh}," for i in _AUTUMN)),
        {("1234567890 Service 1", IMPORT): found(_AUTUMN)}, file="coned.csv",
    ),
    Kind(
        "Green Button CSV with import and export", _PACIFIC,
        lines(_PEOPLE, "", "TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),COST,NOTES",
              (f"Electric usage,{a.start:%Y-%m-%d,%H:%M},{a.last_minute:%H:%M},{a.kwh},{b.kwh},$0.10," for a, b in zip(_QUARTERS, _FED, strict=True))),
        {("1234567890 Service 1", IMPORT): found(_QUARTERS), ("1234567890 Service 1", EXPORT): found(_FED)}, file="pge.csv",
    ),
    Kind(
        "SDG&E", _PACIFIC,
        lines(_SDGE, "Meter Number,Date,Start Time,Duration,Consumption,Generation,Net",
              (f'"05551234","{i.start:%-m/%-d/%Y}","{i.start:%-I:%M %p}","15","{max(kwh, 0):.4f}","{max(-kwh, 0):.4f}","{kwh:.4f}"' for i, kwh in _net(_QUARTERS, _FED))),
        _both_ways("05551234", _net(_QUARTERS, _FED)),
    ),
    Kind(
        "SCE, periods in words, through spring's change", _PACIFIC,
        lines("Energy Usage Information", '"For location: 1 MAIN ST"', "", "Meter Reading Information", '"Type of readings: Electricity"', "",
              "Energy consumption time period,Usage(Real energy in kilowatt-hours),Reading quality",
              (f'"{i.start:%Y-%m-%d %H:%M:%S} to {i.end:%Y-%m-%d %H:%M:%S}","{i.kwh}",""' for i in _SPRING)),
        {("sce", IMPORT): found(_SPRING)}, file="sce.csv",
    ),
    Kind(
        "SCE, delivered and received", _PACIFIC,
        lines("Energy Usage Information", '"For location: 1 MAIN ST"', "", '"Start date: 2026-05-04 00:00:00  for 3 days"',
              "Date,Energy Consumption time Period Start,Energy Consumption time Period End,Delivered,Received",
              (f'"{a.start:%m/%d/%Y} ","{a.start:%m/%d/%Y %I:%M%p} ","{a.end:%m/%d/%Y %I:%M%p} ","{a.kwh}","{b.kwh}"' for a, b in zip(_QUARTERS, _FED, strict=True))),
        {("sce", IMPORT): found(_QUARTERS), ("sce", EXPORT): found(_FED)}, file="sce.csv",
    ),
    Kind(
        "Smart Meter Texas", _CENTRAL,
        lines("ESIID,USAGE_DATE,USAGE_START_TIME,USAGE_END_TIME,USAGE_KWH,ESTIMATED_ACTUAL,CONSUMPTION_SURPLUSGENERATION", _texan(_TEXAS, _TEXAS_FED)),
        {("10089010000000001", IMPORT): found(_TEXAS), ("10089010000000001", EXPORT): found(_TEXAS_FED)}, estimated=1,
    ),
    Kind(
        "Smart Meter Texas, without a roof", _CENTRAL,
        lines("ESIID,USAGE_DATE,USAGE_START_TIME,USAGE_END_TIME,USAGE_KWH,ESTIMATED_ACTUAL,CONSUMPTION_SURPLUSGENERATION", _texan(_TEXAS)),
        {("10089010000000001", IMPORT): found(_TEXAS)}, estimated=1,
    ),
    Kind(
        "Pecan Street, circuits beside the grid's", _CENTRAL,
        lines("dataid,local_15min,air1,clotheswasher1,drye1,grid,kitchen1,solar",
              (f"661,{i.start:%Y-%m-%d %H:%M:%S%z},0.31,,0.0,{kwh * 4:.3f},0.02,1.5" for i, kwh in _net(_TEXAS, _TEXAS_FED))),
        _both_ways("661", _net(_TEXAS, _TEXAS_FED)), tolerance=0.01, shown="Values are kW",
    ),
    Kind(
        "Sense", _EASTERN,
        lines("# Please note that there may be discrepancies between your electric bill and what Sense reports due to data interruptions",
              "DateTime,Device ID,Name,Device Type,Device Make,Device Model,Device Location,Avg Wattage,kWh", _sense()),
        {("mains", IMPORT): found(_HOURS), ("3a9fb50e", IMPORT): found(_FRIDGE)},
    ),
    Kind(
        "Emporia Vue", _EASTERN,
        lines("Time Bucket (America/New_York),Home-Mains_A (kWhs),Home-Mains_B (kWhs),Home-Fridge (kWhs)",
              (f"{a.start:%m/%d/%Y %H:%M:%S},{a.kwh},{b.kwh},{c.kwh}" for a, b, c in zip(_HOURS, _HOURS_FED, _FRIDGE, strict=True))),
        {("emporia", IMPORT): found(Interval(a.start, a.end, a.kwh + b.kwh) for a, b in zip(_HOURS, _HOURS_FED, strict=True))},
        file="emporia.csv",
    ),
    Kind(
        "Enphase", _PACIFIC,
        lines("Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)",
              (f"{a.start:%m/%d/%Y %H:%M},{b.kwh * 1000 + 200:.0f},{a.kwh * 1000 + 200:.0f},{b.kwh * 1000:.0f},{a.kwh * 1000:.0f}" for a, b in zip(_QUARTERS, _FED, strict=True))),
        {("enphase", IMPORT): found(_QUARTERS), ("enphase", EXPORT): found(_FED)}, file="enphase.csv",
    ),
    Kind(
        "Duke, a line for each half hour with 12-hour times", _EASTERN,
        lines("Date,Time,Electric Usage (kWh),Estimated?", (f"{i.start:%m/%d/%Y,%I:%M %p},{i.kwh},{'Y' if n == 2 else 'N'}" for n, i in enumerate(_HOURS))),
        {("duke", IMPORT): found(_HOURS)}, file="duke.csv", estimated=1,
    ),
    Kind(
        "bills from reading to reading", _EASTERN,
        lines("Account Number,Start Date,End Date,Usage (kWh),Cost,Estimated", (f"A-17,{start},{end},{kwh},{kwh * 0.2:.2f},No" for start, end, kwh in _BILLS)),
        {("A-17", IMPORT): Found(sum(kwh for *_, kwh in _BILLS), 6, "2025-12-29 05:00")}, tolerance=0.5,
    ),
    Kind(
        "Portfolio Manager, meters of several fuels", _EASTERN,
        lines("Property Name,Portfolio Manager ID,Portfolio Manager Meter ID,Meter Name,Meter Type,Meter Consumption ID,Start Date,End Date,Delivery Date,Usage/Quantity,Usage Units,Cost ($),Estimation",
              (f'Town Hall,4711,90001,Main,Electric - Grid,{n},2026-{n:02d}-01,2026-{n + 1:02d}-01,Not Available,"{n * 1000 + 500}",kWh (thousand Watt-hours),{n * 150},No' for n in range(1, 8)),
              (f"Town Hall,4711,90002,Boiler,Natural Gas,{n + 20},2026-{n:02d}-01,2026-{n + 1:02d}-01,Not Available,{n * 10},therms,{n * 9},No" for n in range(1, 8))),
        {("90001", IMPORT): Found(31500.0, 7, "2026-01-01 05:00"), ("90002", GAS): Found(280 * 29.3001111, 7, "2026-01-01 05:00")}, tolerance=0.01,
    ),
    Kind(
        "Hydro-Québec, low and high price", _MONTREAL,
        lines("Contrat;Date et heure;kWh bas;kWh Haut;Code de consommation;Température moyenne (°C);Code de température",
              (f"0300000001;{i.start:%Y-%m-%d %H:%M:%S};{comma(i.kwh)};0,000;R;{5 + i.start.hour // 3};R" for i in _QUEBEC)).encode("cp1252"),
        {("0300000001", IMPORT): found(_QUEBEC)},
    ),
    Kind(
        "Hydro-Québec", _MONTREAL,
        lines("Contrat;Date et heure;kWh;Code de consommation;Température moyenne (°C);Code de température",
              (f"0300000001;{i.start:%Y-%m-%d %H:%M:%S};{comma(i.kwh)};R;{5 + i.start.hour // 3};R" for i in _QUEBEC)).encode("cp1252"),
        {("0300000001", IMPORT): found(_QUEBEC)},
    ),
]  # fmt: skip
