"""Poland, Czechia, Slovenia, Lithuania, Estonia, Finland, Turkey, Korea and China: other words for the same."""

from .making import EXPORT, IMPORT, Interval, Kind, comma, found, lines, used

_WARSAW, _PRAGUE, _LJUBLJANA, _VILNIUS, _TALLINN, _HELSINKI, _ISTANBUL, _SEOUL, _SHANGHAI = (
    "Europe/Warsaw", "Europe/Prague", "Europe/Ljubljana", "Europe/Vilnius", "Europe/Tallinn", "Europe/Helsinki",
    "Europe/Istanbul", "Asia/Seoul", "Asia/Shanghai",
)  # fmt: skip
_POLAND, _POLAND_OUT = (used(_WARSAW, "2026-05-04", 4, number=n) for n in (1, 2))
_CZECHIA, _CZECHIA_OUT = (used(_PRAGUE, "2026-05-04", 3, minutes=15, number=n, most=0.3) for n in (1, 2))
_SLOVENIA, _SLOVENIA_OUT = (used(_LJUBLJANA, "2026-05-04", 3, minutes=15, number=n, most=0.3) for n in (1, 2))
_LITHUANIA, _LITHUANIA_OUT = (used(_VILNIUS, "2026-10-24", 3, number=n) for n in (1, 2))
_SWISS, _SWISS_OUT = (used("Europe/Zurich", "2026-05-04", 3, minutes=15, number=n, most=0.3) for n in (1, 2))


def _clock_24(i) -> str:
    """The end of an hour, midnight as 24:00 of the day before."""
    return f"{i.start:%Y-%m-%d} {i.start.hour + 1:d}:00"


KINDS = [
    Kind(
        "Tauron, ends of hours to 24:00, directions in rows", _WARSAW,
        lines("Data;Wartość kWh;Rodzaj", (f"{_clock_24(i)};{comma(i.kwh)};pobór" for i in _POLAND), (f"{_clock_24(i)};{comma(i.kwh)};oddanie" for i in _POLAND_OUT)),
        {("tauron", IMPORT): found(_POLAND), ("tauron", EXPORT): found(_POLAND_OUT)}, file="tauron.csv",
    ),
    Kind(
        "a day in numbered hours, in Polish", _WARSAW,
        lines("Data;Godzina;Energia pobrana [kWh];Energia oddana [kWh]", (f"{a.start:%Y-%m-%d};{a.start.hour + 1};{comma(a.kwh)};{comma(b.kwh)}" for a, b in zip(_POLAND, _POLAND_OUT, strict=True))),
        {("pge", IMPORT): found(_POLAND), ("pge", EXPORT): found(_POLAND_OUT)}, file="pge.csv",
    ),
    Kind(
        "ČEZ, profiles in kW with their status", _PRAGUE,
        lines("Datum;Profil +A [kW];Status;Profil -A [kW];Status",
              (f"{a.end:%d.%m.%Y %H:%M};{comma(a.kw)};naměřená data OK;{comma(b.kw)};naměřená data OK" for a, b in zip(_CZECHIA, _CZECHIA_OUT, strict=True))),
        {("cez", IMPORT): found(_CZECHIA), ("cez", EXPORT): found(_CZECHIA_OUT)}, file="cez.csv",
    ),
    Kind(
        "Moj elektro, energies beside powers", _LJUBLJANA,
        lines("Časovna značka,P+ Prejeta delovna moč,P- Oddana delovna moč,Q+ Prejeta jalova moč,Energija A+,Energija A-,Energija R+,Blok",
              (f"{a.start:%Y-%m-%d %H:%M:%S},{a.kw},{b.kw},0.1,{a.kwh},{b.kwh},0.02,3" for a, b in zip(_SLOVENIA, _SLOVENIA_OUT, strict=True))),
        {("mojelektro", IMPORT): found(_SLOVENIA), ("mojelektro", EXPORT): found(_SLOVENIA_OUT)}, file="mojelektro.csv",
    ),
    Kind(
        "ESO, P+ and P- as energy, through autumn's change", _VILNIUS,
        lines("Data,P+ (kWh),P- (kWh)", (f"{a.start:%Y-%m-%d %H:%M},{a.kwh},{b.kwh}" for a, b in zip(_LITHUANIA, _LITHUANIA_OUT, strict=True))),
        {("eso", IMPORT): found(_LITHUANIA), ("eso", EXPORT): found(_LITHUANIA_OUT)}, file="eso.csv",
    ),
    Kind(
        "Elering", _TALLINN,
        lines("Mõõtepunkt;Periood;Tarbimine (kWh);Tootmine (kWh)", (f"38ZEE-00000001-A;{i.start:%d.%m.%Y %H:%M};{comma(i.kwh)};0" for i in used(_TALLINN, "2026-05-04", 4))),
        {("38ZEE-00000001-A", IMPORT): found(used(_TALLINN, "2026-05-04", 4))},
    ),
    Kind(
        "Caruna", _HELSINKI,
        lines("Ajankohta;Kulutus (kWh);Lämpötila (°C);Hinta (snt/kWh)", (f"{i.start:%d.%m.%Y %H:%M};{comma(i.kwh)};{comma(12.5, 1)};{comma(8.25, 2)}" for i in used(_HELSINKI, "2026-03-28", 3))),
        {("caruna", IMPORT): found(used(_HELSINKI, "2026-03-28", 3))}, file="caruna.csv",
    ),
    Kind(
        "in Turkish", _ISTANBUL,
        lines("Tarih;Saat;Tüketim (kWh);Üretim (kWh)", (f"{i.start:%d.%m.%Y;%H:%M};{comma(i.kwh)};0,000" for i in used(_ISTANBUL, "2026-05-04", 4))),
        {("tr", IMPORT): found(used(_ISTANBUL, "2026-05-04", 4))}, file="tr.csv",
    ),
    Kind(
        "in Korean", _SEOUL,
        lines("고객번호,일시,사용량(kWh),요금(원)", (f"0123456789,{i.start:%Y-%m-%d %H:%M},{i.kwh},{i.kwh * 120:.0f}" for i in used(_SEOUL, "2026-05-04", 3, minutes=15, most=0.3))),
        {("0123456789", IMPORT): found(used(_SEOUL, "2026-05-04", 3, minutes=15, most=0.3))},
    ),
    Kind(
        "in Chinese", _SHANGHAI,
        lines("户号,日期,时间,用电量(kWh)", (f"3100001234,{i.start:%Y-%m-%d,%H:%M},{i.kwh}" for i in used(_SHANGHAI, "2026-05-04", 3))),
        {("3100001234", IMPORT): found(used(_SHANGHAI, "2026-05-04", 3))},
    ),
    Kind(
        "Groupe E, consumption and production at the meter", "Europe/Zurich",
        lines("Date;Heure;Consommation (kWh);Production (kWh)",
              (f"{a.start:%d.%m.%Y;%H:%M};{a.kwh if n % 3 else 0};{0 if n % 3 else b.kwh}" for n, (a, b) in enumerate(zip(_SWISS, _SWISS_OUT, strict=True)))),
        {("groupe-e", IMPORT): found(Interval(i.start, i.end, i.kwh if n % 3 else 0.0) for n, i in enumerate(_SWISS)),
         ("groupe-e", EXPORT): found(Interval(i.start, i.end, 0.0 if n % 3 else i.kwh) for n, i in enumerate(_SWISS_OUT))},
        file="groupe-e.csv",
    ),
]  # fmt: skip
