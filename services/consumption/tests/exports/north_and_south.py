"""The Netherlands, the Nordic countries, Spain, Portugal and Italy."""

from datetime import UTC

from .making import EXPORT, IMPORT, Interval, Kind, Use, comma, found, iso, lines, used

_AMSTERDAM, _OSLO, _STOCKHOLM, _COPENHAGEN = "Europe/Amsterdam", "Europe/Oslo", "Europe/Stockholm", "Europe/Copenhagen"
_HELSINKI, _MADRID, _ROME, _LISBON = "Europe/Helsinki", "Europe/Madrid", "Europe/Rome", "Europe/Lisbon"
_MAY, _LOW, _FED, _FED_LOW = (used(_AMSTERDAM, "2026-05-04", 3, minutes=15, number=n, most=0.2) for n in (1, 2, 3, 4))
_DAYS, _DAYS_LOW, _DAYS_FED, _DAYS_FED_LOW = (
    used(_AMSTERDAM, "2026-05-04", 30, minutes=1440, number=n, most=9) for n in (1, 2, 3, 4)
)
_HOURS, _HOURS_FED = (used(_AMSTERDAM, "2026-05-04", 4, number=n) for n in (1, 2))
_NORWAY, _DENMARK, _SWEDEN, _FINLAND, _SPAIN, _SPAIN_SPRING = (
    used(zone, day, 3)
    for zone, day in (
        (_OSLO, "2026-10-24"), (_COPENHAGEN, "2026-10-24"), (_STOCKHOLM, "2026-03-28"), (_HELSINKI, "2026-10-24"),
        (_MADRID, "2026-10-24"), (_MADRID, "2026-03-28"),
    )
)  # fmt: skip
_SPAIN_FED = used(_MADRID, "2026-10-24", 3, number=2)
_ITALY, _PORTUGAL = (used(zone, "2026-05-04", 5, minutes=15, most=0.3) for zone in (_ROME, _LISBON))


def _both(*uses: Use) -> Use:
    """Several registers of one meter, together."""
    return Use(tuple(Interval(i[0].start, i[0].end, sum(each.kwh for each in i)) for i in zip(*uses, strict=True)))


def _registers(written: str, *uses: Use, point: bool = True) -> list[str]:
    rows = []
    for counts in zip(*(use.counted(1000.0 * n) for n, use in enumerate(uses, 1)), strict=True):
        shown = [f"{count:.3f}" if point else comma(count) for _, count in counts]
        rows.append(written.format(at=counts[0][0], counts=(";" if not point else ",").join(shown)))
    return rows


def _standing(use: Use, low: Use) -> list[str]:
    """A P1 dump of a home that feeds nothing in."""
    return [
        f"{at:%Y-%m-%d %H:%M:%S},{a:.3f},{b:.3f},0.000,0.000,{'0001' if at.hour < 7 else '0002'},0.{n % 900:03d},0.000"
        for n, ((at, a), (_, b)) in enumerate(zip(use.counted(5012.5), low.counted(4100.2), strict=True))
    ]


def _spanish_hours(use: Use) -> list[tuple[Interval, int]]:
    """Each hour with its number in the day, 1 to 23, 24 or 25."""
    return [(i, n) for slots in use.days().values() for n, i in enumerate(slots, 1)]


_QUARTERS = [f"{m // 60}:{m % 60:02d}-{(m + 15) // 60}:{(m + 15) % 60:02d}" for m in range(0, 1440, 15)]

KINDS = [
    Kind(
        "HomeWizard P1, registers", _AMSTERDAM,
        lines("time,Import T1 kWh,Import T2 kWh,Export T1 kWh,Export T2 kWh,L1 max W,L2 max W,L3 max W",
              _registers("{at:%Y-%m-%d %H:%M},{counts},321,40,55", _MAY, _LOW, _FED, _FED_LOW)),
        {("P1e", IMPORT): found(_both(_MAY, _LOW)), ("P1e", EXPORT): found(_both(_FED, _FED_LOW))}, file="P1e.csv",
    ),
    Kind(
        "HomeWizard kWh meter, registers of both directions", _AMSTERDAM,
        lines("time,Import kWh,Export kWh", _registers("{at:%Y-%m-%d %H:%M},{counts}", _MAY, _FED)),
        {("kwh", IMPORT): found(_MAY), ("kwh", EXPORT): found(_FED)}, file="kwh.csv",
    ),
    Kind(
        "P1 dump whose export registers stand still", _AMSTERDAM,
        lines("timestamp,electricity_delivered_1,electricity_delivered_2,electricity_returned_1,electricity_returned_2,tariff_indicator,"
              "electricity_currently_delivered,electricity_currently_returned", _standing(_MAY, _LOW)),
        {("p1", IMPORT): found(_both(_MAY, _LOW)), ("p1", EXPORT): found(Interval(i.start, i.end, 0.0) for i in _MAY)}, file="p1.csv",
    ),
    Kind(
        "daily register readings of two tariffs and directions", _AMSTERDAM,
        lines("Datum;Meterstand levering normaal (kWh);Meterstand levering dal (kWh);Meterstand teruglevering normaal (kWh);Meterstand teruglevering dal (kWh)",
              _registers("{at:%d-%m-%Y};{counts}", _DAYS, _DAYS_LOW, _DAYS_FED, _DAYS_FED_LOW, point=False)),
        {("enexis", IMPORT): found(_both(_DAYS, _DAYS_LOW)), ("enexis", EXPORT): found(_both(_DAYS_FED, _DAYS_FED_LOW))}, file="enexis.csv",
    ),
    Kind(
        "use and feed-in by hour", _AMSTERDAM,
        lines("Datum;Tijd;Verbruik (kWh);Teruglevering (kWh)",
              (f"{a.start:%d-%m-%Y;%H:%M};{comma(a.kwh)};{comma(b.kwh)}" for a, b in zip(_HOURS, _HOURS_FED, strict=True))),
        {("liander", IMPORT): found(_HOURS), ("liander", EXPORT): found(_HOURS_FED)}, file="liander.csv",
    ),
    Kind(
        "Slimmemeterportal, tariffs in columns, by quarter", _AMSTERDAM,
        lines("Datum,Verbruik laag,Verbruik hoog,Teruglevering laag,Teruglevering hoog",
              (f"{a.start:%d-%m-%Y %H:%M},{a.kwh},{b.kwh},{c.kwh},{d.kwh}" for a, b, c, d in zip(_MAY, _LOW, _FED, _FED_LOW, strict=True))),
        {("smp", IMPORT): found(_both(_MAY, _LOW)), ("smp", EXPORT): found(_both(_FED, _FED_LOW))}, file="smp.csv",
    ),
    Kind(
        "DSMR-reader, hours with gas", _AMSTERDAM,
        lines("hour_start,electricity1,electricity2,electricity1_returned,electricity2_returned,electricity_merged,electricity_returned_merged",
              (f"{iso(a.start)},{a.kwh},0.000,{b.kwh},0.000,{a.kwh},{b.kwh}" for a, b in zip(_HOURS, _HOURS_FED, strict=True))),
        {("dsmrreader", IMPORT): found(_HOURS), ("dsmrreader", EXPORT): found(_HOURS_FED)}, file="dsmrreader.csv",
    ),
    Kind(
        "Elhub", _OSLO,
        lines("Fra,Til,KWH 60 Forbruk,Kvalitet", (f'{i.start:%d.%m.%Y %H:%M},{i.end:%d.%m.%Y %H:%M},"{comma(i.kwh)}",{"Estimert" if n == 3 else "Målt"}' for n, i in enumerate(_NORWAY))),
        {("CONSUMPTION", IMPORT): found(_NORWAY)}, file="CONSUMPTION.csv", estimated=1,
    ),
    Kind(
        "Eloverblik", _COPENHAGEN,
        "\ufeff" + lines("MålepunktsID;Fra_dato;Til_dato;Mængde;Måleenhed;Kvalitet;Type",
              (f"571313100000000001;{i.start:%d-%m-%Y %H:%M:%S};{i.end:%d-%m-%Y %H:%M:%S};{comma(i.kwh)};KWH;{'Estimeret' if n == 0 else 'Målt'};Tidsserie" for n, i in enumerate(_DENMARK))),
        {("571313100000000001", IMPORT): found(_DENMARK)}, estimated=1,
    ),
    Kind(
        "Ellevio", _STOCKHOLM,
        lines("Anläggnings-ID;735999000000000012", "Datum och tid;Förbrukning (kWh);Temperatur (°C)",
              (f"{i.start:%Y-%m-%d %H:%M};{comma(i.kwh)};{comma(7.25, 2)}" for i in _SWEDEN)),
        {("735999000000000012", IMPORT): found(_SWEDEN)}, file="ellevio.csv",
    ),
    Kind(
        "Vattenfall, a row for each day", _STOCKHOLM,
        lines("Datum;" + ";".join(f"{h:02d}-{h + 1:02d}" for h in range(24)) + ";Summa",
              (f"{day:%Y-%m-%d};" + ";".join(comma(i.kwh) for i in slots) + ";" + comma(sum(i.kwh for i in slots))
               for day, slots in used(_STOCKHOLM, "2026-05-04", 10).days().items())),
        {("vattenfall", IMPORT): found(used(_STOCKHOLM, "2026-05-04", 10))}, file="vattenfall.csv",
    ),
    Kind(
        "Fingrid Datahub, in UTC", _HELSINKI,
        lines("MeteringPointGSRN;Product Type;Resolution;Unit Type;Reading Type;Start Time;Quantity;Quality",
              (f"643007500000000001;8716867000030;PT1H;kWh;BN01;{i.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ};{comma(i.kwh, 6)};{'EST' if n == 7 else 'OK'}" for n, i in enumerate(_FINLAND))),
        {("643007500000000001", IMPORT): found(_FINLAND)}, estimated=1,
    ),
    Kind(
        "i-DE, with what was fed in, through autumn's change", _MADRID,
        lines("CUPS;Fecha;Hora;AE_kWh;AS_kWh;R1_kVArh;R4_kVArh;Metodo_obtencion",
              (f"ES0021000000000001XY;{a.start:%d/%m/%Y};{n};{comma(a.kwh)};{comma(b.kwh)};0,1;0,0;{'E' if n == 25 else 'R'}"
               for (a, n), b in zip(_spanish_hours(_SPAIN), _SPAIN_FED, strict=True))),
        {("ES0021000000000001XY", IMPORT): found(_SPAIN), ("ES0021000000000001XY", EXPORT): found(_SPAIN_FED)}, estimated=2,
    ),
    Kind(
        "e-distribución, with self-consumption", _MADRID,
        lines("CUPS;Fecha;Hora;AE_kWh;AS_KWh;AE_AUTOCONS_kWh;REAL/ESTIMADO",
              (f"ES0031000000000001XY;{a.start:%d/%m/%Y};{n};{comma(a.kwh)};{comma(b.kwh)};0,000;{'E' if n == 25 else 'R'}"
               for (a, n), b in zip(_spanish_hours(_SPAIN), _SPAIN_FED, strict=True))),
        {("ES0031000000000001XY", IMPORT): found(_SPAIN), ("ES0031000000000001XY", EXPORT): found(_SPAIN_FED)}, estimated=2,
    ),
    Kind(
        "Datadis, hours 01:00 to 24:00", _MADRID,
        lines("cups;fecha;hora;consumo_kWh;metodoObtencion;energiaVertida_kWh",
              (f"ES0031000000000001XY;{i.start:%Y/%m/%d};{i.start.hour + 1:02d}:00;{comma(i.kwh)};Real;0,0" for i in used(_MADRID, "2026-05-04", 4))),
        {("ES0031000000000001XY", IMPORT): found(used(_MADRID, "2026-05-04", 4)),
         ("ES0031000000000001XY", EXPORT): found(Interval(i.start, i.end, 0.0) for i in used(_MADRID, "2026-05-04", 4))},
    ),
    Kind(
        "e-distribuzione, a row of quarters for each day", _ROME,
        lines("Giorno;" + ";".join(_QUARTERS), (f"{day:%d/%m/%Y};" + ";".join(comma(i.kwh) for i in slots) for day, slots in _ITALY.days().items())),
        {("IT001E00000001", IMPORT): found(_ITALY)}, file="IT001E00000001.csv",
    ),
    Kind(
        "E-REDES, ends of quarters in kW", _LISBON,
        lines("CPE;PT0002000000000001XY", "", "Data;Hora;Consumo registado (kW);Injeção na rede medida na IPr (kW);Estado",
              (f"{i.start:%Y/%m/%d};{'24:00' if i.end.hour + i.end.minute == 0 else f'{i.end:%H:%M}'};{comma(i.kw)};0,000;Real" for i in _PORTUGAL)),
        {("PT0002000000000001XY", IMPORT): found(_PORTUGAL),
         ("PT0002000000000001XY", EXPORT): found(Interval(i.start, i.end, 0.0) for i in _PORTUGAL)}, file="e-redes.csv",
    ),
]  # fmt: skip
