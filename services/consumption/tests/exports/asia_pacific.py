"""Australia, New Zealand, Japan, India and Brazil."""

from .making import EXPORT, IMPORT, Kind, comma, found, lines, used

_MELBOURNE, _AUCKLAND, _TOKYO, _KOLKATA, _SAO_PAULO = (
    "Australia/Melbourne", "Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata", "America/Sao_Paulo"
)  # fmt: skip
_HALF_HOURS, _FED, _HOT_WATER = (used(_MELBOURNE, "2026-05-04", 3, minutes=30, number=n) for n in (1, 2, 3))
_SLOTS = [f"{m // 60:02d}:{m % 60:02d} - {(m + 30) // 60 % 24:02d}:{(m + 30) % 60:02d}" for m in range(0, 1440, 30)]
_JAPAN = used(_TOKYO, "2026-05-04", 5, minutes=30)
_INDIA, _INDIA_OUT = (used(_KOLKATA, "2026-05-04", 3, minutes=30, number=n) for n in (1, 2))
_BRAZIL = used(_SAO_PAULO, "2026-05-04", 3, minutes=15, most=0.3)
_ZEALAND = used(_AUCKLAND, "2026-04-04", 3, minutes=30)


def _wide(use, head: str) -> list[str]:
    return [f"{head.format(day=day)}," + ",".join(f"{i.kwh}" for i in slots) for day, slots in use.days().items()]


def _agl(use, register: str, kind: str) -> list[str]:
    return [f",6200000001,000000000700315987,COMMS4D,{register},{kind},{i.start:%-d/%m/%Y %-I:%M:%S %p},{i.start.replace(minute=i.start.minute + 29):%-d/%m/%Y %-I:%M}:59 {i.start:%p},{i.kwh},0,{'E' if n == 0 else 'A'}"
            for n, i in enumerate(use)]  # fmt: skip


KINDS = [
    Kind(
        "AGL, usage and solar", _MELBOURNE,
        lines("AccountNumber,NMI,DeviceNumber,DeviceType,RegisterCode,RateTypeDescription,StartDate,EndDate,ProfileReadValue,RegisterReadValue,QualityFlag",
              _agl(_HALF_HOURS, "15987#E1", "Usage"), _agl(_FED, "15987#B1", "Solar")),
        {("6200000001", IMPORT): found(_HALF_HOURS), ("6200000001", EXPORT): found(_FED)}, estimated=2,
    ),
    Kind(
        "MyEnergy (Powercor, CitiPower, Jemena), a row for each day and direction", _MELBOURNE,
        lines("NMI,METER SERIAL NUMBER,CON/GEN,DATE,ESTIMATED?," + ",".join(_SLOTS),
              _wide(_HALF_HOURS, "6100000001,SN1,Consumption,{day:%d/%m/%Y},No"), _wide(_FED, "6100000001,SN1,Generation,{day:%d/%m/%Y},No")),
        {("6100000001", IMPORT): found(_HALF_HOURS), ("6100000001", EXPORT): found(_FED)},
    ),
    Kind(
        "EnergyAustralia, registers of a meter with hot water", _MELBOURNE,
        lines("NMI,Meter Serial Number,Register ID,Rate type,Date,Start Time,End Time,Usage (kWh)",
              (f"6100000001,SN1,{register},{rate},{i.start:%d/%m/%Y,%H:%M},{i.end:%H:%M},{i.kwh}" for register, rate, use in (("E1", "General usage", _HALF_HOURS), ("E2", "Controlled load", _HOT_WATER)) for i in use)),
        {("6100000001", IMPORT): found(type(_HALF_HOURS)(tuple(type(a)(a.start, a.end, a.kwh + b.kwh) for a, b in zip(_HALF_HOURS, _HOT_WATER, strict=True))))},
    ),
    Kind(
        "New Zealand, through autumn's change", _AUCKLAND,
        lines("ICP,Meter,Reading Date Time,Units (kWh),Read Type", (f"0000000001AB123,M1,{i.start:%d/%m/%Y %H:%M},{i.kwh},{'E' if n == 1 else 'F'}" for n, i in enumerate(_ZEALAND))),
        {("0000000001AB123", IMPORT): found(_ZEALAND)}, estimated=1,
    ),
    Kind(
        "東京電力, a row for each day", _TOKYO,
        lines("お客さま番号,年月日,曜日,ご使用量合計（kWh）," + ",".join(f"{m // 60}:{m % 60:02d}～{(m + 30) // 60}:{(m + 30) % 60:02d}" for m in range(0, 1440, 30)),
              (f"03-0001-0001,{day:%Y/%m/%d},月,{sum(i.kwh for i in slots):.1f}," + ",".join(f"{i.kwh}" for i in slots) for day, slots in _JAPAN.days().items())).encode("cp932"),
        {("03-0001-0001", IMPORT): found(_JAPAN)}, file="shiyoryo.csv",
    ),
    Kind(
        "a Japanese list of half hours", _TOKYO,
        lines("供給地点特定番号,年月日,時刻,使用電力量(kWh)", (f"0300111122223333444455,{i.start:%Y年%-m月%-d日},{i.start:%H:%M},{i.kwh}" for i in _JAPAN)).encode("cp932"),
        {("0300111122223333444455", IMPORT): found(_JAPAN)},
    ),
    Kind(
        "India, block load survey", _KOLKATA,
        lines("Meter No,Block Date Time,Avg Voltage (V),Block Energy kWh (Import),Block Energy kWh (Export),Block Energy kVAh (Import),Block Energy kVAh (Export)",
              (f"AP000123,{a.end:%d-%m-%Y %H:%M},231.2,{a.kwh},{b.kwh},{a.kwh * 1.1:.3f},{b.kwh * 1.1:.3f}" for a, b in zip(_INDIA, _INDIA_OUT, strict=True))),
        {("AP000123", IMPORT): found(_INDIA), ("AP000123", EXPORT): found(_INDIA_OUT)},
    ),
    Kind(
        "India, CEEW", _KOLKATA,
        lines("x_Timestamp,t_kWh,z_Avg Voltage (Volt),z_Avg Current (Amp),y_Freq (Hz),meter",
              (f"{i.start:%Y-%m-%d %H:%M:%S},{i.kwh},{231 + n % 7},{1 + n % 5},49.98,BR02" for n, i in enumerate(used(_KOLKATA, "2026-05-04", 1, minutes=3, most=0.05)))),
        {("BR02", IMPORT): found(used(_KOLKATA, "2026-05-04", 1, minutes=3, most=0.05))},
    ),
    Kind(
        "Brazil, active and reactive", _SAO_PAULO,
        lines("Medidor;Data;Hora;Consumo Ativo (kWh);Consumo Reativo (kVArh);Demanda Ativa (kW)",
              (f"BR-77;{i.start:%d/%m/%Y;%H:%M};{comma(i.kwh)};{comma(i.kwh / 3)};{comma(i.kw)}" for i in _BRAZIL)),
        {("BR-77", IMPORT): found(_BRAZIL)},
    ),
]  # fmt: skip
