"""MSCONS: profiles and registers of meters in EDIFACT, by OBIS code, with its ways to write times and separators."""

import gzip

import pytest

from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quality, Quantity
from wattwise_contract.recipes import Recipe

IN, OUT, GAS = Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, Quantity.GAS
QUARTERS = ["2026-05-03 22:00", "2026-05-03 22:15", "2026-05-03 22:30", "2026-05-03 22:45"]
KWH = (1.5, 2.0, 2.5, 4.0)


def interchange(*bodies: str, signs: str = "UNA:+.? '", function: int = 9) -> str:
    messages = [
        f"UNH+{number}+MSCONS:D:04B:UN:2.4c'\nBGM+7+MS{number}+{function}'\nDTM+137:202605050100?+00:303'\nUNS+D'\nNAD+DP'\n{body}UNT+9+{number}'\n"
        for number, body in enumerate(bodies, start=1)
    ]
    return f"{signs}\nUNB+UNOC:3+9912345000002:500+9912345000003:500+260505:0100+R++TL'\n{''.join(messages)}UNZ+{len(bodies)}+R'\n"


def item(obis: str, *values: str, place: str = "DE0001", zone: str = "?+00") -> str:
    """A line item of quarter hours; values with their qualifiers, as 220:1.5."""
    lines = [f"LOC+172+{place}'", "LIN+1'", f"PIA+5+{obis.replace(':', '?:')}:SRW'"]
    for quarter, value in enumerate(values):
        times = [
            f"2026050322{minute:02d}" if minute < 60 else "202605032300" for minute in (15 * quarter, 15 * quarter + 15)
        ]
        lines += [f"QTY+{value}'", f"DTM+163:{times[0]}{zone}:303'", f"DTM+164:{times[1]}{zone}:303'"]
    return "\n".join(lines) + "\n"


def profile(obis: str, code: str = "220", unit: str = "", **how: str) -> str:
    return item(obis, *(f"{code}:{kwh}{unit}" for kwh in KWH), **how)


def test_both_directions_of_a_profile_and_no_reactive_energy(import_files) -> None:
    text = interchange(profile("1-1:1.29.0"), profile("1-1:2.29.0"), profile("1-1:3.29.0"))
    imported = import_files(a_DOT_edi=text)
    assert imported.values("DE0001", IN) == imported.values("DE0001", OUT) == dict(zip(QUARTERS, KWH, strict=True))
    assert imported.readings.height == 8
    assert any("Left out are values of “1-1:3.29.0”" in sentence for sentence in imported.summary.warnings)


def test_substituted_values_are_estimates_and_unusable_ones_are_none(import_files) -> None:
    imported = import_files(a_DOT_edi=interchange(item("1-1:1.29.0", "220:1", "67:2", "20:9", "Z18:4")))
    qualities = [Quality.MEASURED, Quality.ESTIMATED, Quality.ESTIMATED]
    assert imported.readings["value"].to_list() == [1.0, 2.0, 4.0]
    assert imported.readings["quality"].to_list() == qualities


def test_separators_are_those_that_the_file_declares(import_files) -> None:
    values = profile("1-1:1.29.0").replace(".5'", ",5'").replace(".0'", ",0'")
    flat = interchange(values, signs="UNA:+,? '").replace("\n", "")
    assert import_files(a_DOT_txt=flat).values("DE0001") == dict(zip(QUARTERS, KWH, strict=True))
    assert import_files(a_DOT_txt=interchange(profile("1-1:1.29.0"), signs="")).kwh == sum(KWH)
    assert import_files(a_DOT_edi_DOT_gz=gzip.compress(flat.encode())).kwh == sum(KWH)


def test_values_without_times_of_their_own_follow_each_other_in_their_period(import_files) -> None:
    body = "LOC+172+DE0001'DTM+163:202605032200?+00:303'DTM+164:202605032300?+00:303'LIN+1'PIA+5+1-1?:1.29.0:SRW'"
    body += "".join(f"QTY+220:{kwh}'" for kwh in KWH)
    assert import_files(a_DOT_edi=interchange(body)).values("DE0001") == dict(zip(QUARTERS, KWH, strict=True))


def test_times_without_a_zone_are_the_meters(import_files) -> None:
    text = interchange(profile("1-1:1.29.0", zone=""))
    assert min(import_files(a_DOT_edi=text, zone="Europe/Berlin").values("DE0001")) == "2026-05-03 20:00"
    said = text.replace("UNS+D'", "DTM+ZZZ:0:805'\nUNS+D'")
    assert min(import_files(a_DOT_edi=said, zone="Europe/Berlin").values("DE0001")) == "2026-05-03 22:00"


def test_counts_of_tariffs_become_what_was_used_between_them(import_files) -> None:
    def read(day: int, *counts: int) -> str:
        lines = [f"LOC+172+DE0002'\nDTM+9:202605{day:02d}:102'\nRFF+MG:4711'\n"]
        lines += [
            f"LIN+{place}'\nPIA+5+1-1?:1.8.{place}:SRW'\nQTY+220:{count}'\n"
            for place, count in enumerate(counts, start=1)
        ]
        return "".join(lines)

    imported = import_files(
        a_DOT_edi=interchange(read(1, 7000, 3000), read(2, 7010, 3005), read(3, 7030, 3005)), zone="Europe/Berlin"
    )
    assert list(imported.values("DE0002").values()) == [15.0, 20.0]


@pytest.mark.parametrize(
    ("obis", "unit", "quantity", "total"),
    [("7-20:99.33.17", "", GAS, 10.0), ("1-1:1.5.0", ":KWT", IN, 2.5), ("1-1:2.29.0", ":MWH", OUT, 10_000.0)],
)
def test_codes_and_units_say_what_is_measured(
    import_files, obis: str, unit: str, quantity: Quantity, total: float
) -> None:
    imported = import_files(a_DOT_edi=interchange(profile(obis, unit=unit)))
    assert [meter.quantity for meter in imported.meters] == [quantity]
    assert imported.kwh == pytest.approx(total)


def test_messages_that_take_others_back_and_other_messages_are_not_read(import_files) -> None:
    with pytest.raises(BadFile, match="no readings.*take earlier ones back"):
        import_files(a_DOT_edi=interchange(profile("1-1:1.29.0"), function=1))
    with pytest.raises(BadFile, match="of INVOIC messages, not of MSCONS"):
        import_files(
            a_DOT_edi="UNB+UNOC:3+1:500+2:500+260505:0100+R'UNH+1+INVOIC:D:06A:UN:2.8'BGM+380+R+9'UNT+3+1'UNZ+1+R'"
        )


def test_a_file_that_breaks_off_gives_its_whole_values(import_files) -> None:
    text = interchange(profile("1-1:1.29.0"))
    imported = import_files(a_DOT_edi=text[: text.index("QTY+220:4.0'") + 6], recipe=Recipe())
    assert list(imported.values("DE0001").values())[:2] == [1.5, 2.0]
    assert any("may be cut off" in sentence for sentence in imported.summary.warnings)
