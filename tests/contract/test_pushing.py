"""Readings that a program pushes, by the client, and what the platform makes of them."""

from datetime import timedelta

import polars as pl
import pytest

from wattwise_client import Refused

from .conftest import CLOCKS_GO_FORWARD

HALF_HOUR = timedelta(minutes=30)


def row(value: float, step: int = 0, **more: object) -> dict[str, object]:
    return {"meter": "gate", "starts_at": CLOCKS_GO_FORWARD + step * HALF_HOUR, "value": value} | more


def test_a_frame_and_records_are_pushed_and_read_back(platform):
    api, organization_id = platform.operator, platform.organization.id
    first = api.push_readings([row(0.25, resolution="PT30M")], organization_id=organization_id, create=True)
    assert (first["read"], first["stored"], first["rejected"]) == (1, 1, [])
    frame = pl.DataFrame([row(250.0, unit="Wh"), row(500.0, 1, unit="Wh")])
    second = api.push_readings(frame, organization_id=organization_id)
    assert (second["read"], second["stored"], second["unchanged"]) == (2, 1, 1)
    assert second["import"] == first["import"]
    meter = api.meters(organization_id=organization_id)[0]
    assert (meter.key, meter.timezone, meter.resolution) == ("gate", "Europe/London", "PT30M")
    assert api.readings(meter_ids=[meter.id])["value"].to_list() == [0.25, 0.5]
    receipt = api.import_status(first["import"])["receipt"]
    assert (receipt["read"], receipt["stored"], receipt["unchanged"]) == (3, 2, 1)


def test_many_rows_go_in_several_requests_and_their_lines_stay_right(platform):
    api, organization_id = platform.operator, platform.organization.id
    frame = pl.DataFrame(
        {
            "meter": "gate",
            "starts_at": [CLOCKS_GO_FORWARD - step * HALF_HOUR for step in range(30_000)],
            "value": [-1.0 if step == 25_000 else 0.25 for step in range(30_000)],
            "resolution": "PT30M",
        }
    )
    pushed = api.push_readings(frame, organization_id=organization_id, create=True)
    assert (pushed["read"], pushed["stored"]) == (30_000, 29_999)
    assert [(bad["line"], bad["column"]) for bad in pushed["rejected"]] == [(25_001, "value")]
    assert [bad["line"] for bad in api.rejected(pushed["import"])] == [5_001], "as it stood in its request"


def test_strict_is_all_or_nothing(platform):
    with pytest.raises(Refused, match="2 of 2 rows are wrong, so nothing was stored"):
        platform.operator.push_readings([row(1.0), row(-1.0)], organization_id=platform.organization.id, strict=True)
