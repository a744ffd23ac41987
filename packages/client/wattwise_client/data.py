"""What anybody may read of /data/: organizations, consumers, meters, readings, rollups, forecasts, models."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter

from wattwise_contract.forecasts import ModelInfo
from wattwise_contract.message import Message
from wattwise_contract.meters import AttributeDefinition, Consumer, Meter
from wattwise_contract.profiles import StoredProfile
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain

from .door import Door

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

Stream = Literal["readings", "rollups", "forecasts", "profiles"]
Format = Literal["csv", "parquet", "arrow"]
TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "arrow": "application/vnd.apache.arrow.stream"}
LONGEST_QUERY = 100  # ids in an address; more are sent in a body


class Organization(Message):
    id: int
    slug: str
    name: str
    timezone: str
    country: str = ""
    is_simulated: bool = False


_ORGANIZATIONS = TypeAdapter(list[Organization])
_METERS = TypeAdapter(list[Meter])
_CONSUMERS = TypeAdapter(list[Consumer])
_DEFINITIONS = TypeAdapter(list[AttributeDefinition])
_PROFILES = TypeAdapter(list[StoredProfile])
_MODELS = TypeAdapter(list[ModelInfo])


class Data:
    """Times are aware; ranges are half-open, [start, end). Frames are sorted by meter_id, starts_at."""

    _door: Door

    def organizations(self) -> list[Organization]:
        return self._door.get(_ORGANIZATIONS, "/data/organizations/")

    def meters(
        self,
        *,
        organization_id: int | None = None,
        quantity: Quantity | None = None,
        consumer_id: int | None = None,
        ids: Sequence[int] | None = None,
    ) -> list[Meter]:
        if ids is not None and not ids:
            return []
        if ids is not None and len(ids) > LONGEST_QUERY:
            slices = (ids[first : first + LONGEST_QUERY] for first in range(0, len(ids), LONGEST_QUERY))
            found = (
                self.meters(organization_id=organization_id, quantity=quantity, consumer_id=consumer_id, ids=some)
                for some in slices
            )
            return [meter for meters in found for meter in meters]
        return self._door.get(
            _METERS, "/data/meters/", organization=organization_id, quantity=quantity, consumer=consumer_id, id=ids
        )

    def consumers(self, *, organization_id: int | None = None) -> list[Consumer]:
        return self._door.get(_CONSUMERS, "/data/consumers/", organization=organization_id)

    def attribute_definitions(self, *, organization_id: int | None = None) -> list[AttributeDefinition]:
        return self._door.get(_DEFINITIONS, "/data/attribute-definitions/", organization=organization_id)

    def readings(
        self,
        *,
        meter_ids: Sequence[int] | None = None,
        organization_id: int | None = None,
        quantity: Quantity | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        as_known_on: datetime | None = None,
    ) -> "pl.DataFrame":
        """Columns as in contract READINGS: meter_id, starts_at (UTC), value (in the quantity's unit), quality. As they
        are now, or as they were known at a moment, without what was imported or corrected since."""
        wanted = _wanted(meter_ids, organization_id, quantity=quantity, start=start, end=end, as_known_on=as_known_on)
        return self._frame("readings", wanted)

    def readings_batches(
        self,
        *,
        meter_ids: Sequence[int] | None = None,
        organization_id: int | None = None,
        quantity: Quantity | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        as_known_on: datetime | None = None,
    ) -> "Iterator[pa.RecordBatch]":
        """The same rows bit by bit, in flat memory. A connection lost half-way raises Unreachable: begin again."""
        from . import arrow

        wanted = _wanted(meter_ids, organization_id, quantity=quantity, start=start, end=end, as_known_on=as_known_on)
        if meter_ids is not None and not meter_ids:
            return
        with self._door.stream(**_request("readings", wanted)) as response:
            yield from arrow.batches(response)

    def rollups(
        self,
        *,
        grain: Grain = Grain.HOUR,
        meter_ids: Sequence[int] | None = None,
        organization_id: int | None = None,
        quantity: Quantity | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> "pl.DataFrame":
        """Columns as in contract ROLLUPS. A period without readings has no row."""
        wanted = _wanted(meter_ids, organization_id, grain=grain, quantity=quantity, start=start, end=end)
        return self._frame("rollups", wanted)

    def forecasts(
        self,
        *,
        meter_ids: Sequence[int] | None = None,
        organization_id: int | None = None,
        run_id: int | None = None,
    ) -> "pl.DataFrame":
        """Columns as in contract FORECASTS, of the newest run unless one is named."""
        return self._frame("forecasts", _wanted(meter_ids, organization_id, run=run_id))

    def profiles(
        self,
        *,
        meter_ids: Sequence[int] | None = None,
        organization_id: int | None = None,
        quantity: Quantity | None = None,
    ) -> "pl.DataFrame":
        """Columns as in contract PROFILES: what meters of energy are like, a row each; null where the data do not allow
        a figure. Meters that have no profile yet have no row."""
        return self._frame("profiles", _wanted(meter_ids, organization_id, quantity=quantity))

    def profile(self, meter_id: int) -> StoredProfile | None:
        """Everything of one meter, curves included, with the reason of what is absent; None where it is not computed."""
        found = self._door.get(_PROFILES, "/data/profiles/", meter=meter_id, format="json")
        return next(iter(found), None)

    def models(self, *, organization_id: int | None = None, champion: bool | None = True) -> list[ModelInfo]:
        """Newest first; `champion=None` answers all."""
        return self._door.get(_MODELS, "/data/models/", organization=organization_id, champion=champion)

    def model_artefact(self, model_id: int) -> bytes:
        headers = {"Accept": "application/octet-stream"}
        return self._door.send("GET", f"/data/models/{model_id}/artefact/", headers=headers).content

    def save(
        self,
        what: Stream,
        *,
        to: Path,
        format: Format,  # noqa: A002 - the word that people use for it
        meter_ids: Sequence[int] | None = None,
        organization_id: int | None = None,
        quantity: Quantity | None = None,
        grain: Grain | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        as_known_on: datetime | None = None,
        on_bytes: Callable[[int], None] = lambda count: None,
    ) -> int:
        """Streams readings, rollups or forecasts into a file, whole or not at all. Answers its size in bytes."""
        span = {"start": start, "end": end, "as_known_on": as_known_on}
        wanted = _wanted(meter_ids, organization_id, quantity=quantity, grain=grain, **span)
        unfinished = to.with_name(to.name + ".part")

        def once() -> None:
            request = _request(what, wanted)
            with self._door.stream(**request, accept=TYPES[format]) as response, unfinished.open("wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)
                    on_bytes(len(chunk))

        try:
            self._door.retrying(once)
            unfinished.replace(to)
        finally:
            unfinished.unlink(missing_ok=True)
        return to.stat().st_size

    def _frame(self, what: Stream, wanted: dict[str, Any]) -> "pl.DataFrame":
        from wattwise_contract import schemas

        from . import arrow

        def once() -> "pa.Table":
            with self._door.stream(**_request(what, wanted)) as response:
                return arrow.table(response)

        if wanted["meter_ids"] == []:  # no meters are no rows, and not all meters
            schema: pa.Schema = getattr(schemas, what.upper())
            return arrow.frame(schema.empty_table())
        return arrow.frame(self._door.retrying(once))


def _wanted(meter_ids: Sequence[int] | None, organization_id: int | None, **more: object) -> dict[str, Any]:
    ids = None if meter_ids is None else [int(meter_id) for meter_id in meter_ids]
    return {"meter_ids": ids, "organization": organization_id, **more}


def _request(what: Stream, wanted: dict[str, Any]) -> dict[str, Any]:
    """A GET with the filters in the address, or a POST with them in the body where there are many meters."""
    path = f"/data/{what}/"
    if len(wanted["meter_ids"] or ()) > LONGEST_QUERY:
        body = {name: value for name, value in wanted.items() if value is not None}
        return {"method": "POST", "path": path, "body": body}
    params = dict(wanted)
    params["meter"] = params.pop("meter_ids")
    return {"method": "GET", "path": path, "params": params}
