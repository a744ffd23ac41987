"""Devices at home: inverters, plugs, heat meters and what reads them."""

from .making import EXPORT, GAS, IMPORT, Interval, Kind, comma, found, lines, used

_BERLIN = "Europe/Berlin"
_TAKEN, _FED, _MADE = (used(_BERLIN, "2026-05-04", 2, number=n) for n in (1, 2, 3))
_MINUTES = used("UTC", "2026-05-04", 1, minutes=1, most=0.02)
_HEAT, _WATER = (used(_BERLIN, "2026-05-01", 20, minutes=1440, number=n, most=30) for n in (4, 5))
_HOURS = list(zip(_TAKEN, _FED, _MADE, strict=True))


def _part(use: object, share: float) -> list[Interval]:
    return [Interval(i.start, i.end, i.kwh * share) for i in use]  # type: ignore[attr-defined]


KINDS = [
    Kind(
        "Huawei FusionSolar, an inverter's yield beside the panels'", _BERLIN,
        lines("Statistical Period,Plant Name,PV Yield (kWh),Inverter Yield (kWh),Export (kWh),Import (kWh),Self-consumption (kWh),Consumption (kWh)",
              (f"{a.start:%Y-%m-%d %H:%M:%S},Home,{c.kwh},{c.kwh},{b.kwh},{a.kwh},{c.kwh / 2:.4f},{c.kwh + a.kwh:.3f}" for a, b, c in _HOURS)),
        {("export", IMPORT): found(_TAKEN), ("export", EXPORT): found(_FED)},
    ),
    Kind(
        "Victron VRM, from where to where", _BERLIN,
        lines("timestamp,Grid to consumers,Grid to battery,Solar to grid,Solar to consumers,Battery to consumers",
              "Europe/Berlin (+02:00),kWh,kWh,kWh,kWh,kWh",
              (f"{a.start:%Y-%m-%d %H:%M:%S},{a.kwh / 4:.5f},{a.kwh * 3 / 4:.5f},{b.kwh},{c.kwh},0.2" for a, b, c in _HOURS)),
        {("export", IMPORT): found(_TAKEN), ("export", EXPORT): found(_FED)}, tolerance=1e-3,
    ),
    Kind(
        "Shelly, three phases in watt hours that do not say so", "UTC",
        lines("timestamp,a_total_act_energy,a_fund_act_energy,a_total_act_ret_energy,b_total_act_energy,b_total_act_ret_energy,c_total_act_energy,c_total_act_ret_energy,a_max_act_power",
              (f"{int(i.start.timestamp())},{i.kwh * 500:.3f},0,{i.kwh * 100:.3f},{i.kwh * 300:.3f},0,{i.kwh * 200:.3f},0,90" for i in _MINUTES)),
        {("export", IMPORT): found(_MINUTES), ("export", EXPORT): found(_part(_MINUTES, 0.1))}, tolerance=1e-3,
    ),
    Kind(
        "Tasmota, a count beside today, yesterday and powers", _BERLIN,
        lines("time,Total,Yesterday,Today,Power,ApparentPower,Factor,Voltage,Current",
              (f"{at:%Y-%m-%d %H:%M:%S},{count:.3f},1.2,0.3,120,130,0.92,230,0.5" for at, count in _TAKEN.counted())),
        {("export", IMPORT): found(_TAKEN)},
    ),
    Kind(
        "Bezug and Lieferung of one meter, as counts", _BERLIN,
        lines("Datum/Uhrzeit;Zählerstand Bezug [kWh];Zählerstand Lieferung [kWh];Leistung [kW]",
              (f"{at:%Y-%m-%d %H:%M:%S};{comma(taken)};{comma(fed)};0,5" for (at, taken), (_, fed) in zip(_TAKEN.counted(), _FED.counted(900), strict=True))),
        {("export", IMPORT): found(_TAKEN), ("export", EXPORT): found(_FED)},
    ),
    Kind(
        "a heat meter with the temperatures of its pipes", _BERLIN,
        lines("Timestamp;Energy [MWh];Volume [m3];Flow temp [°C];Return temp [°C];Power [kW]",
              (f"{at:%Y-%m-%d %H:%M};{count / 1000:.6f};{1000 + number};80;40;10" for number, (at, count) in enumerate(_TAKEN.counted()))),
        {("export", "heat"): found(_TAKEN)},
    ),
    Kind(
        "Media of a house in rows, in kWh and m³", _BERLIN,
        lines("Zählernummer;Medium;Datum;Verbrauch;Einheit",
              (f"{number};{medium};{i.start:%Y-%m-%d};{comma(i.kwh)};{unit}" for i, j in zip(_HEAT, _WATER, strict=True)
               for number, medium, unit, i in ((1, "Wärme", "kWh", i), (2, "Warmwasser", "m³", j), (3, "Strom", "kWh", j)))),
        {("1", "heat"): found(_HEAT), ("2", "water"): found(_WATER), ("3", IMPORT): found(_WATER)},
    ),
    Kind(
        "gas of a file that only its name tells of", "Europe/London",
        lines("Consumption (kwh), Estimated Cost Inc. Tax (p), Start, End",
              (f"{i.kwh}, 2.1, {i.start.isoformat()}, {i.end.isoformat()}" for i in used("Europe/London", "2026-05-04", 2, minutes=30))),
        {("gas consumption", GAS): found(used("Europe/London", "2026-05-04", 2, minutes=30))}, file="gas consumption.csv",
    ),
]  # fmt: skip
