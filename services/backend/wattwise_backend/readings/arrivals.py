"""Which readings an import brought, as runs: kept where the readings themselves do not tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.backends.utils import CursorWrapper

from wattwise_backend.platform.copy import copy_rows

from .batch import Batch, Column


def note_arrival(
    cursor: CursorWrapper,
    batch: Batch,
    *,
    new: Batch,
    unchanged: Batch | None,
    import_id: int,
    known_at: datetime | None,
) -> None:
    """Keep that an import brought what other imports had stored already, so that it stays when those are undone; with
    `known_at` also since when what is `new` was known. To be called in the transaction that writes the batch, after its
    corrections."""
    confirmed = _meters_of_others(unchanged, import_id)
    meters = np.union1d(confirmed, new.meter_id) if known_at else confirmed
    if not len(meters):
        return
    runs = runs_of(batch.at(np.isin(batch.meter_id, meters)))
    columns = runs | {
        "import_id": np.full(len(runs["meter_id"]), import_id, np.int32),
        "confirms": np.isin(runs["meter_id"], confirmed),
    }
    if known_at:
        columns["known_at"] = pa.array([known_at] * len(runs["meter_id"]), pa.timestamp("us", tz="UTC"))
    copy_rows(cursor, "arrivals", pa.table(columns))


def _meters_of_others(unchanged: Batch | None, import_id: int) -> Column:
    """The meters of which another import had stored readings already."""
    if unchanged is None:
        return np.array([], dtype=np.int32)
    return np.unique(unchanged.meter_id[unchanged.import_id != import_id])


def runs_of(batch: Batch) -> dict[str, Column | pa.Array[Any]]:
    """The readings as runs of one step each: meter_id, first_at, last_at, step (µs). A meter's step is the usual distance
    of its readings; each reading is in exactly one run."""
    meters, moments = batch.meter_id, batch.starts_at
    distances = np.diff(moments)
    goes_on = meters[1:] == meters[:-1]
    goes_on &= distances == _usual(meters[1:], distances, goes_on)
    starts = np.flatnonzero(np.concatenate([[True], ~goes_on]))
    ends = np.append(starts[1:], len(meters)) - 1
    lengths = moments[ends] - moments[starts]
    return {
        "meter_id": meters[starts],
        "first_at": _moments(moments[starts]),
        "last_at": _moments(moments[ends]),
        "step": np.where(lengths > 0, lengths // np.maximum(ends - starts, 1), 0),
    }


def _usual(meters: Column, distances: Column, of_one_meter: Column) -> Column:
    """For each distance the middle one of its meter."""
    usual = np.zeros_like(distances)
    places = np.flatnonzero(of_one_meter)
    order = places[np.lexsort((distances[places], meters[places]))]
    if not order.size:
        return usual
    firsts = np.flatnonzero(np.diff(meters[order], prepend=-1))
    counts = np.diff(firsts, append=order.size)
    usual[order] = np.repeat(distances[order[firsts + counts // 2]], counts)
    return usual


def _moments(microseconds: Column) -> pa.Array[Any]:
    return pa.array(microseconds, pa.int64()).view(pa.timestamp("us", tz="UTC"))
