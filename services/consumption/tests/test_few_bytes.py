"""Files in which few bytes stand for more readings than there is memory: refused before any is used."""

import io

import h5py
import pyarrow as pa
import pytest

from wattwise_consumption.formats.typed import check_rows
from wattwise_consumption.problems import BadFile

from .conftest import Importer


def entsoe(*periods: tuple[str, str, str]) -> str:
    """A document with a point in each period of (start, end, resolution), which holds on until its end."""
    told = "".join(
        f"<Period><timeInterval><start>{start}</start><end>{end}</end></timeInterval><resolution>{resolution}</resolution>"
        "<Point><position>1</position><quantity>5</quantity></Point></Period>"
        for start, end, resolution in periods
    )
    about = "<outBiddingZone_Domain.mRID>10YBE</outBiddingZone_Domain.mRID><curveType>A03</curveType>"
    namespace = "urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0"
    return f'<GL_MarketDocument xmlns="{namespace}"><TimeSeries>{about}{told}</TimeSeries></GL_MarketDocument>'


@pytest.mark.parametrize(
    ("periods", "reason"),
    [
        ([("1945-01-01T00:00Z", "2025-01-01T00:00Z", "PT1M")], "line 1 stands for 42,076,799 points"),
        ([("2020-01-01T00:00Z", "2020-12-31T00:00Z", "P365D"), ("2021-01-01T00:00Z", "2021-01-01T00:01Z", "PT1S")] * 9,
         "cut into intervals of 1 seconds"),
        ([("2020-01-01T00:00Z", "2021-01-01T00:00Z", "P99999999999999999999D")], "resolution “P9+D”"),
    ],
)  # fmt: skip
def test_points_that_are_not_told_are_few(import_files: Importer, periods: list[tuple[str, str, str]], reason: str):
    with pytest.raises(BadFile, match=reason) as refused:
        import_files(few_DOT_xml=entsoe(*periods))
    assert refused.value.remedy


def test_a_point_that_holds_on_for_a_year_is_read(import_files: Importer):
    imported = import_files(year_DOT_xml=entsoe(("2025-01-01T00:00Z", "2026-01-01T00:00Z", "PT15M")))
    assert imported.readings.height == 35_040


def test_a_place_that_is_no_number_is_rejected(import_files: Importer):
    text = entsoe(("2025-01-01T00:00Z", "2025-01-02T00:00Z", "PT1H")).replace(">1</position>", ">²</position>")
    with pytest.raises(BadFile):
        import_files(odd_DOT_xml=text)


def test_columns_that_say_nothing_have_no_rows_without_end(import_files: Importer):
    schema = pa.schema([("time", pa.null()), ("kwh", pa.null())])
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, schema) as file:
        file.write_batch(pa.record_batch([pa.nulls(10**9), pa.nulls(10**9)], schema=schema))
    with pytest.raises(BadFile, match="claims to have 1,000,000,000 rows in [0-9]+ bytes"):
        import_files(few_DOT_arrow=sink.getvalue())


def test_a_dataset_that_is_filled_by_one_value_is_refused(import_files: Importer):
    sink = io.BytesIO()
    with h5py.File(sink, "w") as file:
        for name, value in (("time", 1_767_225_600), ("kwh", 1)):
            file.create_dataset(name, shape=(10**9,), dtype="int64", chunks=(10**6,), fillvalue=value)
    with pytest.raises(BadFile, match="claims to have 1,000,000,000 rows"):
        import_files(few_DOT_h5=sink.getvalue())


def test_rows_as_dense_as_the_best_packed_readings_are_not_doubted():
    check_rows(10_000_000, 1_000)
    check_rows(200_000_000, 3_000_000)
    with pytest.raises(BadFile, match="repeats one row"):
        check_rows(20_000_000, 100_000)
