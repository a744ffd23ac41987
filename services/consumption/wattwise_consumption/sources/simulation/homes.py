"""The homes of a simulated neighbourhood and the people in them: five kinds of household, each varied.

Shares and sizes follow what housing surveys of north-western Europe report (detached homes larger and newer in heat
pump streets; flats of 45 to 75 m² with one or two adults; retired couples in older semi-detached houses).
"""

from dataclasses import dataclass

import numpy as np

from wattwise_contract.meters import AttributeValue

_STREETS = ("Alder Lane", "Brook Street", "Mill Row", "Orchard Way", "Station Road", "Weir Gardens")


@dataclass(frozen=True)
class Kind:
    """A kind of household: the share of homes that are of it, and what its homes are like (mean, spread)."""

    share: float
    house_types: tuple[str, ...]
    floor_area_m2: tuple[float, float]
    construction_year: tuple[int, int]  # between
    insulation: tuple[str, ...]
    heating: tuple[str, ...]
    adults: tuple[int, ...]
    children: tuple[int, ...]
    work_pattern: tuple[str, ...]
    electric_car: float  # probability
    solar: float


KINDS = (
    Kind(0.20, ("detached",), (172, 20), (2008, 2023), ("very good", "good", "very good"), ("heat pump",), (2, 2, 3),
         (1, 2, 2, 3), ("away by day", "mixed"), 0.70, 0.75),
    Kind(0.27, ("terraced", "terraced", "semi-detached"), (112, 12), (1965, 1998), ("average", "average", "good"),
         ("gas",), (2,), (1, 2, 2, 3), ("away by day", "mixed", "mixed"), 0.15, 0.20),
    Kind(0.23, ("apartment",), (56, 9), (1985, 2018), ("good", "average"), ("gas", "district heat"), (1, 1, 2), (0,),
         ("away by day", "away by day", "shifts"), 0.05, 0.0),
    Kind(0.18, ("semi-detached", "detached"), (128, 14), (1930, 1972), ("poor", "average", "poor"), ("gas",), (2, 1, 2),
         (0,), ("retired", "retired", "at home"), 0.05, 0.15),
    Kind(0.12, ("apartment", "terraced"), (74, 9), (1958, 1980), ("poor", "average"), ("electric",), (1, 2), (0, 0, 1),
         ("at home", "shifts", "mixed"), 0.0, 0.0),
)  # fmt: skip


@dataclass(frozen=True)
class Home:
    key: str
    name: str
    kind: int
    house_type: str
    floor_area_m2: float
    bedrooms: int
    construction_year: int
    insulation: str
    heating: str
    occupants: int
    children: int
    work_pattern: str
    has_electric_car: bool
    has_solar: bool
    tariff: str
    thrift: float  # how much this household uses of what others like it use, around 1
    habit_slots: float  # how much later than others it lives, in half hours
    solar_kwp: float

    @property
    def attributes(self) -> dict[str, AttributeValue]:
        shown = (
            "house_type", "floor_area_m2", "bedrooms", "construction_year", "insulation", "heating", "occupants",
            "children", "work_pattern", "has_electric_car", "has_solar", "tariff",
        )  # fmt: skip
        return {name: getattr(self, name) for name in shown}


def draw_homes(count: int, rng: np.random.Generator) -> list[Home]:
    """So many homes, the kinds in their shares, in the order of their keys. Every kind is there from 20 homes on."""
    shares = np.cumsum([kind.share for kind in KINDS])
    kinds = np.searchsorted(shares, (np.arange(count) + 0.5) / count)
    rng.shuffle(kinds)
    return [_draw(number, int(kind), rng) for number, kind in enumerate(kinds, start=1)]


def _draw(number: int, kind_number: int, rng: np.random.Generator) -> Home:
    kind = KINDS[kind_number]
    area = float(np.clip(rng.normal(*kind.floor_area_m2), 32, 260))
    adults, children = int(rng.choice(kind.adults)), int(rng.choice(kind.children))
    has_car, has_solar = bool(rng.random() < kind.electric_car), bool(rng.random() < kind.solar)
    heating = str(rng.choice(kind.heating))
    night_saver = heating == "electric" or (has_car and rng.random() < 0.5)
    return Home(
        key=f"home-{number:03d}",
        name=f"{1 + number // len(_STREETS) * 2} {_STREETS[number % len(_STREETS)]}",
        kind=kind_number,
        house_type=str(rng.choice(kind.house_types)),
        floor_area_m2=round(area, 1),
        bedrooms=int(np.clip(round(area / 36), 1, 6)),
        construction_year=int(rng.integers(*kind.construction_year, endpoint=True)),
        insulation=str(rng.choice(kind.insulation)),
        heating=heating,
        occupants=adults + children,
        children=children,
        work_pattern=str(rng.choice(kind.work_pattern)),
        has_electric_car=has_car,
        has_solar=has_solar,
        tariff="night saver" if night_saver else "standard",
        thrift=float(np.clip(rng.lognormal(-0.02, 0.2), 0.6, 1.7)),
        habit_slots=float(rng.normal(0, 0.8)),
        solar_kwp=round(float(np.clip(rng.normal(4.4, 1.2), 2.0, 8.0)), 1) if has_solar else 0.0,
    )
