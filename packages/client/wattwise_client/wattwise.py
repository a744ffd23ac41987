"""`Wattwise`, the client of a platform."""

from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx2

from .data import Data
from .door import Door
from .imports import Imports
from .people import People
from .sources import Sources
from .work import Work


class Wattwise(Data, Imports, Sources, People):
    """A connection to a platform, with the rights of a token.

        with Wattwise("http://127.0.0.1:8000", token) as api:
            meters = api.meters(quantity=Quantity.ELECTRICITY_IMPORT)
            readings = api.readings(meter_ids=[meter.id for meter in meters])  # a Polars frame

    A backend that is away is waited for, up to `patience` in all for each call. `work` is the workers' and the
    scheduler's part. May be used by several threads. Every method raises WattwiseError and nothing else for what the
    platform may answer."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        patience: timedelta = timedelta(seconds=20),
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._door = Door(url, token, patience=patience, transport=transport)
        self.url = self._door.url
        self.work = Work(self._door)

    def close(self) -> None:
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
