"""Units and measures: power, instants, gas by volume, units by row, net readings, decimal signs and dates as told."""

import pytest

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DateOrder, DecimalSign, Measure, NegativeValues, Recipe

HOURS = [f"2026-05-04 {hour:02d}:00" for hour in range(6)]


def table(values: list[object], header: str = "home;time;value", stamps: list[str] | None = None) -> str:
    rows = [f"H1;{stamp};{value}" for stamp, value in zip(stamps or HOURS, values, strict=False)]
    return "\n".join([header, *rows]) + "\n"


@pytest.mark.parametrize(
    ("unit", "kwh"),
    [("Wh", 0.001), ("kWh", 1), ("MWh", 1_000), ("GWh", 1e6), ("J", 1 / 3.6e6), ("kJ", 1 / 3_600), ("MJ", 1 / 3.6),
     ("GJ", 1e3 / 3.6), ("therm", 29.3001111), ("kBtu", 0.29307107), ("W", 0.001), ("kW", 1), ("MW", 1_000)],
)  # fmt: skip
def test_an_hour_of_every_unit_is_stored_in_kilowatt_hours(import_files, unit: str, kwh: float) -> None:
    imported = import_files(a_DOT_csv=table([1, 2, 3]), recipe=Recipe(unit=unit))
    assert imported.kwh == pytest.approx(6 * kwh)


def test_mean_power_is_told_by_the_recipe(import_files) -> None:
    stamps = [f"2026-05-04 00:{minute}" for minute in ("00", "15", "30", "45")]
    imported = import_files(a_DOT_csv=table([4, 8, 0, 2], stamps=stamps), recipe=Recipe(measure=Measure.POWER))
    assert list(imported.values().values()) == [1, 2, 0, 0.5]


def test_power_at_an_instant_is_held_until_the_next_one(import_files) -> None:
    stamps = ["2026-05-04 00:00", "2026-05-04 00:10", "2026-05-04 00:40", "2026-05-04 01:00"]
    recipe = Recipe(measure=Measure.INSTANT, resolution="PT1H")
    imported = import_files(a_DOT_csv=table([6, 3, 0, 0], stamps=stamps), recipe=recipe)
    assert imported.values()["2026-05-04 00:00"] == pytest.approx(6 / 6 + 3 / 2)


def test_gas_by_volume_follows_its_calorific_value_from_day_to_day(import_files) -> None:
    stamps = ["2026-05-03 00:00", "2026-05-04 00:00"]
    values = [{"mj_per_m3": 36.0, "volume_correction": 1.0}, {"valid_from": "2026-05-04", "mj_per_m3": 39.5}]
    imported = import_files(
        a_DOT_csv=table([10, 10], "home;time;gas m3", stamps), recipe=Recipe(calorific_values=values)
    )
    assert list(imported.values().values()) == pytest.approx([100, 10 * 1.02264 * 39.5 / 3.6])
    assert imported.meters[0].quantity is Quantity.GAS


def test_a_column_of_units_is_heeded_row_by_row(import_files) -> None:
    text = "home,time,value,unit\n" + "".join(
        f"H1,{stamp},{value},{unit}\n"
        for stamp, (value, unit) in zip(HOURS, [(1, "kWh"), (1_500, "Wh"), (2, "parsec"), (3, "kW")], strict=False)
    )
    imported = import_files(a_DOT_csv=text)
    assert list(imported.values().values()) == [1, 1.5, 3]
    (odd,) = imported.rejected
    assert odd.line == 4
    assert "unit" in odd.reason


def test_net_readings_become_import_and_export_both_complete(import_files) -> None:
    recipe = Recipe(negative_values=NegativeValues.EXPORT)
    imported = import_files(a_DOT_csv=table([1, -2, 3, -0.5]), recipe=recipe)
    assert list(imported.values(quantity="electricity_import").values()) == [1, 0, 3, 0]
    assert list(imported.values(quantity="electricity_export").values()) == [0, 2, 0, 0.5]
    assert imported.rejected == []


def test_the_recipe_says_what_a_comma_is(import_files) -> None:
    values = ["1,234", "2,500"]
    as_comma = import_files(a_DOT_csv=table(values), recipe=Recipe(decimal_sign=DecimalSign.COMMA))
    as_point = import_files(b_DOT_csv=table(values), recipe=Recipe(decimal_sign=DecimalSign.POINT))
    assert (as_comma.kwh, as_point.kwh) == (pytest.approx(3.734), 3_734)


def test_the_recipe_says_which_of_day_and_month_comes_first(import_files) -> None:
    stamps = ["03/04/2026 00:00", "03/04/2026 01:00"]
    day, month = (
        import_files(a_DOT_csv=table([1, 1], stamps=stamps), recipe=Recipe(date_order=order))
        for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
    )
    assert next(iter(day.values())) == "2026-04-03 00:00"
    assert next(iter(month.values())) == "2026-03-04 00:00"
