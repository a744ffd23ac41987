"""Pushes by people who mean no good, and by programs that are broken: nothing grows, hangs or is stored wrongly."""

import gc
import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from wattwise_backend.meters.models import Meter

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON, Machine
from .pushing import counts, row, send, stored

pytestmark = pytest.mark.django_db
ARROW = "application/vnd.apache.arrow.stream"
AT = NOON.isoformat()
CSV = f"meter,starts_at,value\nM-dupont,{AT},0.25\nM-dupont,{(NOON + HALF_HOUR).isoformat()},0.12345\n"


@pytest.fixture(autouse=True)
def _warm(gateway: Machine) -> None:
    send(gateway, [])  # the first request loads the addresses


@contextmanager
def within(*, megabytes: int, seconds: float) -> Iterator[None]:
    """What happens inside takes at most so much more memory at any moment, and so much time of the CPU."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    before, began = memory("VmRSS"), time.process_time()
    yield
    assert time.process_time() - began < 5 * seconds  # other tests run beside it
    assert memory("VmHWM") - before < megabytes


def memory(what: str) -> float:
    """Megabytes of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what))


def table(meter: Any, **more: Any) -> pa.Table:
    rows = len(meter)
    return pa.table({"meter": meter, "starts_at": [AT] * rows, "value": [1.0] * rows} | more)


def packed_inside(meter: str, kind: str) -> bytes:
    """A stream whose buffers are compressed, that of the meter's dictionary too."""
    whole = table(repeated(meter, 1), quality=["measured"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, whole.schema, options=pa.ipc.IpcWriteOptions(compression=kind)) as writer:
        writer.write_table(whole)
    return sink.getvalue().to_pybytes()


def repeated(text: str, rows: int) -> "pa.Array[Any]":
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), pa.array([text]))


def viewed(text: str, rows: int) -> "pa.Array[Any]":
    """The same, as an array of views of one text."""
    one = np.frombuffer(pa.array([text], pa.string_view()).buffers()[1], np.uint8)
    views = pa.py_buffer(np.tile(one, rows).tobytes())
    return pa.Array.from_buffers(pa.string_view(), rows, [None, views, pa.py_buffer(text.encode())])


@pytest.mark.parametrize("kind", ["lz4", "zstd"])
def test_an_arrow_stream_that_unpacks_to_too_much_is_refused_unread(gateway: Machine, kind: str) -> None:
    body = packed_inside("x" * 100_000_000, kind)
    assert len(body) < 1_000_000
    with within(megabytes=50, seconds=1):
        assert send(gateway, body, ARROW).status_code == 413


@pytest.mark.parametrize("kind", ["lz4", "zstd"])
def test_an_arrow_stream_may_be_compressed_inside(gateway: Machine, community: Community, kind: str) -> None:
    assert counts(send(gateway, packed_inside("M-dupont", kind), ARROW).json()) == (1, 1, 0, 0, 0)
    assert stored(community.dupont_meter) == [1.0]


def test_rows_that_take_no_bytes_are_counted_before_they_are_made(gateway: Machine) -> None:
    nothing = pa.nulls(2_000_000_000)
    body = estate.stream(pa.table({"meter": nothing, "starts_at": nothing, "value": nothing}))
    assert len(body) < 2_000
    with within(megabytes=50, seconds=1):
        response = send(gateway, body, ARROW)
    assert response.status_code == 413
    assert "2,000,000,000 rows are too many" in response.json()["error"]


@pytest.mark.parametrize("array", [repeated, viewed])
def test_a_long_text_that_is_said_once_and_meant_often_is_refused(gateway: Machine, array: Any) -> None:
    body = estate.stream(table(array("x" * 1_000_000, 1_000)))
    assert len(body) < 1_200_000
    with within(megabytes=50, seconds=1):
        response = send(gateway, body, ARROW)
    assert response.status_code == 413


@pytest.mark.parametrize("array", [repeated, viewed])
def test_meters_may_be_named_by_dictionaries_and_views(gateway: Machine, community: Community, array: Any) -> None:
    assert counts(send(gateway, estate.stream(table(array("M-dupont", 1))), ARROW).json()) == (1, 1, 0, 0, 0)
    assert stored(community.dupont_meter) == [1.0]


def test_a_stream_of_countless_pieces_is_refused(gateway: Machine) -> None:
    schema = table(["M-dupont"]).schema
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for _ in range(8_000):
            writer.write_batch(pa.RecordBatch.from_pylist([], schema=schema))
    with within(megabytes=50, seconds=2):
        response = send(gateway, sink.getvalue().to_pybytes(), ARROW)
    assert response.status_code == 400
    assert "pieces" in response.json()["error"]


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (np.array([0, 8, 9, 10], np.int32), np.array([0, 8, 2**31 - 1, 10], np.int32)),
        (np.array([0, 8, 9, 10], np.int32), np.array([0, -8, 9, 10], np.int32)),
    ],
)
def test_offsets_that_lie_are_found_out(gateway: Machine, true: Any, false: Any) -> None:
    body = estate.stream(table(["M-dupont", "b", "c"]))
    assert true.tobytes() in body
    response = send(gateway, body.replace(true.tobytes(), false.tobytes()), ARROW)
    assert response.status_code == 400
    assert "no Arrow stream" in response.json()["error"]


def test_a_dictionary_is_not_read_beyond_its_end(gateway: Machine) -> None:
    body = estate.stream(table(pa.DictionaryArray.from_arrays(pa.array([0, 1, 0], pa.int32()), ["M-dupont", "b"])))
    true, false = np.array([0, 1, 0], np.int32).tobytes(), np.array([0, 1 << 29, -5], np.int32).tobytes()
    assert true in body
    response = send(gateway, body.replace(true, false), ARROW)
    assert response.status_code == 400


@pytest.mark.parametrize("body", [estate.stream(table(repeated("M-dupont", 3))), packed_inside("M-dupont", "lz4")])
def test_any_byte_of_a_stream_may_be_wrong(gateway: Machine, body: bytes) -> None:
    dice = np.random.default_rng(7)
    states = set()
    for _ in range(400):
        broken = bytearray(body)
        for at in dice.integers(0, len(body), 3):
            broken[at] = dice.integers(0, 256)
        states.add(send(gateway, bytes(broken), ARROW).status_code)
    assert states <= {200, 400, 413}


@pytest.mark.parametrize("lost", [1, 9, 14, 20])
def test_a_packed_body_that_was_cut_off_is_refused_whole(gateway: Machine, community: Community, lost: int) -> None:
    body = gzip.compress(CSV.encode())[:-lost]
    response = send(gateway, body, "text/csv", encoding="gzip")
    assert response.status_code == 400
    assert "cut off" in response.json()["error"]
    assert stored(community.dupont_meter) == []


def test_what_follows_a_packed_body_is_not_dropped_in_silence(gateway: Machine, community: Community) -> None:
    more = gzip.compress(f"M-dupont,{(NOON + 2 * HALF_HOUR).isoformat()},5\n".encode())
    response = send(gateway, gzip.compress(CSV.encode()) + more, "text/csv", encoding="gzip")
    assert response.status_code == 400
    assert stored(community.dupont_meter) == []


@pytest.mark.parametrize(
    "number", ["1" * 3_000_000 + "x", "." + "1" * 3_000_000 + "x", "1" * 1_000_000 + "." + "1" * 1_000_000 + "x"]
)
def test_a_number_of_a_million_digits_takes_no_time(gateway: Machine, community: Community, number: str) -> None:
    with within(megabytes=100, seconds=1):
        answer = send(gateway, [row(number), row(0.5, step=1)]).json()
    assert "no finite number" in answer["rejected"][0]["reason"]
    assert stored(community.dupont_meter) == [0.5]


@pytest.mark.parametrize(
    ("body", "kind"), [("a\n" * 2_000_000, "text/plain"), ("meter,starts_at,value\n" + ",,,\n" * 1_000_000, "text/csv")]
)
def test_a_body_of_a_million_wrong_rows_is_given_up_early(gateway: Machine, body: str, kind: str) -> None:
    with within(megabytes=400, seconds=6):
        assert send(gateway, body, kind).status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f"meter,starts_at,value,value\nM-dupont,{AT},1,2\n", "text/csv"),
        (
            estate.stream(pa.table([["M-dupont"], [AT], [1.0], [2.0]], names=["meter", "starts_at", "value", "value"])),
            ARROW,
        ),
    ],
)
def test_of_two_columns_of_one_name_none_is_chosen(
    gateway: Machine, community: Community, body: Any, kind: str
) -> None:
    response = send(gateway, body, kind)
    assert response.status_code == 400
    assert "two columns value" in response.json()["error"]
    assert stored(community.dupont_meter) == []


def test_of_two_values_of_one_reading_none_is_chosen(gateway: Machine, community: Community) -> None:
    body = f'[{{"meter": "M-dupont", "starts_at": "{AT}", "value": 1, "value": 2}}]'
    response = send(gateway, body)
    assert (response.status_code, "'value' twice" in response.json()["error"]) == (400, True)
    assert stored(community.dupont_meter) == []


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-23:59", "9999-12-31T23:30:00Z", "2100-01-01T00:00:00Z"])
def test_a_forecast_of_the_weather_lies_not_centuries_ahead(gateway: Machine, community: Community, at: str) -> None:
    estate.meter(community.organization, None, "roof", quantity="temperature")
    answer = send(gateway, [row(-4.5, meter="roof", quantity="temperature") | {"starts_at": at}]).json()
    assert "future" in answer["rejected"][0]["reason"]


@pytest.mark.parametrize("resolution", ["P9999Y", "P2Y", "PT99999H", "P9999D", "P99M", "P99W"])
def test_an_interval_is_no_longer_than_a_year(gateway: Machine, community: Community, resolution: str) -> None:
    """One of 9,999 years ends after the last day that a computer can write: nobody of the platform could sign in."""
    answer = send(gateway, [row(1, meter="M-new", resolution=resolution)], create="true").json()
    assert [each["column"] for each in answer["rejected"]] == ["resolution"]
    assert not Meter.objects.filter(key="M-new").exists()
    assert estate.signed_in(community.alice).get("/api/session/").status_code == 200


@pytest.mark.parametrize("resolution", ["P1Y", "P12M", "P52W", "P366D", "P1D", "PT24H", "PT30M", "PT1S"])
def test_intervals_of_meters_are_made_as_they_are(gateway: Machine, resolution: str) -> None:
    assert counts(send(gateway, [row(1, meter="M-new", resolution=resolution)], create="true").json())[1] == 1
