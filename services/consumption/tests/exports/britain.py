"""Great Britain and Ireland."""

from .making import EXPORT, IMPORT, Kind, Use, found, iso, lines, used

_LONDON = "Europe/London"
_AUTUMN = used(_LONDON, "2026-10-24", 3, minutes=30)
_SPRING = used(_LONDON, "2026-03-28", 3, minutes=30)
_MAY = used(_LONDON, "2026-05-04", 3, minutes=30)
_FED = used(_LONDON, "2026-05-04", 3, minutes=30, number=2)
_CLOCK = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1440, 30)]
_ENDS = [*_CLOCK[1:], "24:00"]
_FIRST_DAY_OF_CER = 195  # 14 July 2009


def _wide(use, template: str, *, ends: bool = False) -> list[str]:
    return [
        template.format(day=day, kwh=",".join(f"{slot.kwh:.3f}" for slot in slots)) for day, slots in use.days().items()
    ]


def _flagged(use) -> list[str]:
    return [
        f"1200012345678,{day:%d/%m/%Y},"
        + ",".join(f"{slot.kwh:.3f},{'E' if n < 2 else 'A'}" for n, slot in enumerate(slots))
        for day, slots in use.days().items()
    ]


def _d0036(measured: list[tuple[str, Use]]) -> list[str]:
    rows = ["ZHV|0000000042|D0036001|C|MADE|X|MADE|20261110120000||||OPER|"]
    for what, use in measured:
        rows.append(f"101|1200012345678|{what}|MADE|")
        for day, slots in use.days().items():
            rows += [
                f"102|{day:%Y%m%d}|",
                *(f"103|{'E' if n == 0 else 'A'}|{slot.kwh:.3f}|" for n, slot in enumerate(slots)),
            ]
    return [*rows, f"ZPT|0000000042|{len(rows) - 1}||1|20261110120000|"]


KINDS = [
    Kind(
        "Octopus, through autumn's change", _LONDON,
        lines("Consumption (kwh), Estimated Cost Inc. Tax (p), Standing Charge Inc. Tax (p), Start, End",
              (f"{i.kwh:.6f}, {i.kwh * 24:.2f}, 47.85, {iso(i.start)}, {iso(i.end)}" for i in _AUTUMN)),
        {("octopus", IMPORT): found(_AUTUMN)}, file="octopus.csv",
    ),
    Kind(
        "Octopus, older, through spring's change", _LONDON,
        lines(" Consumption (kwh), Start, End", (f"{i.kwh}, {iso(i.start)}, {iso(i.end)}" for i in _SPRING)),
        {("octopus", IMPORT): found(_SPRING)}, file="octopus.csv",
    ),
    Kind(
        "n3rgy", _LONDON,
        lines("timestamp (UTC),energyConsumption (kWh)",
              (f"{i.start.astimezone(tz=None).astimezone(__import__('datetime').UTC):%Y-%m-%d %H:%M},{i.kwh}" for i in _AUTUMN)),
        {("n3rgy", IMPORT): found(_AUTUMN)}, file="n3rgy.csv",
    ),
    Kind(
        "Bright (Hildebrand)", _LONDON,
        lines("Timestamp,Electricity consumption (kWh),Electricity cost (pence),Tariff rate (p/kWh)",
              (f"{i.start:%Y-%m-%d %H:%M:%S},{i.kwh},{i.kwh * 24.5:.2f},24.50" for i in _MAY)),
        {("bright", IMPORT): found(_MAY)}, file="bright.csv",
    ),
    Kind(
        "half hours in a row, with totals", _LONDON,
        lines("MPAN,Meter Serial,Date,Total kWh," + ",".join(_CLOCK),
              (f"1200012345678,S95A1,{day:%d/%m/%Y},{sum(s.kwh for s in slots):.3f}," + ",".join(f"{s.kwh}" for s in slots)
               for day, slots in _MAY.days().items())),
        {("1200012345678", IMPORT): found(_MAY)},
    ),
    Kind(
        "half hours in a row, named by their ends, active and reactive", _LONDON,
        lines("Site,MPAN,Date,Units," + ",".join(_ENDS), _wide(_MAY, "Mill,1200012345678,{day:%Y-%m-%d},kWh,{kwh}"),
              _wide(_MAY, "Mill,1200012345678,{day:%Y-%m-%d},kVArh,{kwh}")),
        {("1200012345678", IMPORT): found(_MAY)}, rejected=144,
    ),
    Kind(
        "half hours in a row, each with its flag", _LONDON,
        lines("MPAN,Date," + ",".join(f"{clock},Flag" for clock in _ENDS), _flagged(_MAY)),
        {("1200012345678", IMPORT): found(_MAY)}, estimated=6,
    ),
    Kind(
        "half hours in a row, import and export", _LONDON,
        lines("Meter Point,Measurement,Date," + ",".join(f"HH{n}" for n in range(1, 49)),
              _wide(_MAY, "1200012345678,Active Import,{day:%d-%b-%Y},{kwh}"), _wide(_FED, "1200012345678,Active Export,{day:%d-%b-%Y},{kwh}")),
        {("1200012345678", IMPORT): found(_MAY), ("1200012345678", EXPORT): found(_FED)},
    ),
    Kind(
        "D0036, half-hourly advances, through autumn's change", _LONDON, lines(_d0036([("AI", _AUTUMN), ("RI", _AUTUMN), ("AE", _FED)])),
        {("1200012345678", IMPORT): found(_AUTUMN), ("1200012345678", EXPORT): found(_FED)}, file="D0036.usr", estimated=6,
    ),
    Kind(
        "CER smart meter trial", "Europe/Dublin",
        "".join(
            f"{meter} {_FIRST_DAY_OF_CER + number:03d}{slot + 1:02d} {i.kwh:.3f}\n"
            for meter, use in ((1392, used("Europe/Dublin", "2009-07-14", 3, minutes=30)), (1951, used("Europe/Dublin", "2009-07-14", 3, minutes=30, number=2)))
            for number, slots in enumerate(use.days().values()) for slot, i in enumerate(slots)
        ),
        {("1392", IMPORT): found(used("Europe/Dublin", "2009-07-14", 3, minutes=30)),
         ("1951", IMPORT): found(used("Europe/Dublin", "2009-07-14", 3, minutes=30, number=2))},
        file="File1.txt",
    ),
    Kind(
        "E.ON, a list with a running total", _LONDON,
        lines("Date,Time,Energy type,Usage (kWh),Cumulative total (kWh),Cost",
              (f"{i.start:%d/%m/%Y},{i.start:%H:%M},Electricity,{i.kwh},{total:.3f},£{i.kwh * 0.25:.2f}"
               for i, (_, total) in zip(_MAY, _MAY.counted(0.0)[1:], strict=True))),
        {("eon", IMPORT): found(_MAY)}, file="eon.csv",
    ),
]  # fmt: skip
