"""Other names of the details that every organization keeps."""

from .vocabulary import phrase_of

_SYNONYMS: dict[str, str] = {
    "house_type": "house type;dwelling type;housing unit type;property type;building type;home type;haustyp;type of home",
    "floor_area_m2": "floor area;total floor area;area;sqm;m2;sqft;square feet;square footage;totsqft en;totsqft;wohnflache;"
    "living area;surface;size sqm;size sqft;floor area m2;floor area sqm;floor area sqft",
    "bedrooms": "bedrooms;number of bedrooms;bed rooms;no of bedrooms;num bedrooms;beds",
    "construction_year": "construction year;year built;yearbuilt;built;build year;year of construction;baujahr",
    "insulation": "insulation;insulation level;insulation quality;well insulated",
    "heating": "heating;heating type;heating fuel;main heating;space heating fuel;heizung;primary heating;mainheatingtype;heatingtype",
    "has_solar": "has solar;solar;pv;has pv;solar panels;photovoltaic",
    "occupants": "occupants;number of occupants;household size;people;residents;persons;num occupants;nhsldmem;members;personen",
    "children": "children;number of children;num children;kids;kinder;numchild",
    "work_pattern": "work pattern;employment;employment status;working pattern",
    "has_electric_car": "has electric car;electric car;ev;has ev;electric vehicle;e auto",
    "tariff": "tariff;tariff type;rate plan;tarif",
}
_BY_PHRASE = {phrase: key for key, phrases in _SYNONYMS.items() for phrase in phrases.split(";")}


def known_detail(name: str) -> str:
    """The key of the built-in detail that a header means; empty where it means none."""
    phrase = phrase_of(name)
    return _BY_PHRASE.get(phrase) or _BY_PHRASE.get(phrase.replace(" ", "")) or ""
