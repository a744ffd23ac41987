"""Line protocol from devices: a register beside its power is counted once, volts are no energy, flows go their way."""

import pytest

from wattwise_contract.quantities import Quantity

IN, OUT = Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT
FIRST = 1_777_852_800  # 2026-05-04 00:00 UTC


def hours(*rows: str) -> str:
    """Each row (series and fields) a number of times, its fields' numbers rising by what stands behind a plus: 10+0.5."""
    lines = []
    for hour in range(4):
        for row in rows:
            series, fields = row.split(" ")
            told = []
            for field in fields.split(","):
                name, _, number = field.partition("=")
                start, _, step = number.partition("+")
                told.append(f"{name}={float(start) + hour * float(step or 0)}")
            lines.append(f"{series} {','.join(told)} {(FIRST + hour * 3600) * 10**9}")
    return "\n".join(lines) + "\n"


DEVICES: dict[str, tuple[str, dict[tuple[str, Quantity], float]]] = {
    "a register in kWh beside power in W": (
        hours("shelly,device=em0 power=500,energy_total=1000+0.5,voltage=230"), {("em0", IN): 1.5}),
    "a register in Wh beside power in W": (
        hours("shelly,device=em0 power=500,total=100000+500,total_returned=50,pf=0.9"), {("em0", IN): 1.5, ("em0", OUT): 0}),
    "a short register that is called a total": (hours("energy,device=em0 total_kwh=1000+0.5"), {("em0", IN): 1.5}),
    "Tasmota": (
        hours("ENERGY,device=t1 Total=15.523+0.12,Yesterday=1.234,Today=0.25+0.12,Power=120,ApparentPower=130,Factor=0.92,Voltage=230"),
        {("t1", IN): 0.36}),
    "Shelly of three phases": (
        hours("em,device=3em a_act_power=100,b_act_power=200,c_act_power=300,total_act_power=600,total_aprt_power=650,total_act=10000+600,total_act_ret=50"),
        {("3em", IN): 1.8, ("3em", OUT): 0}),
    "phases without their total": (
        hours("em,device=3em l1_energy_kwh=0.1,l2_energy_kwh=0.2,l3_energy_kwh=0.3"), {("3em", IN): 2.4}),
    "Powerwall, power": (
        hours("pw,site=home solar_instant_power=3000,site_instant_power=-1000+1000,load_instant_power=2000,battery_instant_power=0"),
        {("home", IN): 3.0, ("home", OUT): 1.0}),
    "Powerwall, registers": (
        hours("pw,site=home site_energy_imported=5000+100,site_energy_exported=7000+200,solar_energy_exported=9000+300,load_energy_imported=9000+10,site_instant_power=100"),
        {("home", IN): 0.3, ("home", OUT): 0.6}),
    "Datadis, with what was made and used oneself": (
        hours("datadis,cups=ES1 consumptionKWh=0.5,surplusEnergyKWh=0.1,generationEnergyKWh=0.6,selfConsumptionEnergyKWh=0.5"),
        {("ES1", IN): 2.0, ("ES1", OUT): 0.4}),
    "DSMR, tariffs of both directions": (
        hours("dsmr,meter=E31 electricity_delivered_1=1000+0.5,electricity_delivered_2=2000+0.25,electricity_returned_1=1+0.1,electricity_returned_2=2,electricity_currently_delivered=0.4"),
        {("E31", IN): 2.25, ("E31", OUT): 0.3}),
    "Enphase, what its meter at the inverters delivered": (
        hours("enphase,system=66 wh_del=100,devices_reporting=4"), {("66", OUT): 0.4}),
    "rooms are meters": (
        hours("rooms,home=H1 kitchen=0.1,bedroom=0.2"), {("H1 kitchen", IN): 0.4, ("H1 bedroom", IN): 0.8}),
    "Home Assistant, the unit is the measurement": (hours("W,entity_id=pump value=500"), {("pump", IN): 2.0}),
    "power without a unit": (hours("sensor,device=d1 power=750"), {("d1", IN): 3.0}),
}  # fmt: skip


@pytest.mark.parametrize("name", DEVICES)
def test_each_device_has_the_energy_that_it_measured(import_files, name: str) -> None:
    text, totals = DEVICES[name]
    imported = import_files(points_DOT_line=text)
    assert imported.rejected == []
    series = imported.readings.select("meter_key", "quantity").unique().rows()
    found = {(meter, Quantity(quantity)): sum(imported.values(meter, quantity).values()) for meter, quantity in series}
    assert found == {key: pytest.approx(total) for key, total in totals.items()}


def test_what_is_left_out_or_taken_for_granted_is_said(import_files) -> None:
    text = DEVICES["a register in Wh beside power in W"][0]
    warnings = " ".join(import_files(points_DOT_line=text).summary.warnings)
    assert "Left out are fields beside others" in warnings
    assert "power" in warnings
    assert "“total” says no unit: it was taken for Wh" in warnings
    assert "taken for W, as it reaches 750" in " ".join(
        import_files(other_DOT_line=DEVICES["power without a unit"][0]).summary.warnings
    )


def test_fields_are_read_alike_through_a_long_file(import_files) -> None:
    """A night without load, at the beginning of a later block, changes nothing in what a field means."""
    rows = [
        f"em,device=d1 power={0.1 if hour > 40 else 400} {(FIRST + hour * 3600) * 10**9}" + " " * 200_000
        for hour in range(90)
    ]
    imported = import_files(points_DOT_line="\n".join(rows))
    assert imported.kwh == pytest.approx(41 * 0.4 + 49 * 0.0001)


ANNOTATED = (
    "#group,false,false,true,true,false,false,true,true,true\n"
    "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string\n"
    "#default,_result,,,,,,,,\n,result,table,_start,_stop,_time,_value,_field,_measurement,device\n"
)


def answered(table: int, field: str, device: str, first: float, step: float) -> str:
    whole = "2026-05-04T00:00:00Z,2026-05-05T00:00:00Z"
    return ANNOTATED + "".join(
        f",,{table},{whole},2026-05-04T{hour:02d}:00:00Z,{first + hour * step},{field},shelly,{device}\n"
        for hour in range(4)
    )


def test_annotated_csv_is_read_as_its_line_protocol_would_be(import_files) -> None:
    text = "\n".join(
        [
            answered(0, "energy_total", "em0", 1000, 0.5),
            answered(1, "power", "em0", 500, 0),
            answered(2, "kwh", "em1", 0.25, 0),
        ]
    )
    imported = import_files(query_DOT_csv=text)
    assert imported.rejected == []
    assert list(imported.values("em0").values()) == [0.5, 0.5, 0.5]
    assert sum(imported.values("em1").values()) == pytest.approx(1.0)


def test_two_readings_of_a_register_are_no_intervals(import_files) -> None:
    text = "".join(
        f"dsmr,meter=E31 electricity_delivered_1={1000 + hour},electricity_currently_delivered=0.4 {(FIRST + hour * 3600) * 10**9}\n"
        for hour in range(2)
    )
    assert import_files(points_DOT_line=text).kwh == pytest.approx(1.0)


def test_a_short_list_of_totals_is_a_register_in_any_kind_of_file(import_files) -> None:
    rows = "".join(f"2026-05-04 {hour:02d}:00,{1000 + hour / 2}\n" for hour in range(4))
    assert import_files(home_DOT_csv=f"time,total_kwh\n{rows}").kwh == pytest.approx(1.5)
    months = "".join(f"2026-{month:02d}-01,{kwh}\n" for month, kwh in ((1, 300), (2, 310), (3, 330)))
    assert import_files(home_DOT_csv=f"month,total_kwh\n{months}").kwh == pytest.approx(940)
