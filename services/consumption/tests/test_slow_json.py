"""Small JSON documents of shapes that would take hours, or all memory: each is read or refused soon."""

import json
import time
from typing import Any

import pytest

from wattwise_consumption.problems import BadFile

from .conftest import Importer

SECONDS = 40  # of the CPU; most take less than one
TIMES = [f"2026-{1 + at // 672:02d}-{1 + at // 24 % 28:02d}T{at % 24:02d}:00:00" for at in range(6_000)]


def reading(at: int, **more: Any) -> dict[str, Any]:
    return {"time": TIMES[at], "kwh": 1.5, **more}


REFUSED: dict[str, tuple[Any, str]] = {
    "a name of its own in each record": ([reading(at, **{f"x{at}": 1}) for at in range(6_000)], "different names"),
    "few of many names in each record": ([reading(at, **{f"x{at % 2_000}": 1}) for at in range(6_000)], "few of them"),
    "names of their own around each list": (
        [{**{f"x{at} {i}": i for i in range(9)}, "data": [reading(at)]} for at in range(2_000)],
        "different names",
    ),
    "one long row among many": ([[1, 2]] * 30_000 + [[1] * 2_900], "few of them|more than 40,000,000"),
    "a table for each name": ({f"x{at}": [reading(at)] for at in range(3_000)}, "more than 500 tables"),
    "a list for each name": (
        {f"x{at}": {"start": TIMES[at], "step": "PT1H", "values": [1, 2, 3]} for at in range(3_000)},
        "more than 500 tables",
    ),
    "lists of one name each": ([{"time": TIMES[:3], f"x{at}": [1, 2, 3]} for at in range(2_900)], "few of them|tables"),
    "objects in objects": (json.loads('{"a":' * 900 + "1" + "}" * 900), "nested too deeply"),
    "facts, and lists without anything": ([{"a": {"b": {"c": []}}}] * 9_000, "No column holds times"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", REFUSED)
def test_what_would_take_more_than_it_says_is_refused_soon(import_files: Importer, name: str) -> None:
    document, reason = REFUSED[name]
    began = time.process_time()
    with pytest.raises(BadFile, match=reason) as refused:
        import_files(slow_DOT_json=json.dumps(document))
    assert time.process_time() - began < SECONDS
    assert refused.value.remedy


READ = {
    "hundreds of columns": [{**{f"x{i}": i for i in range(300)}, **reading(at)} for at in range(30)],
    "columns without anything": [{**{f"x{i}": None for i in range(300)}, **reading(at)} for at in range(30)],
    "names of thousands of letters": [{"meter kwh time id " * 600 + str(at): at, **reading(at)} for at in range(60)],
    "zones that are none": [
        {"timezone": f"Europe/{at}", "data": [reading(at), reading(at + 1)]} for at in range(0, 2_000, 2)
    ],
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", READ)
def test_what_looks_odd_but_holds_readings_is_read_soon(import_files: Importer, name: str) -> None:
    began = time.process_time()
    assert import_files(slow_DOT_json=json.dumps(READ[name])).readings.height > 0
    assert time.process_time() - began < SECONDS
