"""What workers compute, into the platform: under the lease of their job."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from wattwise_contract.clusters import ClusteringOut
from wattwise_contract.forecasts import ForecastOut, ModelOut
from wattwise_contract.jobs import LEASE_HEADER, Claim
from wattwise_contract.profiles import Profile
from wattwise_contract.rollups import DirtyRange, RollupPublication

from .door import ARROW, Door

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_COUNTS = TypeAdapter(dict[str, int])
_DIRTY_RANGES = TypeAdapter(list[DirtyRange])
MANY = 500  # meters asked about in one request


class Results:
    def __init__(self, door: Door) -> None:
        self._door = door

    def dirty_ranges(self, meter_ids: Sequence[int]) -> list[DirtyRange]:
        found: list[DirtyRange] = []
        for first in range(0, len(meter_ids), MANY):
            some = [int(meter_id) for meter_id in meter_ids[first : first + MANY]]
            answer = self._door.send("GET", "/data/dirty-ranges/", params={"meter": some})
            found += _DIRTY_RANGES.validate_json(answer.content)
        return found

    def publish_rollups(self, claim: Claim, rollups: "pa.Table | pl.DataFrame", publication: RollupPublication) -> int:
        """Replaces the windows, writes the rows and settles the dirty ranges at once. `rollups` has the columns of
        ROLLUPS and `grain`, the position in Grain. Answers the number of rows."""
        import pyarrow as pa

        from wattwise_contract.schemas import ROLLUPS

        schema = ROLLUPS.append(pa.field("grain", pa.int8(), nullable=False))
        metadata = {b"publication": publication.model_dump_json().encode()}
        sent = self._send_rows("POST", "/data/rollups/", claim, rollups, schema, metadata)
        return _COUNTS.validate_json(sent)["rows"]

    def publish_profiles(self, claim: Claim, profiles: Sequence[Profile]) -> int:
        """Puts them in the place of their meters' profiles at once; answers how many."""
        return _COUNTS.validate_json(self._send("PUT", "/data/profiles/", claim, list(profiles)))["profiles"]

    def publish_clustering(self, claim: Claim, clustering: ClusteringOut) -> int:
        """Answers the id of the run; it becomes current when the job succeeds."""
        return _id(self._send("PUT", "/data/clusterings/", claim, clustering))

    def publish_model(self, claim: Claim, model: ModelOut, artefact: bytes) -> int:
        """Answers the id of the model; it becomes the champion when the job succeeds."""
        model_id = _id(self._send("PUT", "/data/models/", claim, model))
        headers = {LEASE_HEADER: claim.lease, "Content-Type": "application/octet-stream"}
        self._door.send("PUT", f"/data/models/{model_id}/artefact/", content=artefact, headers=headers)
        return model_id

    def publish_forecasts(self, claim: Claim, forecasts: "pa.Table | pl.DataFrame", run: ForecastOut) -> int:
        """Answers the id of the forecast run; it becomes current when the job succeeds."""
        from wattwise_contract.schemas import FORECASTS

        metadata = {b"run": run.model_dump_json().encode()}
        return _id(self._send_rows("PUT", "/data/forecast-runs/", claim, forecasts, FORECASTS, metadata))

    def _send(self, method: str, path: str, claim: Claim, body: object) -> bytes:
        return self._door.send(method, path, body=body, headers={LEASE_HEADER: claim.lease}).content

    def _send_rows(
        self,
        method: str,
        path: str,
        claim: Claim,
        rows: "pa.Table | pl.DataFrame",
        schema: "pa.Schema",
        metadata: dict[bytes, bytes],
    ) -> bytes:
        from . import arrow

        content = arrow.stream_of(rows, schema=schema, metadata=metadata)
        headers = {LEASE_HEADER: claim.lease, "Content-Type": ARROW}
        return self._door.send(method, path, content=content, headers=headers).content


def _id(answer: bytes) -> int:
    return TypeAdapter(dict[str, int]).validate_json(answer)["id"]
