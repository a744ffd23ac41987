"""Binary COPY keeps every value of every type to the last bit."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wattwise_backend.platform.copy import copy_rows
from wattwise_contract.schemas import MOMENT

SECONDS = st.integers(
    int(datetime(1900, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
)
MOMENTS = st.builds(
    lambda second, microsecond: datetime.fromtimestamp(second, UTC).replace(microsecond=microsecond),
    SECONDS,
    st.integers(0, 999_999),
)
ROWS = st.lists(
    st.tuples(
        st.integers(-(2**31), 2**31 - 1),
        MOMENTS,
        st.floats(allow_nan=False),
        st.integers(-(2**15), 2**15 - 1),
        st.integers(-(2**63), 2**63 - 1),
    ),
    max_size=30,
)
TYPES = {"a": pa.int32(), "b": MOMENT, "c": pa.float64(), "d": pa.int16(), "e": pa.int64()}


@pytest.mark.django_db
@given(rows=ROWS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_arrive_as_they_were_sent(rows: list[tuple[object, ...]]) -> None:
    columns = {name: pa.array([row[index] for row in rows], kind) for index, (name, kind) in enumerate(TYPES.items())}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE copied (a int4, b timestamptz, c float8, d int2, e int8)")
        assert copy_rows(cursor, "copied", pa.table(columns)) == len(rows)
        cursor.execute("SELECT a, b, c, d, e FROM copied")
        found = cursor.fetchall()
        cursor.execute("DROP TABLE copied")
    assert sorted(map(repr, found)) == sorted(map(repr, rows))
