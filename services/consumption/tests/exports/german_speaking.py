"""Germany, Austria and Switzerland: networks, suppliers and inverters."""

from .making import EXPORT, IMPORT, Interval, Kind, Use, comma, found, german, iso, lines, used

_BERLIN, _VIENNA, _ZURICH = "Europe/Berlin", "Europe/Vienna", "Europe/Zurich"
_SPRING, _AUTUMN = (used(_BERLIN, day, 3, minutes=15, most=0.3) for day in ("2026-03-28", "2026-10-24"))
_MAY, _FED, _OWN = (used(_BERLIN, "2026-05-04", 3, minutes=15, number=n, most=0.3) for n in (1, 2, 3))
_HOURS = used(_BERLIN, "2026-05-04", 4)
_PLANT = used(_BERLIN, "2026-05-04", 4, most=2000)
_TENTHS = Use(tuple(Interval(i.start, i.end, round(i.kwh, 1)) for i in _PLANT))


def _wh(use: Use) -> Use:
    """As whole watts tell it."""
    return Use(tuple(Interval(i.start, i.end, round(i.kw * 1000) / 4000) for i in use))


def _obis() -> list[str]:
    rows = []
    for code, use in (("1-1:1.29.0", _MAY), ("1-1:2.29.0", _FED)):
        rows += [f"DE0001234567890000000000000012345;{code};{i.start:%d.%m.%Y %H:%M};{i.end:%d.%m.%Y %H:%M};{comma(i.kwh)};kWh;"
                 f"{'Ersatzwert' if n == 0 else 'wahrer Wert'}" for n, i in enumerate(use)]  # fmt: skip
    return rows


KINDS = [
    Kind(
        "thousands with points, and a sum at the end", _BERLIN,
        lines("Datum;Uhrzeit;Verbrauch [kWh]", (f"{i.start:%d.%m.%Y;%H:%M};{german(i.kwh)}" for i in _TENTHS),
              f"Summe;;{german(sum(i.kwh for i in _TENTHS))}").encode("cp1252"),
        {("werk", IMPORT): found(_TENTHS)}, file="werk.csv", rejected=1,
    ),
    Kind(
        "a load profile under a head of details, through spring's change", _BERLIN,
        lines("Zählpunktbezeichnung:;DE0001234567890000000000000012345", "Kunde:;Muster GmbH", "Zeitraum:;28.03.2026 - 30.03.2026", "",
              "Datum;Uhrzeit;Wert (kWh);Status",
              (f"{i.start:%d.%m.%Y;%H:%M};{comma(i.kwh)};{'E' if n < 3 else 'W'}" for n, i in enumerate(_SPRING))),
        {("DE0001234567890000000000000012345", IMPORT): found(_SPRING)}, estimated=3, file="lastgang.csv",
    ),
    Kind(
        "a load profile by OBIS codes, both directions", _BERLIN,
        lines("Messlokation;OBIS-Kennzahl;Von;Bis;Wert;Einheit;Status", _obis()),
        {("DE0001234567890000000000000012345", IMPORT): found(_MAY), ("DE0001234567890000000000000012345", EXPORT): found(_FED)}, estimated=2,
    ),
    Kind(
        "a load profile in kW, by von and bis", _BERLIN,
        lines("Datum von;Zeit von;Datum bis;Zeit bis;Leistung [kW]", (f"{i.start:%d.%m.%Y;%H:%M};{i.end:%d.%m.%Y;%H:%M};{comma(i.kw)}" for i in _AUTUMN)),
        {("lastgang", IMPORT): found(_AUTUMN)}, file="lastgang.csv",
    ),
    Kind(
        "inexogy, registers of both directions beside the power", _BERLIN,
        lines("Zeit;Bezug [kWh];Einspeisung [kWh];Leistung [W]",
              (f"{at:%d.%m.%Y %H:%M:%S};{comma(taken)};{comma(fed)};{1000 + n}" for n, ((at, taken), (_, fed))
               in enumerate(zip(_MAY.counted(4321.0), _FED.counted(765.0), strict=True)))),
        {("inexogy", IMPORT): found(_MAY), ("inexogy", EXPORT): found(_FED)}, file="inexogy.csv",
    ),
    Kind(
        "Tibber", _BERLIN,
        lines("from,to,unitPrice,unitPriceVAT,cost,consumption,consumptionUnit,currency",
              (f"{iso(i.start)},{iso(i.end)},0.3012,0.048,{i.kwh * 0.3012:.4f},{i.kwh},kWh,EUR" for i in used(_BERLIN, "2026-10-24", 3))),
        {("tibber", IMPORT): found(used(_BERLIN, "2026-10-24", 3))}, file="tibber.csv",
    ),
    Kind(
        "aWATTar", _BERLIN,
        lines("Startzeit;Endzeit;Verbrauch in kWh;Preis in ct/kWh;Kosten in EUR",
              (f"{iso(i.start)};{iso(i.end)};{comma(i.kwh)};{comma(12.5, 2)};{comma(i.kwh * 0.125, 4)}" for i in _HOURS)),
        {("awattar", IMPORT): found(_HOURS)}, file="awattar.csv",
    ),
    Kind(
        "Fronius Solar.web, with a row of units", _BERLIN,
        lines("Datum und Uhrzeit,Gesamt Erzeugung,Gesamt Verbrauch,Eigenverbrauch,Energie ins Netz eingespeist,Energie vom Netz bezogen,",
              "[dd.MM.yyyy HH:mm],[Wh],[Wh],[Wh],[Wh],[Wh],",
              (f"{a.start:%d.%m.%Y %H:%M},{(b.kwh + c.kwh) * 1000:.0f},{(a.kwh + c.kwh) * 1000:.0f},{c.kwh * 1000:.0f},{b.kwh * 1000:.0f},{a.kwh * 1000:.0f},"
               for a, b, c in zip(_MAY, _FED, _OWN, strict=True))),
        {("fronius", IMPORT): found(_MAY), ("fronius", EXPORT): found(_FED)}, file="fronius.csv",
    ),
    Kind(
        "SMA Sunny Portal, energy balance", _BERLIN,
        "\ufeff" + lines("sep=;", "Zeitraum;Direktverbrauch [kWh];Netzbezug [kWh];Netzeinspeisung [kWh];Gesamtverbrauch [kWh]",
              (f"{a.start:%d.%m.%Y %H:%M};{comma(c.kwh)};{comma(a.kwh)};{comma(b.kwh)};{comma(a.kwh + c.kwh)}"
               for a, b, c in zip(_MAY, _FED, _OWN, strict=True))),
        {("sma", IMPORT): found(_MAY), ("sma", EXPORT): found(_FED)}, file="sma.csv",
    ),
    Kind(
        "E3/DC, powers", _BERLIN,
        lines('"Zeitstempel";"Ladezustand [%]";"Solarproduktion [W]";"Batterie Laden [W]";"Batterie Entladen [W]";"Netzeinspeisung [W]";"Netzbezug [W]";"Hausverbrauch [W]";"Abregelungsgrenze [W]"',
              (f"{a.start:%d.%m.%Y %H:%M:%S};45;{round((b.kw + c.kw) * 1000)};0;0;{round(b.kw * 1000)};{round(a.kw * 1000)};{round((a.kw + c.kw) * 1000)};5000"
               for a, b, c in zip(_MAY, _FED, _OWN, strict=True))),
        {("e3dc", IMPORT): found(_wh(_MAY)), ("e3dc", EXPORT): found(_wh(_FED))}, file="e3dc.csv",
    ),
    Kind(
        "sonnen, powers in English", _BERLIN,
        lines("timestamp;production_w;consumption_w;direct_usage_w;battery_charging_w;battery_discharging_w;grid_feedin_w;grid_purchase_w",
              (f"{a.start:%Y-%m-%d %H:%M:%S};{round((b.kw + c.kw) * 1000)};{round((a.kw + c.kw) * 1000)};{round(c.kw * 1000)};0;0;{round(b.kw * 1000)};{round(a.kw * 1000)}"
               for a, b, c in zip(_MAY, _FED, _OWN, strict=True))),
        {("sonnen", IMPORT): found(_wh(_MAY)), ("sonnen", EXPORT): found(_wh(_FED))}, file="sonnen.csv",
    ),
    Kind(
        "Powerwall, the grid's power with its sign", _BERLIN,
        lines("Date time,Home (kW),Solar Energy (kW),Powerwall (kW),Grid (kW)",
              (f"{iso(a.start)},{a.kw + 0.1:.3f},0.5,0.0,{a.kw if n % 2 else -b.kw:.3f}" for n, (a, b) in enumerate(zip(_MAY, _FED, strict=True)))),
        {("powerwall", IMPORT): found(Use(tuple(Interval(i.start, i.end, i.kwh * (n % 2)) for n, i in enumerate(_MAY)))),
         ("powerwall", EXPORT): found(Use(tuple(Interval(i.start, i.end, i.kwh * (1 - n % 2)) for n, i in enumerate(_FED))))},
        file="powerwall.csv", tolerance=0.01,
    ),
    Kind(
        "ewz, high and low tariff in columns", _ZURICH,
        lines("Zeitstempel;Bezug Hochtarif (kWh);Bezug Niedertarif (kWh)",
              (f"{i.start:%d.%m.%Y %H:%M};" + (f"{i.kwh};0" if 7 <= i.start.hour < 20 else f"0;{i.kwh}") for i in _AUTUMN)),
        {("ewz", IMPORT): found(_AUTUMN)}, file="ewz.csv",
    ),
    Kind(
        "EKZ, tariffs in rows", _ZURICH,
        lines("Datum;Zeit;Tarif;Verbrauch (kWh)", (f"{i.start:%Y-%m-%d;%H:%M};{'HT' if 7 <= i.start.hour < 20 else 'NT'};{i.kwh}" for i in _MAY)),
        {("ekz", IMPORT): found(_MAY)}, file="ekz.csv",
    ),
    Kind(
        "Netz Niederösterreich, ends of quarters", _VIENNA,
        lines("Messzeitpunkt;Verbrauch (kWh);Qualität;Restnetzbezug (kWh);Qualität EG;Eigendeckung (kWh);Ideeller Anteil (kWh);",
              (f"{i.end:%d.%m.%Y %H:%M};{comma(i.kwh, 6)};{'L2' if n == 5 else 'L1'};;;;;" for n, i in enumerate(_MAY))),
        {("noe", IMPORT): found(_MAY)}, file="noe.csv", estimated=1,
    ),
    Kind(
        "Wiener Netze, through autumn's change", _VIENNA,
        lines("Datum;Zeit von;Zeit bis;Verbrauch [kWh]", (f"{i.start:%d.%m.%Y;%H:%M:%S};{i.end:%H:%M:%S};{comma(i.kwh)}" for i in _AUTUMN), ";;;"),
        {("wien", IMPORT): found(_AUTUMN)}, file="wien.csv",
    ),
    Kind(
        "E-Control, ends of quarters with their distance from UTC", _VIENNA,
        lines("Ende Ablesezeitraum;Messintervall;Abrechnungsmaßeinheit;AT0010000000000000001000012345678 Verbrauch [kWh];;",
              (f"{i.end:%Y-%m-%dT%H:%M}{iso(i.end)[-6:]};QH;KWH;{comma(i.kwh)};;" for i in _AUTUMN)),
        {("econtrol", IMPORT): found(_AUTUMN)}, file="econtrol.csv",
    ),
]  # fmt: skip
