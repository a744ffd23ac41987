"""NEM12 and NEM13: the files of Australian meters."""

import gzip
import io

import pytest

from wattwise_consumption.archives import Member
from wattwise_consumption.csv_cells import BLOCK_BYTES
from wattwise_consumption.formats import Bounds, blocks_of
from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quality, Quantity
from wattwise_contract.recipes import Measure, Recipe

HEADER = "100,NEM12,202601151200,MDP,RETAILER\n"


def stream(suffix: str = "E1", uom: str = "kWh", minutes: int = 30, nmi: str = "6123456789") -> str:
    return f"200,{nmi},E1E2B1Q1,001,{suffix},N1,METER1,{uom},{minutes},20260201\n"


def day(date: str, values: list[str] | None = None, quality: str = "A", count: int = 48) -> str:
    return f"300,{date},{','.join(values or ['0.5'] * count)},{quality},,,20260115010101,\n"


def test_a_day_starts_at_midnight_of_eastern_standard_time_in_winter_and_in_summer(import_files) -> None:
    text = HEADER + stream() + day("20260101") + day("20260701") + "900\n"
    imported = import_files(a_DOT_csv=text, zone="Australia/Sydney")
    starts = list(imported.values("6123456789"))
    assert (starts[0], starts[47], starts[48]) == ("2025-12-31 14:00", "2026-01-01 13:30", "2026-06-30 14:00")
    assert imported.kwh == 48.0
    assert (imported.meters[0].consumer_key, imported.meters[0].resolution) == ("6123456789", "PT30M")
    assert imported.rejected == []


def test_a_person_may_say_that_the_stamps_are_in_another_zone(import_files) -> None:
    imported = import_files(a_DOT_csv=HEADER + stream() + day("20260101"), recipe=Recipe(stamps_in="Australia/Perth"))
    assert next(iter(imported.values())) == "2025-12-31 16:00"


@pytest.mark.parametrize(("minutes", "count", "resolution"), [(5, 288, "PT5M"), (15, 96, "PT15M"), (30, 48, "PT30M")])
def test_days_of_every_length_of_interval(import_files, minutes: int, count: int, resolution: str) -> None:
    text = HEADER + stream(minutes=minutes) + day("20260101", count=count) + "900\n"
    imported = import_files(a_DOT_csv=text)
    assert (imported.readings.height, imported.kwh) == (count, count / 2)
    assert imported.meters[0].resolution == resolution


def test_import_export_and_controlled_load_are_told_apart_and_reactive_energy_is_left_out(import_files) -> None:
    streams = [("E1", "kWh", "1"), ("B1", "Wh", "2000"), ("E2", "MWH", "0.003"), ("Q1", "kvarh", "9")]
    text = HEADER + "".join(stream(suffix, uom) + day("20260101", [value] * 48) for suffix, uom, value in streams)
    imported = import_files(a_DOT_csv=text)
    assert set(imported.values("6123456789", Quantity.ELECTRICITY_IMPORT).values()) == {1.0}
    assert set(imported.values("6123456789", Quantity.ELECTRICITY_EXPORT).values()) == {2.0}
    assert set(imported.values("6123456789 E2").values()) == {3.0}
    assert {meter.consumer_key for meter in imported.meters} == {"6123456789"}
    assert imported.readings.height == 3 * 48
    assert any(warning.startswith("Streams in kvarh are left out") for warning in imported.summary.warnings)


def test_several_meters_and_headers_in_one_file(import_files) -> None:
    text = HEADER + stream() + day("20260101") + "900\n" + HEADER + stream(nmi="7000000000") + day("20260101") + "900\n"
    imported = import_files(a_DOT_csv=text)
    assert [meter.meter_key for meter in imported.meters] == ["6123456789", "7000000000"]


def test_the_quality_of_a_day_and_of_parts_of_it(import_files) -> None:
    text = HEADER + stream() + day("20260101", quality="E52") + day("20260102", quality="V")
    text += "400,1,24,A,,\n400,25,46,S14,,\n400,47,48,N,,\n" + day("20260103", quality="F51")
    imported = import_files(a_DOT_csv=text)
    quality = imported.readings["quality"].to_list()
    assert quality == [Quality.ESTIMATED] * 48 + [Quality.MEASURED] * 24 + [Quality.ESTIMATED] * (22 + 48)
    assert [(row.line, row.reason) for row in imported.rejected] == [(4, "There is no value.")] * 2


def test_what_was_never_measured_is_missing_not_zero(import_files) -> None:
    imported = import_files(a_DOT_csv=HEADER + stream() + day("20260101") + day("20260102", ["0"] * 48, quality="N"))
    assert (imported.readings.height, len(imported.rejected)) == (48, 48)


def test_a_blank_first_line_windows_line_ends_no_header_and_no_end(import_files) -> None:
    text = "\n" + stream() + day("20260101")
    assert import_files(a_DOT_csv=text.replace("\n", "\r\n")).kwh == 24.0


def test_a_spreadsheet_s_copy_with_lost_stamps_and_many_commas(import_files) -> None:
    text = "200,6400000001,E1,E1,E1,,600001,KWH,30,,,,,,,\n" + "300,20181116," + "0.5," * 48 + "A,,,2.01811E+13\n"
    imported = import_files(meter02_DOT_csv=text)
    assert (imported.kwh, imported.read) == (24.0, 48)


def test_days_before_any_stream_name_no_meter(import_files) -> None:
    imported = import_files(a_DOT_csv=HEADER + day("20260101") + stream() + day("20260102"))
    assert [(row.line, row.reason) for row in imported.rejected] == [(2, "The row names no meter.")]
    assert imported.readings.height == 48


def test_days_that_are_too_short_too_long_or_have_no_date_are_rejected_with_their_line(import_files) -> None:
    text = HEADER + stream() + day("20260101", ["1"] * 46) + day("20260102", ["1"] * 50) + day("20261301")
    imported = import_files(a_DOT_csv=text + day("20260104"))
    reasons = [(row.line, row.value) for row in imported.rejected]
    wrong = "not 48 values and a quality"
    assert reasons == [(3, wrong), (4, wrong), (5, "20261301")]
    assert imported.kwh == 24.0


def test_a_single_bad_value_is_rejected_alone(import_files) -> None:
    imported = import_files(a_DOT_csv=HEADER + stream() + day("20260101", ["1"] * 47 + ["?"]))
    assert (imported.readings.height, [row.value for row in imported.rejected]) == (47, ["?"])


def test_streams_and_qualities_reach_over_the_blocks_of_a_large_file(import_files) -> None:
    days = [
        f"20{year:02d}{month:02d}{of:02d}" for year in range(10, 26) for month in range(1, 13) for of in range(1, 29)
    ]
    values = [f"{7 / 3:.12f}"] * 48
    text = HEADER + stream() + "".join(day(date, values, "V") + "400,1,48,S14,,\n" for date in days) + "900\n"
    assert len(text) < BLOCK_BYTES < 3 * len(text)
    texts = {name: HEADER + stream(nmi=name) + text.split("\n", 2)[2] for name in ("N1", "N2", "N3")}
    imported = import_files(a_DOT_csv="".join(texts.values()))
    assert imported.readings.height == 3 * 48 * len(days)
    assert imported.readings["quality"].unique().to_list() == [Quality.ESTIMATED]


def test_registers_of_nem13_are_read_twice_each() -> None:
    text = "100,NEM13,202601151200,MDP,R\n250,6123456789,11,01,11,11,M1,E,412,20251001000000,A,,,512,20260101000000,S14,,,100,kWh,,20260115,\n900\n"
    (block,) = blocks_of(Member("a.csv", lambda: io.BytesIO(text.encode())), Bounds())
    rows = dict(
        zip(block.names, block.cells.select(pl_names(len(block.names))).to_dict(as_series=False).values(), strict=True)
    )
    assert rows["time"] == ["20251001000000", "20260101000000"]
    assert (rows["value"], rows["quality"]) == (["412", "512"], ["measured", "estimated"])
    assert (block.table.says.measure, block.table.says.unit) == (Measure.REGISTER, "kWh")


def pl_names(count: int) -> list[str]:
    return [f"c{number}" for number in range(count)]


def test_a_file_that_is_cut_off_gives_the_days_before_the_cut(import_files) -> None:
    text = (
        HEADER
        + stream()
        + "".join(day(f"202601{of:02d}", [f"0.{of}{slot}" for slot in range(48)]) for of in range(1, 31))
    )
    imported = import_files(a_DOT_csv_DOT_gz=gzip.compress(text.encode())[:-200])
    assert imported.readings.height % 48 == 0
    assert imported.readings.height > 48
    assert "cut off" in imported.rejected[-1].reason


def test_a_header_without_readings_is_refused(import_files) -> None:
    with pytest.raises(BadFile, match="holds no readings"):
        import_files(a_DOT_csv=HEADER + stream() + "900\n")


def test_a_year_of_a_melbourne_household(import_files, real_data) -> None:
    file = real_data / "au_vendor_formats/example-03-vic-ausnetservices-email-16122014-NEM12.csv.gz"
    imported = import_files(file, zone="Australia/Melbourne")
    assert (imported.readings.height, imported.rejected) == (17_520, [])
    assert imported.kwh == pytest.approx(2720.243)


def test_a_household_whose_file_went_through_a_spreadsheet(import_files, real_data) -> None:
    imported = import_files(real_data / "au_household_exports/meter02.csv.gz", zone="Australia/Melbourne")
    assert (imported.readings.height, imported.rejected) == (32_688, [])
    assert imported.kwh == pytest.approx(4606.82)
