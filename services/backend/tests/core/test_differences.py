"""What an import changes: only differences are written, whichever way the stored readings are found."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattwise_backend.readings.batch import Batch, differences
from wattwise_backend.readings.models import Reading, ReadingRevision

from . import estate
from .conftest import Community
from .estate import HALF_HOUR, NOON, Machine

KEYS = st.tuples(st.integers(1, 3), st.integers(-4, 4))
SERIES = st.dictionaries(KEYS, st.tuples(st.sampled_from([0.0, 0.1, 2.5]), st.sampled_from([0, 1])), max_size=12)
Series = dict[tuple[int, int], tuple[float, int]]


def batch_of(series: Series) -> Batch:
    keys = sorted(series)
    return Batch(
        meter_id=np.array([meter for meter, _ in keys], dtype=np.int32),
        starts_at=np.array([at for _, at in keys], dtype=np.int64),
        value=np.array([series[key][0] for key in keys], dtype=np.float64),
        quality=np.array([series[key][1] for key in keys], dtype=np.int16),
        import_id=np.ones(len(keys), dtype=np.int32),
    )


def series_of(batch: Batch) -> Series:
    keys = zip(batch.meter_id.tolist(), batch.starts_at.tolist(), strict=True)
    return dict(zip(keys, zip(batch.value.tolist(), batch.quality.tolist(), strict=True), strict=True))


def stored(worker: Machine, community: Community, readings: pa.Table) -> Any:
    """The receipt of an import of these readings."""
    import_run, claim = estate.started_import(community.organization)
    answer = worker.call("PUT", f"/data/imports/{import_run.pk}/parts/all/", estate.part(readings), lease=claim.lease)
    return answer.json()


@given(incoming=SERIES, stored=SERIES)
def test_a_comparison_finds_what_is_new_and_what_is_corrected(incoming: Series, stored: Series) -> None:
    found = differences(batch_of(incoming), batch_of(stored))
    corrected = {key for key in incoming.keys() & stored.keys() if incoming[key] != stored[key]}
    assert series_of(found.new) == {key: incoming[key] for key in incoming.keys() - stored.keys()}
    assert series_of(found.corrected) == {key: incoming[key] for key in corrected}
    assert series_of(found.replaced) == {key: stored[key] for key in corrected}


@pytest.mark.django_db
def test_two_corrections_far_apart_are_found_without_reading_what_lies_between(
    worker: Machine, community: Community
) -> None:
    meter = community.dupont_meter
    stored(worker, community, estate.readings(meter, [0.25] * 2_000))
    first, last = estate.readings(meter, [0.5]), estate.readings(meter, [0.75], start=NOON + 1_999 * HALF_HOUR)
    receipt = stored(worker, community, pa.concat_tables([first, last]))
    assert (receipt["stored"], receipt["corrected"], receipt["unchanged"]) == (0, 2, 0)
    assert set(ReadingRevision.objects.values_list("starts_at", "old_value")) == {
        (NOON, 0.25),
        (NOON + 1_999 * HALF_HOUR, 0.25),
    }
    values = list(Reading.objects.filter(meter_id=meter.pk).order_by("starts_at").values_list("value", flat=True))
    assert values == [0.5, *[0.25] * 1_998, 0.75]


@pytest.mark.django_db
def test_one_part_may_add_correct_and_repeat(worker: Machine, community: Community) -> None:
    one, other = community.dupont_meter, community.martin_meter
    stored(worker, community, estate.readings(one, [1.0, 2.0, 3.0]))
    both = pa.concat_tables([estate.readings(other, [9.0, 8.0]), estate.readings(one, [1.0, 2.5, 3.0, 4.0])])
    receipt = stored(worker, community, both)
    assert (receipt["stored"], receipt["corrected"], receipt["unchanged"]) == (3, 1, 2)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.readings_count, one.last_reading_at) == (4, NOON + 3 * HALF_HOUR)
    assert (other.readings_count, other.first_reading_at) == (2, NOON)
