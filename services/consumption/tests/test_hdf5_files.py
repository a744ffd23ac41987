"""HDF5: pandas, NILMTK and plain datasets; what is packed strangely, lies elsewhere or was pickled is never read."""

import io
import pickle
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from wattwise_consumption.formats.pickled_text import UNKNOWN, names_in, parsed
from wattwise_consumption.problems import BadFile
from wattwise_contract.recipes import Recipe

SECONDS = 1_777_852_800 + 1800 * np.arange(4)  # from 2026-05-04 00:00 UTC
NANOSECONDS = SECONDS * 1_000_000_000
KWH = np.array([0.25, 1.5, 0.0, 12.125])
EXPECTED = dict(zip([f"2026-05-04 0{half // 2}:{half % 2 * 3}0" for half in range(4)], KWH.tolist(), strict=True))
ISO = np.array([f"{stamp}:00Z".replace(" ", "T").encode() for stamp in EXPECTED])


def hdf5(fill: Callable[[h5py.File], object]) -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
    return content.getvalue()


def pickled(value: object) -> np.bytes_:
    return np.bytes_(pickle.dumps(value, 0))  # as PyTables keeps attributes


def frame_table(file: h5py.Group, key: str, names: list[object], values: np.ndarray, **about: object) -> h5py.Dataset:
    """A frame as pandas' `table` format lays it out."""
    group = file.create_group(key)
    group.attrs["pandas_type"] = np.bytes_(b"frame_table")
    group.attrs["info"] = pickled({1: {"names": [None]}, "index": about.get("index", {})})
    kind = [("index", "<i8"), ("values_block_0", values.dtype, (values.shape[1],))]
    rows = np.zeros(len(values), dtype=kind)
    rows["index"], rows["values_block_0"] = about.get("times", NANOSECONDS), values
    table = group.create_dataset("table", data=rows, chunks=(2,), compression="gzip")
    table.attrs["index_kind"] = np.bytes_(about.get("kind", b"datetime64[ns]"))  # type: ignore[arg-type]
    table.attrs["values_block_0_kind"] = pickled(names)
    return table


def frame_fixed(file: h5py.Group, key: str, names: list[str], values: np.ndarray, **index: object) -> h5py.Group:
    """A frame as pandas' `fixed` format lays it out."""
    group = file.create_group(key)
    group.attrs["pandas_type"], group.attrs["nblocks"] = np.bytes_(b"frame"), 1
    axis = group.create_dataset("axis1", data=NANOSECONDS)
    axis.attrs["kind"] = np.bytes_(b"datetime64")
    for name, value in index.items():
        axis.attrs[name] = value
    group.create_dataset("axis0", data=np.array(names, dtype="S"))
    group.create_dataset("block0_items", data=np.array(names, dtype="S"))
    group.create_dataset("block0_values", data=values)
    return group


def columns(file: h5py.File, times: np.ndarray, **units: str) -> None:
    group = file.create_group("homes/H1")
    group.create_dataset("time", data=times).attrs.update(units)
    group.create_dataset("kwh", data=KWH)


def records(file: h5py.File) -> None:
    kind = [("home", "S4"), ("time", "<i8"), ("kwh", "<f8")]
    file["readings"] = np.array([(b"H1", at, kwh) for at, kwh in zip(SECONDS, KWH, strict=True)], dtype=kind)


def array(file: h5py.File) -> None:
    file["readings"] = np.column_stack([SECONDS, KWH])
    file["readings"].attrs["columns"] = ["time", "kwh"]


def array_beside_times(file: h5py.File) -> None:
    file["timestamps"] = ISO
    file["readings"] = np.column_stack([KWH, KWH * 2])
    file["readings"].attrs["columns"] = "H1,H2"


COLUMN = KWH.reshape(4, 1)
SAME_TABLE: dict[str, Callable[[h5py.File], object]] = {
    "pandas table": lambda file: frame_table(file, "H1", ["kwh"], COLUMN),
    "pandas table in microseconds": lambda file: frame_table(
        file, "H1", ["kwh"], COLUMN, kind=b"datetime64[us]", times=NANOSECONDS // 1000
    ),
    "pandas table with a zone": lambda file: frame_table(file, "H1", ["kwh"], COLUMN, index={"tz": "Asia/Kolkata"}),
    "pandas table of many meters": lambda file: frame_table(file, "all", ["H1", "H2"], np.column_stack([KWH, KWH])),
    "pandas table whose index counts the rows": lambda file: frame_table(
        file, "all", ["time", "H1", "H2"], np.column_stack([SECONDS, KWH, KWH]), kind=b"integer", times=np.arange(4)
    ),
    "pandas fixed": lambda file: frame_fixed(file, "H1", ["kwh"], COLUMN),
    "pandas fixed with a zone": lambda file: frame_fixed(file, "all", ["H1", "H2"], np.column_stack([KWH, KWH]), tz="UTC"),
    "seconds": lambda file: columns(file, SECONDS),
    "milliseconds": lambda file: columns(file, SECONDS * 1000),
    "nanoseconds": lambda file: columns(file, NANOSECONDS),
    "seconds with a fraction": lambda file: columns(file, SECONDS.astype(float)),
    "big-endian seconds": lambda file: columns(file, SECONDS.astype(">i8")),
    "hours since a day": lambda file: columns(file, np.arange(4) / 2, units="hours since 2026-05-04"),
    "iso text": lambda file: columns(file, ISO),
    "iso text of any length": lambda file: columns(file, np.array([text.decode() for text in ISO], dtype=h5py.string_dtype())),
    "records": records,
    "array": array,
    "array beside times": array_beside_times,
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_TABLE)
def test_the_same_four_half_hours_come_out_of_every_layout(import_files, name: str) -> None:
    imported = import_files(H1_DOT_h5=hdf5(SAME_TABLE[name]))
    assert imported.rejected == []
    assert imported.values("H1") == EXPECTED


def two_tables(file: h5py.File) -> None:
    frame_table(file, "homes/H1", ["kwh"], COLUMN)
    frame_table(file, "homes/H2", ["kwh"], COLUMN * 2)


def test_tables_of_one_column_are_meters_named_by_their_keys(import_files) -> None:
    content = hdf5(two_tables)
    imported = import_files(store_DOT_h5=content)
    assert imported.values("homes/H1") == EXPECTED
    assert imported.kwh == 3 * KWH.sum()
    one = import_files(store_DOT_h5=content, recipe=Recipe(table="/homes/H2"))
    assert one.kwh == 2 * KWH.sum()
    with pytest.raises(BadFile, match="“homes/H1”, “homes/H2”"):
        import_files(store_DOT_h5=content, recipe=Recipe(table="H3"))


def nilmtk(file: h5py.File) -> None:
    names: list[object] = [("power", "reactive"), ("power", "active")]
    for building, meter in ((1, 1), (1, 2), (2, 1)):
        watts = np.column_stack([KWH, KWH * 2000 * building])
        frame_table(file, f"building{building}/elec/meter{meter}", names, watts, index={"tz": "Europe/London"})
    frame_table(file, "building1/elec/cache/meter1/total_energy", ["active"], COLUMN)
    frame_table(file, "building2/elec/meter2", [("power", "reactive")], COLUMN)
    file["building1"].attrs["metadata"] = np.bytes_(b"cos\nsystem\n(S'false'\ntR.")


def test_each_meter_of_nilmtk_gives_its_active_power(import_files) -> None:
    imported = import_files(redd_DOT_h5=hdf5(nilmtk))
    assert {(meter.consumer_key, meter.meter_key) for meter in imported.meters} == {
        ("building1", "building1/meter1"), ("building1", "building1/meter2"), ("building2", "building2/meter1"),
    }  # fmt: skip
    assert imported.values("building1/meter1") == EXPECTED
    assert imported.kwh == 4 * KWH.sum()
    assert any("building2/elec/meter2" in sentence for sentence in imported.summary.warnings)


def test_the_synthetic_file_of_nilmtk_has_the_energy_of_its_power(import_files, real_data: Path) -> None:
    path = real_data / "SYNTHETIC_format_only" / "nilmtk_hdf5" / "energy.h5"
    imported = import_files(path)
    with h5py.File(path) as file:
        watts = [file[f"building1/elec/meter{number}/table"]["values_block_0"][:, 0] for number in (1, 2, 3)]
    assert imported.readings.height == 3 * 14
    assert imported.kwh == pytest.approx(float(np.sum(watts)) * 10 / 3_600_000)


def many(file: h5py.File) -> None:
    rows = 700_000
    file["timestamp"] = 1_700_000_400 + 60 * np.arange(rows)
    file.create_dataset("kwh", data=np.arange(rows) % 97 / 10, chunks=(10_000,), compression="lzf")


def test_long_files_come_in_slices(import_files) -> None:
    imported = import_files(long_DOT_h5=hdf5(many))
    assert imported.readings.height == 700_000
    assert len(imported.parts) > 2
    assert imported.kwh == pytest.approx(float(np.sum(np.arange(700_000) % 97 / 10)))


def strange_filter(file: h5py.File) -> None:
    """A dataset whose chunks nobody here can unpack: of a filter that was registered for others."""
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((4,))
    plan.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, (2, 2, 8, 32))
    h5py.h5d.create(file.id, b"kwh", h5py.h5t.NATIVE_DOUBLE, h5py.h5s.create_simple((4,)), plan)
    file["time"] = SECONDS


def external_link(file: h5py.File) -> None:
    file["readings"] = h5py.ExternalLink("/etc/passwd", "/readings")


def external_data(file: h5py.File) -> None:
    file["time"] = SECONDS
    file.create_dataset("kwh", (4,), "<f8", external=[("/etc/passwd", 0, 32)])


def virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "<f8")
    layout[:] = h5py.VirtualSource("/etc/passwd", "kwh", (4,))
    file["time"] = SECONDS
    file.create_virtual_dataset("kwh", layout)


def objects(file: h5py.File) -> None:
    group = frame_fixed(file, "frame", ["kwh"], COLUMN)
    del group["block0_values"]
    cells = group.create_dataset("block0_values", (1,), h5py.vlen_dtype(np.uint8))
    cells[0] = np.frombuffer(pickle.dumps(KWH.tolist()), np.uint8)


def loops(file: h5py.File) -> None:
    group = file.create_group("a/b")
    group["up"] = file["a"]
    group["soft"] = h5py.SoftLink("/a/b/soft")
    group["nowhere"] = h5py.SoftLink("/c")


def absurd(file: h5py.File) -> None:
    file.create_dataset("time", (2**40,), "<i8", chunks=(1024,))
    file.create_dataset("kwh", (2**40,), "<f8", chunks=(1024,))


REFUSED: dict[str, tuple[bytes, str]] = {
    "a filter": (hdf5(strange_filter), "compressed with Blosc, .*Repack it with gzip"),
    "a link": (hdf5(external_link), "link into another file"),
    "data elsewhere": (hdf5(external_data), "lies in other files"),
    "virtual": (hdf5(virtual), "lies in other files"),
    "pickled objects": (hdf5(objects), "“/frame/block0_values” holds pickled objects"),
    "loops": (hdf5(loops), "holds no table"),
    "absurd": (hdf5(absurd), "is no table: its shape"),
    "nothing": (hdf5(lambda file: None), "holds no table"),
    "values alone": (hdf5(lambda file: file.update({"kwh": KWH})), "holds no table"),
    "cut": (hdf5(two_tables)[:3000], "damaged or cut off"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_safely_is_refused_with_a_sentence(import_files, name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(BadFile) as refused:
        import_files(file_DOT_h5=content)
    assert refused.match(reason)
    assert refused.value.remedy


@pytest.mark.parametrize("seed", range(10))
def test_damage_anywhere_never_ends_the_worker(import_files, seed: int) -> None:
    dice = np.random.default_rng(seed)
    content = bytearray(hdf5(two_tables if seed % 2 else records))
    for at in dice.integers(8, len(content), size=dice.integers(1, 60)):
        content[at] = dice.integers(256)
    try:
        imported = import_files(damaged_DOT_h5=bytes(content))
    except BadFile:
        return  # a sentence and a remedy: what the worker shows
    assert imported.readings["value"].is_finite().all()


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_names_are_read_out_of_pickles(protocol: int) -> None:
    assert names_in(pickle.dumps(["kwh", "gas"], protocol)) == [("kwh",), ("gas",)]
    assert names_in(pickle.dumps([("power", "active"), ("power", "")], protocol)) == [
        ("power", "active"),
        ("power", ""),
    ]
    assert parsed(pickle.dumps({"index": {"tz": "UTC", "n": 3, "x": None}}, protocol)) == {
        "index": {"tz": "UTC", "n": 3, "x": None}
    }


def test_no_pickle_is_ever_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "sprung",)  # type: ignore[return-value]

    for protocol in range(6):
        assert names_in(pickle.dumps(["kwh", Trap()], protocol)) == []
        about = parsed(pickle.dumps({"index": {"tz": Trap()}}, protocol))
        assert about in ({"index": {"tz": UNKNOWN}}, UNKNOWN)
    assert not (tmp_path / "sprung").exists()
    assert names_in(b"no pickle") == names_in(b"") == names_in(None) == []
