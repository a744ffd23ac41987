"""The shapes that files of readings come in, and what is made of them."""

import gzip
import io
import json
import zipfile

import pytest

from wattwise_contract.quantities import Quality, Quantity
from wattwise_contract.recipes import Recipe

STAMPS = ["2026-05-04 00:00", "2026-05-04 00:30", "2026-05-04 01:00", "2026-05-04 01:30"]
KWH = [0.25, 1.5, 0.0, 12.125]
EXPECTED = dict(zip(STAMPS, KWH, strict=True))


def rows(template: str, header: str = "", values: list[str] | None = None) -> str:
    shown = values or [str(value) for value in KWH]
    lines = [template.format(stamp=stamp, value=value) for stamp, value in zip(STAMPS, shown, strict=True)]
    return "\n".join([header, *lines] if header else lines) + "\n"


COMMAS = ["0,25", "1,5", "0", "12,125"]
PLAIN = rows("H1,{stamp},{value}", "home,time,kwh")
SAME_TABLE = {
    "plain": PLAIN,
    "semicolons and decimal commas": rows("H1;{stamp};{value}", "Haushalt;Zeitstempel;Verbrauch (kWh)", COMMAS),
    "tabs": rows("H1\t{stamp}\t{value}", "meter\tdatetime\tkWh"),
    "bars": rows("H1|{stamp}|{value}", "meter_id|timestamp|consumption"),
    "quoted": rows('"H1","{stamp}","{value}"', '"LCLid","tstp","energy(kWh/hh)"'),
    "padded": rows("  H1 , {stamp} ,  {value}  ", "LCLid,DateTime,KWH/hh (per half hour) "),
    "decimal commas in quotes": rows('H1,{stamp},"{value}"', "cups,fecha,consumo_kWh", COMMAS),
    "a report's title first": "Usage report\nMade 2026-06-01\n\n" + PLAIN,
    "sep line": "sep=,\n" + PLAIN,
    "windows line ends": PLAIN.replace("\n", "\r\n"),
    "old mac line ends": PLAIN.replace("\n", "\r"),
    "mixed line ends": PLAIN.replace("\n", "\r\n", 2),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "utf-16": PLAIN.encode("utf-16"),
    "utf-16 without mark": PLAIN.encode("utf-16-le"),
    "latin": rows("H1;{stamp};{value}", "Zähler;Uhrzeit;Verbrauch", COMMAS).encode("cp1252"),
    "blank lines": PLAIN.replace("\n", "\n\n"),
    "trailing delimiters": PLAIN.replace("\n", ",\n"),
    "columns in another order": rows("{value},{stamp},H1", "usage_kwh,read_at time,meter"),
    "watt hours": rows("H1,{stamp},{value}", "home,time,energy [Wh]", ["250", "1500", "0", "12125"]),
    "kilowatts": rows("H1,{stamp},{value}", "home,time,power (kW)", ["0.5", "3", "0", "24.25"]),
    "megawatt hours": rows("H1,{stamp},{value}", "home,time,MWh", ["0.00025", "0.0015", "0", "0.012125"]),
    "iso with T": rows("H1,{stamp},{value}", "home,time,kwh").replace(" 0", "T0"),
    "iso with Z": rows("H1,{stamp}:00Z,{value}", "home,time,kwh"),
    "seconds and fractions": rows("H1,{stamp}:00.0000000,{value}", "home,time,kwh"),
    "slashes": rows("H1,{stamp},{value}", "home,time,kwh").replace("2026-05-04", "2026/05/04"),
    "day first": rows("H1,{stamp},{value}", "home,time,kwh").replace("2026-05-04", "04/05/2026"),
    "dots": rows("H1,{stamp},{value}", "home,time,kwh").replace("2026-05-04", "04.05.2026"),
    "month names": rows("H1,{stamp}:00,{value}", "MPR,ReadDatetime,kWh").replace("2026-05-04", "04 May 2026"),
    "compact": rows("H1,{stamp},{value}", "home,time,kwh").replace("2026-05-04 ", "20260504").replace(":", ""),
    "no header": rows("H1,{stamp},{value}"),
    "date and time apart": rows("H1,{stamp},{value}", "home,date,time,kwh").replace("2026-05-04 ", "2026-05-04,"),
    "interval text": rows("H1,{stamp} - 2026-05-04 05:00,{value}", "home,time,kwh"),
    "one quantity of two columns": rows("H1,{stamp},{value},230.1", "home,time,kwh,voltage"),
    "objects": json.dumps([{"home": "H1", "time": s, "kwh": v} for s, v in EXPECTED.items()]),
    "wrapped objects": json.dumps({"meta": {"ok": True}, "data": [{"home": "H1", "time": s, "kwh": v} for s, v in EXPECTED.items()]}),
    "nested under the meter": json.dumps({"meters": [{"meter": "H1", "readings": [{"time": s, "value": v} for s, v in EXPECTED.items()]}]}),
    "columns of arrays": json.dumps({"meter": "H1", "series": {"time": STAMPS, "kwh": KWH}}),
    "rows of arrays": json.dumps({"meter": "H1", "values": [[s, v] for s, v in EXPECTED.items()]}),
    "json lines": "\n".join(json.dumps({"home": "H1", "time": s, "kwh": v}) for s, v in EXPECTED.items()),
    "gzip": gzip.compress(PLAIN.encode()),
}  # fmt: skip


@pytest.mark.parametrize("shape", SAME_TABLE)
def test_the_same_four_half_hours_come_out_of_every_shape(import_files, shape: str) -> None:
    imported = import_files(export_DOT_csv=SAME_TABLE[shape])
    assert imported.rejected == []
    assert imported.values("H1") == pytest.approx(EXPECTED)
    assert [(meter.meter_key, meter.consumer_key) for meter in imported.meters] == [("H1", "H1")]


@pytest.mark.parametrize(("unit", "factor"), [(1, 1), (1_000, 1_000), (1_000_000, 1_000_000)])
def test_epochs_are_recognized_by_their_length(import_files, unit: int, factor: int) -> None:
    first = 1_777_852_800 * factor  # 2026-05-04 00:00 UTC
    text = "home,timestamp,kwh\n" + "".join(f"H1,{first + step * 1800 * unit},0.5\n" for step in range(4))
    assert list(import_files(epochs_DOT_csv=text).values()) == STAMPS


def test_each_file_without_a_name_for_its_meter_is_the_meter_of_its_own_name(import_files) -> None:
    text = rows("{stamp},{value}", "time,kwh")
    imported = import_files(b12_electricity_2025_DOT_csv=text, b13_electricity_2025_DOT_csv=text)
    assert {meter.meter_key for meter in imported.meters} == {"b12_electricity", "b13_electricity"}
    assert imported.kwh == 2 * sum(KWH)


def test_a_column_for_each_meter(import_files) -> None:
    text = rows("{stamp},{value},1", "timestamp,Town hall,School")
    imported = import_files(buildings_DOT_csv=text)
    assert imported.values("Town hall") == EXPECTED
    assert imported.values("School") == dict.fromkeys(STAMPS, 1.0)


def test_blank_cells_of_a_wide_table_are_no_readings_and_no_zeros(import_files) -> None:
    text = "timestamp,Town hall,School\n2026-05-04 00:00,1,\n2026-05-04 00:30,,2\n2026-05-04 01:00,3,?\n"
    imported = import_files(buildings_DOT_csv=text)
    assert imported.values("Town hall") == {"2026-05-04 00:00": 1.0, "2026-05-04 01:00": 3.0}
    assert [(row.line, row.column, row.value) for row in imported.rejected] == [(4, "School", "?")]
    assert any(warning.startswith("2 cells are blank") for warning in imported.summary.warnings)


def test_a_row_for_each_day(import_files) -> None:
    clock = [f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(48)]
    text = f"Site Id,Meter Number,Reading Date,{','.join(clock)}\nS1,M1,13/11/2026,{','.join(['0.5'] * 48)}\n"
    imported = import_files(days_DOT_csv=text)
    assert imported.readings.height == 48
    assert list(imported.values())[47] == "2026-11-13 23:30"
    assert (imported.meters[0].meter_key, imported.meters[0].consumer_key) == ("M1", "S1")


def test_import_and_export_in_one_file_are_two_meters(import_files) -> None:
    lines = [
        f"M1,{value},Active {way} Interval (kWh),{stamp}"
        for stamp in STAMPS
        for way, value in (("Import", 2), ("Export", 1))
    ]
    imported = import_files(hdf_DOT_csv="\n".join(["MPRN,Read Value,Read Type,Read Date", *lines]))
    assert imported.values(quantity=Quantity.ELECTRICITY_IMPORT) == dict.fromkeys(STAMPS, 2.0)
    assert imported.values(quantity=Quantity.ELECTRICITY_EXPORT) == dict.fromkeys(STAMPS, 1.0)


def test_import_and_export_in_two_columns_are_two_meters(import_files) -> None:
    imported = import_files(solar_DOT_csv=rows("H1,{stamp},{value},3", "home,time,import kWh,export kWh"))
    assert imported.values("H1", Quantity.ELECTRICITY_IMPORT) == EXPECTED
    assert imported.values("H1", Quantity.ELECTRICITY_EXPORT) == dict.fromkeys(STAMPS, 3.0)


def test_estimates_are_marked(import_files) -> None:
    lines = [f"M1,{stamp},1,{mark}" for stamp, mark in zip(STAMPS, ["Actual", "Estimated", "Actual", "E"], strict=True)]
    imported = import_files(amr_DOT_csv="\n".join(["MPR,ReadDatetime,kWh,ReadType", *lines]))
    assert imported.readings["quality"].to_list() == [
        Quality.MEASURED,
        Quality.ESTIMATED,
        Quality.MEASURED,
        Quality.ESTIMATED,
    ]


def test_temperature_is_nobody_s_and_may_be_below_zero(import_files) -> None:
    imported = import_files(
        weather_DOT_csv=rows("{stamp},{value},0.9", "time,temperature,humidity", ["-3.5", "0", "1", "2"])
    )
    (meter,) = imported.meters
    assert (meter.quantity, meter.consumer_key) == (Quantity.TEMPERATURE, "")
    assert imported.readings["value"].to_list() == [-3.5, 0, 1, 2]


def test_the_recipe_names_columns_unit_and_quantity(import_files) -> None:
    recipe = Recipe(
        consumer_column="who",
        time_column="moment",
        value_column="b",
        unit="MJ",
        quantity=Quantity.HEAT,
        timezone="Asia/Kathmandu",
    )
    imported = import_files(odd_DOT_csv=rows("{stamp},9,{value},H1", "moment,a,b,who"), recipe=recipe)
    assert imported.kwh == pytest.approx(sum(KWH) / 3.6)
    assert imported.meters[0].quantity is Quantity.HEAT
    assert next(iter(imported.values())) == "2026-05-03 18:15"


def test_day_and_month_are_told_apart_by_the_rhythm(import_files) -> None:
    american = [f"{month}/{day}/2026 00:00" for month in (1, 2) for day in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)]
    imported = import_files(us_DOT_csv="time,kwh\n" + "".join(f"{stamp},1\n" for stamp in american))
    assert list(imported.values())[:2] == ["2026-01-01 00:00", "2026-01-02 00:00"]


def test_a_zip_is_read_file_by_file(import_files) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", rows("A,{stamp},{value}", "home,time,kwh"))
        archive.writestr("deep/b.csv.gz", gzip.compress(rows("B,{stamp},{value}", "home,time,kwh").encode()))
        archive.writestr("__MACOSX/._a.csv", b"\0\1\2")
    imported = import_files(homes_DOT_zip=packed.getvalue())
    assert imported.values("A") == imported.values("B") == EXPECTED
