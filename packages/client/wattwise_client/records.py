"""What asking /api/ has in common: answers are dicts as documented in openapi.json, lists come page by page."""

from collections.abc import Iterator
from typing import Any

from .door import Door

Record = dict[str, Any]
PAGE = 1000


class Records:
    _door: Door

    def _post(self, path: str, body: Record) -> Record:
        return self._record("POST", path, body=body, idempotent=False)

    def _record(self, method: str, path: str, **request: Any) -> Record:
        record: Record = self._door.send(method, path, **request).json()
        return record

    def _pages(self, path: str, **params: Any) -> Iterator[Record]:
        number, more = 1, True
        while more:
            page = self._record("GET", path, params={**params, "page": number, "page_size": PAGE})
            yield from page["results"]
            number, more = number + 1, bool(page["next"])
