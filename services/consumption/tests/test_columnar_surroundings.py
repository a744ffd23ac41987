"""Parquet and Arrow: a list of values from a start on, what metadata say, folders of a partitioned data set."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wattwise_consumption.problems import BadFile

TIMES = [datetime(2026, 5, 4, tzinfo=UTC) + timedelta(minutes=30 * place) for place in range(6)]
KWH = [0.25, 1.5, 0.0, 12.0, 2.0, 3.0]
WH = [kwh * 1000 for kwh in KWH]
EXPECTED = {f"{at:%Y-%m-%d %H:%M}": kwh for at, kwh in zip(TIMES, KWH, strict=True)}


def parquet(table: pa.Table) -> bytes:
    kept = io.BytesIO()
    pq.write_table(table, kept)
    return kept.getvalue()


def columns(**of: Any) -> bytes:
    return parquet(pa.table(of))


def with_metadata(table: pa.Table, **said: str) -> bytes:
    return parquet(table.replace_schema_metadata({name.encode(): text.encode() for name, text in said.items()}))


def field_unit() -> bytes:
    value = pa.field("value", pa.float64(), metadata={b"unit": b"Wh"})
    schema = pa.schema([("meter", pa.string()), ("time", pa.timestamp("us", "UTC")), value])
    return parquet(pa.table([["A"] * 6, TIMES, WH], schema=schema))


VALUES = pa.table({"meter": ["A"] * 6, "time": TIMES, "value": WH})
SAME: dict[str, bytes] = {
    "a step in pandas' words": columns(meter=["A"], start=[TIMES[0]], freq=["30min"], values=[KWH]),
    "a step in ISO's words": columns(meter=["A"], start=[TIMES[0].isoformat()], resolution=["PT30M"], values=[KWH]),
    "a step in seconds": columns(id=["A"], start=[TIMES[0]], interval_seconds=[1800], target=[KWH]),
    "a step as a duration": columns(meter=["A"], start=[TIMES[0]], step=[timedelta(minutes=30)], kwh=[KWH]),
    "an end": columns(meter=["A"], start=[TIMES[0]], end=[TIMES[0] + timedelta(hours=3)], kwh=[KWH]),
    "two series of several rows": columns(meter=["A", "A"], start=[TIMES[0], TIMES[3]], freq=["30T", "30T"], kwh=[KWH[:3], KWH[3:]]),
    "a list of the times": columns(meter=["A"], times=[TIMES], kwh=[KWH]),
    "a map of times": columns(meter=["A"], readings=pa.array([[(at.isoformat(), kwh) for at, kwh in zip(TIMES, KWH, strict=True)]], type=pa.map_(pa.string(), pa.float64()))),
    "unit of the column": field_unit(),
    "unit of the table": with_metadata(VALUES, unit="Wh"),
    "unit among pandas' attributes": with_metadata(VALUES, PANDAS_ATTRS=json.dumps({"unit": "watt-hours"})),
    "meter and zone of the table": with_metadata(
        pa.table({"time": [at.replace(tzinfo=None) + timedelta(hours=2) for at in TIMES], "value": KWH}), timezone="Europe/Berlin", meter_id="A"
    ),
    "a zone in the type": columns(meter=["A"] * 6, time=pa.array(TIMES, pa.timestamp("ms", "Europe/Berlin")), kwh=KWH),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_half_hours_come_out_of_every_layout(import_files, name: str) -> None:
    imported = import_files(store_DOT_parquet=SAME[name])
    assert imported.rejected == []
    assert imported.values("A") == pytest.approx(EXPECTED)


def test_days_of_lists_follow_the_local_clock(import_files) -> None:
    days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    content = columns(meter=["A"] * 3, date=days, values=[[1.0] * 24, [1.0] * 23, [1.0] * 24])
    imported = import_files(store_DOT_parquet=content, zone="Europe/Berlin")
    assert imported.kwh == 71.0
    assert len(imported.values("A")) == 71
    assert max(imported.values("A")) == "2026-03-30 21:00"


def test_lists_whose_times_nothing_tells_are_refused(import_files) -> None:
    with pytest.raises(BadFile, match="nothing says how far apart"):
        import_files(store_DOT_parquet=columns(meter=["A"], start=[TIMES[0]], kwh=[KWH]))


def test_a_wide_table_keeps_its_meters_names_beside_their_unit(import_files) -> None:
    fields = [pa.field(name, pa.float64(), metadata={b"units": b"Wh"}) for name in ("A", "B")]
    schema = pa.schema([("time", pa.timestamp("us", "UTC")), *fields])
    imported = import_files(store_DOT_parquet=parquet(pa.table([TIMES, WH, WH], schema=schema)))
    assert imported.values("A") == imported.values("B") == pytest.approx(EXPECTED)


def test_a_partitioned_data_set_has_its_keys_in_its_folders(import_files) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for meter, factor in (("A 1", 1), ("B", 2)):
            for half in (0, 1):
                part = columns(
                    time=TIMES[half * 3 : half * 3 + 3], kwh=[kwh * factor for kwh in KWH[half * 3 : half * 3 + 3]]
                )
                archive.writestr(f"data/meter={meter.replace(' ', '%20')}/year=2026/part-{half}.parquet", part)
    imported = import_files(set_DOT_zip=kept.getvalue())
    assert imported.values("A 1") == EXPECTED
    assert imported.values("B") == {at: 2 * kwh for at, kwh in EXPECTED.items()}
    assert imported.duplicate == 0


def test_pieces_in_folders_are_called_by_their_folders(import_files) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for meter in ("H1", "H2"):
            archive.writestr(f"{meter}/part-0.parquet", columns(time=TIMES, kwh=KWH))
    imported = import_files(set_DOT_zip=kept.getvalue())
    assert imported.values("H1") == imported.values("H2") == EXPECTED
