"""InfluxDB's line protocol: tags name meters, fields are series."""

import time

import pytest

from wattwise_consumption.formats import format_of
from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity

FIRST = 1_777_852_800  # 2026-05-04 00:00 UTC
STARTS = [f"2026-05-04 {hour:02d}:00" for hour in range(4)]


def lines(template: str, *numbers: float, unit: int = 10**9) -> str:
    return "".join(
        template.format(value=value, at=(FIRST + hour * 3600) * unit) + "\n" for hour, value in enumerate(numbers)
    )


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
def test_stamps_of_every_length(import_files, unit: int) -> None:
    imported = import_files(a_DOT_txt=lines("energy,meter=H1 kwh={value} {at}", 0.1, 0.2, 0.3, unit=unit))
    assert imported.values("H1") == dict(zip(STARTS, [0.1, 0.2, 0.3], strict=False))


def test_the_tag_that_names_meters_is_the_key_else_all_tags_are(import_files) -> None:
    named = lines("energy,region=north,meter=H1,host=pi kwh={value} {at}", 1, 2)
    assert import_files(a_DOT_txt=named).meters[0].meter_key == "H1"
    others = lines("energy,floor=2,room=kitchen kwh={value} {at}", 1, 2)
    assert import_files(a_DOT_txt=others).meters[0].meter_key == "2 kitchen"
    assert import_files(a_DOT_txt=lines("house kwh={value} {at}", 1, 2)).meters[0].meter_key == "house"


def test_each_numeric_field_is_a_series_with_its_own_unit(import_files) -> None:
    text = lines('climate,sensor=S1 temperature_degC={value},energy_wh=500i,status="ok, fine",on=true {at}', 20.5, 21)
    imported = import_files(a_DOT_txt=text)
    temperature = imported.values(quantity=Quantity.TEMPERATURE)
    energy = imported.values(quantity=Quantity.ELECTRICITY_IMPORT)
    assert (list(temperature.values()), list(energy.values())) == ([20.5, 21.0], [0.5, 0.5])
    assert any(
        "Left out are the fields with text" in warning and "status, on" in warning
        for warning in imported.summary.warnings
    )


def test_escaped_spaces_commas_and_equals_signs(import_files) -> None:
    text = lines("my\\ energy,meter=Haus\\ 1\\,\\ Nord kwh={value} {at}", 1, 2)
    assert import_files(a_DOT_txt=text).meters[0].meter_key == "Haus 1, Nord"


def test_comments_and_blank_lines_are_passed_over_and_bad_lines_rejected_with_their_number(import_files) -> None:
    good = lines("energy,meter=H1 kwh={value} {at}", 1, 2, 3).splitlines()
    text = "\n".join(["# DML", "# CONTEXT-DATABASE: home", "", good[0], "energy,meter=H1 kwh=", good[1], good[2]])
    imported = import_files(a_DOT_lp=text)
    assert imported.readings.height == 3
    assert [(row.line, row.value) for row in imported.rejected] == [(5, "energy,meter=H1 kwh=")]


def test_a_line_without_a_stamp_has_no_time(import_files) -> None:
    text = lines("energy,meter=H1 kwh={value} {at}", 1, 2) + "energy,meter=H1 kwh=5\n"
    imported = import_files(a_DOT_lp=text)
    assert [(row.line, row.reason) for row in imported.rejected] == [(3, "There is no time.")]


def test_several_measurements_in_one_file(import_files) -> None:
    text = lines("energy,meter=H1 value={value} {at}", 1, 2) + lines("gas,meter=H1 value={value} {at}", 3, 4)
    imported = import_files(a_DOT_lp=text)
    assert {meter.quantity for meter in imported.meters} == {Quantity.ELECTRICITY_IMPORT, Quantity.GAS}


@pytest.mark.parametrize(
    "text", ["home,time,kwh\nH1,2026-05-04 00:00,0.1\n", "time=1 value=2\n", "Usage report\n\ntime,kwh\n"]
)
def test_tables_are_not_taken_for_line_protocol(text: str) -> None:
    assert format_of(text.encode(), "a.txt").name == "CSV"


@pytest.mark.parametrize(
    "line", ["m,meter=a f{0}={0} {1}", "m{0},meter=a kwh{0}={0} {1}", "m,a=b power_{0}=1,energy_{0}=2 {1}"]
)
def test_series_told_apart_by_thousands_of_names_are_refused_soon(import_files, line: str) -> None:
    began = time.process_time()
    lines = [line.format(number, 1_767_225_600 + 3_600 * number) for number in range(320)]
    with pytest.raises(BadFile, match="measurements and fields") as refused:
        import_files(names_DOT_lp="\n".join(lines))
    assert "by a tag" in refused.value.remedy
    assert time.process_time() - began < 40
