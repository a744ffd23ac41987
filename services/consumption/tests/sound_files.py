"""Small sound files of each kind, all telling the same: two meters, two days of half hours. Broken ones are made of them."""

import csv
import gzip
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import h5py
import numpy as np
import openpyxl
import polars as pl
import pyarrow as pa

START = datetime(2026, 5, 4, tzinfo=UTC)
HALF_HOURS = 96
METERS = ("H1", "H2")
Row = tuple[str, datetime, float]
ODD: dict[tuple[str, datetime], float] = {}  # readings that a test wants to be wrong


def rows() -> list[Row]:
    """(meter, start in UTC, kWh); no two values of a meter are alike, and they do not rise as a register does."""
    steps = [START + timedelta(minutes=30 * number) for number in range(HALF_HOURS)]
    return [
        (meter, start, ODD.get((meter, start), round(0.1 * (place + 1) + number * 37 % HALF_HOURS / 1000, 3)))
        for place, meter in enumerate(METERS)
        for number, start in enumerate(steps)
    ]


def sound_files() -> dict[str, bytes]:
    """Name of the kind with its extension → bytes."""
    plain = _csv(",", "%Y-%m-%d %H:%M", ".")
    return {
        "comma.csv": plain,
        "semicolon.csv": _csv(";", "%d.%m.%Y %H:%M", ","),
        "tab.tsv": _csv("\t", "%Y-%m-%dT%H:%M:%SZ", "."),
        "utf16.csv": plain.decode().encode("utf-16"),
        "wide.csv": _wide(),
        "days.csv": _row_per_day(),
        "records.json": json.dumps(_records()).encode(),
        "lines.ndjson": "\n".join(map(json.dumps, _records())).encode() + b"\n",
        "packed.csv.gz": gzip.compress(plain, mtime=0),
        "packed.zip": _zip("inner.csv", plain),
        "packed.csv.zst": _zstd(plain),
        "nem12.csv": _nem12(),
        "profile.edi": _mscons(),
        "rows.xml": _rows_of_xml(),
        "green_button.xml": _green_button(),
        "telegrams.txt": _telegrams(),
        "load.xml": _entsoe(),
        "points.line": _line_protocol(),
        "query.csv": _annotated(),
        "sheet.xlsx": _workbook(),
        "table.parquet": _parquet(),
        "table.feather": _feather(),
        "table.h5": _hdf5(),
    }


def _csv(delimiter: str, stamps: str, decimal: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["home", "time", "kWh"])
    writer.writerows([m, start.strftime(stamps), f"{kwh:.3f}".replace(".", decimal)] for m, start, kwh in rows())
    return text.getvalue().encode()


def _wide() -> bytes:
    one, two = rows()[:HALF_HOURS], rows()[HALF_HOURS:]
    lines = [f"{a[1]:%Y-%m-%d %H:%M},{a[2]},{b[2]}" for a, b in zip(one, two, strict=True)]
    return ("time,H1 kWh,H2 kWh\n" + "\n".join(lines) + "\n").encode()


def _row_per_day() -> bytes:
    header = ",".join(f"{number // 2:02d}:{number % 2 * 30:02d}" for number in range(48))
    lines = [f"meter,date,{header}"]
    for place, meter in enumerate(METERS):
        for day in range(2):
            some = rows()[place * HALF_HOURS + day * 48 :][:48]
            lines.append(f"{meter},{some[0][1]:%Y-%m-%d}," + ",".join(str(kwh) for _, _, kwh in some))
    return ("\n".join(lines) + "\n").encode()


def _records() -> list[dict[str, object]]:
    return [{"meter": m, "time": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "kwh": kwh} for m, start, kwh in rows()]


def _zip(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


def _nem12() -> bytes:
    lines = ["100,NEM12,202605060000,TEST,TEST"]
    for place, meter in enumerate(METERS):
        lines.append(f"200,NMI000000{meter},E1,001,E1,N1,S{meter},KWH,30,20260601")
        for day in range(2):
            some = rows()[place * HALF_HOURS + day * 48 :][:48]
            values = ",".join(str(kwh) for _, _, kwh in some)
            lines.append(f"300,{some[0][1]:%Y%m%d},{values},A,,,20260606000000,")
    return ("\n".join([*lines, "900"]) + "\n").encode()


def _mscons() -> bytes:
    lines = ["UNA:+.? '", "UNB+UNOC:3+9912345000002:500+9912345000003:500+260506:0100+REF1++TL'"]
    for number, meter in enumerate(METERS, start=1):
        lines += [
            f"UNH+{number}+MSCONS:D:04B:UN:2.4c'",
            "BGM+7+MS1+9'",
            "UNS+D'",
            "NAD+DP'",
            f"LOC+172+{meter}'",
            "LIN+1'",
        ]
        lines.append("PIA+5+1-1?:1.29.0:SRW'")
        for _, start, kwh in rows()[(number - 1) * HALF_HOURS :][:HALF_HOURS]:
            end = start + timedelta(minutes=30)
            lines.append(f"QTY+220:{kwh}'DTM+163:{start:%Y%m%d%H%M}?+00:303'DTM+164:{end:%Y%m%d%H%M}?+00:303'")
        lines.append(f"UNT+9+{number}'")
    return ("\n".join([*lines, "UNZ+2+REF1'"]) + "\n").encode()


def _rows_of_xml() -> bytes:
    readings = "".join(
        f'<reading meter="{m}" time="{start:%Y-%m-%dT%H:%M:%SZ}" kwh="{kwh}"/>\n' for m, start, kwh in rows()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<readings>\n{readings}</readings>\n'.encode()


def _green_button() -> bytes:
    blocks = []
    for place, meter in enumerate(METERS):
        some = rows()[place * HALF_HOURS :][:HALF_HOURS]
        readings = "".join(
            f"<IntervalReading><timePeriod><duration>1800</duration><start>{int(start.timestamp())}</start></timePeriod>"
            f"<value>{round(kwh * 1000)}</value></IntervalReading>"
            for _, start, kwh in some
        )
        blocks.append(
            f'<entry><link rel="self" href="User/1/UsagePoint/{meter}"/><content><UsagePoint><ServiceCategory><kind>0</kind>'
            "</ServiceCategory></UsagePoint></content></entry>"
            f'<entry><link rel="self" href="User/1/UsagePoint/{meter}/MeterReading/1"/><link rel="related" '
            f'href="ReadingType/1"/><content><MeterReading/></content></entry>'
            f'<entry><link rel="self" href="User/1/UsagePoint/{meter}/MeterReading/1/IntervalBlock/1"/><content>'
            f"<IntervalBlock>{readings}</IntervalBlock></content></entry>"
        )
    kind = (
        '<entry><link rel="self" href="ReadingType/1"/><content><ReadingType><accumulationBehaviour>4'
        "</accumulationBehaviour><flowDirection>1</flowDirection><intervalLength>1800</intervalLength>"
        "<powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry>"
    )
    names = 'xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi"'
    feed = f"<feed {names}>{kind}{''.join(blocks)}</feed>"
    espi = re.sub(r"<(/?)(?!feed|entry|link|content)(\w)", r"<\1espi:\2", feed)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + espi).encode()


def _telegrams() -> bytes:
    count, telegrams = 1000.0, []
    for _, start, kwh in rows()[:HALF_HOURS]:
        local = start + timedelta(hours=2)
        telegrams.append(
            f"/ISk5\\2MT382-1000\r\n\r\n1-3:0.2.8(50)\r\n0-0:1.0.0({local:%y%m%d%H%M%S}S)\r\n"
            f"0-0:96.1.1(4B384547303034303436333935353037)\r\n1-0:1.8.1({count:010.3f}*kWh)\r\n1-0:1.8.2(000000.000*kWh)\r\n!\r\n"
        )
        count += kwh
    return "".join(telegrams).encode()


def _entsoe() -> bytes:
    points = "".join(
        f"<Point><position>{number}</position><quantity>{round(kwh * 1000)}</quantity></Point>"
        for number, (_, _, kwh) in enumerate(rows()[:HALF_HOURS], start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<GL_MarketDocument '
        'xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0"><type>A65</type><TimeSeries><mRID>1</mRID>'
        '<outBiddingZone_Domain.mRID codingScheme="A01">10YDK-1--------W</outBiddingZone_Domain.mRID>'
        "<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A01</curveType><Period><timeInterval>"
        f"<start>2026-05-04T00:00Z</start><end>2026-05-06T00:00Z</end></timeInterval><resolution>PT30M</resolution>{points}"
        "</Period></TimeSeries></GL_MarketDocument>"
    ).encode()


def _line_protocol() -> bytes:
    lines = [f"energy,meter={m} kwh={kwh} {int(start.timestamp()) * 10**9}" for m, start, kwh in rows()]
    return ("\n".join(lines) + "\n").encode()


def _annotated() -> bytes:
    head = "#group,false,false,false,false,true,true\n#datatype,string,long,dateTime:RFC3339,double,string,string\n#default,_result,,,,,\n"
    lines = [f",,0,{start:%Y-%m-%dT%H:%M:%SZ},{kwh},kwh,{meter}" for meter, start, kwh in rows()]
    return (head + "\n".join([",result,table,_time,_value,_field,meter", *lines]) + "\n").encode()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["home", "time", "kWh"])
    for meter, start, kwh in rows():
        sheet.append([meter, start.replace(tzinfo=None), kwh])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _frame() -> pl.DataFrame:
    return pl.DataFrame(rows(), schema=["home", "time", "kWh"], orient="row")


def _parquet() -> bytes:
    kept = io.BytesIO()
    _frame().write_parquet(kept)
    return kept.getvalue()


def _feather() -> bytes:
    kept = io.BytesIO()
    _frame().write_ipc(kept)
    return kept.getvalue()


def _hdf5() -> bytes:
    kept = io.BytesIO()
    with h5py.File(kept, "w") as file:
        for place, meter in enumerate(METERS):
            some = rows()[place * HALF_HOURS :][:HALF_HOURS]
            group = file.create_group(meter)
            stamps = group.create_dataset("time", data=np.array([int(start.timestamp()) for _, start, _ in some]))
            stamps.attrs["units"] = "s"
            group.create_dataset("kwh", data=np.array([kwh for _, _, kwh in some]), compression="gzip")
    return kept.getvalue()
