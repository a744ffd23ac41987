"""Parquet, Arrow and Feather: the types, layouts and damages that files of analysts come with."""

import datetime
import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from wattwise_consumption.problems import BadFile
from wattwise_contract.quantities import Quantity

STAMPS = pd.date_range("2026-05-04", periods=4, freq="30min")
KWH = [0.25, 1.5, 0.0, 12.125]
EXPECTED = {f"{stamp:%Y-%m-%d %H:%M}": value for stamp, value in zip(STAMPS, KWH, strict=True)}
LONG = pa.table({"home": ["H1"] * 4, "time": pa.array(STAMPS), "kwh": KWH})


def parquet(table: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def arrow(table: pa.Table, *, stream: bool) -> bytes:
    sink = io.BytesIO()
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=3)
    return sink.getvalue()


def feather(table: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pyarrow.feather.write_feather(table, sink, **options)
    return sink.getvalue()


def with_columns(**columns: object) -> pa.Table:
    return pa.table({**{name: LONG[name] for name in LONG.column_names}, **columns})


def zoned(zone: str) -> pa.Array:
    return pa.array(STAMPS.tz_localize("UTC").tz_convert(zone))


SAME_TABLE = {
    "a.parquet": parquet(LONG),
    "row groups.parquet": parquet(LONG, row_group_size=1, compression="zstd"),
    "old.parquet": parquet(LONG, version="1.0", use_deprecated_int96_timestamps=True),
    "file.arrow": arrow(LONG, stream=False),
    "stream.arrows": arrow(LONG, stream=True),
    "new.feather": feather(LONG, compression="zstd"),
    "zone.parquet": parquet(with_columns(time=zoned("Australia/Adelaide"))),
    "nanoseconds.parquet": parquet(with_columns(time=pa.array(STAMPS.as_unit("ns").asi8))),
    "milliseconds.parquet": parquet(with_columns(time=pa.array(STAMPS.as_unit("ms").asi8))),
    "text.parquet": parquet(with_columns(time=pa.array([f"{stamp}" for stamp in STAMPS]))),
    "bytes for text.parquet": parquet(with_columns(home=pa.array([b"H1"] * 4))),
    "category.parquet": parquet(with_columns(home=LONG["home"].dictionary_encode())),
    "decimal.parquet": parquet(with_columns(kwh=pa.array([Decimal(f"{kwh:.3f}") for kwh in KWH]))),
    "float32.parquet": parquet(with_columns(kwh=pa.array(KWH, pa.float32()))),
    "day and time.parquet": parquet(
        pa.table({
            "home": LONG["home"], "date": pa.array([stamp.date() for stamp in STAMPS]),
            "time": pa.array([stamp.time() for stamp in STAMPS], pa.time32("s")), "kwh": KWH,
        })
    ),
    "picture.parquet": parquet(with_columns(photo=pa.array([b"\xff\xd8\x00"] * 4))),
    "records.parquet": parquet(
        pa.table({
            "meter": pa.array([{"id": "H1", "at": {"lat": 1.5}}] * 4), "time": pa.array(STAMPS), "kwh": KWH,
        })
    ),
    "lists.parquet": parquet(
        pa.table({"home": ["H1", "H1"], "time": [STAMPS[:2].to_list(), STAMPS[2:].to_list()], "kwh": [KWH[:2], KWH[2:]]})
    ),
    "list of records.parquet": parquet(
        pa.table({"home": ["H1"], "readings": [[{"time": t, "kwh": v} for t, v in zip(STAMPS, KWH, strict=True)]]})
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_TABLE)
def test_the_same_four_half_hours_come_out_of_every_file(import_files, name: str) -> None:
    imported = import_files(**{name.replace(".", "_DOT_"): SAME_TABLE[name]})
    assert imported.rejected == []
    assert imported.values("H1", Quantity.ELECTRICITY_IMPORT.value) == EXPECTED


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_first_feather_is_read(import_files) -> None:
    assert import_files(old_DOT_feather=feather(LONG, version=1)).values("H1") == EXPECTED


def test_a_pandas_frame_with_a_column_for_each_meter_and_its_times_as_index(import_files) -> None:
    sink = io.BytesIO()
    pd.DataFrame(
        {"School": KWH, "Library": [np.nan, 2.0, 3.0, 4.0]}, index=STAMPS.tz_localize("Europe/Berlin")
    ).to_parquet(sink)
    imported = import_files(wide_DOT_parquet=sink.getvalue(), zone="Europe/Berlin")
    assert list(imported.values("School").values()) == KWH
    assert next(iter(imported.values("School"))) == "2026-05-03 22:00"
    assert len(imported.values("Library")) == 3  # NaN is missing, not a value


def test_a_pandas_count_of_rows_is_no_meter(import_files) -> None:
    sink = io.BytesIO()
    frame = LONG.to_pandas()
    frame[frame["kwh"] > 0].to_parquet(sink)
    imported = import_files(filtered_DOT_parquet=sink.getvalue())
    assert imported.values("H1") == {stamp: value for stamp, value in EXPECTED.items() if value > 0}


def test_many_rows_come_in_blocks_and_keep_every_digit(import_files) -> None:
    rows = 600_000
    values = np.random.default_rng(3).random(rows)
    seconds = 1_600_000_200 + 1800 * (np.arange(rows) % 60_000)
    home = pa.array(np.repeat([f"H{n}" for n in range(10)], 60_000))
    table = pa.table({"home": home, "time": pa.array(seconds, pa.timestamp("s", "UTC")), "kwh": values})
    imported = import_files(many_DOT_parquet=parquet(table, row_group_size=200_000))
    assert imported.readings.height == rows
    assert len(imported.parts) > 1
    assert imported.readings["value"].sort().to_list() == sorted(values.tolist())


def test_a_rejected_row_is_named_by_its_number(import_files) -> None:
    imported = import_files(negative_DOT_parquet=parquet(with_columns(kwh=pa.array([1.0, -2.0, 3.0, 4.0]))))
    assert [(row.line, row.column, row.value) for row in imported.rejected] == [(2, "kwh", "-2.0")]


def test_columns_that_hold_no_text_are_named_on_the_receipt(import_files) -> None:
    imported = import_files(picture_DOT_parquet=SAME_TABLE["picture.parquet"])
    assert any("“photo”" in sentence for sentence in imported.summary.warnings)


def huge() -> bytes:
    """A footer that claims 9 × 10¹⁸ rows: one byte-wise change of a number in a file of one row group."""
    content = parquet(pa.table({"time": pa.array(STAMPS), "kwh": KWH}), compression="none")
    footer = int.from_bytes(content[-8:-4], "little")
    start = len(content) - 8 - footer
    claimed = content[start:].replace(b"\x16\x08", b"\x16\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01")
    return content[:start] + claimed[:-8] + (len(claimed) - 8).to_bytes(4, "little") + b"PAR1"


BROKEN = {
    "cut.parquet": (SAME_TABLE["a.parquet"][:-40], "Parquet file is damaged"),
    "cut.arrow": (SAME_TABLE["file.arrow"][:-40], "Arrow file is damaged"),
    "cut.arrows": (SAME_TABLE["stream.arrows"][:300], "Arrow file is damaged"),
    "huge.parquet": (huge(), "damaged|claims|could not be read"),
    "empty.parquet": (parquet(LONG[:0]), "no rows"),
    "uneven.parquet": (parquet(pa.table({"time": [[1, 2], [3]], "kwh": [[1.0], [2.0]]})), "not equally long"),
    "locked.parquet": (b"PARE" + bytes(100) + b"PARE", "encrypted"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_good_is_refused_with_a_sentence(import_files, name: str) -> None:
    content, reason = BROKEN[name]
    with pytest.raises(BadFile, match=reason) as refused:
        import_files(**{name.replace(".", "_DOT_"): content})
    assert refused.value.remedy


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_never_ends_the_worker(import_files, tmp_path: Path, seed: int) -> None:
    dice = np.random.default_rng(seed)
    names = ["a.parquet", "file.arrow", "stream.arrows", "new.feather"]
    content = bytearray(SAME_TABLE[names[seed % 4]])
    for at in dice.integers(8, len(content), size=dice.integers(1, 12)):
        content[at] = dice.integers(256)
    try:
        imported = import_files(
            damaged_DOT_parquet=bytes(content), now=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
        )
    except BadFile:
        return  # a sentence and a remedy: what the worker shows
    assert imported.readings["value"].is_finite().all()
