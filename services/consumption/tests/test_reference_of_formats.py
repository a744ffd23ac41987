"""docs/reference/formats.md lists what was found in each real file; this test makes that table and holds it.

WATTWISE_WRITE_REFERENCE=1 writes the table anew: look at the difference before you commit it.
"""

import os
from pathlib import Path

import polars as pl

from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Recipe

from .conftest import Imported, Importer

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "formats.md"
BEGIN, END = "<!-- made by services/consumption/tests/test_reference_of_formats.py -->", "<!-- end -->"
HEAD = (
    "| files | read | stored | duplicate | rejected | meters | total | found |",
    "|---|---:|---:|---:|---:|---:|---:|---|",
)


def local(zone: str, **more: str) -> Recipe:
    return Recipe.model_validate({"timezone": zone, **more})


LONDON_UTC = local("Europe/London", stamps_in="UTC")
MELBOURNE, AEST = local("Australia/Melbourne"), local("Australia/Melbourne", stamps_in="Australia/Brisbane")
SAMPLES: tuple[tuple[str, Recipe], ...] = (
    ("au_household_exports/*.csv.gz", MELBOURNE),
    ("au_vendor_formats/*", AEST),
    ("ausgrid_customer12/*.csv.gz", local("Australia/Sydney")),
    ("bdg1_meta_weather/weather/weather1.csv.gz", local("America/New_York", stamps_in="UTC")),
    ("bdg2_sample/bdg2_daily_sample.csv", local("America/New_York")),
    ("bdg2_sample/bdg2_hourly_sample.csv.gz", local("UTC")),
    ("citylearn_2022/Building_1.csv.gz", local("America/Los_Angeles")),
    ("datadis_edata/edata.storage_TEST.gz", local("Europe/Madrid")),
    ("dk_district_heat/*.csv.gz", local("Europe/Copenhagen")),
    ("dsmr_p1/*.txt", local("Europe/Amsterdam")),
    ("ecl321_sample/*.csv.gz", local("UTC")),
    ("energy_sparks_uk/amr_data/*/*.csv", local("Europe/London")),
    ("energy_sparks_uk/amr_highlands/*.csv", local("Europe/London")),
    ("energy_sparks_uk/meteostat/*.json", local("Europe/London")),
    ("energy_sparks_uk/n3rgy/*.json", local("Europe/London")),
    ("energy_sparks_uk/solar_edge/*.json", local("Europe/London")),
    ("entsoe_ch_load/*.csv.gz", local("Europe/Zurich")),
    ("esb_hdf/*.csv.gz", local("Europe/Dublin")),
    ("ett/ETTh1.csv.gz", local("UTC")),
    ("greenbutton/**/*.xml*", local("America/Los_Angeles")),
    ("grid_api_feeds/*/*", local("UTC")),
    ("lcl_households/readings_2013/*.csv.gz", LONDON_UTC),
    ("lcl_households/raw_datastore_format/*.csv.gz", LONDON_UTC),
    ("lcl_households/weather_hourly_darksky.csv.gz", LONDON_UTC),
    ("neso_demand/*.csv.gz", local("Europe/London")),
    ("pjm_hourly/*.csv.gz", local("America/New_York", stamp_marks="end")),
    ("rte_load/*.csv.gz", local("UTC")),
    ("SYNTHETIC_format_only/nilmtk_hdf5/*.h5", local("UTC")),
    ("ucam_estates/buildings/*_electricity_*.csv.gz", LONDON_UTC),
    ("ucam_estates/buildings/*_gas_*.csv.gz", LONDON_UTC),
    ("ucam_estates/weather_bedford/*.csv.gz", LONDON_UTC),
    ("ucam_estates/weather_raw_midas_badc/*.csv.gz", LONDON_UTC),
    ("uci_household/household_power_consumption.txt.gz", local("Europe/Paris")),
    ("uci_household/household_power_consumption_hourly*.csv.gz", local("Europe/Paris")),
    ("umass_smartstar/Apt1_2015.csv.gz", local("America/New_York")),
    ("umass_smartstar/weather_homeB.csv.gz", local("America/New_York", stamps_in="UTC")),
    ("vic_elec/VIC2015_temperature.csv.gz", MELBOURNE),
    ("vic_elec/vic_electricity.csv.gz", MELBOURNE),
)
WHERE = ("The times are in", "The values are in", "The meters are in", "The consumers are in", "Not read")
TOGETHER = 20  # files of one kind from which on they are one line


def test_the_reference_lists_what_is_in_each_real_file(import_files: Importer, real_data: Path):
    lines = [line for pattern, recipe in SAMPLES for line in lines_of(real_data, pattern, recipe, import_files)]
    made = "\n".join([*HEAD, *lines])
    before, _, rest = PAGE.read_text().partition(BEGIN)
    kept, _, after = rest.partition(END)
    if os.environ.get("WATTWISE_WRITE_REFERENCE"):
        PAGE.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}")
    assert kept.strip() == made


def lines_of(folder: Path, pattern: str, recipe: Recipe, import_files: Importer) -> list[str]:
    paths = [path for path in sorted(folder.glob(pattern)) if path.name != "LICENSE"]
    assert paths, f"no file is {pattern}"
    if len(paths) >= TOGETHER:
        return [line_of(f"{pattern} ({len(paths)} files)", paths, recipe, import_files)]
    return [line_of(str(path.relative_to(folder)), [path], recipe, import_files) for path in paths]


def line_of(name: str, paths: list[Path], recipe: Recipe, import_files: Importer) -> str:
    try:
        imported = import_files(*paths, recipe=recipe, zone=recipe.timezone)
    except BadFile as refusal:
        return row(name, "", "", "", "", "", "", f"refused: {refusal.reason} {refusal.remedy}")
    if imported.consumer_parts:
        count = sum(len(part.details.consumers) for part in imported.consumer_parts)
        return row(name, "", "", "", "", "", "", f"details of {count:,} consumers")
    counts = (imported.read, imported.readings.height, imported.duplicate, rejected_count(imported))
    return row(
        name, *(f"{count:,}" for count in counts), f"{len(imported.meters):,}", totals(imported.readings), found(imported)
    )  # fmt: skip


def rejected_count(imported: Imported) -> int:
    return sum(part.notes.rejected_count for part in imported.parts)


def totals(readings: pl.DataFrame) -> str:
    by_quantity = readings.group_by("quantity").agg(
        pl.col("value").sum().alias("sum"), pl.col("value").mean().alias("mean")
    )
    texts = []
    for quantity, total, mean in by_quantity.sort("quantity").rows():
        unit = Quantity(quantity).unit
        amount = f"{total:,.3f} {unit}" if Quantity(quantity).adds_up else f"mean {mean:.3f} {unit}"
        texts.append(f"{quantity.replace('_', ' ')} {amount}")
    return ", ".join(texts)


def found(imported: Imported) -> str:
    reasons = sorted({rejected.reason for rejected in imported.rejected})
    said = [text for text in imported.summary.interpretation if not text.startswith(WHERE)]
    return " ".join([*said, *imported.summary.warnings, *reasons])


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "¦").replace("\n", " ") for cell in cells) + " |"
