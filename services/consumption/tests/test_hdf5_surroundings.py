"""HDF5: units, zones and meters that stand around the datasets; arrays of meters by times; MATLAB's and netCDF's files."""

import io
from collections.abc import Callable

import h5py
import numpy as np
import pytest

from wattwise_consumption.problems import BadFile

from .test_hdf5_files import EXPECTED, ISO, KWH, SECONDS, hdf5

Fill = Callable[[h5py.File], object]
LOCAL = np.array([text[:16].replace(b"T", b" ") for text in ISO])
MONTHS_EARLIER = np.array([b"2026-05-04 02:00", b"2026-05-04 02:30", b"2026-05-04 03:00", b"2026-05-04 03:30"])
BOTH = np.column_stack([KWH, KWH * 2])  # times by meters
METERS = np.array([b"H1", b"H2"])


def of_group(**about: str) -> Fill:
    def fill(file: h5py.File) -> None:
        group = file.create_group("homes/H1")
        group["time"], group["reading"] = SECONDS, KWH * 1000
        group.attrs.update(about)

    return fill


def of_file(file: h5py.File) -> None:
    file.attrs["Units"] = np.bytes_(b"watt-hours")
    file["time"], file["reading"], file["quality"] = SECONDS, KWH * 1000, np.zeros(4, dtype=int)


def of_power_above(file: h5py.File) -> None:
    group = file.create_group("site/H1")
    file["site"].attrs["unit"] = "W"
    group["time"], group["power"], group["temperature"] = SECONDS, KWH * 2000, KWH


def unit_as_text(file: h5py.File) -> None:
    file["unit"], file["time"], file["reading"] = "Wh", SECONDS, KWH * 1000


def with_volts(file: h5py.File) -> None:
    file["time"], file["kwh"], file["level"] = SECONDS, KWH, KWH + 230
    file["level"].attrs["units"] = "V"


def local_texts(file: h5py.File) -> None:
    file.attrs["timezone"] = "Europe/Berlin"
    file["time"], file["kwh"] = MONTHS_EARLIER, KWH


def named_by_an_attribute(file: h5py.File) -> None:
    group = file.create_group("anything")
    group.attrs["meter_id"] = "H1"
    group["time"], group["kwh"] = SECONDS, KWH


def records_in_watt_hours(file: h5py.File) -> None:
    kind = [("meter", "S4"), ("timestamp", "<i8"), ("value", "<f8")]
    rows = [(b"H1", at * 1000, kwh * 1000) for at, kwh in zip(SECONDS, KWH, strict=True)]
    file["readings"] = np.array(rows, dtype=kind)
    file["readings"].attrs["units"] = "Wh"


def columns_of_one(file: h5py.File) -> None:
    """Arrays of one column, as many writers leave them."""
    file["time"], file["kwh"] = SECONDS.reshape(4, 1), KWH.reshape(4, 1)


def times_above(file: h5py.File) -> None:
    file["time"] = SECONDS
    file["H1/kwh"] = KWH


def datetimes(file: h5py.File) -> None:
    stamps = SECONDS.astype("datetime64[s]").astype("datetime64[ns]")
    file["time"] = stamps.astype(h5py.opaque_dtype(stamps.dtype))
    file["kwh"] = KWH


SAME: dict[str, Fill] = {
    "unit of the group": of_group(units="Wh"),
    "unit of the group, singular": of_group(unit="Wh"),
    "unit of the file, in words": of_file,
    "unit of a group above": of_power_above,
    "unit as a text beside": unit_as_text,
    "volts beside": with_volts,
    "zone of the file": local_texts,
    "records in the unit of their dataset": records_in_watt_hours,
    "arrays of one column": columns_of_one,
    "times in the group above": times_above,
    "moments of NumPy": datetimes,
}


@pytest.mark.parametrize("name", SAME)
def test_what_stands_around_the_datasets_holds_for_them(import_files, name: str) -> None:
    imported = import_files(H1_DOT_h5=hdf5(SAME[name]))
    assert imported.rejected == []
    assert imported.values("H1") == pytest.approx(EXPECTED)


def test_a_group_is_called_as_its_attribute_says(import_files) -> None:
    assert import_files(store_DOT_h5=hdf5(named_by_an_attribute)).values("H1") == EXPECTED


def meters_by_times(file: h5py.File) -> None:
    file["timestamps"], file["meter_id"], file["load"] = SECONDS, METERS, BOTH.T
    file["load"].attrs["unit"] = "kWh"


def times_by_meters(file: h5py.File) -> None:
    file["time"], file["meter_ids"], file["kwh"] = ISO, METERS, BOTH


def numbered(file: h5py.File) -> None:
    file.attrs["units"] = "W"
    file["time"], file["households"], file["data"] = (
        SECONDS,
        np.array(["H1", "H2"], dtype=h5py.string_dtype()),
        BOTH.T * 2000,
    )


def netcdf(file: h5py.File, *, square: bool = False) -> None:
    """As netCDF's library writes it: dimensions are scales, numbers are packed."""
    count = 4 if square else 2
    stamps = file.create_dataset("time", data=np.arange(4) / 2)
    stamps.attrs.update(units="hours since 2026-05-04 00:00:00", calendar="proleptic_gregorian")
    names = np.array([f"H{number}".encode() for number in range(1, count + 1)])
    meters = file.create_dataset("meter", data=names)
    numbers = np.column_stack([KWH * (place + 1) for place in range(count)]).T
    energy = file.create_dataset("energy", data=np.round(numbers * 1000 / 5 - 100).astype("<i2"))
    energy.attrs.update(units="Wh", scale_factor=5.0, add_offset=500.0, _FillValue=np.int16(-32767))
    for axis, scale in enumerate((meters, stamps)):
        scale.make_scale(str(scale.name).strip("/"))
        energy.dims[axis].attach_scale(scale)


def import_and_export(file: h5py.File) -> None:
    file["time"], file["meter"] = SECONDS, METERS
    file["import_kwh"], file["export_kwh"], file["quality"] = BOTH.T, BOTH.T / 10, np.zeros((2, 4), dtype=int)


ARRAYS: dict[str, Fill] = {
    "meters by times": meters_by_times,
    "times by meters": times_by_meters,
    "texts of any length, watts of the file": numbered,
    "netCDF": netcdf,
    "as many meters as times, told by scales": lambda file: netcdf(file, square=True),
    "import beside export": import_and_export,
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_of_meters_and_times_is_read_either_way_round(import_files, name: str) -> None:
    imported = import_files(store_DOT_nc=hdf5(ARRAYS[name]))
    assert imported.rejected == []
    assert imported.values("H1", "electricity_import") == pytest.approx(EXPECTED)
    assert imported.values("H2", "electricity_import") == pytest.approx({at: 2 * kwh for at, kwh in EXPECTED.items()})
    exported = imported.readings.filter(imported.readings["quantity"] == "electricity_export")["value"].sum()
    assert exported == pytest.approx(0.3 * KWH.sum() if name == "import beside export" else 0)


def test_an_array_that_tells_not_which_side_is_time_is_refused(import_files) -> None:
    def square(file: h5py.File) -> None:
        file["time"], file["load"] = SECONDS, np.ones((4, 4))

    with pytest.raises(BadFile, match="nothing tells which of them are the times"):
        import_files(store_DOT_h5=hdf5(square))


def test_values_that_stand_for_none_are_none(import_files) -> None:
    def packed(file: h5py.File) -> None:
        file["time"] = SECONDS
        file["kwh"] = np.array([0.25, -9999, 0.0, 12.125])
        file["kwh"].attrs["_FillValue"] = -9999.0

    imported = import_files(H1_DOT_h5=hdf5(packed))
    assert imported.values("H1") == {at: kwh for at, kwh in EXPECTED.items() if kwh != 1.5}


def matlab(fill: Fill) -> bytes:
    """MATLAB's 7.3: a head of its own before the HDF5."""
    content = io.BytesIO()
    with h5py.File(content, "w", userblock_size=512) as file:
        fill(file)
    return b"MATLAB 7.3 MAT-file, Platform: GLNXA64, HDF5 schema 1.00 .".ljust(512) + content.getvalue()[512:]


def variable(file: h5py.Group, name: str, values: np.ndarray, kind: bytes = b"double") -> None:
    """A matrix as MATLAB stores it: the other way round."""
    file[name] = np.atleast_2d(values).T
    file[name].attrs["MATLAB_class"] = np.bytes_(kind)


def letters(text: str) -> np.ndarray:
    return np.array([list(map(ord, text))], dtype=np.uint16)


DATENUM = 719_529 + SECONDS.reshape(4, 1) / 86_400


def matlab_columns(file: h5py.File) -> None:
    variable(file, "t", DATENUM)
    variable(file, "datenum", DATENUM)
    variable(file, "load", KWH.reshape(4, 1) * 1000)
    variable(file, "unit", letters("Wh"), b"char")
    del file["t"]


def matlab_struct(file: h5py.File) -> None:
    group = file.create_group("data")
    group.attrs["MATLAB_class"] = np.bytes_(b"struct")
    variable(group, "time", DATENUM)
    variable(group, "energy", BOTH * 1000)
    variable(group, "units", letters("Wh"), b"char")
    references = [file.create_dataset(f"#refs#/{name}", data=letters(name).T) for name in ("H1", "H2")]
    for each in references:
        each.attrs["MATLAB_class"] = np.bytes_(b"char")
    cells = group.create_dataset("meters", data=np.array([[each.ref for each in references]], dtype=h5py.ref_dtype).T)
    cells.attrs["MATLAB_class"] = np.bytes_(b"cell")


def test_matlab_days_and_columns_are_understood(import_files) -> None:
    assert import_files(H1_DOT_mat=matlab(matlab_columns)).values("H1") == pytest.approx(EXPECTED)


def test_a_struct_of_matlab_names_its_meters_in_cells(import_files) -> None:
    imported = import_files(store_DOT_mat=matlab(matlab_struct))
    assert imported.values("H1") == pytest.approx(EXPECTED)
    assert imported.kwh == pytest.approx(3 * KWH.sum())


def test_what_only_matlab_can_read_is_refused_with_a_way_out(import_files) -> None:
    def timetable(file: h5py.File) -> None:
        file["home"] = np.array([[3_707_764_736, 2, 1, 1, 1, 1]], dtype=np.uint32)
        file["home"].attrs.update(MATLAB_class=np.bytes_(b"timetable"), MATLAB_object_decode=np.int32(3))

    with pytest.raises(BadFile, match="only MATLAB can read.*writetable"):
        import_files(home_DOT_mat=matlab(timetable))
