"""Readings as Arrow streams: what arrives whole, what breaks off, what is sent."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import polars as pl
import pyarrow as pa
import pytest

from wattwise_client import BrokenStream, Unreachable, Wattwise, arrow
from wattwise_contract.recipes import Recipe
from wattwise_contract.schemas import READINGS

MIDNIGHT = datetime(2026, 3, 29, tzinfo=UTC)


def day_of_readings(meter_id: int = 7) -> pa.Table:
    starts_at = [MIDNIGHT + timedelta(minutes=30 * step) for step in range(46)]
    return pa.table(
        {"meter_id": [meter_id] * 46, "starts_at": starts_at, "value": [0.25] * 46, "quality": [0] * 46}
    ).cast(READINGS)


def client(answer, patience: timedelta = timedelta(0)) -> Wattwise:
    return Wattwise("http://meters.test", "ww_t", patience=patience, transport=httpx2.MockTransport(answer))


def in_pieces(content: bytes, size: int) -> httpx2.Response:
    pieces = (content[place : place + size] for place in range(0, len(content), size))
    return httpx2.Response(200, stream=Pieces(pieces))


class Pieces(httpx2.SyncByteStream):
    def __init__(self, pieces) -> None:
        self._pieces = pieces

    def __iter__(self):
        yield from self._pieces


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_readings_arrive_as_they_were_sent_in_pieces_of_any_size(size):
    sent = arrow.stream_of(day_of_readings(), schema=READINGS)
    frame = client(lambda request: in_pieces(sent, size)).readings(organization_id=1)
    assert frame["value"].sum() == 11.5
    assert frame["starts_at"].dtype == pl.Datetime("us", "UTC")
    assert frame["starts_at"][0] == MIDNIGHT


def test_no_readings_are_an_empty_frame_with_the_right_columns():
    sent = arrow.stream_of(READINGS.empty_table(), schema=READINGS)
    frame = client(lambda request: in_pieces(sent, 50)).readings(organization_id=1)
    assert frame.height == 0
    assert frame.columns == READINGS.names


@pytest.mark.parametrize("kept", [0, 5, 200, -8, -1])
def test_an_answer_that_stops_half_way_is_never_taken_for_a_shorter_one(kept):
    sent = arrow.stream_of(day_of_readings(), schema=READINGS)
    api = client(lambda request: in_pieces(sent[:kept], 64))
    with pytest.raises(BrokenStream):
        api.readings(organization_id=1)
    with pytest.raises(BrokenStream):
        list(api.readings_batches(organization_id=1))


def test_an_answer_that_stopped_half_way_is_asked_for_again():
    sent = arrow.stream_of(day_of_readings(), schema=READINGS)
    answers = [sent[:300], sent]
    api = client(lambda request: in_pieces(answers.pop(0), 64), patience=timedelta(seconds=3))
    assert api.readings(organization_id=1).height == 46


def test_many_meters_are_asked_for_in_a_body_and_few_in_the_address():
    heard = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        return in_pieces(arrow.stream_of(READINGS.empty_table(), schema=READINGS), 64)

    api = client(answer)
    api.readings(meter_ids=range(3), start=MIDNIGHT)
    api.readings(meter_ids=range(5_000))
    assert heard[0].method == "GET"
    assert heard[0].url.params.get_list("meter") == ["0", "1", "2"]
    assert heard[0].url.params["start"] == "2026-03-29T00:00:00Z"
    assert heard[1].method == "POST"
    assert b'"meter_ids":[0,1,2,' in heard[1].content


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path):
    whole = client(lambda request: in_pieces(b"meter_id,value\n7,0.25\n", 5))
    counted: list[int] = []
    size = whole.save("readings", to=tmp_path / "day.csv", format="csv", on_bytes=counted.append)
    assert size == sum(counted) == 22

    def broken():
        yield b"meter_id,val"
        raise httpx2.ReadError("reset")

    api = client(lambda request: httpx2.Response(200, stream=Pieces(broken())))
    with pytest.raises(Unreachable):
        api.save("readings", to=tmp_path / "other.csv", format="csv")
    assert [file.name for file in tmp_path.iterdir()] == ["day.csv"]


def test_rows_are_sent_by_name_in_the_contracts_types():
    frame = pl.DataFrame(
        {"quality": [0], "value": [0.25], "starts_at": [MIDNIGHT], "meter_id": [7], "note": ["left out"]}
    )
    sent = pa.ipc.open_stream(arrow.stream_of(frame, schema=READINGS, metadata={b"notes": b"{}"})).read_all()
    assert sent.schema.remove_metadata() == READINGS
    assert sent.schema.metadata == {b"notes": b"{}"}


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"value": [None]}, "value has 1 empty values"),
        ({"meter_id": [2**40]}, "out of bounds|not in range"),
        ({"quality": ["good"]}, "good"),
    ],
)
def test_rows_that_do_not_fit_never_leave(wrong, complaint):
    row = {"meter_id": [7], "starts_at": [MIDNIGHT], "value": [0.25], "quality": [0]}
    with pytest.raises(pa.ArrowInvalid, match=complaint):
        arrow.stream_of(pl.DataFrame({**row, **wrong}), schema=READINGS)


def test_an_upload_streams_its_files_and_tells_how_far_it_is(tmp_path: Path):
    files = []
    for number in range(3):
        files.append(tmp_path / f"home{number}.csv")
        files[-1].write_bytes(b"x" * 100_000)
    heard: list[bytes] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request.read())
        assert int(request.headers["content-length"]) == len(heard[0])
        return httpx2.Response(201, json={"id": 5})

    counted: list[int] = []
    api = client(answer)
    made = api.create_import(files, organization_id=1, recipe=Recipe(timezone="Europe/London"), on_bytes=counted.append)
    assert made == {"id": 5}
    assert sum(counted) == 300_000
    assert heard[0].count(b'name="file"; filename="home') == 3
    assert b'"timezone":"Europe/London"' in heard[0]


def test_importing_the_client_loads_neither_polars_nor_arrow():
    import subprocess
    import sys

    code = "import sys, wattwise_client; print([name for name in ('polars', 'pyarrow') if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


def test_pushed_readings_go_in_several_requests_and_come_back_as_one_answer(monkeypatch):
    from wattwise_client import imports

    monkeypatch.setattr(imports, "ROWS_AT_ONCE", 2)
    heard: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        wrong = [{"line": 1, "column": "value", "value": "", "reason": "There is no value.", "remedy": ""}]
        counts = {"read": 2, "stored": 1, "unchanged": 0, "corrected": 0, "duplicate": 0}
        return httpx2.Response(200, json={"import": 5, **counts, "rejected": wrong})

    frame = pl.DataFrame({"meter": ["M-1"] * 4, "starts_at": [MIDNIGHT] * 4, "value": [0.25] * 4})
    api = client(answer)
    for readings in (frame, frame.to_arrow(), frame.to_dicts()):
        heard.clear()
        pushed = api.push_readings(readings, organization_id=1, create=True)
        assert [request.url.query for request in heard] == [b"organization=1&create=true"] * 2
        assert (pushed["import"], pushed["read"], pushed["stored"]) == (5, 4, 2)
        assert [row["line"] for row in pushed["rejected"]] == [1, 3]
    assert heard[0].headers["content-type"] == "application/json"


def test_a_preview_is_asked_for_with_the_source_whose_recipe_is_remembered(tmp_path: Path):
    file = tmp_path / "home.csv"
    file.write_text("time,kWh\n")
    heard: list[bytes] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request.read())
        return httpx2.Response(201, json={"id": 5})

    client(answer).create_import([file], organization_id=1, preview=True, source_id=9)
    assert b'name="preview"\r\n\r\ntrue' in heard[0]
    assert b'name="source"\r\n\r\n9' in heard[0]
