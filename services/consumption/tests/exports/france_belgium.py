"""France and Belgium."""

from .making import EXPORT, IMPORT, Interval, Kind, Use, comma, found, iso, lines, used

_PARIS = "Europe/Paris"
_BRUSSELS = "Europe/Brussels"
_HEAD = "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape metier;Unite"
_AUTUMN = used(_PARIS, "2026-10-24", 3, minutes=30)
_HOURS = used(_PARIS, "2026-05-04", 4)
_DAYS = used(_PARIS, "2026-05-04", 20, minutes=1440, most=20)
_FLUVIUS = ("Van (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);EAN-code;Meter;Metertype;Register;Volume;Eenheid;"
            "Validatiestatus;Omschrijving")  # fmt: skip
_QUARTERS, _FED = (used(_BRUSSELS, "2026-03-28", 3, minutes=15, number=n, most=0.3) for n in (1, 2))


def _watts(use: Use) -> tuple[Use, list[str]]:
    """The use as whole watts tell it, and those."""
    watts = [round(i.kw * 1000) for i in use]
    told = [Interval(i.start, i.end, w / 1000 * (i.kwh / i.kw)) for i, w in zip(use, watts, strict=True)]
    return Use(tuple(told)), [f"{iso(i.end)};{w}" for i, w in zip(use, watts, strict=True)]


_AUTUMN_TOLD, _AUTUMN_ROWS = _watts(_AUTUMN)
_HOURS_TOLD, _HOURS_ROWS = _watts(_HOURS)


def _is_day(i: Interval) -> bool:
    return 7 <= i.start.hour < 22


def _fluvius(use: Use, what: str) -> list[str]:
    """Of each quarter, the row of the tariff that applied has a volume, and that of the other one is empty."""
    rows = []
    for i in use:
        for tariff, applies in (("Dag", _is_day(i)), ("Nacht", not _is_day(i))):
            volume = comma(i.kwh) if applies else ""
            rows.append(f'{i.start:%d-%m-%Y;%H:%M:%S};{i.end:%d-%m-%Y;%H:%M:%S};="541448800000000017";1SAG1100000001;'
                        f"Digitale meter;{what} {tariff};{volume};{'kWh'};{'Gevalideerd' if applies else 'Geen verbruik'};")  # fmt: skip
    return rows


def _fluvius_days() -> list[str]:
    rows = []
    for use, what in ((_QUARTERS, "Afname"), (_FED, "Injectie")):
        for day, slots in use.days().items():
            end = slots[-1].end
            for tariff, wanted in (("Dag", True), ("Nacht", False)):
                volume = sum(i.kwh for i in slots if _is_day(i) is wanted)
                rows.append(f"{day:%d-%m-%Y};00:00:00;{end:%d-%m-%Y};00:00:00;541448800000000017;1SAG1100000001;Digitale meter;"
                            f"{what} {tariff};{comma(volume)};kWh;{'Geschat' if day.day == 29 else 'Uitgelezen'};")  # fmt: skip
    return rows


def _by_day(use: Use) -> Use:
    return Use(
        tuple(Interval(slots[0].start, slots[-1].end, sum(i.kwh for i in slots)) for slots in use.days().values())
    )


_INDEX = [
    f"{iso(at)};Arrêté quotidien;{round(count * 600)};{round(count * 400)};;;;;;;;;{round(count * 600)};{round(count * 400)};;;{round(count * 600) + round(count * 400)}"
    for at, count in _DAYS.counted(11538)
]

KINDS = [
    Kind(
        "Enedis, load curve in watts, through autumn's change", _PARIS,
        "\ufeff" + lines(f"{_HEAD};Pas en minutes", "09111642617347;Courbe de charge;24/10/2026;27/10/2026;Energie active;Consommation;Comptage Brut;W;30",
              "Horodate;Valeur", _AUTUMN_ROWS),
        {("09111642617347", IMPORT): found(_AUTUMN_TOLD)}, file="Enedis_Conso_Heure.csv",
    ),
    Kind(
        "Enedis, what was produced, hourly", _PARIS,
        lines(f"{_HEAD};Pas en minutes", "09111642617347;Courbe de charge;04/05/2026;08/05/2026;Energie active;Production;Comptage Brut;W;",
              "", "Horodate;Valeur", _HOURS_ROWS),
        {("09111642617347", EXPORT): found(_HOURS_TOLD)}, file="Enedis_Prod.csv",
    ),
    Kind(
        "Enedis, daily index in watt hours, with the tariffs' and a third block", _PARIS,
        lines(_HEAD, "09111642617347;Index;04/05/2026;24/05/2026;Energie active;Consommation;Comptage Brut;Wh",
              "Horodate;Type de releve;" + ";".join(f"EAS F{n}" for n in range(1, 11)) + ";EAS D1;EAS D2;EAS D3;EAS D4;EAS T", _INDEX,
              "Periode;Identifiant calendrier fournisseur;Libelle calendrier fournisseur;Identifiant classe temporelle 1;Libelle classe temporelle 1",
              "Du 2021-04-01T01:00:00+02:00 au;FC000005;Tempo;HC01;Heures Creuses"),
        {("09111642617347", IMPORT): found(_DAYS)}, file="Enedis_Index.csv", tolerance=0.01, rejected=2,
    ),
    Kind(
        "Enedis, days", _PARIS,
        lines("Identifiant PRM;Type de donnees;Date de debut;Date de fin", "09111642617347;Consommation quotidienne;04/05/2026;24/05/2026", "",
              "Date;Valeur (en kWh)", (f"{i.start:%d/%m/%Y};{comma(i.kwh, 3)}" for i in _DAYS)),
        {("09111642617347", IMPORT): found(_DAYS)}, file="Enedis_Conso_Jour.csv",
    ),
    Kind(
        "Enedis' answer to professionals: a table with every detail in each row", _PARIS,
        lines("Date de la mesure;Heure de la mesure;Valeur;Statut de la mesure;PRM;Type de données;Date de début;Date de fin;Grandeur métier;"
              "Grandeur physique;Statut demandé;Unité;Pas en minutes",
              (f"{i.start:%d/%m/%Y;%H:%M};{round(i.kw * 1000)};{'Réel' if n else 'Estimé'};30001234567890;Courbe de charge;04/05/2026;08/05/2026;CONS;EA;BRUT;W;60"
               for n, i in enumerate(_HOURS))).encode("cp1252"),
        {("30001234567890", IMPORT): found(_HOURS_TOLD)}, estimated=1,
    ),
    Kind(
        "Fluvius, quarter hours, through spring's change", _BRUSSELS,
        "\ufeff" + lines(_FLUVIUS, _fluvius(_QUARTERS, "Afname"), _fluvius(_FED, "Injectie")),
        {("541448800000000017", IMPORT): found(_QUARTERS), ("541448800000000017", EXPORT): found(_FED)},
        file="Verbruikshistoriek_elektriciteit_541448800000000017_kwartiertotalen.csv",
    ),
    Kind(
        "Fluvius, days by tariff", _BRUSSELS, lines(_FLUVIUS, _fluvius_days()),
        {("541448800000000017", IMPORT): found(_by_day(_QUARTERS)), ("541448800000000017", EXPORT): found(_by_day(_FED))},
        file="Verbruikshistoriek_elektriciteit_dagtotalen.csv", estimated=2, tolerance=0.003,
    ),
]  # fmt: skip
