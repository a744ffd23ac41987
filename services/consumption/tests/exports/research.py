"""Public research data."""

from datetime import UTC, datetime, timedelta

from .making import EXPORT, IMPORT, Found, Interval, Kind, Use, comma, found, lines, used

_SYDNEY, _MADRID, _LONDON, _PARIS = "Australia/Sydney", "Europe/Madrid", "Europe/London", "Europe/Paris"
_HALF_HOURS, _ROOF, _HEATER = (used(_SYDNEY, "2012-07-01", 3, minutes=30, number=n) for n in (1, 2, 3))
_PORTO = [used("UTC", "2011-05-04", 3, minutes=15, number=n, most=0.3) for n in (1, 2, 3)]
_BUILDINGS = [used("UTC", "2016-05-04", 3, number=n, most=60) for n in (1, 2)]
_LENGTHS = [6 + (n * n) % 5 for n in range(5400)]  # seconds from one sample to the next
_SECONDS = [
    (datetime(2013, 10, 9, 13, 6, 17, tzinfo=UTC) + timedelta(seconds=sum(_LENGTHS[:n])), 300 + (n // 90) % 7 * 100)
    for n in range(5400)
]
_HALF = ["0:30", *(f"{m // 60}:{m % 60:02d}" for m in range(60, 1440, 30)), "0:00"]
_MINUTES = used(_PARIS, "2007-01-02", 1, minutes=1, most=0.05)


def _ausgrid() -> list[str]:
    rows = []
    for customer in (1, 2):
        for kind, use in (("CL", _HEATER), ("GC", _HALF_HOURS), ("GG", _ROOF)):
            rows += [
                f"{customer},3.78,2076,{kind},{day:%-d/%m/%Y}," + ",".join(f"{i.kwh}" for i in slots) + ","
                for day, slots in use.days().items()
            ]
    return rows


def _watts_of_seconds() -> Found:
    """Each power lasts until the next sample."""
    return Found(sum(watts * lasts for (_, watts), lasts in zip(_SECONDS, _LENGTHS, strict=True)) / 3.6e6, 0, "")


def _both(*uses: Use) -> Use:
    return Use(tuple(Interval(i[0].start, i[0].end, sum(each.kwh for each in i)) for i in zip(*uses, strict=True)))


KINDS = [
    Kind(
        "REFIT, the whole house beside its appliances, every eight seconds", _LONDON,
        lines("Time,Unix," + "Aggregate," + ",".join(f"Appliance{n}" for n in range(1, 10)),
              (f"{at:%Y-%m-%d %H:%M:%S},{int(at.timestamp())},{watts}" + ",0" * 8 + ",1" for at, watts in _SECONDS)),
        {("CLEAN_House1", IMPORT): _watts_of_seconds()}, file="CLEAN_House1.csv", tolerance=0.02,
    ),
    Kind(
        "UK-DALE, a channel without a header", _LONDON,
        "".join(f"{int(at.timestamp())} {watts}\n" for at, watts in _SECONDS),
        {("channel_1", IMPORT): _watts_of_seconds()}, file="channel_1.dat", tolerance=0.02,
    ),
    Kind(
        "GoiEner", _MADRID,
        lines("timestamp,kWh,imputed", (f"{i.start:%Y-%m-%d %H:%M:%S},{i.kwh},{int(n == 4)}" for n, i in enumerate(used(_MADRID, "2021-05-04", 4)))),
        {("0a1b2c", IMPORT): found(used(_MADRID, "2021-05-04", 4))}, file="0a1b2c.csv", estimated=1,
    ),
    Kind(
        "Ausgrid, 300 homes with roofs", _SYDNEY,
        lines("Half hourly data for a sample of solar homes" + "," * 52, "Customer,Generator Capacity,Postcode,Consumption Category,date," + ",".join(_HALF) + ",Row Quality", _ausgrid()),
        {(str(customer), quantity): found(use) for customer in (1, 2) for quantity, use in ((IMPORT, _both(_HALF_HOURS, _HEATER)), (EXPORT, _ROOF))},
    ),
    Kind(
        "Building Data Genome 2, a column for each building", "UTC",
        lines("timestamp,Panther_office_Ann,Panther_lodging_Bob", (f"{a.start:%Y-%m-%d %H:%M:%S},{a.kwh},{b.kwh}" for a, b in zip(*_BUILDINGS, strict=True))),
        {("Panther_office_Ann", IMPORT): found(_BUILDINGS[0]), ("Panther_lodging_Bob", IMPORT): found(_BUILDINGS[1])}, file="electricity.csv",
    ),
    Kind(
        "Great Energy Predictor, buildings with numbered meters", "UTC",
        lines("building_id,meter,timestamp,meter_reading",
              (f"{building},0,{i.start:%Y-%m-%d %H:%M:%S},{i.kwh}" for building, use in enumerate(_BUILDINGS) for i in use)),
        {("0", IMPORT): found(_BUILDINGS[0]), ("1", IMPORT): found(_BUILDINGS[1])},
    ),
    Kind(
        "ElectricityLoadDiagrams, ends of quarters in kW", "UTC",
        lines('"";"MT_001";"MT_002";"MT_003"', (f'"{a.end:%Y-%m-%d %H:%M:%S}";{comma(a.kw, 9)};{comma(b.kw, 9)};{comma(c.kw, 9)}' for a, b, c in zip(*_PORTO, strict=True))),
        {(f"MT_00{n}", IMPORT): found(use) for n, use in enumerate(_PORTO, 1)}, file="LD2011_2014.txt", shown="Values are kW",
    ),
    Kind(
        "UCI household, minutes", _PARIS,
        lines("Date;Time;Global_active_power;Global_reactive_power;Voltage;Global_intensity;Sub_metering_1;Sub_metering_2;Sub_metering_3",
              (f"{i.start:%-d/%-m/%Y;%H:%M:%S};{i.kw:.3f};0.1;234.8;18.4;0.0;1.0;17.0" for i in _MINUTES)),
        {("household_power_consumption", IMPORT): found(_MINUTES)}, file="household_power_consumption.txt", tolerance=0.01,
    ),
    Kind(
        "DRED, mains in watts every minute", "Europe/Amsterdam",
        lines("timestamp,main", (f"{i.start:%Y-%m-%d %H:%M:%S},{i.kw * 1000:.2f}" for i in _MINUTES)),
        {("mains", IMPORT): found(_MINUTES)}, file="mains.csv", tolerance=0.01,
    ),
    Kind(
        "ComStock, end uses beside the total", "UTC",
        lines("bldg_id,timestamp,out.electricity.cooling.energy_consumption,out.electricity.lighting.energy_consumption,out.electricity.total.energy_consumption,out.natural_gas.total.energy_consumption",
              (f"120,{i.end:%Y-%m-%d %H:%M:%S},{i.kwh / 3:.4f},{i.kwh * 2 / 3:.4f},{i.kwh},{i.kwh * 2:.3f}" for i in used("UTC", "2018-01-01", 3, minutes=15, most=60))),
        {("120", IMPORT): found(used("UTC", "2018-01-01", 3, minutes=15, most=60)),
         ("120", "gas"): found(Interval(i.start, i.end, i.kwh * 2) for i in used("UTC", "2018-01-01", 3, minutes=15, most=60))},
    ),
]  # fmt: skip
