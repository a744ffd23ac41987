"""P1 telegrams: what smart meters of the Low Countries send every few seconds."""

import io

import polars as pl
import pytest

from wattwise_consumption.archives import Member
from wattwise_consumption.formats import Bounds, blocks_of, format_of
from wattwise_consumption.formats.telegrams import BLOCK_BYTES, crc16_of
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Measure

SERIAL = "K8EG004046395507"
GAS_SERIAL = "2222ABCD123456789"


def hexed(text: str) -> str:
    return text.encode().hex().upper()


def telegram(stamp: str, *lines: str, crc: str | None = None) -> bytes:
    head = ["/ISk5\\2MT382-1000", "", "1-3:0.2.8(50)", f"0-0:1.0.0({stamp})", f"0-0:96.1.1({hexed(SERIAL)})"]
    text = "\r\n".join([*head, *lines, "!"]).encode()
    (own,) = crc16_of([text])
    return text + (f"{own:04X}" if crc is None else crc).encode() + b"\r\n"


def registers(day: float, night: float, back: float = 0.0) -> tuple[str, ...]:
    return (
        f"1-0:1.8.1({day:010.3f}*kWh)", f"1-0:1.8.2({night:010.3f}*kWh)", f"1-0:2.8.1({back:010.3f}*kWh)",
        "1-0:2.8.2(000000.500*kWh)", "1-0:1.7.0(01.193*kW)",
    )  # fmt: skip


def gas(stamp: str, value: str) -> tuple[str, ...]:
    return "0-1:24.1.0(003)", f"0-1:96.1.0({hexed(GAS_SERIAL)})", f"0-1:24.2.1({stamp})({value}*m3)"


Row = tuple[str, str | None, str | None, int]


def tables_of(data: bytes) -> dict[tuple[Quantity, str], list[Row]]:
    """(meter, time, value, line) by quantity and unit."""
    found: dict[tuple[Quantity, str], list[Row]] = {}
    for block in blocks_of(Member("log.txt", lambda: io.BytesIO(data)), Bounds()):
        says = block.table.says
        assert (says.measure, says.stamps_in) == (Measure.REGISTER, "Europe/Amsterdam")
        found.setdefault((says.quantity, says.unit), []).extend(block.cells.select("c1", "c2", "c3", "line").rows())
    return found


IMPORT, EXPORT, GAS = (Quantity.ELECTRICITY_IMPORT, "kWh"), (Quantity.ELECTRICITY_EXPORT, "kWh"), (Quantity.GAS, "m³")


def test_the_checksum_is_the_published_one() -> None:
    assert crc16_of([b"123456789", b"", b"A"]) == [0xBB3D, 0, 0x30C0]


def test_the_registers_of_both_tariffs_are_summed_and_gas_keeps_its_own_time() -> None:
    data = telegram("261025023000S", *registers(1000.25, 2000.5, 3.125), *gas("261025020000S", "12785.123"))
    tables = tables_of(data)
    assert tables[IMPORT] == [(SERIAL, "2026-10-25T02:30:00+02:00", "3000.75", 6)]
    assert tables[EXPORT] == [(SERIAL, "2026-10-25T02:30:00+02:00", "3.625", 8)]
    assert tables[GAS] == [(GAS_SERIAL, "2026-10-25T02:00:00+02:00", "12785.123", 13)]


def test_summer_and_winter_tell_the_hours_of_the_clock_change_apart() -> None:
    data = telegram("261025023000S", *registers(1, 2)) + telegram("261025023000W", *registers(2, 2))
    assert [row[1] for row in tables_of(data)[IMPORT]] == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]


def test_a_total_goes_before_tariffs() -> None:
    lines = ("1-0:1.8.0(000123.456*kWh)", "1-0:1.8.1(000100.000*kWh)", "1-0:2.8.0(000007.000*kWh)")
    tables = tables_of(telegram("260101120000W", *lines))
    assert (tables[IMPORT][0][2], tables[EXPORT][0][2]) == ("123.456", "7.0")


def test_a_wrong_checksum_rejects_that_telegram_alone() -> None:
    good, bad = telegram("260101120000W", *registers(1, 2)), telegram("260101121000W", *registers(9, 9), crc="0000")
    rows = tables_of(good + bad + good)[IMPORT]
    assert [(row[2][:14] if row[2] else "", row[3]) for row in rows] == [
        ("3.0", 6),
        ("wrong checksum", 12),
        ("3.0", 28),
    ]


def test_a_rejected_telegram_says_its_line_on_the_receipt(import_files) -> None:
    bad = telegram("260101121000W", *registers(9, 9), crc="0000")
    imported = import_files(log_DOT_txt=bad)
    assert [(row.line, row.column) for row in imported.rejected] == [(1, "value")]


def test_quarter_hours_of_a_log_through_autumn_s_clock_change(import_files) -> None:
    stamps = [f"26102502{minute:02d}00{mark}" for mark in "SW" for minute in (0, 15, 30, 45)]
    log = b"".join(telegram(stamp, *registers(1000 + at / 4, 500)) for at, stamp in enumerate(stamps))
    imported = import_files(log_DOT_txt=log, zone="Europe/Amsterdam")
    used = imported.values(SERIAL, Quantity.ELECTRICITY_IMPORT)
    assert list(used.values()) == [0.25] * 7
    assert (min(used), max(used)) == ("2026-10-25 00:00", "2026-10-25 01:30")


def test_lost_windows_line_ends_are_forgiven() -> None:
    data = telegram("260101120000W", *registers(1, 2)).replace(b"\r\n", b"\n")
    assert tables_of(data)[IMPORT][0][2] == "3.0"


def test_a_telegram_that_breaks_off_is_rejected() -> None:
    data = telegram("260101120000W", *registers(1, 2))
    rows = tables_of(data + data[:200] + b"\r\n" + data)[IMPORT]
    assert [row[2] for row in rows] == ["3.0", "the telegram breaks off", "3.0"]


def test_before_dsmr_4_gas_stands_on_two_lines_and_electricity_has_no_time() -> None:
    lines = [
        "/ISk5\\2MT382-1000", "", f"0-0:96.1.1({hexed(SERIAL)})", "1-0:1.8.1(12345.678*kWh)", "0-1:24.1.0(03)",
        f"0-1:96.1.0({hexed(GAS_SERIAL)})", "0-1:24.3.0(120517020000)(08)(60)(1)(0-1:24.2.1)(m3)", "(00124.477)", "!",
    ]  # fmt: skip
    tables = tables_of("\r\n".join([*lines, ""]).encode())
    assert tables[GAS] == [(GAS_SERIAL, "2012-05-17T02:00:00", "00124.477", 7)]
    assert tables[IMPORT] == [(SERIAL, None, "12345.678", 4)]


def test_belgian_gas_and_water() -> None:
    lines = (
        "0-1:24.1.0(003)", f"0-1:96.1.1({hexed('7FLO2121')})", "0-1:24.2.3(200512134558S)(00112.384*m3)",
        "0-2:24.1.0(007)", f"0-2:96.1.1({hexed('3853414')})", "0-2:24.2.1(200512134558S)(00872.234*m3)",
    )  # fmt: skip
    tables = tables_of(telegram("200512135409S", *registers(1, 2), *lines))
    assert tables[GAS][0][:3] == ("7FLO2121", "2020-05-12T13:45:58+02:00", "00112.384")
    assert tables[Quantity.WATER, "m³"][0][:3] == ("3853414", "2020-05-12T13:45:58+02:00", "00872.234")


def test_a_day_of_telegrams_comes_in_blocks() -> None:
    one = telegram("260101120000W", *registers(1, 2), *(f"0-0:96.13.{at}({'30' * 500})" for at in range(4)))
    count = BLOCK_BYTES // len(one) + 10
    blocks = list(blocks_of(Member("log.txt", lambda: io.BytesIO(one * count)), Bounds()))
    imports = [block.cells for block in blocks if block.table.says.quantity is Quantity.ELECTRICITY_IMPORT]
    assert len(imports) == 2
    cells = pl.concat(imports)
    assert (cells.height, cells["c3"].unique().to_list()) == (count, ["3.0"])
    assert cells["line"].to_list() == [6 + at * one.count(b"\n") for at in range(count)]


def test_the_examples_of_the_specification(real_data) -> None:
    dsmr3 = tables_of((real_data / "dsmr_p1/p1-example-3.0.txt").read_bytes())
    assert (dsmr3[IMPORT][0][2], dsmr3[GAS][0][:3]) == ("24691.356", (GAS_SERIAL, "2009-02-12T16:00:00", "00000.000"))
    dsmr5 = (real_data / "dsmr_p1/p1-example-5.0.txt").read_bytes()
    assert tables_of(dsmr5)[IMPORT][0][2] == "wrong checksum: EF2F instead of E47C"  # its serials were masked
    tables = tables_of(dsmr5.replace(b"!EF2F", b"!"))
    assert tables[IMPORT][0][:3] == (SERIAL, "2010-12-09T11:30:20+01:00", "246913.578")
    assert tables[GAS][0][:3] == (GAS_SERIAL, "2010-12-09T11:25:00+01:00", "12785.123")


@pytest.mark.parametrize("text", ["/home/user/log\n1,2\n", "/XYZ5 something\n\nno codes here\n"])
def test_other_text_is_not_taken_for_a_telegram(text: str) -> None:
    assert format_of(text.encode(), "a.txt").name != "P1 telegrams"
