"""The words that files use for their columns, in the languages that meter data come in."""

import re
import unicodedata

from wattwise_contract.quantities import Quantity


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TIME = _words("""
    timestamp time date datetime stamp tstp ts ds when period start begin from zeit zeitstempel datum uhrzeit von
    unix epoch beginn fecha hora inicio horodatage debut data ora inizio tijd tijdstip dato tid tidspunkt utc mtu interval
    readdate readdatetime readingdate startdate enddate end ende fin settlement
""")
CONSUMER = (
    "consumer;consumer id;consumer key;lclid;household;household id;home;home id;house;house id;customer;customer id;"
    "client;client id;dwelling;building;building id;building name;site;site id;site name;account;account id;"
    "accountnumber;account number;property;property id;premise;kunde;kundennummer;haushalt;cliente;vivienda;edificio;"
    "batiment;foyer;klant;user;user id;uid;apartment;flat;hhid;hh id;participant;participant id;osebuildingid;doeid"
)
METER = (
    "meter;meter id;meter key;meterid;mpan;mprn;mpr;mpan core;nmi;cups;ean;pod;pdl;prm;gsrn;metering point;"
    "metering point id;meter number;meter no;meter serial number;meter serial;serial;serial number;device;device id;"
    "devicenumber;sensor;sensor id;zahler;zahlernummer;zahlpunkt;zahlpunktbezeichnung;messpunkt;marktlokation;melo;"
    "malo;contador;compteur;contatore;meetpunt;series;series id;unique id;item id;channel;name;id;key;identifier"
)
VALUE = _words("""
    kwh consumption usage energy verbrauch energie consumo consommation conso verbruik forbrug forbruk load last
    demand power leistung potencia puissance value wert valor valeur waarde reading amount y import active used
    electricity elec gas heat water net actual total
""")
WEAK_VALUE = _words("value wert valor valeur waarde reading amount y total actual net")
NOT_A_VALUE = _words("""
    dew pressure humidity wind bearing visibility cloud cover precip gust speed uv ozone moon
    forecast voltage intensity reactive kvarh kvar kva temperature cost price tariff capacity generation wind
    solar register latitude longitude year week month day hour weekday predicted quality status flag count
    cumulative vorhersage prognose spannung reativa reactiva
""")
QUALITY = _words("""
    quality qualityflag flag status read type readtype estimated method qualitat estado qualite statut kwaliteit
    obtencion metodoobtencion
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
)
REGISTER = _words("""
    register registers cumulative cumulated totalizer totaliser zahlerstand zahlerstande meterstand meterstanden
    kumuliert cumulatif cumulado odometer maalerstand malerstand stand
""")
REGISTER_PHRASES = ("meter reading", "meter readings", "index kwh", "index wh", "meter index", "total kwh index")
UNIT = _words("unit units uom einheit unite unidad unita eenheid enhed")
YES = ("y", "yes", "true", "1", "ja", "si", "oui")
EXPORT = _words("""
    export exported exports feed feedin einspeisung injection injected teruglevering vertido excedente excedentes
    eingespeist reinjection immissione
""")
EXPORT_SAID = EXPORT | _words("generation")  # where a column says it of each row
QUANTITY_WORDS: tuple[tuple[frozenset[str], Quantity], ...] = (
    (EXPORT, Quantity.ELECTRICITY_EXPORT),
    (_words("gas erdgas gaz"), Quantity.GAS),
    (_words("heat warme fernwarme chauffage heating"), Quantity.HEAT),
    (_words("water wasser agua eau acqua"), Quantity.WATER),
    (_words("temperature temperatur temperatura temp"), Quantity.TEMPERATURE),
    (_words("price preis precio prix tariff prezzo"), Quantity.PRICE),
    (_words("co2 carbon"), Quantity.CARBON_INTENSITY),
)


def words_of(name: str) -> list[str]:
    """The words of a header, lower case, without accents: "LCLid" → lclid; "ReadDatetime" → read datetime."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z])(?=[kKMG]Wh?\b)|(?<=[a-fh-jln-z])(?=Wh\b)", " ", plain)  # consumptionkWh
    plain = re.sub(r"(?i)(?<![a-z])[kmg]?wh?(?![a-z])", lambda unit: unit[0].lower(), plain)
    spaced = re.sub(r"([a-z])([A-Z][a-z])", r"\1 \2", plain)
    spaced = re.sub(r"([a-z]{3})([A-Z]{2,})\b", r"\1 \2", spaced)  # HourUTC
    spaced = re.sub(r"([a-z]{4})([CF])\b", r"\1 \2", spaced)  # TemperatureC
    return re.findall(r"[a-z]+|\d+", spaced.lower())


def says_register(name: str) -> bool:
    """Whether a header says that its column holds the running count of a register."""
    return bool(REGISTER & set(words_of(name))) or any(phrase in phrase_of(name) for phrase in REGISTER_PHRASES)


def phrase_of(name: str) -> str:
    return " ".join(words_of(name))


def rank_among(name: str, phrases: str) -> int | None:
    """The place of a header in a list of phrases, best first; None where it is none of them."""
    listed = phrases.split(";")
    for phrase in (phrase_of(name), phrase_of(name).replace(" ", "")):
        if phrase in listed:
            return listed.index(phrase)
    return None


def quantity_named_in(name: str) -> Quantity | None:
    words = set(words_of(name))
    return next((quantity for known, quantity in QUANTITY_WORDS if known & words), None)


def zone_said_in(header: str) -> str:
    """ "UTC" where the header of a column of times says so; else empty."""
    return "UTC" if {"utc", "gmt"} & set(words_of(header)) else ""
