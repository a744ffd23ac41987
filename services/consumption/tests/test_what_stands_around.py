"""What stands around a table: its unit and medium in a title, a sheet's or a file's name; hidden sheets; days from 1904."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Recipe

IN, OUT, GAS, HEAT = Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, Quantity.GAS, Quantity.HEAT
KWH = [1.0, 2.5, 0.5, 4.0]
START = datetime.fromisoformat("2026-05-04")  # cells of a workbook have no zone
PCE = "21345678901234"


def hours(factor: float = 1.0) -> list[list[Any]]:
    return [[START + timedelta(hours=place), kwh * factor] for place, kwh in enumerate(KWH)]


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(kept)
    return kept.getvalue()


def under(*above: str, header: tuple[str, ...] = ("Time", "Value"), factor: float = 1.0) -> bytes:
    """A sheet with lines above its header."""

    def fill(book: openpyxl.Workbook) -> None:
        for row in [*([text] for text in above), list(header), *hours(factor)]:
            book.active.append(row)

    return workbook(fill)


TITLES: dict[str, tuple[tuple[str, ...], float]] = {
    "in MWh": (("Consumption in MWh", "2026"), 1000),
    "Einheit": (("Lastgang", "Einheit: Wh"), 1e-3),
    "all values in brackets": (("Energy report (all values in MWh)",), 1000),
    "alle Werte": (("Zähler 4711", "alle Werte in Wh"), 1e-3),
    "a number is no unit of values": (("Contracted: 6 MW", "Peak of 12 MWh"), 1),
    "two units leave it open": (("Energy in MWh", "Losses in kWh"), 1),
}


@pytest.mark.parametrize("name", TITLES)
def test_a_title_says_the_unit_of_all_values(import_files, name: str) -> None:
    above, factor = TITLES[name]
    imported = import_files(home_DOT_xlsx=under(*above))
    assert imported.kwh == pytest.approx(sum(KWH) * factor)
    lines = [*above, "time;value", *(f"{at:%d.%m.%Y %H:%M};{kwh}" for at, kwh in hours())]
    assert import_files(home_DOT_csv="\n".join(lines)).kwh == pytest.approx(sum(KWH) * factor)


def test_a_columns_own_unit_goes_before_the_titles(import_files) -> None:
    content = under("Energy in MWh", header=("Time", "Value (Wh)"), factor=1000)
    assert import_files(home_DOT_xlsx=content).kwh == pytest.approx(sum(KWH))


MEDIA: dict[str, tuple[str, bytes | str, Quantity]] = {
    "a title": ("home.xlsx", under("Gasverbrauch in kWh"), GAS),
    "a title of what was fed in": ("home.xlsx", under("PV-Anlage Süd, Einspeisung in kWh"), OUT),
    "a title of electricity and gas": ("home.xlsx", under("Electricity and gas in kWh"), IN),
    "titles of both": ("home.xlsx", under("Electricity in kWh", "Gas is reported apart"), IN),
    "a title of an export": ("home.xlsx", under("Data export in kWh"), IN),
    "a file's name": ("octopus_gas.csv", "Consumption (kwh),Start\n" + "".join(f"{kwh},{at:%Y-%m-%dT%H:%M}Z\n" for at, kwh in hours()), GAS),
    "a file's name beside a header": ("gas_station.csv", "time,electricity_kwh\n" + "".join(f"{at},{kwh}\n" for at, kwh in hours()), IN),
    "a file of an appliance": ("water_heater.csv", "time,kwh\n" + "".join(f"{at},{kwh}\n" for at, kwh in hours()), IN),
    "a file of water in kWh": ("water.csv", "time,kwh\n" + "".join(f"{at},{kwh}\n" for at, kwh in hours()), IN),
    "a file that was exported": ("export.csv", "time,kwh\n" + "".join(f"{at},{kwh}\n" for at, kwh in hours()), IN),
    "a word made of two": ("home.csv", "time;Gasverbrauch (kWh)\n" + "".join(f"{at};{kwh}\n" for at, kwh in hours()), GAS),
    "in Danish": ("home.csv", "time;Fjernvarmeforbrug kWh\n" + "".join(f"{at};{kwh}\n" for at, kwh in hours()), HEAT),
    "France's meter points of gas": ("home.csv", "PCE;date;Energie (kWh)\n" + "".join(f"{PCE};{at};{kwh}\n" for at, kwh in hours()), GAS),
    "GRDF, under a head": ("home.csv", f"Numéro PCE;{PCE}\nDate de relevé;Volume consommé (m3);Energie consommée (kWh)\n"
        + "".join(f"{at:%d/%m/%Y %H:%M};1;{kwh}\n" for at, kwh in hours()), GAS),
    "GRDF, customers' page": ("home.json", json.dumps({PCE: {"frequence": "Journalier", "releves": [
        {"dateDebutReleve": f"{at:%Y-%m-%dT%H:%M:%S}+02:00", "journeeGaziere": f"{at:%Y-%m-%d}", "indexDebut": 100, "indexFin": 101,
         "volumeBrutConsomme": 1.0, "energieConsomme": kwh, "coeffConversion": 11.2, "qualificationReleve": "Mesuré"} for at, kwh in hours()]}}), GAS),
    "GRDF, interface": ("home.json", json.dumps([{"pce": {"id_pce": PCE}, "consommation": {
        "date_debut_consommation": f"{at:%Y-%m-%dT%H:%M:%S}+02:00", "journee_gaziere": f"{at:%Y-%m-%d}", "volume_brut": 1, "energie": kwh,
        "coeff_calcul": {"coeff_pta": 1, "valeur_pcs": 11}, "sens_flux_gaz": "Consommation"}} for at, kwh in hours()]), GAS),
    "a direction beside the medium": ("home.json", json.dumps({"meter_reading": {"usage_point_id": "GI1", "flow_direction": "consumption",
        "energy": "gas", "interval_reading": [{"value": str(kwh), "date": str(at)} for at, kwh in hours()]}}), GAS),
    "British gas": ("home.csv", "MPRN,date,kWh\n" + "".join(f"1234567890,{at},{kwh}\n" for at, kwh in hours()), GAS),
    "Irish electricity": ("home.csv", "MPRN,date,kWh\n" + "".join(f"10012345678,{at},{kwh}\n" for at, kwh in hours()), IN),
}  # fmt: skip


@pytest.mark.parametrize("name", MEDIA)
def test_the_medium_is_that_which_is_said(import_files, name: str) -> None:
    file, content, quantity = MEDIA[name]
    imported = import_files(**{file.replace(".", "_DOT_"): content})
    assert [meter.quantity for meter in imported.meters] == [quantity]
    assert imported.kwh == pytest.approx(sum(KWH))
    if "PCE" in name or "GRDF" in name:
        assert imported.meters[0].meter_key == PCE


def test_what_a_name_says_is_told(import_files) -> None:
    file, content, _ = MEDIA["a file's name"]
    warnings = import_files(**{file.replace(".", "_DOT_"): content}).summary.warnings
    assert any(
        "The file's name says “octopus_gas" in sentence and "state the quantity" in sentence for sentence in warnings
    )


def of_sheets(book: openpyxl.Workbook) -> None:
    book.active.title = "Import"
    for sheet, factor in (
        (book.active, 1),
        (book.create_sheet("Export"), 0.5),
        (book.create_sheet("Gas"), 2),
        (book.create_sheet("Draft"), 9),
    ):
        for row in [["Time", "kWh"], *hours(factor)]:
            sheet.append(row)
    book["Draft"].sheet_state = "hidden"


def test_sheets_are_called_by_their_medium_and_hidden_ones_are_left_out(import_files) -> None:
    imported = import_files(home_DOT_xlsx=workbook(of_sheets))
    totals = {quantity: sum(imported.values(quantity=quantity).values()) for quantity in (IN, OUT, GAS)}
    assert totals == {IN: pytest.approx(8.0), OUT: pytest.approx(4.0), GAS: pytest.approx(16.0)}
    assert any("hidden: the sheets “Draft”" in sentence for sentence in imported.summary.warnings)
    named = import_files(home_DOT_xlsx=workbook(of_sheets), recipe=Recipe(table="Draft"))
    assert named.kwh == pytest.approx(72.0)


@pytest.mark.parametrize("formatted", [True, False])
def test_days_that_count_from_1904(import_files, formatted: bool) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        book.active.append(["Time", "kWh"])
        for place, (at, kwh) in enumerate(hours()):
            book.active.append([at if formatted else 46_146 - 1_462 + place / 24, kwh])

    imported = import_files(home_DOT_xlsx=workbook(fill))
    assert imported.values() == {f"2026-05-04 0{place}:00": kwh for place, kwh in enumerate(KWH)}


def test_a_header_over_several_columns_says_their_unit(import_files) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in [
            ["Time", "Electricity (Wh)", None],
            [None, "H1", "H2"],
            *([at, kwh, kwh] for at, kwh in hours(1000)),
        ]:
            sheet.append(row)
        sheet.merge_cells("B1:C1")

    imported = import_files(home_DOT_xlsx=workbook(fill))
    assert sum(imported.values("H1").values()) == sum(imported.values("H2").values()) == pytest.approx(sum(KWH))


def test_tables_beside_each_other_are_two_meters(import_files) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for row in [["Time", "kWh", None, "Time", "kWh"], *([at, kwh, None, at, kwh * 10] for at, kwh in hours())]:
            book.active.append(row)

    imported = import_files(home_DOT_xlsx=workbook(fill))
    assert imported.kwh == pytest.approx(11 * sum(KWH))
    assert imported.duplicate == 0


def test_sums_below_a_table_of_days_disturb_no_day(import_files) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.append(["Date", *(f"{hour:02d}:00" for hour in range(24)), "Total"])
        for day in range(1, 6):
            book.active.append([START.replace(day=day), *[1.5] * 24, 36.0])
        book.active.append(["Total", *[7.5] * 24, 180.0])

    imported = import_files(home_DOT_xlsx=workbook(fill))
    assert imported.readings.height == 5 * 24
    assert {row.line for row in imported.rejected} == {7}
