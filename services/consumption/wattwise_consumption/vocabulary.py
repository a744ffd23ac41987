"""The words that files use for their columns, in the languages that meter data come in."""

import re
import unicodedata
from functools import cache, lru_cache

from wattwise_contract.quantities import Quantity


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(text.split())


TIME = listed("""
    timestamp time date datetime stamp tstp ts ds when period start begin from zeit zeitstempel datum uhrzeit von
    beginn fecha hora inicio horodatage horodate debut data ora inizio giorno tijd tijdstip dato tid tidspunkt utc mtu
    interval readdate readdatetime readingdate startdate enddate end ende fin settlement fra til uur dag messzeitpunkt
    zeitpunkt zeitraum startzeit endzeit ablesezeitraum unix epoch algus lopp alkuaika data hora godzina cas datum 年月日
    日時 日付 時刻 開始日時 일시 날짜 시간 日期 时间 tarih saat godzina ajankohta aika paivamaara
    month monat mois mes mese maand maned manad kuukausi miesiac mesic ay period periode periodo periood
""")
CONSUMER = (
    "consumer;consumer id;consumer key;lclid;household;household id;home;home id;house;house id;customer;customer id;"
    "client;client id;dwelling;building;building id;building name;site;site id;site name;account;account id;"
    "accountnumber;account number;property;property id;premise;kunde;kundennummer;haushalt;cliente;vivienda;edificio;"
    "batiment;foyer;klant;user;user id;uid;apartment;flat;hhid;hh id;participant;participant id;osebuildingid;doeid;"
    "bldg id;dataid;contrat;contrato;contract;contract id;contract account;お客さま番号;お客様番号;고객번호;户号"
)
METER = (
    "geratenummer;geratenr;zahlernr;portfolio manager meter id;numero pce;numero de pce;id pce;pce id;numero pdl;numero prm;numero de pdl;mpan;mprn;mpr;mpan core;meter point;meter point id;nmi;cups;ean;ean code;eancode;ean nummer;pod;codice pod;pdl;pce;cpe;prm;identifiant prm;identifiant pdl;gsrn;metering point gsrn;"
    "ppe;nr ppe;numer ppe;nr licznika;numer licznika;matarnummer;malernummer;kayttopaikkatunnus;eic;ean kod;"
    "esiid;esi id;entity id;icp;icp number;supply point;service point;service point id;malepunkt;malepunkt id;malepunkts id;"
    "anlaggnings id;anlaggningsid;kayttopaikka;供給地点特定番号;messlokation;malo;melo;meter;meter id;meter key;metering point;metering point id;meter number;meter no;meter serial number;meter serial;serial;serial number;device;device id;"
    "devicenumber;sensor;sensor id;zahler;zahlernummer;zahlpunkt;zahlpunktbezeichnung;messpunkt;marktlokation;melo;"
    "malo;contador;compteur;contatore;meetpunt;series;series id;unique id;item id;channel;name;id;key;identifier"
)
VALUE = listed("""
    kwh consumption usage energy verbrauch energie consumo consommation conso verbruik forbrug forbruk load last
    demand power leistung potencia puissance value wert valor valeur waarde reading amount y import active used
    electricity elec gas heat water net actual total kwhs whs quantity volume mangde maengde ilosc menge
    consumed consumido consumed bezug netzbezug gesamtverbrauch hausverbrauch lastgang afname levering delivered imported
    grid mains main aggregate whole kulutus forbrukning elforbrukning prelievo prelevata soutirage uttag pobor odber
    ae eas tuketim 사용량 用电量 使用量 使用電力量 電力量
""")
WEAK_VALUE = listed("value wert valor valeur waarde reading amount y total actual net quantity volume menge")
NOT_A_VALUE = listed("""
    dew pressure humidity wind bearing visibility cloud cover precip gust speed uv ozone moon
    forecast voltage intensity reactive kvarh kvar kva temperature cost price tariff capacity generation wind
    solar register latitude longitude year week month day hour weekday predicted quality status flag count
    cumulative vorhersage prognose spannung reativa reactiva reativo reactivo reaktiv reactif id number nummer code
    unix epoch duration currently min max minimum maximum percent soc ladezustand eigendeckung restnetzbezug ideeller
    kosten preis cout prix coste costo kosten standing charge amp ampere freq frequency kvah autocons
    apparent aprt aparente apparente scheinleistung today yesterday rssi uptime pf
""")
QUALITY = listed("""
    quality qualityflag flag status read type readtype estimated method qualitat estado qualite statut kwaliteit
    obtencion metodoobtencion validatiestatus kvalitet kvalitetskod estimation estimado imputed jakosc
""")
ESTIMATED = (
    "e",
    "est",
    "estimated",
    "estimate",
    "estimada",
    "estimado",
    "geschatzt",
    "geschätzt",
    "ersatzwert",
    "estime",
    "estimé",
    "estimée",
    "s",
    "f",
    "stimato",
    "stimata",
    "geschat",
    "estimeret",
    "anslået",
    "substituted",
    "substitute",
    "final substituted",
    "forecast",
    "interpolated",
    "calculated",
    "profiled",
    "vorläufig",
    "provisional",
    "hochgerechnet",
    "estimert",
    "beregnet",
    "stipulert",
    "beräknad",
    "uppskattad",
    "estimé(e)",
    "l2",
    "l3",
    "imputed",
    "推定",
)
REGISTER = listed("""
    register registers cumulative cumulated totalizer totaliser zahlerstand zahlerstande meterstand meterstanden
    kumuliert cumulatif cumulado odometer maalerstand malerstand stand
""")
REGISTER_PHRASES = ("meter reading", "meter readings", "index kwh", "index wh", "meter index", "total kwh index")
MAY_COUNT = listed("total totals totale totaal totalt gesamt lifetime counter zahler")
UNIT = listed("unit units um udm uom einheit unite unidad unita eenheid enhed")
YES = ("y", "yes", "true", "1", "ja", "si", "oui")
EXPORT = listed("""
    export exported exports feed feedin einspeisung netzeinspeisung injection injected injectie injecao injeccion
    teruglevering vertido vertida excedente excedentes eingespeist reinjection immissione immessa inmatning overskudd
""")
QUANTITY_WORDS: tuple[tuple[frozenset[str], Quantity], ...] = (
    (EXPORT, Quantity.ELECTRICITY_EXPORT),
    (listed("gas erdgas gaz naturgas aardgas metano maakaasu plyn"), Quantity.GAS),
    (
        listed("""
        heat warme fernwarme chauffage heating fjernvarme fjarrvarme varme kaukolampo teplo cieplo warmte stadsverwarming
        teleriscaldamento
    """),
        Quantity.HEAT,
    ),
    (
        listed("water wasser agua eau acqua vatten vand vann vesi woda voda kaltwasser warmwasser trinkwasser"),
        Quantity.WATER,
    ),
    (listed("temperature temperatur temperatura temp"), Quantity.TEMPERATURE),
    (listed("price preis precio prix tariff prezzo"), Quantity.PRICE),
    (listed("co2 carbon"), Quantity.CARBON_INTENSITY),
)


# Words that are made of a medium and what is done with it: “Gasverbrauch”, “waterverbruik”, “fjernvarmeforbrug”.
_MEASURED = r"(?:verbr|zahl|bezug|menge|mengde|verbru|forbr|stand|lever|liefer|meter|energi)"
_COMPOUNDS = (
    (re.compile(rf"(?:erd|natur|aard)?gas{_MEASURED}"), Quantity.GAS),
    (re.compile(rf"(?:fern|nah|fjern|fjarr|ab)?[wv]arm(?:e|te){_MEASURED}"), Quantity.HEAT),
    (re.compile(rf"(?:kalt|trink|drink)?(?:wasser|water|vatten|vand|vann){_MEASURED}"), Quantity.WATER),
)


_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "þ": "th"})


def words_of(name: str) -> list[str]:
    """The words of a header, lower case, without accents: "LCLid" → lclid; "ReadDatetime" → read datetime;
    "Mængde" → maengde. Letters of other scripts stay as they are."""
    return list(_words_of(name))


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    plain = unicodedata.normalize("NFKC", re.sub(r"[\u0300-\u036f]", "", plain))
    plain = re.sub(r"(?<=[a-z])(?=[kKMG]Wh?\b)|(?<=[a-fh-jln-z])(?=Wh\b)", " ", plain)  # consumptionkWh
    plain = re.sub(r"(?i)(?<![a-z])[kmg]?w(?:hs?)?(?![a-z])", lambda unit: unit[0].lower(), plain)
    spaced = re.sub(r"([a-z])([A-Z][a-z])", r"\1 \2", plain)
    spaced = re.sub(r"([a-z]{3})([A-Z]{2,})\b", r"\1 \2", spaced)  # HourUTC
    spaced = re.sub(r"([a-z]{4})([CF])\b", r"\1 \2", spaced)  # TemperatureC
    return tuple(re.findall(r"[^\W\d_]+|\d+", spaced.lower()))


def says_register(name: str) -> bool:
    """Whether a header says that its column holds the running count of a register."""
    return bool(REGISTER & set(words_of(name))) or any(phrase in phrase_of(name) for phrase in REGISTER_PHRASES)


def may_say_register(name: str) -> bool:
    """Whether a header may as well be that of a register's count: “total_kwh”."""
    return bool(MAY_COUNT & set(words_of(name)))


def phrase_of(name: str) -> str:
    return " ".join(words_of(name))


def rank_among(name: str, phrases: str) -> int | None:
    """The place of a header in a list of phrases, best first; None where it is none of them."""
    return _ranks(phrases).get(phrase_of(name).replace(" ", ""))


@cache
def _ranks(phrases: str) -> dict[str, int]:
    """The place of each phrase, without the blanks in it, which headers leave out as they like."""
    listed = [phrase.replace(" ", "") for phrase in phrases.split(";")]
    return {phrase: place for place, phrase in reversed(list(enumerate(listed)))}


def quantity_named_in(name: str) -> Quantity | None:
    words = words_of(name)
    named = next((quantity for known, quantity in QUANTITY_WORDS if not known.isdisjoint(words)), None)
    if named is not None:
        return named
    return next((quantity for made, quantity in _COMPOUNDS if any(made.match(word) for word in words)), None)


def zone_said_in(header: str) -> str:
    """ "UTC" where the header of a column of times says so; else empty."""
    return "UTC" if {"utc", "gmt"} & set(words_of(header)) else ""
