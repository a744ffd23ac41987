"""Readings in memory, column by column: in the order of the primary key, compared as sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wattwise_backend.platform.errors import BadRequest
from wattwise_contract.quantities import Quality

Column = np.ndarray[Any, np.dtype[Any]]
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


class UnreadableReadings(BadRequest):
    """Readings that no import may store."""

    remedy = "Settle duplicates and leave invalid rows out before sending; this is a fault of the sending program."


@dataclass(frozen=True)
class Span:
    """A meter's readings within a batch."""

    meter_id: int
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Batch:
    """Readings sorted by meter and time, one for each; `starts_at` counts µs from 1970 UTC. Stored ones know their
    import."""

    meter_id: Column
    starts_at: Column
    value: Column
    quality: Column
    import_id: Column | None = None

    def __len__(self) -> int:
        return len(self.meter_id)

    def at(self, places: Column) -> Batch:
        """The readings at these places (increasing numbers, or a flag for each reading)."""
        imports = None if self.import_id is None else self.import_id[places]
        return Batch(self.meter_id[places], self.starts_at[places], self.value[places], self.quality[places], imports)

    def spans(self) -> list[Span]:
        """One for each meter, by meter."""
        starts, ends = _runs(self.meter_id)
        return [
            Span(int(self.meter_id[start]), int(end - start), _moment(self.starts_at[start]), _moment(self.starts_at[end - 1]))
            for start, end in zip(starts, ends, strict=True)
        ]  # fmt: skip

    def columns(self) -> dict[str, pa.Array[Any]]:
        """meter_id, starts_at, value, quality as Arrow, without a copy."""
        return {
            "meter_id": pa.array(self.meter_id, pa.int32()),
            "starts_at": pa.array(self.starts_at, pa.int64()).view(pa.timestamp("us", tz="UTC")),
            "value": pa.array(self.value, pa.float64()),
            "quality": pa.array(self.quality, pa.int16()),
        }


def checked_batch(readings: pa.Table) -> Batch:
    """A batch from contract READINGS; raises UnreadableReadings for what must not be stored."""
    value, quality = readings["value"].to_numpy(), readings["quality"].to_numpy()
    if not np.isfinite(value).all():
        raise UnreadableReadings("A reading's value is not a number.")
    if not np.isin(quality, [int(known) for known in Quality], kind="table").all():
        raise UnreadableReadings(f"A reading's quality is none of {', '.join(str(int(known)) for known in Quality)}.")
    starts_at = pc.cast(readings["starts_at"], pa.int64()).to_numpy()
    batch = Batch(readings["meter_id"].to_numpy(), starts_at, value, quality)
    if not _rises(batch.meter_id, batch.starts_at).all():  # most senders sort: then one look is enough
        batch = batch.at(np.lexsort((batch.starts_at, batch.meter_id)))
        twice = np.flatnonzero(~_rises(batch.meter_id, batch.starts_at))
        if twice.size:
            at = np.datetime_as_string(batch.starts_at[twice[0]].astype("M8[us]"), unit="s")
            raise UnreadableReadings(f"Meter {batch.meter_id[twice[0]]} has two readings at {at}Z.")
    return batch


@dataclass(frozen=True)
class Differences:
    """What a batch would change: readings that are `new`, and those `corrected` from what is `replaced`, pairwise. What is
    stored already is `unchanged`, with the imports that it is of."""

    new: Batch
    corrected: Batch
    replaced: Batch
    unchanged: Batch


def differences(incoming: Batch, stored: Batch) -> Differences:
    """Compare by meter and time; a reading with the same value and quality makes no difference."""
    incoming_at, stored_at = _pairs(incoming, stored)
    old_value, old_quality = stored.value[stored_at], stored.quality[stored_at]
    differs = (incoming.value[incoming_at] != old_value) | (incoming.quality[incoming_at] != old_quality)
    is_new = np.ones(len(incoming), dtype=bool)
    is_new[incoming_at] = False
    return Differences(
        new=incoming.at(is_new),
        corrected=incoming.at(incoming_at[differs]),
        replaced=stored.at(stored_at[differs]),
        unchanged=stored.at(stored_at[~differs]),
    )


def _pairs(one: Batch, other: Batch) -> tuple[Column, Column]:
    """The places of the readings that both have."""
    if np.array_equal(one.meter_id, other.meter_id) and np.array_equal(one.starts_at, other.starts_at):
        places = np.arange(len(one))
        return places, places
    meters = np.concatenate([other.meter_id, one.meter_id])
    moments = np.concatenate([other.starts_at, one.starts_at])
    order = np.lexsort((moments, meters))  # stable: of two equal keys, the other's comes first
    second = np.flatnonzero(~_rises(meters[order], moments[order])) + 1
    return order[second] - len(other), order[second - 1]


def _rises(meters: Column, moments: Column) -> Column:
    """Whether each key but the first is above the one before."""
    is_later: Column = (meters[1:] == meters[:-1]) & (moments[1:] > moments[:-1])
    return is_later | (meters[1:] > meters[:-1])


def _runs(meters: Column) -> tuple[list[int], list[int]]:
    """Where each meter's readings start and end."""
    if not len(meters):
        return [], []
    cuts = (np.flatnonzero(meters[1:] != meters[:-1]) + 1).tolist()
    return [0, *cuts], [*cuts, len(meters)]


def _moment(microseconds: np.integer[Any]) -> datetime:
    return _1970 + timedelta(microseconds=int(microseconds))
