"""What the header of a column of numbers says: whether it holds values, of which flow, and of which tariff or phase."""

from dataclasses import dataclass, replace

from wattwise_contract.quantities import Quantity

from . import vocabulary
from .flows import Flow, between, flow_of, is_reactive, says_flow, sign_of
from .units import Unit, unit_in

TARIFFS = vocabulary.listed("""
    ht nt hochtarif niedertarif hoch nieder haupttarif nebentarif hoog laag dal normaal normal piek dag nacht
    tag day night peak offpeak off shoulder bas haut hp hc pleines creuses punta llano valle ponta vazio
    cheias low high hog lag hoglast laglast hoj lav spids paiva yo dzienna nocna dzien noc szczyt pozaszczyt
    general controlled laagtarief hoogtarief daltarief normaaltarief
""")
_COUNTED = vocabulary.listed("""
    t f p d l phase fase tarif tariff tarief tarifa rate register fascia periodo zahlwerk
""")
_WHOLE = vocabulary.listed("""
    total gesamt totaal totale totalt summe sum summa merged aggregate whole mains main overall all
""")
_GENERIC = vocabulary.listed("""
    kwh wh mwh gwh kwhs whs kw w mw watt watts energy energie energia energi power leistung puissance potencia
    active activa aktiv ativa ativo activo electricity electric elec strom elektriciteit electricite
    electricidad value wert valor valeur waarde reading readings amount register registers index stand
    meterstand meterstanden zahlerstand zahlerstande from to in of the vom aus ins netz grid der die das de du
    en la a at per hour hours interval quantity volume out real home house actual global usage use used m
    energieverbrauch energiemenge menge act instant instantaneous currently inverter wechselrichter omvormer onduleur
""")
_SAYS_POWER = vocabulary.listed("""
    power leistung potencia puissance vermogen potenza effekt moc vykon teho
""")
_BY_ITSELF = (Flow.MADE, Flow.OWN, Flow.STORED)
_IMPORTED, _EXPORTED = (Flow.TAKEN, Flow.USED), (Flow.FED, Flow.MADE)
_MACHINES = {"pump", "pumpe", "heater", "boiler", "immersion"}
OF_ITS_FLOW = {"solar", "generation", "wind", "register"}  # that speak against a value, but not beside a flow
_LONGEST_NAME = 300


@dataclass(frozen=True)
class Header:
    """`score`: how much speaks for values (none where it is not above 0). `label`: which of a meter's registers
    (tariffs, phases) it is, empty where it says none. `subject`: the rest, such as a building's or an appliance's name."""

    name: str
    score: int
    quantity: Quantity
    flow: Flow | None
    is_power: bool
    is_whole: bool
    label: str
    subject: str

    def by_itself(self) -> "Header":
        """The same where no other column says a flow: “Production” is then a meter's name like any other."""
        return replace(self, flow=None, score=self.score + 4) if self.flow in _BY_ITSELF else self

    def as_fed(self) -> "Header":
        return replace(self, flow=Flow.FED, quantity=Quantity.ELECTRICITY_EXPORT)

    @property
    def is_electric(self) -> bool:
        return self.quantity in (Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT)


def header_of(name: str) -> Header:
    name = name[:_LONGEST_NAME]  # cells are looked at like headers, too, and may be very long
    words = vocabulary.words_of(name)
    sign = sign_of(name)
    label, is_whole, subject = (sign, sign.endswith(".0"), "") if sign else _parts(words)
    if sides := between(name):
        label, is_whole, subject = sides[1], False, ""
    flow = flow_of(name)
    if flow in _BY_ITSELF and subject:  # a production hall, a battery room: named for what is done there
        flow = None
    unit = unit_in(name)
    is_power = unit.family == "power" if unit else bool(_SAYS_POWER & set(words))
    named = None if _names_an_appliance(words, unit) else vocabulary.quantity_named_in(name)
    quantity = named or (Quantity.ELECTRICITY_EXPORT if flow is Flow.FED else Quantity.ELECTRICITY_IMPORT)
    return Header(name, _score(name, words, flow), quantity, flow, is_power, is_whole, label, subject)


def _names_an_appliance(words: list[str], unit: Unit | None) -> bool:
    """Whether water or heat in a header belong to a machine that runs on electricity: a heat pump, a water heater."""
    is_energy = unit is not None and unit.family in ("energy", "power")
    return bool(_MACHINES & set(words)) or (
        is_energy and vocabulary.quantity_named_in(" ".join(words)) is Quantity.WATER
    )


def _score(name: str, words: list[str], flow: Flow | None) -> int:
    known = set(words)
    score = 0
    values = known & (vocabulary.VALUE | vocabulary.EXPORT)
    told = flow in (Flow.FED, Flow.TAKEN) or (flow is Flow.USED and not known & {"home", "house"})
    if values or told:
        score += 1 if not told and not values - vocabulary.WEAK_VALUE else 2
    unit = unit_in(name)
    score += 2 if unit is not None and unit.family in ("energy", "power") else 0
    against = known & vocabulary.NOT_A_VALUE - TARIFFS  # “Import Day” is no count of days
    if flow in (Flow.FED, Flow.TAKEN):
        against -= OF_ITS_FLOW
    if flow in (Flow.OWN, Flow.STORED, Flow.MADE):
        score -= 4
    return score - 4 * len(against) - 4 * is_reactive(name)


def _parts(words: list[str]) -> tuple[str, bool, str]:
    """(label, whether it is the whole of what others are parts of, subject) of a header's words."""
    labels = [word for word in words if word in TARIFFS]
    is_whole = any(word in _WHOLE or word.startswith("gesamt") for word in words)
    rest = [word for word in words if word not in TARIFFS | _WHOLE | _GENERIC and not says_flow(word)]
    marked = [word for word in rest if word in _COUNTED or word.isdigit()]
    if rest == marked and len(rest) == 2 and rest[1].isdigit():  # “Import T1 kWh”; but not “Appliance 2”
        labels, rest = [*labels, " ".join(rest)], []
    elif rest == ["t"]:  # Enedis calls the total so, beside F1 to F10
        is_whole, rest = True, []
    elif len(rest) == 1 and rest[0] in ("a", "b", "c") and is_whole:  # the mains' phases
        labels, rest = [*labels, rest[0]], []
    return " ".join(labels), is_whole, " ".join(rest)


def quantity_said(text: str) -> Quantity | None:
    """The quantity that a cell says its row is of (“Injectie Nacht”, “Natural Gas”, “1-1:2.29.0”); None where it says
    none, or one that is not kept."""
    if is_reactive(text):
        return None
    named = vocabulary.quantity_named_in(text)
    if named is not None and "controlled" not in vocabulary.words_of(
        text
    ):  # “Controlled load (hot water)” is electricity
        return named
    flow = header_of(text).flow
    if flow in _EXPORTED:
        return Quantity.ELECTRICITY_EXPORT
    return Quantity.ELECTRICITY_IMPORT if flow in _IMPORTED else None
