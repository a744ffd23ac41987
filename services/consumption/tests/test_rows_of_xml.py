"""XML of any kind: records with attributes or elements are rows, with what stands around them."""

import pytest

from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity

IN, OUT, GAS = Quantity.ELECTRICITY_IMPORT, Quantity.ELECTRICITY_EXPORT, Quantity.GAS
TIMES = [f"2026-05-04T{hour:02d}:00:00Z" for hour in range(4)]
WH = [1000, 2000, 500, 4000]
EXPECTED = {f"2026-05-04 {hour:02d}:00": wh / 1000 for hour, wh in enumerate(WH)}


def each(template: str, factor: int = 1) -> str:
    return "".join(
        template.format(time=time, clock=time[11:16], wh=wh * factor, kwh=wh * factor / 1000) + "\n"
        for time, wh in zip(TIMES, WH, strict=True)
    )


VALUES = each("<value time='{time}'>{wh}</value>")
CLOCKS = each("<value time='{clock}'>{wh}</value>")
ROWS = each("<row><meter>H1</meter><timestamp>{time}</timestamp><consumption unit='Wh'>{wh}</consumption></row>")
ENTRIES = each("<n:entry><n:start>{time}</n:start><n:kwh>{kwh}</n:kwh></n:entry>")
SAME: dict[str, str] = {
    "attributes": "<readings>" + each("<reading meter='H1' time='{time}' value='{wh}' unit='Wh'/>") + "</readings>",
    "elements": f"<data created='2026-06-01'>{ROWS}</data>",
    "texts under a meter": f"<export version='1'><meter id='H1' unit='Wh'>{VALUES}</meter></export>",
    "times of day under a date": f"<export><meter><id>H1</id><unit>Wh</unit><day date='2026-05-04'>{CLOCKS}</day></meter></export>",
    "names of a space": f"<n:doc xmlns:n='urn:x'><n:meterId>H1</n:meterId>{ENTRIES}</n:doc>",
    "the document's own date": "<doc date='2026-06-01' version='2'><home>H1</home>" + each("<entry start='{time}' kwh='{kwh}'/>") + "</doc>",
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_hours_come_out_of_every_shape(import_files, name: str) -> None:
    imported = import_files(export_DOT_xml=f'<?xml version="1.0"?>\n{SAME[name]}')
    assert imported.rejected == []
    assert imported.values("H1") == EXPECTED


def test_each_record_is_of_the_meter_that_it_stands_under(import_files) -> None:
    twice = each("<value time='{time}'>{wh}</value>", 2)
    text = f"<export><meter id='H1' unit='Wh'>{VALUES}</meter><meter id='H2' unit='Wh'>{twice}</meter></export>"
    imported = import_files(export_DOT_xml=text)
    assert imported.values("H1") == EXPECTED
    assert imported.values("H2") == {at: 2 * kwh for at, kwh in EXPECTED.items()}


def test_directions_and_media_are_those_that_are_said(import_files) -> None:
    entry = "<entry><start>{time}</start><direction>WAY</direction><kwh>{kwh}</kwh></entry>"
    ways = each(entry.replace("WAY", "import")) + each(entry.replace("WAY", "export"))
    imported = import_files(export_DOT_xml=f"<doc>{ways}</doc>")
    assert imported.values(quantity=IN) == imported.values(quantity=OUT) == EXPECTED
    hours = each("<entry><start>{time}</start><kwh>{kwh}</kwh></entry>")
    of_gas = f"<doc><point><commodity>gas</commodity><mprn>1234567890</mprn>{hours}</point></doc>"
    assert import_files(gas_DOT_xml=of_gas).values("1234567890", GAS) == EXPECTED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<doc><a>1</a><b>2</b></doc>", "of a kind that is not known"),
        ("<doc><entry name='x'/><entry name='y'/></doc>", "of a kind that is not known"),
        ("<!DOCTYPE d [<!ENTITY a 'b'>]><doc><entry time='2026-05-04' kwh='1'/></doc>", "entities|not known"),
        ("<doc>" * 300, "not known|nested"),
        ("<html><body>Sign in</body></html>", "web page"),
    ],
)
def test_what_holds_no_rows_is_refused(import_files, text: str, reason: str) -> None:
    with pytest.raises(BadFile, match=reason):
        import_files(export_DOT_xml=text)
