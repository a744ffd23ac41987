"""Details of consumers from tables: who they are of, what they are called, of what type."""

import pytest

from wattwise_consumption.problems import BadFile
from wattwise_contract.meters import AttributeDefinition, AttributeGroup, AttributeType
from wattwise_contract.recipes import ImportKind, Recipe

BUILT_IN = [
    AttributeDefinition(key="floor_area_m2", label="Floor area", type=AttributeType.NUMBER, unit="m²"),
    AttributeDefinition(key="occupants", label="Occupants", type=AttributeType.INTEGER),
    AttributeDefinition(key="has_solar", label="Solar panels", type=AttributeType.BOOLEAN),
    AttributeDefinition(
        key="house_type", label="House type", type=AttributeType.CATEGORY, choices=["detached", "apartment"]
    ),
    AttributeDefinition(key="construction_year", label="Construction year", type=AttributeType.INTEGER),
]
HOMES = """household,House type,square feet,people,PV,year built,income,notes,built on
H1,detached,1076.391,4,yes,1968,high,likes cats,1968-05-01
H2,apartment,538.1955,1,no,2001,low,,2001-11-30
H3,,,2,no,unknown,middle,moved in 2020,1999-01-02
H4,detached,2152.782,5,yes,1950,high,corner house,1950-06-06
"""


def consumers(imported):
    return {each.key: each for part in imported.consumer_parts for each in part.details.consumers}


def definitions(imported):
    return {each.key: each for part in imported.consumer_parts for each in part.details.definitions}


def test_known_words_become_known_details_in_their_unit(import_files) -> None:
    imported = import_files(homes_DOT_csv=HOMES, kept=BUILT_IN)
    home = consumers(imported)["H1"].attributes
    assert float(home["floor_area_m2"]) == pytest.approx(100, abs=0.01)
    assert (float(home["occupants"]), home["has_solar"], home["house_type"]) == (4, "yes", "detached")
    assert float(home["construction_year"]) == 1968


def test_unknown_words_become_new_details_of_a_fitting_type(import_files) -> None:
    found = definitions(import_files(homes_DOT_csv=HOMES, kept=BUILT_IN))
    assert found["income"].type is AttributeType.CATEGORY
    assert found["income"].group is AttributeGroup.PERSONAL
    assert found["notes"].type is AttributeType.TEXT
    assert found["notes"].clustering is False
    assert found["built_on"].type is AttributeType.DATE


def test_a_blank_is_no_detail(import_files) -> None:
    home = consumers(import_files(homes_DOT_csv=HOMES, kept=BUILT_IN))["H3"].attributes
    assert "floor_area_m2" not in home
    assert "house_type" not in home
    assert home["construction_year"] == "unknown"  # for the backend to say why not


def test_the_key_is_the_column_that_matches_consumers_here(import_files) -> None:
    text = "id,customer,area\n1,A-17,80\n2,A-18,90\n3,B-1,70\n"
    imported = import_files(homes_DOT_csv=text, keys=frozenset({"A-17", "B-1"}))
    assert set(consumers(imported)) == {"A-17", "A-18", "B-1"}


def test_of_a_consumer_that_is_there_twice_the_last_row_counts(import_files) -> None:
    imported = import_files(homes_DOT_csv="household,area m2,floors\nH1,80,1\nH2,90,1\nH1,85,2\n")
    (part,) = imported.consumer_parts
    assert part.details.notes.duplicate == 1
    assert float(consumers(imported)["H1"].attributes["area_m_2"]) == 85


def test_a_row_without_a_key_is_rejected_with_its_line(import_files) -> None:
    imported = import_files(homes_DOT_csv="household,area,floors\nH1,80,1\n,90,1\nH3,70,2\n")
    (part,) = imported.consumer_parts
    assert [row.line for row in part.details.notes.rejected] == [3]
    assert part.details.notes.read == 3


def test_dates_about_homes_do_not_make_readings_of_them(import_files) -> None:
    text = "uid,datastart,dataend,sqm,use,industry,floors,rating\n" + "".join(
        f"Office_{n},01/01/15 00:00,31/12/15 23:00,{n * 100},office,education,{n},A\n" for n in range(1, 9)
    )
    imported = import_files(buildings_DOT_csv=text)
    assert imported.readings.height == 0
    assert len(consumers(imported)) == 8


def test_a_named_key_column_must_be_there(import_files) -> None:
    recipe = Recipe(kind=ImportKind.CONSUMERS, consumer_column="customer no")
    with pytest.raises(BadFile, match="no column “customer no”.*The columns are: “household”"):
        import_files(homes_DOT_csv=HOMES, recipe=recipe)
