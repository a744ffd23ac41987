"""Clusters of homes by their details: found again, explained in words, honest about what is left out."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattwise_clustering.curves import daily_curves, mean_curve
from wattwise_clustering.details import TooFewDetails, describe
from wattwise_clustering.kmeans import TooFewConsumers, group
from wattwise_clustering.pipeline import clustering_of
from wattwise_contract.meters import AttributeDefinition, AttributeType, Consumer

RECS = Path(__file__).parents[4] / "shared" / "data" / "recs2015" / "recs_2015_shared.csv.gz"
LONDON = Path(__file__).parents[4] / "shared" / "data" / "lcl_households" / "household_information.csv"

HOUSE_TYPE = AttributeDefinition(key="house_type", label="House type", type=AttributeType.CATEGORY)
FLOOR_AREA = AttributeDefinition(key="floor_area_m2", label="Floor area", type=AttributeType.NUMBER, unit="m²")
OCCUPANTS = AttributeDefinition(key="occupants", label="Occupants", type=AttributeType.INTEGER)
ELECTRIC_CAR = AttributeDefinition(key="has_electric_car", label="Electric car", type=AttributeType.BOOLEAN)
HOUSE = [HOUSE_TYPE, FLOOR_AREA, OCCUPANTS, ELECTRIC_CAR]


def consumer(number, **attributes):
    return Consumer(id=number, organization_id=1, key=f"home {number}", timezone="UTC", attributes=attributes)


def street():
    """20 small flats and 10 large villas with cars, in turns."""
    random = np.random.default_rng(3)
    homes = []
    for i in range(30):
        villa = i % 3 == 0
        homes.append(
            consumer(
                i + 1,
                house_type="villa" if villa else "flat",
                floor_area_m2=float(random.normal(220 if villa else 60, 8)),
                occupants=int(random.integers(3, 6) if villa else random.integers(1, 3)),
                has_electric_car=villa,
            )
        )
    return homes


def clustered(consumers, definitions):
    details = describe(consumers, definitions)
    return clustering_of(details, group(details.matrix, seed=1), {})


def test_flats_and_villas_are_told_apart_and_the_larger_group_is_number_one():
    clustering = clustered(street(), HOUSE)
    assert clustering.k == 2
    assert [cluster.size for cluster in clustering.clusters] == [20, 10]
    villas = {m.consumer_id for m in clustering.memberships if m.cluster_number == 2}
    assert villas == set(range(1, 31, 3))
    assert clustering.silhouette > 0.6
    assert clustering.silhouette == pytest.approx(np.mean([m.silhouette for m in clustering.memberships]), abs=1e-3)


def test_what_makes_a_cluster_special_is_said_with_numbers():
    villas = clustered(street(), HOUSE).clusters[1]
    told = {distinction.attribute: distinction for distinction in villas.distinctions}
    assert villas.sentence.startswith("These 10 consumers stand out: ")
    strongest = villas.distinctions[0]
    assert strongest.label.lower() in villas.sentence
    assert "overall" in villas.sentence
    assert strongest.strength > 1
    assert told.keys() <= {definition.key for definition in HOUSE}
    assert villas.label


def test_details_that_say_the_same_are_told_once():
    villas = clustered(street(), HOUSE).clusters[1]
    assert len(villas.distinctions) < len(HOUSE)  # here, the type of house says it all


def test_the_same_consumers_give_the_same_clusters():
    assert clustered(street(), HOUSE) == clustered(street(), HOUSE)


def test_labels_differ_from_cluster_to_cluster():
    clustering = clustered([consumer(i, tariff="day" if i % 4 else "night") for i in range(24)], [
        AttributeDefinition(key="tariff", label="Tariff", type=AttributeType.CATEGORY)
    ])  # fmt: skip
    labels = [cluster.label for cluster in clustering.clusters]
    assert len(set(labels)) == len(labels)
    assert (
        clustering.notes[0]
        == "Only one detail describes these consumers (Tariff), so the clusters say little beyond that."
    )


def test_identifiers_constants_free_text_and_rarities_are_left_out_and_named():
    definitions = [
        *HOUSE,
        AttributeDefinition(key="survey_id", label="Survey number", type=AttributeType.INTEGER),
        AttributeDefinition(key="street", label="Street", type=AttributeType.CATEGORY),
        AttributeDefinition(key="address", label="Address", type=AttributeType.CATEGORY),
        AttributeDefinition(key="remark", label="Remark", type=AttributeType.TEXT),
        AttributeDefinition(key="pool", label="Pool", type=AttributeType.BOOLEAN),
        AttributeDefinition(key="secret", label="Secret", type=AttributeType.NUMBER, clustering=False),
    ]
    homes = [
        home.model_copy(
            update={
                "attributes": home.attributes
                | {"survey_id": 9000 + 7 * home.id, "street": "Mill Lane", "address": f"Mill Lane {home.id}"}
                | {"remark": "-", "secret": 1.0 * home.id}
                | ({"pool": True} if home.id < 5 else {})
            }
        )
        for home in street()
    ]
    clustering = clustered(homes, definitions)
    assert set(clustering.attributes) == {definition.key for definition in HOUSE}
    notes = " ".join(clustering.notes)
    for words in (
        "identifiers: Survey number",
        "the same for all: Street",
        "different for nearly every consumer: Address",
        "free text: Remark",
        "known of fewer than 30%: Pool",
    ):
        assert words in notes
    assert "Secret" not in notes


def test_unknown_details_are_no_obstacle_and_homes_without_any_stay_out():
    homes = street()
    homes[4] = consumer(5, house_type="flat", floor_area_m2=None)
    homes += [consumer(31), consumer(32, house_type="")]
    clustering = clustered(homes, HOUSE)
    assert len(clustering.memberships) == 30
    assert "2 consumers have no details and are in no cluster." in clustering.notes
    flats = {m.consumer_id for m in clustering.memberships if m.cluster_number == 1}
    assert 5 in flats


def test_one_giant_is_not_a_cluster_of_its_own():
    homes = street()
    homes[0] = homes[0].model_copy(update={"attributes": homes[0].attributes | {"floor_area_m2": 90_000.0}})
    assert [cluster.size for cluster in clustered(homes, HOUSE).clusters] == [20, 10]


def test_a_detail_repeated_a_hundred_times_counts_once():
    once, often = with_echoes(1), with_echoes(100)
    assert numbers_of(clustered(*often)) == numbers_of(clustered(*once))
    assert any("say the same" in note for note in clustered(*often).notes)


def with_echoes(count):
    """The street, and one more detail of no meaning, so many times over."""
    noise = np.random.default_rng(5).normal(size=30)
    definitions = [
        AttributeDefinition(key=f"echo_{i}", label=f"Echo {i}", type=AttributeType.NUMBER) for i in range(count)
    ]
    homes = [
        home.model_copy(
            update={"attributes": home.attributes | {f"echo_{i}": float(10 + number) for i in range(count)}}
        )
        for home, number in zip(street(), noise, strict=True)
    ]
    return homes, [*HOUSE, *definitions]


def numbers_of(clustering):
    return {membership.consumer_id: membership.cluster_number for membership in clustering.memberships}


@pytest.mark.parametrize(
    ("homes", "error", "remedy"),
    [([], TooFewDetails, "CSV file"), (street()[:4], TooFewConsumers, "details of more consumers")],
)
def test_too_little_to_group_is_refused_with_a_remedy(homes, error, remedy):
    with pytest.raises(error, match=remedy):
        clustered(homes, HOUSE)


def test_homes_that_are_all_alike_are_refused():
    with pytest.raises(TooFewDetails):
        clustered([consumer(i, house_type="flat") for i in range(20)], HOUSE)


def test_a_typical_day_is_in_local_time_and_needs_every_hour():
    starts = pl.datetime_range(pl.datetime(2026, 6, 1), pl.datetime(2026, 6, 2, 23), "1h", time_zone="UTC", eager=True)
    hours = pl.DataFrame({"starts_at": starts}).with_columns(
        meter_id=pl.lit(1), total=pl.col("starts_at").dt.hour().cast(pl.Float64), count=2, expected_count=2
    )
    curves = daily_curves(hours, {1: "Europe/London"})
    assert curves[1][:3] == [23.0, 0.0, 1.0]  # summer time is an hour ahead
    assert mean_curve([curves[1], [1.0] * 24])[1] == 0.5
    night_only = hours.filter(pl.col("starts_at").dt.hour() < 5)
    assert mean_curve(list(daily_curves(night_only, {1: "UTC"}).values())) == []


@pytest.mark.real_data
def test_the_american_survey_is_grouped_by_homes_and_not_by_its_96_weights():
    if not RECS.exists():
        pytest.skip("The American survey of ../shared/data is not here.")
    homes = pl.read_csv(RECS, infer_schema_length=None)
    kinds = {"Int64": "integer", "Float64": "number", "String": "category", "Boolean": "boolean"}
    definitions = [AttributeDefinition(key=key, label=key, type=kinds[str(t)]) for key, t in homes.schema.items()]
    clustering = clustered([consumer(i, **row) for i, row in enumerate(homes.iter_rows(named=True))], definitions)
    assert not any(key.startswith(("BRRWT", "DOEID")) for key in clustering.attributes)
    assert len(clustering.memberships) == homes.height
    assert 2 <= clustering.k <= 10
    assert all(cluster.distinctions and cluster.sentence for cluster in clustering.clusters)


@pytest.mark.real_data
def test_london_homes_have_few_details_and_the_run_says_so():
    if not LONDON.exists():
        pytest.skip("The London homes of ../shared/data are not here.")
    rows = list(csv.DictReader(LONDON.read_text().splitlines()))[:200]
    keys = {"Acorn": "ACORN", "Acorn_grouped": "ACORN group", "stdorToU": "Tariff"}
    definitions = [AttributeDefinition(key=k, label=label, type=AttributeType.CATEGORY) for k, label in keys.items()]
    clustering = clustered([consumer(i, **row) for i, row in enumerate(rows)], definitions)
    assert clustering.notes[0].startswith("Only 3 details describe") or clustering.notes[0].startswith("Only 2")
